"""Verb: read postings as parcels for the billing system, and as notices for customers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from makegood.awards.parcel import Parcel
from makegood.campaigns.cause import AUDIENCE, Cause
from makegood.campaigns.customer import Customer
from makegood.campaigns.notice import Notice
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted
from makegood.ledger.unit import unit_of
from makegood.spans import from_us
from makegood.store import bases, causes, lots, postings
from makegood.store.book import Book


@dataclass(frozen=True)
class Sender:
    """What every notice says of the desk: where a credit shows, how to object, where the proof is, who sends it."""

    where: str = ""
    object_to: str = ""
    page: str = ""
    sender: str = ""


def at(book: Book, positions: Sequence[int]) -> list[Posted]:
    """The postings at these positions, by position."""
    marks = ", ".join(["%s"] * len(positions))
    return postings.read(book, f"position IN ({marks})", positions) if positions else []


def parcels(book: Book, positions: Sequence[int]) -> list[Parcel]:
    """Parcels of the postings at these positions, by position."""
    found = at(book, positions)
    known = bases.bases(book, {one.posting.basis for one in found})
    customers = causes.some_customers(book, [one.posting.account for one in found])
    reversed_ = [one.posting.reverses for one in found if one.posting.reverses is not None]
    taken_back = {one.position: one for one in at(book, reversed_)}
    return [_parcel(book, one, known, customers, taken_back) for one in found]


def _parcel(
    book: Book, one: Posted, known: dict[str, Basis], customers: dict[str, Customer], taken_back: dict[int, Posted]
) -> Parcel:
    posting = one.posting
    basis = known[posting.basis]
    customer = customers.get(posting.account)
    first = taken_back.get(posting.reverses) if posting.reverses is not None else None
    return Parcel(
        id=postings.outward_id(book, posting.key),
        kind=posting.kind,
        account=posting.account,
        billing=customer.billing if customer else "",
        unit=posting.unit,
        scale=unit_of(posting.unit).scale,
        amount=posting.amount,
        at=from_us(one.at_us),
        basis=basis,
        says=" ".join(part for part in (basis.reason or posting.kind, basis.cause, basis.campaign) if part),
        reverses=postings.outward_id(book, first.posting.key) if first else None,
    )


def notices(book: Book, positions: Sequence[int], sender: Sender) -> list[Notice]:
    """Notices of the postings at these positions, by position."""
    found = at(book, positions)
    known = bases.bases(book, {one.posting.basis for one in found})
    customers = causes.some_customers(book, [one.posting.account for one in found])
    incidents = {one.id: one for one in causes.causes(book)}
    hits = _hits(book, found)
    return [
        _notice(book, one, known[one.posting.basis], customers.get(one.posting.account), (incidents, hits, sender))
        for one in found
    ]


def reminders(book: Book, positions: Sequence[int], sender: Sender, now: datetime) -> list[Notice]:
    """Reminders of the awards at these positions, by position, with what is left of them now."""
    left = lots.rests(book, positions)
    return [
        replace(one, id=f"{one.posting}.reminder", kind="reminder", rest=left[one.position], dated=now)
        for one in notices(book, positions, sender)
    ]


Told = tuple[dict[str, Cause], dict[tuple[str, str], tuple[Any, ...]], Sender]


def _notice(book: Book, one: Posted, basis: Basis, customer: Customer | None, told: Told) -> Notice:
    incidents, hits, sender = told
    posting = one.posting
    cause = posting.cause or basis.cause
    incident = incidents.get(cause)
    listed = incident is not None and incident.kind == AUDIENCE
    attempts, faults, tokens, wasted, says = hits.get((posting.account, cause), (0, 0, 0, "{}", ""))
    id = postings.outward_id(book, posting.key)
    return Notice(
        id=f"{id}.notice",
        kind=posting.kind,
        posting=id,
        position=one.position,
        account=posting.account,
        email=customer.email if customer else "",
        lang=customer.lang if customer else "en",
        at=from_us(one.at_us),
        unit=posting.unit,
        amount=posting.amount,
        basis=basis,
        span=incident.span if incident and not listed else None,
        scope=incident.scope if incident and not listed else None,
        attempts=0 if listed else attempts,
        faults=0 if listed and not attempts else faults,
        tokens=tokens,
        wasted=tuple((currency, Decimal(text)) for currency, text in json.loads(wasted).items()),
        where=sender.where,
        object_to=sender.object_to,
        page=sender.page,
        sender=sender.sender,
        audience=cause if listed else "",
        says=says,
    )


def _hits(book: Book, found: Sequence[Posted]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What each account met in the cause of its posting, as the newest assessment tells it."""
    marks = ", ".join(["%s"] * len(found))
    rows = book.rows(
        "SELECT h.account, h.cause, h.attempts, h.faults, h.tokens, h.wasted, h.says FROM hit AS h "
        f"JOIN assessment AS a ON a.hash = h.assessment WHERE h.account IN ({marks}) ORDER BY a.number",
        [one.posting.account for one in found],
    )
    return {(row[0], row[1]): row[2:] for row in rows}
