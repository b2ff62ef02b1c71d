"""Noun: a notice; the facts that a customer is told of one posting, in whatever language and by whatever way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from makegood.awards.parcel import Sent
from makegood.ledger.basis import Basis
from makegood.records.scope import Scope
from makegood.spans import Span, moment

KINDS = ("award", "reversal", "reminder")


@dataclass(frozen=True)
class Notice:
    """`id` is stable over every try. `amount` is in minor units; `faults`, `attempts` and `wasted` are the loss.

    `span` and `scope` say what failed, None where there was no incident. `audience` is the name of a cause that is none
    but a list of accounts, and `says` what happened to this one in the words of that list, empty where it says nothing;
    `wasted` is then what it lost, and `faults` are 0 where nobody counted. `where` says where the credit shows (the
    name of the billing system), `object_to` how to object (an address or a page), `page` where the proof is shown. A
    reminder says in `rest` what is left of the award, in minor units, and is `dated` when it leaves.
    """

    id: str
    kind: str
    posting: str
    position: int
    account: str
    email: str
    lang: str
    at: datetime
    unit: str
    amount: int
    basis: Basis
    span: Span | None = None
    scope: Scope | None = None
    attempts: int = 0
    faults: int = 0
    tokens: int = 0
    wasted: tuple[tuple[str, Decimal], ...] = ()
    where: str = ""
    object_to: str = ""
    page: str = ""
    sender: str = ""
    rest: int = 0
    dated: datetime | None = None
    audience: str = ""
    says: str = ""

    @property
    def date(self) -> datetime:
        """The date of the letter: the posting's own, unless the notice has another."""
        return self.dated or self.at

    def needless(self, now: datetime) -> bool:
        """Is this a reminder of what is used up, taken back or expired by now?"""
        over = self.basis.expires is not None and moment(self.basis.expires) <= now
        return self.kind == "reminder" and (over or self.rest <= 0)


@dataclass(frozen=True)
class Letter:
    """A notice in words: `text` is plain, `html` the same facts as a page, `data` the same facts for machines."""

    notice: Notice
    subject: str
    text: str
    html: str
    data: dict[str, object]


class Channel(Protocol):
    """A way to a customer; it raises nothing for what the other side does."""

    name: str

    def reaches(self, notice: Notice) -> bool:
        """Can this customer be reached this way?"""

    def send(self, letter: Letter) -> Sent:
        """One try. `again` promises that nothing was handed over; where that is not known the outcome is `doubt`."""
