"""Verb: keep what was imported; assessments with their causes and hits, customers, and what was made good already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from makegood.campaigns.cause import Cause
from makegood.campaigns.customer import Customer
from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.losses.hit import Hit
from makegood.money import plain
from makegood.records.scope import Scope
from makegood.spans import Span, from_us, to_us
from makegood.store.book import Book
from makegood.store.postings import TAKEN_WHOLE

CAUSE = ("id", "kind", "start_us", "end_us", "provider", "service", "model", "region", "at_us")
_TOLD = ("start_us", "end_us", "provider", "service", "model", "region")


def assessment_known(book: Book, hash: str) -> bool:
    """Was this assessment imported before?"""
    return bool(book.rows("SELECT 1 FROM assessment WHERE hash = %s", (hash,)))


@dataclass(frozen=True)
class Imported:
    """An assessment as it is imported: the hash that it publishes, where it came from, and its period."""

    hash: str
    source: str
    period: Span | None


def add_assessment(book: Book, imported: Imported, by: str, now: datetime) -> None:
    """Note an assessment."""
    number = book.one("SELECT COUNT(*) FROM assessment")[0]
    span = (to_us(imported.period.start), to_us(imported.period.end)) if imported.period else (None, None)
    columns = ("hash", "number", "source", "start_us", "end_us", "by", "at_us")
    book.add("assessment", columns, [(imported.hash, number, imported.source[:500], *span, by, to_us(now))])


def causes(book: Book) -> list[Cause]:
    """Every cause, under the name that the newest assessment gives it."""
    sql = (
        "SELECT c.id, c.kind, c.start_us, c.end_us, c.provider, c.service, c.model, c.region, t.told_as, t.assessment "
        "FROM cause AS c LEFT JOIN telling AS t ON t.cause = c.id "
        "LEFT JOIN assessment AS a ON a.hash = t.assessment ORDER BY a.number, c.id"
    )
    found: dict[str, Cause] = {}
    for id, kind, start, end, provider, service, model, region, told_as, assessment in book.rows(sql):
        span = Span(from_us(start), from_us(end))
        found[id] = Cause(id, kind, span, Scope(provider, service, model, region), told_as or id, assessment or "")
    return sorted(found.values(), key=lambda one: (len(one.id), one.id))


def is_known(book: Book, cause: str) -> bool:
    """Is this the id of a cause in the book?"""
    return bool(book.rows("SELECT 1 FROM cause WHERE id = %s", (cause,)))


def add_cause(book: Book, told: Cause, now: datetime) -> str:
    """Keep a cause that the book does not know yet; its id: the name it was told by, or the next free number."""
    taken = {id for (id,) in book.rows("SELECT id FROM cause")}
    id = told.told_as
    if id in taken or not id.startswith("INC-"):
        number = 1 + max((int(one[4:]) for one in taken if one[:4] == "INC-" and one[4:].isdigit()), default=0)
        id = f"INC-{number}"
    span = (to_us(told.span.start), to_us(told.span.end))
    book.add("cause", CAUSE, [(id, told.kind, *span, *_fields(told.scope), to_us(now))])
    return id


def tell(book: Book, assessment: str, cause: Cause) -> None:
    """Note how an assessment tells of a cause; `id` is the book's, all else is as it is told there."""
    span = (to_us(cause.span.start), to_us(cause.span.end))
    columns = ("assessment", "told_as", "cause", *_TOLD)
    book.add("telling", columns, [(assessment, cause.told_as, cause.id, *span, *_fields(cause.scope))])


def tellings(book: Book) -> list[Cause]:
    """Every telling of every cause, by the cause's age in the book: one cause may be told with edges that drift."""
    sql = (
        f"SELECT t.cause, c.kind, {', '.join(f't.{name}' for name in _TOLD)}, t.told_as, t.assessment "
        "FROM telling AS t JOIN cause AS c ON c.id = t.cause ORDER BY c.at_us, t.cause, t.assessment, t.told_as"
    )
    return [
        Cause(
            id, kind, Span(from_us(start), from_us(end)), Scope(provider, service, model, region), told_as, assessment
        )
        for id, kind, start, end, provider, service, model, region, told_as, assessment in book.rows(sql)
    ]


def cause_named(book: Book, name: str) -> Cause:
    """The cause by its id in the book, else by the name that the newest assessment which uses it gives.

    The id goes first: every assessment begins to count at INC-1, and an older cause has to keep a name.
    """
    known = {one.id: one for one in causes(book)}
    told = book.rows(
        "SELECT t.cause FROM telling AS t JOIN assessment AS a ON a.hash = t.assessment WHERE t.told_as = %s "
        "ORDER BY a.number DESC LIMIT 1",
        (name,),
    )
    id = told[0][0] if told and name not in known else name
    if id not in known:
        listed = ", ".join(list(known)[:20]) or "none yet: import an assessment first"
        raise BadUse(f"no cause {name[:60]} is in this book; it knows {listed}.")
    return known[id]


def add_hits(book: Book, assessment: str, hits: Iterable[Hit]) -> None:
    """Keep hits; `cause` is the id in the book."""
    columns = ("cause", "account", "assessment", "attempts", "faults", "tokens", "wasted", "says")
    rows = [
        (
            one.cause,
            one.account,
            assessment,
            one.attempts,
            one.faults,
            one.tokens,
            canonical({currency: plain(amount) for currency, amount in one.wasted}),
            one.says,
        )
        for one in hits
    ]
    book.add("hit", columns, sorted(rows))


def hits(book: Book, wanted: Sequence[str]) -> list[Hit]:
    """Who was hit by these causes, by account and cause; the newest assessment that tells of a cause decides."""
    marks = ", ".join(["%s"] * len(wanted))
    newest = (
        "SELECT t.cause, MAX(a.number) FROM telling AS t JOIN assessment AS a ON a.hash = t.assessment "
        f"WHERE t.cause IN ({marks}) GROUP BY t.cause"
    )
    sql = (
        "SELECT h.account, h.cause, h.attempts, h.faults, h.tokens, h.wasted, h.says FROM hit AS h "
        "JOIN assessment AS a ON a.hash = h.assessment WHERE h.cause = %s AND a.number = %s ORDER BY h.account"
    )
    found = []
    for cause, number in book.rows(newest, wanted):
        for account, _, attempts, faults, tokens, wasted, says in book.rows(sql, (cause, number)):
            amounts = tuple((currency, Decimal(text)) for currency, text in json.loads(wasted).items())
            found.append(Hit(account, cause, attempts, faults, tokens, amounts, says))
    return sorted(found, key=lambda one: (one.account, one.cause))


def met_before(book: Book, wanted: Sequence[str]) -> dict[str, str]:
    """The first of these causes that each account was hit by, as any assessment told."""
    found: dict[str, str] = {}
    for cause in wanted:
        for (account,) in book.rows("SELECT DISTINCT account FROM hit WHERE cause = %s", (cause,)):
            found.setdefault(account, cause)
    return found


def add_customers(book: Book, customers: Iterable[Customer], by: str, now: datetime) -> int:
    """Keep customers; those that are unchanged are left as they are. How many rows were added."""
    known = dict(_customer_rows(book))
    changed = [(one, canonical(asdict(one))) for one in customers]
    rows = [(one, data) for one, data in changed if known.get(one.account) != data]
    start = book.one("SELECT COALESCE(MAX(number), -1) + 1 FROM customer")[0]
    columns = ("account", "number", "data", "by", "at_us")
    book.add("customer", columns, [(one.account, start, data, by, to_us(now)) for one, data in rows])
    return len(rows)


def rebilled(book: Book, customers: Iterable[Customer]) -> set[str]:
    """The accounts whose id in the billing system would become another by keeping these customers."""
    known = dict(_customer_rows(book))

    def before(account: str) -> str:
        return str(json.loads(known[account])["billing"]) if account in known else ""

    return {one.account for one in customers if one.billing != before(one.account)}


def billed_by(book: Book, campaign: str, person: str) -> list[str]:
    """The accounts of a campaign's lines whose id in the billing system this person was the last to set."""
    sql = (
        "SELECT account, data, by FROM customer AS c "
        "WHERE EXISTS (SELECT 1 FROM line WHERE campaign = %s AND account = c.account) ORDER BY number"
    )
    known: dict[str, tuple[str, str]] = {}
    for rows in book.stream(sql, (campaign,)):
        for account, data, by in rows:
            billing = str(json.loads(data)["billing"])
            if known.get(account, ("", ""))[0] != billing:
                known[account] = (billing, by)
    return sorted(account for account, (billing, by) in known.items() if billing and by == person)


def customers(book: Book) -> dict[str, Customer]:
    """Every customer by account, as last imported."""
    return {account: Customer(**json.loads(data)) for account, data in _customer_rows(book)}


def some_customers(book: Book, accounts: Sequence[str]) -> dict[str, Customer]:
    """These customers by account; those not known are absent."""
    found: dict[str, Customer] = {}
    for start in range(0, len(accounts), 500):
        part = accounts[start : start + 500]
        marks = ", ".join(["%s"] * len(part))
        sql = f"SELECT account, data FROM customer WHERE account IN ({marks}) ORDER BY number"
        found |= {account: Customer(**json.loads(data)) for account, data in book.rows(sql, part)}
    return found


def compensated(book: Book, wanted: Sequence[str]) -> dict[tuple[str, str], int]:
    """Position of the award that stands for each (account, cause) of these causes: that was not taken back whole."""
    marks = ", ".join(["%s"] * len(wanted))
    sql = (
        "SELECT a.account, a.cause, a.position FROM posting AS a "
        f"{TAKEN_WHOLE} WHERE a.cause IN ({marks}) AND r.position IS NULL"
    )
    return {(account, cause): position for account, cause, position in book.rows(sql, wanted)}


def _customer_rows(book: Book) -> Iterable[tuple[str, str]]:
    for rows in book.stream("SELECT account, data FROM customer ORDER BY number"):
        yield from rows


def _fields(scope: Scope) -> tuple[str | None, ...]:
    return (scope.provider, scope.service, scope.model, scope.region)
