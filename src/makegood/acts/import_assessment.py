"""Act: import an assessment; its incidents become causes of the book, its hits are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from makegood.campaigns.cause import Cause
from makegood.campaigns.published import Told
from makegood.campaigns.same_cause import same_cause
from makegood.losses.hit import Hit
from makegood.store import causes, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.causes import Imported
from makegood.store.journal import Actor


@dataclass(frozen=True)
class Took:
    """What an import did: the cause in the book of each incident told, whether it was known, and how many hits."""

    causes: tuple[tuple[str, str, bool], ...]
    hits: int
    repeat: bool = False


def import_assessment(book: Book, actor: Actor, told: Told, source: str, now: datetime) -> Took:
    """Keep an assessment; the same one again changes nothing. Raise Refused where the actor may not import.

    An incident that is several causes of the book is told as the first of them, but a hit stays with the cause that met
    its account before, so that no loss is made good under two names.
    """
    with acting(Doing(book, actor, "import_assessment", now, told.hash, {"source": source[:500]})) as doing:
        people.require(book, actor, "import")
        if causes.assessment_known(book, told.hash):
            doing.silent = True
            return Took(tuple((one, _of(book, told.hash, one), True) for one in _names(told)), 0, repeat=True)
        causes.add_assessment(book, Imported(told.hash, source, told.period), actor.person, now)
        known = causes.tellings(book)
        fitting = {one.told_as: _fitting(one, known) for one in told.causes}
        found = tuple(_one(book, cause, fitting[cause.told_as], told.hash, now) for cause in told.causes)
        ids = {name: id for name, id, _ in found}
        # what is told as one now may be several causes, under which accounts were made good already
        met = {name: causes.met_before(book, several) for name, several in fitting.items() if len(several) > 1}
        hits = _summed(replace(one, cause=met.get(one.cause, {}).get(one.account, ids[one.cause])) for one in told.hits)
        causes.add_hits(book, told.hash, hits)
        doing.detail |= {"causes": list(ids.values()), "hits": len(hits)}
    return Took(found, len(hits))


def _fitting(told: Cause, known: Sequence[Cause]) -> list[str]:
    """The causes of the book that were ever told like this one, the oldest first."""
    return list(dict.fromkeys(one.id for one in known if same_cause(one, told)))


def _one(book: Book, told: Cause, known: Sequence[str], hash: str, now: datetime) -> tuple[str, str, bool]:
    id = known[0] if known else causes.add_cause(book, told, now)
    causes.tell(book, hash, replace(told, id=id))
    return told.told_as, id, bool(known)


def _summed(hits: Iterable[Hit]) -> list[Hit]:
    """One hit an account and cause: two incidents of an assessment may be one cause of the book."""
    found: dict[tuple[str, str], Hit] = {}
    for one in hits:
        before = found.get((one.account, one.cause))
        found[one.account, one.cause] = one if before is None else _sum(before, one)
    return list(found.values())


def _sum(one: Hit, other: Hit) -> Hit:
    amounts = dict(one.wasted)
    for currency, amount in other.wasted:
        amounts[currency] = amounts.get(currency, Decimal(0)) + amount
    return Hit(
        one.account,
        one.cause,
        one.attempts + other.attempts,
        one.faults + other.faults,
        one.tokens + other.tokens,
        tuple(sorted(amounts.items())),
    )


def _names(told: Told) -> list[str]:
    return [one.told_as for one in told.causes]


def _of(book: Book, assessment: str, told_as: str) -> str:
    sql = "SELECT cause FROM telling WHERE assessment = %s AND told_as = %s"
    return str(book.rows(sql, (assessment, told_as))[0][0])
