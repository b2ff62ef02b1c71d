"""Notes: what a reader of an assessment should know about its evidence; each with a code, its facts and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from makegood.engine import Assessment
from makegood.losses.billed import Astray
from makegood.money import plain
from makegood.reads.source_notes import Told, no_call_ids, published, source_notes, usable_not_known
from makegood.spans import to_the_minute


def noted(assessment: Assessment) -> list[dict[str, Any]]:
    """The notes in a fixed order; `text` is English, other languages are made from `code` and `params`."""
    return published(
        (
            *source_notes(assessment),
            *_rows(assessment),
            *_charges(assessment),
            *_terms(assessment),
            *_pages(assessment),
        )
    )


def _rows(assessment: Assessment) -> Iterator[Told]:
    losses = assessment.losses
    if assessment.elsewhere:
        start, end = to_the_minute(assessment.elsewhere)
        text = f"The log covers {start} to {end}, and nothing of the period that was asked for."
        yield "period_outside_log", {"start": start, "end": end}, text
    yield from (unnamed := tuple(no_call_ids(assessment)))
    n = dict(losses.grouping).get("fingerprint")
    if n and not unnamed:
        are = "1 attempt without a call id was" if n == 1 else f"{n:,} attempts without a call id were"
        text = f"{are} grouped by account, model and fingerprint."
        yield "grouped_by_fingerprint", {"n": n}, text
    yield from usable_not_known(assessment)
    if losses.session_like:
        n = losses.session_like
        text = f"One call id stands on {n} attempts; of what looks like a session, no repetition is claimed."
        yield "session_like_call_ids", {"n": n}, text


def _charges(assessment: Assessment) -> Iterator[Told]:
    gaps, losses = assessment.gaps, assessment.losses
    if gaps.attempts and gaps.without_charge == gaps.attempts and not losses.billed:
        text = "The log names no charges: whether a failure was charged rests on the providers' own billing rules."
        yield "no_charges_logged", {}, text
    if gaps.without_currency:
        n = gaps.without_currency
        are = "1 charge names no currency and is" if n == 1 else f"{n:,} charges name no currency and are"
        text = f"{are} shown as XXX; name it with --currency."
        yield "currency_not_named", {"n": gaps.without_currency}, text
    if losses.unpriced:
        n = losses.unpriced
        were = "1 attempt was" if n == 1 else f"{n:,} attempts were"
        text = f"{were} charged by rule, but no list price is known; what that cost is left out."
        yield "unpriced", {"n": n}, text
    if losses.unpriced_in_doubt and losses.boxes["unknown"].sum.amounts:
        n = losses.unpriced_in_doubt
        text = f"Of the attempts that may have been charged no list price is known for {n}; their amount is left out."
        yield "unpriced_in_doubt", {"n": n}, text
    yield from _unexplained(assessment.astray)
    if assessment.overbilling:
        for text in assessment.overbilling.notes:
            yield "overbilling_note", {"note": text}, text


def _unexplained(one: Astray | None) -> Iterator[Told]:
    """Lines of the bill that charge what no attempt explains."""
    if one is None or not one.unexplained:
        return
    n, outside = one.unexplained, one.outside
    amounts = " + ".join(f"{plain(amount)} {currency}" for currency, amount in one.amounts.items())
    params = {"n": n, "amounts": amounts, "outside": outside}
    if n == one.lines:
        text = (
            f"No attempt in this log is one that the bill names ({_lines(n)}, {amounts}): they may be of another "
            "account or time, or name another kind of id; evidence/unexplained.csv has them."
        )
        yield "charges_all_unexplained", params, text
        return
    apart = f", {outside:,} of them of a time that it does not cover" if outside else ""
    name = "names" if n == 1 else "name"
    text = (
        f"{_lines(n)} of the bill, {amounts}, {name} no attempt in this log{apart}; evidence/unexplained.csv has them."
    )
    yield "charges_unexplained", params, text


def _lines(n: int) -> str:
    return "1 line" if n == 1 else f"{n:,} lines"


def _terms(assessment: Assessment) -> Iterator[Told]:
    judged = assessment.judged
    if judged.bill_shared:
        text = "The bill was not used: several terms, windows or scopes are weighed apart; it does not say whose it is."
        yield "bill_shared", {}, text
    if judged.without_terms:
        names = ", ".join(judged.without_terms)
        yield "no_terms", {"providers": names}, f"No terms are known here for: {names}. Give a pack with --terms FILE."
    if judged.verdicts and _several_accounts(assessment) and assessment.params.account is None:
        text = "The terms were measured over all accounts of the log together; name one with --account."
        yield "accounts_together", {}, text


def _several_accounts(assessment: Assessment) -> bool:
    """More than one account, or one that failed among others that did not."""
    failing = assessment.losses.accounts
    return len(failing) > 1 or (bool(failing) and failing[0].attempts < assessment.gaps.attempts)


def _pages(assessment: Assessment) -> Iterator[Told]:
    for text in assessment.changes:
        yield "bulletin_changed", {"note": text}, text
    doubtful = {left.id for one in assessment.readings for left in one.left_out if "not plainly downtime" in left.why}
    if doubtful:
        n = len(doubtful)
        are = "1 bulletin is" if n == 1 else f"{n:,} bulletins are"
        text = f"{are} not plainly downtime (access, login, billing); availability is shown with and without."
        yield "doubtful_bulletins", {"n": n}, text
