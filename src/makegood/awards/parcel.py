"""Noun: a parcel; one posting on its way to a billing system, and what that system says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from makegood.ledger.basis import Basis


@dataclass(frozen=True)
class Parcel:
    """`id` is the posting's id, unique over all books: the idempotency key everywhere.

    `kind` is `award` or `reversal`; `amount` is in minor units of `unit`, which has `scale` decimals, and is above
    zero for both kinds. `billing` is the account's id in the billing system. A reversal names the id of the posting
    that it takes back in `reverses`.
    """

    id: str
    kind: str
    account: str
    billing: str
    unit: str
    scale: int
    amount: int
    at: datetime
    basis: Basis
    says: str
    reverses: str | None = None


@dataclass(frozen=True)
class Sent:
    """What became of one try.

    `outcome` is `done` (with the billing system's own `remote` id), `again` (no answer, or one that says to come back,
    not before `after` where it says so) or `refused` (it will never be taken as it is; a human must look). `said` is
    one sentence without secrets or customers' text.
    """

    outcome: str
    said: str = ""
    remote: str = ""
    after: timedelta | None = None


@dataclass(frozen=True)
class Seen:
    """What the billing system shows when it is read back; `amount` is signed as of a credit to the customer."""

    remote: str
    unit: str
    amount: int
    times: int = 1


class Outlet(Protocol):
    """A way out to one billing system; it raises nothing for what the other side does."""

    name: str

    def refuses(self, parcel: Parcel) -> str | None:
        """Why such a parcel can never go this way (a unit it does not know, an account without an id), or None."""

    def send(self, parcel: Parcel) -> Sent:
        """One try, with the parcel's id as idempotency key and a time-out of its own."""

    def look(self, parcel: Parcel) -> Seen | None:
        """What stands there under the parcel's id, None where nothing does; raise Unreadable without an answer."""
