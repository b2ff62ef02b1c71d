"""The dates of a verdict: from which moments they count, and which of several readings leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from makegood.spans import Span
from makegood.terms.case import ClaimFacts
from makegood.terms.dates import dates
from makegood.terms.outages import Outage, Outages, lasting
from tests.terms.parts_in_short import at, case, found, promise

SEEN = Outages((lasting(Span(at("03 08:00"), at("03 09:00"))), lasting(Span(at("05 08:00"), at("05 10:00")))))


def reading(anchor: str, used: bool = True, **also: Any) -> dict[str, Any]:
    return {"id": anchor, "anchor": anchor, "used": used, "says": anchor} | (also or {"hours": 1})


def deadline(*readings: dict[str, Any], **also: Any) -> dict[str, Any]:
    return {"clause": "d", "readings": list(readings)} | also


@pytest.mark.parametrize(
    ("anchor", "given", "end"),
    [
        ("window_start", {}, "2026-06-01T01:00:00"),
        ("window_end", {}, "2026-07-01T01:00:00"),
        ("incident_start", {"outages": SEEN}, "2026-06-03T09:00:00"),
        ("incident_end", {"outages": SEEN}, "2026-06-05T11:00:00"),
        ("resumption", {"outages": SEEN}, "2026-06-05T11:00:00"),
        ("incident_start", {"outages": SEEN, "anchors": {"incident_start": at("02 00:00")}}, "2026-06-02T01:00:00"),
        ("request", {"claim": ClaimFacts(at("20 00:00"), None)}, "2026-06-20T01:00:00"),
        ("receipt", {"claim": ClaimFacts(at("20 00:00"), None)}, "2026-06-20T01:00:00"),
        ("purchase", {"anchors": {"purchase": at("09 00:00")}}, "2026-06-09T01:00:00"),
        ("purchase", {}, None),
        ("incident_end", {"outages": Outages((Outage(found(1).value or 0),))}, None),
    ],
)
def test_from_which_moment_a_deadline_counts(anchor: str, given: dict[str, Any], end: str | None) -> None:
    when = dates(promise(deadlines=[deadline(reading(anchor))]), case(**given), found(1))
    assert when.deadline == (None if end is None else datetime.fromisoformat(f"{end}+00:00"))


def test_where_the_reading_used_cannot_be_reckoned_the_earliest_other_stands_in() -> None:
    readings = (reading("purchase"), reading("window_end", False), reading("window_start", False))
    when = dates(promise(deadlines=[deadline(*readings)]), case(), found(1))
    assert when.deadline == at("01 01:00")
    assert [(one.id, one.used) for one in when.told] == [("window_end", False), ("window_start", True)]


def test_the_deadline_is_that_of_the_last_step() -> None:
    steps = [deadline(reading("window_start"), step="notice"), deadline(reading("window_start", hours=9))]
    when = dates(promise(deadlines=steps), case(), found(1))
    assert when.deadline == at("01 09:00")
    assert [one.step for one in when.dues] == ["notice", "claim"]


def test_payment_expiry_and_duties() -> None:
    big = {"fact": "big", "is": True, "clause": "c"}
    duty = {"item": "report", "of": "provider", "says": "A report.", "clause": "c"}
    remedy = {
        "pay_by": reading("window_start", hours=2),
        "expires": reading("window_start", hours=3),
        "duties": [duty | {"by": reading("window_start", hours=4)}, duty | {"item": "call", "when": [big]}],
    }
    when = dates(promise(remedy=remedy), case(), found(1))
    assert (when.pay_by, when.expires) == (at("01 02:00"), at("01 03:00"))
    assert [(one.item, one.by) for one in when.duties] == [("report", at("01 04:00"))]
    assert [one.item for one in dates(promise(remedy=remedy), case(big=True), found(1)).duties] == ["report", "call"]
