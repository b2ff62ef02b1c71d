"""Line words: one line of a campaign, or one account that is left out, as the cells of a table, in either language."""

from __future__ import annotations

from dataclasses import dataclass, fields

from makegood.campaigns.allocation import Draft, Excluded
from makegood.ledger.unit import major
from makegood.money import plain
from makegood.reads import campaign_lines
from makegood.reads.award_words import amount_words
from makegood.reads.campaign_lines import Told
from makegood.reads.campaign_words import exclusion_words, money_words
from makegood.reads.grant_words import form_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.programme_words import refusal_words
from makegood.reads.words import Words
from makegood.spans import iso

_OF_BUDGET = ("below_floor", "over_budget", "over_cap")  # their detail is in minor units of the budget


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of an export; amounts as plain decimals, moments as ISO 8601, empty for what is not known."""

    number: str = ""
    account: str = ""
    cause: str = ""
    group: str = ""
    wave: str = ""
    due: str = ""
    form: str = ""
    unit: str = ""
    amount: str = ""
    cost: str = ""
    wish: str = ""
    budget_currency: str = ""
    lost: str = ""
    failed_attempts: str = ""
    clause: str = ""
    reason: str = ""
    state: str = ""


COLUMNS = tuple(one.name for one in fields(Cells))


def cells_of(one: Told, draft: Draft, words: Words) -> Cells:
    """The cells of one line or exclusion; text of customers is left as it is."""
    lost = "; ".join(f"{plain(amount)} {currency}" for currency, amount in one.met.lost if amount)
    faults = "" if one.met.faults is None else str(one.met.faults)
    if one.line is None or one.basis is None:
        out = one.excluded or Excluded("", "", "")
        return Cells(
            account=out.account,
            cause=out.cause,
            group=words.say("left out"),
            lost=lost,
            failed_attempts=faults,
            reason=left_out_words(out, draft.unit, words),
        )
    line, basis = one.line, one.basis
    return Cells(
        number=str(line.number),
        account=line.account,
        cause=line.cause,
        group=words.say("held out") if one.state == campaign_lines.HELD_OUT else words.say("grant"),
        wave="" if one.wave is None else str(one.wave),
        due=iso(one.due) if one.due else "",
        form=_form(basis.form, words),
        unit=line.unit,
        amount=format(major(line.amount, line.unit), "f"),
        cost=format(major(line.cost, draft.unit), "f"),
        wish=format(major(line.wish, draft.unit), "f"),
        budget_currency=draft.unit,
        lost=lost,
        failed_attempts=faults,
        clause=basis.clause,
        reason=words.of_terms(basis.reason),
        state=state_of(one, words),
    )


def row_of(one: Told, draft: Draft, words: Words) -> tuple[str, ...]:
    """A line for a screen: account, what it gets, what that takes of the budget, when, and how it stands or why not."""
    if one.line is None:
        out = one.excluded or Excluded("", "", "")
        why = words.say("left out: {reason}", reason=left_out_words(out, draft.unit, words))
        return legible(out.account), legible(out.cause), "–", "–", "–", why
    line = one.line
    return (
        legible(line.account),
        legible(line.cause),
        amount_words(line.unit, line.amount, words),
        money_words(line.cost, draft.unit, words),
        words.time(one.due) if one.due else "–",
        state_of(one, words),
    )


def head_of(words: Words) -> tuple[str, ...]:
    """The names of the columns of row_of()."""
    return (
        words.say("Account"),
        words.say("Cause"),
        words.say("Award"),
        words.say("Takes of the budget"),
        words.say("Due"),
        words.say("How it stands"),
    )


def labelled(cells: Cells, words: Words) -> tuple[tuple[str, str], ...]:
    """All that is known of one line, each with its name, for a screen."""
    budget = cells.budget_currency
    rows = (
        (words.say("Line"), cells.number),
        (words.say("Account"), cells.account),
        (words.say("Cause"), cells.cause),
        (words.say("Group"), cells.group),
        (words.say("Wave"), cells.wave),
        (words.say("Due"), words.moment(cells.due) if cells.due else ""),
        (words.say("Form"), cells.form),
        (words.say("Amount"), f"{cells.amount} {cells.unit}".strip()),
        (words.say("Takes of the budget"), f"{cells.cost} {budget}".strip()),
        (words.say("Before it was scaled"), f"{cells.wish} {budget}".strip()),
        (words.say("Lost"), cells.lost),
        (words.say("Failed attempts"), cells.failed_attempts),
        (words.say("Clause"), cells.clause),
        (words.say("Reason"), cells.reason),
        (words.say("How it stands"), cells.state),
    )
    return tuple((name, legible(value, TEXT_LIMIT)) for name, value in rows if value)


def left_out_words(out: Excluded, unit: str, words: Words) -> str:
    """Why an account is left out, with what the draw noted of it; `unit` is the budget's."""
    said = exclusion_words(out.reason, words)
    if out.reason in _OF_BUDGET and out.detail.isdigit():
        return f"{said} ({money_words(int(out.detail), unit, words)})"
    if said == refusal_words(out.reason, "", words):
        return refusal_words(out.reason, out.detail, words)
    return f"{said} ({out.detail})" if out.detail else said


def state_of(one: Told, words: Words) -> str:
    """How far a line has come; empty for who is left out."""
    if one.state == campaign_lines.POSTED:
        return words.say("posted at {position}", position=one.position)
    if one.state == campaign_lines.SKIPPED:
        return words.say("skipped, because made good by posting {position}", position=one.position)
    named = {
        campaign_lines.WAITS: words.say("not yet posted"),
        campaign_lines.CANCELLED: words.say("not posted: the campaign was cancelled"),
        campaign_lines.HELD_OUT: words.say("nothing is posted: held out"),
    }
    return named.get(one.state, "")


def _form(form: str, words: Words) -> str:
    return form_words("usage_reset" if form == "reset" else form, words)
