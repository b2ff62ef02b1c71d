"""One try that looks first; what differs, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from makegood.awards.deliver import deliver, differs
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import NoReadBack, Unreadable
from makegood.ledger.basis import Basis

AWARD = Parcel("mg-1", "award", "acme", "cus_1", "USD", 2, 1000, datetime(2026, 9, 20, tzinfo=UTC), Basis("credit"), "")
BACK = replace(AWARD, id="mg-2", kind="reversal", reverses="mg-1")


@dataclass
class Desk:
    """An outlet that shows what it is told to and notes what it is asked."""

    shows: Seen | Exception | None = None
    never: str | None = None
    name: str = "desk"
    asked: list[str] = field(default_factory=list)

    def refuses(self, _: Parcel) -> str | None:
        return self.never

    def send(self, _: Parcel) -> Sent:
        self.asked.append("send")
        return Sent("done")

    def look(self, _: Parcel) -> Seen | None:
        self.asked.append("look")
        if isinstance(self.shows, Exception):
            raise self.shows
        return self.shows


@pytest.mark.parametrize(
    ("desk", "fresh", "asked", "outcome"),
    [
        (Desk(), True, ["send"], "done"),
        (Desk(), False, ["look", "send"], "done"),
        (Desk(Seen("r", "USD", 1000)), False, ["look"], "done"),
        (Desk(Seen("r", "USD", 999)), False, ["look"], "refused"),
        (Desk(Unreadable("no answer.")), False, ["look"], "again"),
        (Desk(NoReadBack("cannot.")), False, ["look", "send"], "done"),
        (Desk(never="no such unit."), True, [], "refused"),
    ],
)
def test_one_try(desk: Desk, fresh: bool, asked: list[str], outcome: str):
    assert (deliver(desk, AWARD, fresh).outcome, desk.asked) == (outcome, asked)


@pytest.mark.parametrize(
    ("parcel", "seen", "told"),
    [
        (AWARD, Seen("r", "USD", 1000), None),
        (BACK, Seen("r", "USD", -1000), None),
        (AWARD, None, "desk shows nothing under mg-1, where the book has 10.00 USD."),
        (AWARD, Seen("r", "USD", 999), "desk shows 9.99 USD under mg-1, where the book has 10.00 USD."),
        (AWARD, Seen("r", "EUR", 1000), "desk shows 10.00 EUR under mg-1, where the book has 10.00 USD."),
        (BACK, Seen("r", "USD", 1000), "desk shows 10.00 USD under mg-2, where the book has -10.00 USD."),
        (
            AWARD,
            Seen("r", "USD", 2000, 2),
            "desk shows mg-1 2 times, 20.00 USD together, where the book has 10.00 USD once.",
        ),
    ],
)
def test_what_differs_is_one_sentence(parcel: Parcel, seen: Seen | None, told: str | None):
    assert differs("desk", parcel, seen) == told
