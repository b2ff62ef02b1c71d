"""Notice words: a notice as a letter; one set of facts as a subject, plain text, HTML and data, in either language."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from decimal import Decimal
from email.utils import parseaddr

from makegood.campaigns.notice import Letter, Notice
from makegood.ledger.unit import major
from makegood.money import plain
from makegood.reads.award_words import amount_words, given_words, left_words, taken_words, use_words, why_words
from makegood.reads.labels import scope_words
from makegood.reads.legible import legible
from makegood.reads.report import link, page
from makegood.reads.words import Words
from makegood.records.scope import Scope
from makegood.spans import iso

_MINUTE = 60_000_000
_ADDRESS = re.compile(r"^[\w.+-]+@[\w.-]+$", re.ASCII)


@dataclass(frozen=True)
class Part:
    """One part of a letter: its title, its sentences, and an address that the last of them leads to."""

    title: str
    says: tuple[str, ...]
    address: str = ""

    @property
    def href(self) -> str | None:
        """The address as something to follow: a page, or an e-mail address; None where it is neither."""
        return f"mailto:{self.address}" if _ADDRESS.match(self.address) else link(self.address)


def letter(notice: Notice, clock: str = "UTC") -> Letter:
    """The notice in its own language, times on `clock` (an IANA zone); what is not known is left out, never told as 0.

    Text of customers and logs is made legible (no control or reordering characters) and escaped in the HTML. Raise
    BadUse for a language and BadMoney for a unit that nobody knows.
    """
    words = Words(notice.lang, clock)
    opening = _opening(notice, words)
    parts = [part for part in _parts(notice, words) if part.says]
    sign = legible(parseaddr(legible(notice.sender))[0])
    html = page("notice.html.j2", {"opening": opening, "parts": parts, "sign": sign}, words)
    text = _text(opening, parts, sign)
    subject = opening.removesuffix(".")
    return Letter(notice, subject, text, html, {**_data(notice), "subject": subject, "text": text})


def _opening(notice: Notice, words: Words) -> str:
    if notice.kind == "reminder":
        rest = amount_words(notice.unit, notice.rest, words)
        return left_words(notice.basis, rest, notice.account, words)
    amount = amount_words(notice.unit, notice.amount, words)
    tell = taken_words if notice.kind == "reversal" else given_words
    return tell(notice.basis.form, amount, notice.account, words)


def _parts(notice: Notice, words: Words) -> list[Part]:
    posting = _whole(notice.posting)
    record = words.say(
        "Posting {posting}, number {position} in the book, {at}.",
        posting=posting,
        position=notice.position,
        at=words.moment(notice.at),
    )
    shown = (words.say("Its proof is shown at:"),) if notice.page else ()
    object_to = _whole(notice.object_to) or words.say("the support of your provider")
    return [
        *(_remaining(notice, words) if notice.kind == "reminder" else _past(notice, words)),
        Part(words.say("Why"), why_words(notice.basis, words)),
        Part(words.say("Where it shows"), _where(notice, words)),
        Part(words.say("How it can be used"), () if notice.kind == "reversal" else use_words(notice.basis, words)),
        Part(
            words.say("How to object"), (words.say("Name posting {posting} and turn to:", posting=posting),), object_to
        ),
        Part(words.say("The record"), (record, *shown), _whole(notice.page)),
    ]


def _past(notice: Notice, words: Words) -> list[Part]:
    return [
        Part(words.say("What happened"), _happened(notice, words)),
        Part(words.say("What you lost"), _lost(notice, words)),
    ]


def _remaining(notice: Notice, words: Words) -> list[Part]:
    left, whole = (amount_words(notice.unit, amount, words) for amount in (notice.rest, notice.amount))
    rest = words.say("Left of it: {left} of {whole}.", left=left, whole=whole)
    return [Part(words.say("What is left"), (rest, words.say("What is not used in time expires.")))]


def _happened(notice: Notice, words: Words) -> tuple[str, ...]:
    if notice.says:
        return (_whole(notice.says),)
    if notice.audience:
        account, cause = legible(notice.account), legible(notice.audience)
        return (
            words.say("Account {account} is among those to whom this happened: {cause}.", account=account, cause=cause),
        )
    what = scope_words(words, _scope_data(notice.scope)) if notice.scope and any(astuple(notice.scope)) else ""
    if notice.span is None:
        return (words.say("{scope} failed.", scope=what),) if what else ()
    when = words.span(notice.span.start, notice.span.end)
    length = words.minutes(Decimal(notice.span.microseconds) / _MINUTE)
    if what:
        return (words.say("{scope} failed, {span} ({length}).", scope=what, span=when, length=length),)
    return (words.say("There was an incident, {span} ({length}).", span=when, length=length),)


def _lost(notice: Notice, words: Words) -> tuple[str, ...]:
    """Failed attempts, tokens and money; 0 also stands where nobody knows, so it is not told."""
    if notice.audience:
        return _given(notice, words)
    said = []
    if notice.faults and notice.attempts:
        whole = words.many("{n} attempt", "{n} attempts", notice.attempts)
        said.append(
            words.many(
                "{n} of your attempts failed, out of {whole} in that time.",
                "{n} of your attempts failed, out of {whole} in that time.",
                notice.faults,
                whole=whole,
            )
        )
    elif notice.faults:
        said.append(words.many("{n} of your attempts failed.", "{n} of your attempts failed.", notice.faults))
    money = {currency: plain(amount) for currency, amount in notice.wasted if amount}
    tokens = words.many("{n} token", "{n} tokens", notice.tokens) if notice.tokens else ""
    sums = words.amounts(money)
    if sums and tokens:
        said.append(words.say("You were charged {amount} ({tokens}) for nothing received.", amount=sums, tokens=tokens))
    elif sums:
        said.append(words.say("You were charged {amount} for nothing received.", amount=sums))
    elif tokens:
        said.append(words.say("You were charged for {tokens} that brought you nothing.", tokens=tokens))
    return tuple(said)


def _given(notice: Notice, words: Words) -> tuple[str, ...]:
    """What the list of accounts gave: how often it happened, and what was lost."""
    sums = words.amounts({currency: plain(amount) for currency, amount in notice.wasted if amount})
    often = words.many("It happened {n} time.", "It happened {n} times.", notice.faults) if notice.faults else ""
    lost = words.say("You lost {amount}.", amount=sums) if sums else ""
    return tuple(one for one in (often, lost) if one)


def _where(notice: Notice, words: Words) -> tuple[str, ...]:
    return (words.say("It shows in {where}.", where=_whole(notice.where)),) if notice.where else ()


def _text(opening: str, parts: list[Part], sign: str) -> str:
    blocks = [opening]
    for part in parts:
        said = " ".join(part.says)
        blocks.append(f"{part.title}\n{said} {part.address}".rstrip())
    return "\n\n".join([*blocks, sign] if sign else blocks) + "\n"


def _data(notice: Notice) -> dict[str, object]:
    """The facts for machines: text and whole numbers only; what is not known has no field."""
    data: dict[str, object] = {
        "id": notice.id,
        "kind": notice.kind,
        "posting": notice.posting,
        "position": notice.position,
        "account": notice.account,
        "lang": notice.lang,
        "at": iso(notice.at),
        "unit": notice.unit,
        "amount": format(major(notice.amount, notice.unit), "f"),
        "amount_minor": notice.amount,
        "basis": {name: value for name, value in notice.basis.as_data().items() if value not in (None, "")},
    }
    lost = {"attempts": notice.attempts, "faults": notice.faults, "tokens": notice.tokens}
    wasted = [{"currency": currency, "amount": plain(amount)} for currency, amount in notice.wasted if amount]
    span = {"from": iso(notice.span.start), "to": iso(notice.span.end)} if notice.span else {}
    scope = {name: value for name, value in _scope_data(notice.scope).items() if value} if notice.scope else {}
    optional: dict[str, object] = {
        "failed": {**span, **scope},
        "lost": {name: count for name, count in lost.items() if count},
        "happened": {name: value for name, value in (("cause", notice.audience), ("says", notice.says)) if value},
        "lost_amounts" if notice.audience else "wasted": wasted,
        "rest": format(major(notice.rest, notice.unit), "f") if notice.rest else "",
        "rest_minor": notice.rest,
        "where": notice.where,
        "object_to": notice.object_to,
        "page": notice.page,
    }
    return data | {name: value for name, value in optional.items() if value}


def _scope_data(scope: Scope) -> dict[str, str | None]:
    return {"provider": scope.provider, "service": scope.service, "model": scope.model, "region": scope.region}


def _whole(text: str) -> str:
    """Made legible without a cut: an address or an id is of use only as a whole."""
    return legible(text, len(text))
