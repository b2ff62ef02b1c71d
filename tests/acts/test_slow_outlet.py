"""A billing system so slow that a lease runs out: what was not tried in time is left to who takes it next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from makegood.acts.send_parcels import BEGUN_WITHIN, LATE, Batch, send_parcels
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.store import effects
from makegood.store.book import Book
from tests.acts.office import office
from tests.books import NOW

LATER = NOW + 2 * effects.LEASE


class Forgetful:
    """It keeps all that it is sent, knows no keys, and needs so many seconds for each try."""

    name = "forgetful"

    def __init__(self, seconds: float) -> None:
        self.kept: list[str] = []
        self.seconds = seconds
        self.passed = 0.0
        self.meanwhile: Callable[[], object] = lambda: None

    def clock(self) -> float:
        """Seconds that have passed."""
        return self.passed

    def refuses(self, parcel: Parcel) -> str | None:
        """Nothing."""

    def look(self, parcel: Parcel) -> Seen | None:
        """What it kept."""
        times = self.kept.count(parcel.id)
        return Seen(parcel.id, parcel.unit, parcel.amount * times, times) if times else None

    def send(self, parcel: Parcel) -> Sent:
        """Kept, in its time."""
        self.kept.append(parcel.id)
        self.passed += self.seconds
        if self.passed > effects.LEASE.total_seconds():
            meanwhile, self.meanwhile = self.meanwhile, lambda: None
            meanwhile()
        return Sent("done", remote=parcel.id)


def test_nothing_is_sent_behind_the_back_of_a_worker_that_took_it_after_the_lease(swept: Book):
    at = office(swept)
    for number in range(6):
        at.gives(f"claim/{number}", 100)
    outlet = Forgetful(effects.LEASE.total_seconds() + 1)
    other = Batch("other", 10, 1)
    outlet.meanwhile = lambda: send_parcels(swept, outlet, other, LATER)
    send_parcels(swept, outlet, Batch("slow", 10, 1, outlet.clock), NOW)
    send_parcels(swept, outlet, other, LATER)
    assert set(Counter(outlet.kept).values()) == {1}
    assert len(outlet.kept) == 6


def test_what_was_not_tried_waits_and_says_why(swept: Book):
    at = office(swept)
    for number in range(3):
        at.gives(f"claim/{number}", 100)
    outlet = Forgetful(BEGUN_WITHIN.total_seconds())
    counts = send_parcels(swept, outlet, Batch("slow", 10, 1, outlet.clock), NOW)
    assert counts == {"done": 1, "waiting": 2}
    said = swept.rows("SELECT DISTINCT said FROM outbox WHERE state = 'waiting'")
    assert said == [(LATE,)]
