"""Statement words: what an account was given, what is left, how far each posting has come; in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.lots import PAID_OUT, Held, balance, held
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import Posted, Posting, content_text, leaf_data
from makegood.ledger.statement import verify_statement
from makegood.reads.award_words import amount_words, given_words, taken_words, use_words, why_words
from makegood.reads.legible import legible
from makegood.reads.words import Words
from makegood.spans import from_us, moment, to_us

FILE = "STATEMENT.json"
CHECK = "makegood ledger verify {file}"
_SHORT = 8
_CONSOLE = "console"  # a way on which nothing leaves the desk


@dataclass(frozen=True)
class Step:
    """How far an outward effect has come: `state` as the store keeps it, `at` when it ended, `by` which way."""

    state: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Delivery:
    """What became of one posting outside the book; None where nothing is known. `seen` is when it was read back."""

    billing: Step | None = None
    seen: datetime | None = None
    notice: Step | None = None
    reminder: Step | None = None


@dataclass(frozen=True)
class Expected:
    """A posting still to come: the campaign that the account is in, and when its wave is due."""

    campaign: str
    due: datetime


@dataclass(frozen=True)
class Row:
    """One posting in words; `bytes_` (as text), `leaf` and `path` (hex) are its proof."""

    position: int
    key: str
    at: str
    says: str
    why: tuple[str, ...]
    use: tuple[str, ...]
    left: str
    steps: tuple[str, ...]
    bytes_: str
    leaf: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A statement in words: the answer first, then what is left, then each posting, the latest first.

    `book` is the id of the book, `short` how it begins.
    """

    answer: str
    more: tuple[str, ...]
    rows: tuple[Row, ...]
    at: str
    size: int
    root: str
    book: str
    short: str


def told_statement(
    statement: Mapping[str, Any],
    words: Words,
    deliveries: Mapping[int, Delivery] | None = None,
    expected: Sequence[Expected] = (),
) -> Told:
    """The statement (of makegood.ledger.statement) in words; `deliveries` are by position in the log.

    Raise BadUse where a posting in it is not proven by its own head: such a statement is shown to nobody.
    """
    faults = verify_statement(dict(statement))
    if faults:
        raise BadUse(f"the statement is not shown, as it does not hold: {faults[0]} Run makegood ledger audit.")
    entries = [_posted(one) for one in statement["entries"]]
    bases = {
        one.posting.basis: Basis(**entry["basis"]) for one, entry in zip(entries, statement["entries"], strict=True)
    }
    lots = held(entries, bases).lots
    fold = _Fold({one.lot.position: one for one in lots}, bases, moment(statement["at"]), words)
    steps = deliveries or {}
    rows = [
        fold.row(one, entry["proof"], steps.get(one.position))
        for one, entry in zip(entries, statement["entries"], strict=True)
    ]
    left = balance(lots, fold.now)
    return Told(
        _answer(lots, statement, words),
        (*_left(lots, left, words), *_expected(expected, words)),
        tuple(sorted(rows, key=lambda row: -row.position)),
        words.moment(statement["at"]),
        statement["head"]["size"],
        statement["head"]["root"],
        legible(statement["book"]),
        legible(statement["book"][:_SHORT]),
    )


def statement_lines(told: Told, words: Words, data: str | None = None) -> list[str]:
    """The statement as plain lines for a terminal; `data` is the file that it is written to as well, if any."""
    lines = [told.answer, *told.more]
    for row in told.rows:
        lines += ["", f"{row.position}  {row.at}  {row.says}"]
        lines += [f"    {line}" for line in (*row.why, *row.use, row.left, *row.steps) if line]
    head = words.say("Head of the log: {size} postings, root {root}", size=told.size, root=told.root)
    return [*lines, "", head, _check(data, words)]


def _check(data: str | None, words: Words) -> str:
    if data is not None:
        return words.say("Anyone can check it, without the book: {command}", command=CHECK.format(file=data))
    option, command = f"--data {FILE}", CHECK.format(file=FILE)
    return words.say("To check it, write it with {option}, then: {command}", option=option, command=command)


def _posted(entry: Mapping[str, Any]) -> Posted:
    posting, at = Posting(**entry["posting"]), to_us(moment(entry["at"]))
    return Posted(entry["position"], at, posting, leaf_hash(leaf_data(content_text(posting), at)))


def _answer(lots: Sequence[Held], statement: Mapping[str, Any], words: Words) -> str:
    account, at = legible(statement["account"]), words.moment(statement["at"])
    if not lots:
        return words.say("Nothing was posted to account {account} by {at}.", account=account, at=at)
    return words.many(
        "Yes: {n} award was posted to account {account}.",
        "Yes: {n} awards were posted to account {account}.",
        len(lots),
        account=account,
    )


def _left(lots: Sequence[Held], left: Mapping[str, int], words: Words) -> tuple[str, ...]:
    taken = sum(1 for one in lots if one.taken)
    said = []
    if taken:
        said.append(
            words.many(
                "{n} of them was taken back since, in whole or in part.",
                "{n} of them were taken back since, in whole or in part.",
                taken,
            )
        )
    if left:
        amounts = words.listed(amount_words(unit, amount, words) for unit, amount in sorted(left.items()))
        said.append(words.say("Left to use: {amounts}.", amounts=amounts))
    elif any(one.lot.form != PAID_OUT for one in lots):
        said.append(words.say("Nothing of it is left to use."))
    return tuple(said)


def _expected(expected: Sequence[Expected], words: Words) -> tuple[str, ...]:
    return tuple(
        words.say(
            "It is in campaign {campaign}; its wave is due {due}.",
            campaign=legible(one.campaign),
            due=words.moment(one.due),
        )
        for one in expected
    )


@dataclass(frozen=True)
class _Fold:
    """What the rows of one statement share."""

    lots: Mapping[int, Held]
    bases: Mapping[str, Basis]
    now: datetime
    words: Words

    def row(self, posted: Posted, path: Sequence[str], delivery: Delivery | None) -> Row:
        """One posting in words."""
        posting, words = posted.posting, self.words
        basis, lot = self.bases[posting.basis], self.lots.get(posted.position)
        return Row(
            posted.position,
            legible(posting.key, len(posting.key)),
            words.moment(from_us(posted.at_us)),
            self._says(posting, basis),
            why_words(basis, words) if posting.kind in ("award", "reversal") else (),
            use_words(basis, words) if lot and lot.rest else (),
            self._rest(lot) if lot else "",
            steps_words(delivery, words) if delivery else (),
            leaf_data(content_text(posting), posted.at_us).decode(),
            posted.leaf.hex(),
            tuple(path),
        )

    def _says(self, posting: Posting, basis: Basis) -> str:
        amount = amount_words(posting.unit, posting.amount, self.words)
        if posting.kind == "award":
            return given_words(basis.form, amount, posting.account, self.words)
        if posting.kind == "use":
            return self.words.say("Used: {amount}.", amount=amount)
        if posting.kind == "expiry":
            return self.words.say("Expired: {amount}.", amount=amount)
        if posting.reverses is not None and posting.reverses in self.lots:
            return taken_words(self.lots[posting.reverses].lot.form, amount, posting.account, self.words)
        return self.words.say("Given back after it had been used or had expired: {amount}.", amount=amount)

    def _rest(self, one: Held) -> str:
        if one.lot.form == PAID_OUT:
            return ""
        left = amount_words(one.lot.unit, one.rest, self.words)
        whole = amount_words(one.lot.unit, one.lot.amount, self.words)
        if one.rest and one.lapsed(self.now):
            return self.words.say("Its time is over; {left} of {whole} had not been used.", left=left, whole=whole)
        return self.words.say("Left of it: {left} of {whole}.", left=left, whole=whole)


def steps_words(delivery: Delivery, words: Words) -> tuple[str, ...]:
    """How far a posting has come on its way to the billing system and to the customer, as sentences."""
    said = [_billing(delivery.billing, words)] if delivery.billing else []
    if delivery.seen is not None:
        said.append(words.say("It was seen there on {at}.", at=words.moment(delivery.seen)))
    if delivery.notice is not None:
        said.append(_noticed(delivery.notice, words))
    if delivery.reminder is not None:
        said.append(_reminded(delivery.reminder, words))
    return tuple(one for one in said if one)


def _billing(step: Step, words: Words) -> str:
    by = legible(step.by) or words.say("the billing system")
    if step.state == "done":
        at = words.moment(step.at) if step.at else "–"
        return words.say("It was taken by {by}, {at}.", by=by, at=at)
    if step.state in ("waiting", "taken"):
        return words.say("It is on its way to {by}.", by=by)
    return words.say("It does not stand in {by} as it was posted; a person looks at it.", by=by)


def _way(step: Step, words: Words) -> str:
    """By which way it went; what only this desk calls its console is named to no customer."""
    return words.say("the desk") if step.by in ("", _CONSOLE) else legible(step.by)


def _noticed(step: Step, words: Words) -> str:
    by = _way(step, words)
    if step.state == "done":
        at = words.moment(step.at) if step.at else "–"
        if step.by == _CONSOLE:
            return words.say("The notice was made out, {at}.", at=at)
        return words.say("The notice was sent ({by}), {at}.", by=by, at=at)
    if step.state in ("waiting", "taken"):
        return words.say("The notice is still to be sent.")
    if step.state == "unreachable":
        return words.say("There is no address that a notice could go to.")
    if step.state == "doubt":
        return words.say("It is not known whether the notice ({by}) arrived; it is not sent again by itself.", by=by)
    return words.say("The notice ({by}) was not taken; a person looks at it.", by=by)


def _reminded(step: Step, words: Words) -> str:
    """Empty for one that was not needed, or could reach nobody: the notice tells that already."""
    by = _way(step, words)
    if step.state == "done":
        at = words.moment(step.at) if step.at else "–"
        if step.by == _CONSOLE:
            return words.say("A reminder of its expiry was made out, {at}.", at=at)
        return words.say("A reminder of its expiry was sent ({by}), {at}.", by=by, at=at)
    if step.state in ("waiting", "taken"):
        return words.say("A reminder of its expiry is still to be sent.")
    if step.state == "doubt":
        return words.say("It is not known whether the reminder ({by}) arrived; it is not sent again by itself.", by=by)
    if step.state == "refused":
        return words.say("The reminder ({by}) was not taken; a person looks at it.", by=by)
    return ""
