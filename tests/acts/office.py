"""An office to betray: a book with the cast and a drawn campaign, and what every script has to show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from makegood.acts.admit_person import admit_person
from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.give_award import Gift, Given, give_award
from makegood.acts.post_wave import post_wave
from makegood.acts.steer_campaign import steer_campaign
from makegood.awards.award import Award
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.filters import Filters
from makegood.errors import MakegoodError
from makegood.ledger.basis import Basis
from makegood.store import people
from makegood.store.book import Book
from makegood.store.journal import Actor
from tests.books import NOW, Cast, behind, cast, hit_world

ACCOUNTS = 12
FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20), expires_days=90),))
_WATCHED = (
    *("campaign", "campaign_event", "chunk", "customer", "line", "outbox", "person", "person_key", "policy"),
    *("posting", "proposal", "right_given", "signature"),
)


def drawing(cause: str, budget: int = 1_000_000, **more: Any) -> Drawing:
    """Twenty dollars to everyone; whoever draws twice changes the budget."""
    return Drawing(Draft((cause,), "house", "1", "USD", budget, 0, 0, **more), FLAT, Filters())


def gift(key: str, amount: int, account: str = "acct-000001", cause: str = "", **more: Any) -> Gift:
    """A single credit in US cents, or as more fields of the award, the basis or the gift say."""
    unit, propose = more.pop("unit", "USD"), more.pop("propose", False)
    basis = Basis("credit", cause, reason=more.pop("reason", "sorry"), **more)
    return Gift(Award(account, cause, "credit", unit, amount, amount, basis), key, propose)


@dataclass
class Office:
    """The book, who works there, the cause that hit the accounts; Dana draws, Ari signs."""

    book: Book
    team: Cast
    cause: str

    def admit(self, by: Actor, name: str, *rights: str) -> Actor:
        """Somebody new, let in by `by`."""
        admitted = admit_person(self.book, by, (name, f"{name.lower()}@example.com"), rights, NOW)
        return people.actor_of(self.book, admitted.secret)

    def drawn(self, by: Actor | None = None, **more: Any) -> tuple[str, str]:
        """A campaign's id and hash."""
        made = draw_campaign(self.book, by or self.team.dana, drawing(self.cause, **more), NOW)
        return made.campaign, made.allocation.hash

    def started(self, **more: Any) -> str:
        """A campaign drawn by Dana, signed by Ari, and started."""
        campaign, hash = self.drawn(**more)
        approve_campaign(self.book, self.team.ari, campaign, hash, NOW)
        steer_campaign(self.book, self.team.dana, campaign, "start", NOW)
        return campaign

    def posted(self) -> str:
        """A campaign that is posted to the end."""
        campaign = self.started()
        while post_wave(self.book, campaign, NOW).state == "running":
            pass
        return campaign

    def gives(self, *args: Any, now: datetime = NOW, **more: Any) -> Given:
        """Dana gives a single award."""
        return give_award(self.book, self.team.dana, gift(*args, **more), now)

    def behind(self, table: str, sql: str, params: tuple[Any, ...] = ()) -> None:
        """Change rows past the triggers."""
        behind(self.book, table, sql, params)

    @contextmanager
    def refuses(self, kind: type[MakegoodError], says: str, act: str, by: Actor | None = None) -> Iterator[None]:
        """What is done inside is refused with one sentence, changes nothing, and is in the journal."""
        before, rows = self._figures(), self.refusals()
        with pytest.raises(kind, match=says) as caught:
            yield
        assert type(caught.value) is kind
        assert re.fullmatch(r"[^\n]{20,500}\.", str(caught.value)), "one sentence or two, on one line"
        assert self._figures() == before
        found = self.refusals()
        assert len(found) == len(rows) + 1, "it is in the journal, once"
        person, key, done, detail = found[-1]
        assert (done, detail["why"]) == (act, kind.__name__)
        assert by is None or (person, key) == (by.person, by.key)

    def refusals(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Person, key, act and detail of every refusal."""
        sql = "SELECT person, key, act, detail FROM journal WHERE outcome = 'refused' ORDER BY number"
        return [(person, key, act, json.loads(detail)) for person, key, act, detail in self.book.rows(sql)]

    def _figures(self) -> dict[str, int]:
        return {table: self.book.one(f"SELECT COUNT(*) FROM {table}")[0] for table in _WATCHED}


def office(book: Book) -> Office:
    """The office at work."""
    team = cast(book)
    return Office(book, team, hit_world(book, team.dana, ACCOUNTS))


@dataclass
class Taking:
    """An outlet that takes everything, and keeps it."""

    name: str = "taking"
    taken: list[Parcel] = field(default_factory=list)

    def refuses(self, parcel: Parcel) -> str | None:
        """Nothing."""

    def send(self, parcel: Parcel) -> Sent:
        """Taken."""
        self.taken.append(parcel)
        return Sent("done", remote=parcel.id)

    def look(self, parcel: Parcel) -> Seen | None:
        """Nothing is there before it is sent."""
