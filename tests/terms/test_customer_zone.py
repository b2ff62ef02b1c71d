"""In whose days an event is counted."""

import pytest

from makegood.terms.customer_zone import event_clock, zone_of_offset
from makegood.terms.window import Window

EVENT = Window(kind="event", zone="UTC", clause="zone")
SEOUL = EVENT.model_copy(update={"zone": "Asia/Seoul"})
MONTH = EVENT.model_copy(update={"kind": "calendar_month"})
STATED = EVENT.model_copy(update={"stated": True})


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-06-01T00:00:00+02:00", "Etc/GMT-2"),
        ("2026-06-01T00:00:00-07:00", "Etc/GMT+7"),
        ("2026-06-01T00:00:00Z", None),
        ("2026-06-01", None),
        ("2026-06-01T00:00:00+05:30", None),
        ("2026-06-01T00:00:00+23:00", None),
        ("soon", None),
    ],
)
def test_an_offset_names_a_zone_where_there_is_one(text: str, zone: str | None) -> None:
    assert zone_of_offset(text) == zone


@pytest.mark.parametrize(
    ("windows", "named", "moments", "zone"),
    [
        ([EVENT], None, ["2026-06-01T00:00:00Z", "2026-06-02T00:00:00+02:00"], "Etc/GMT-2"),
        ([EVENT], "Asia/Tokyo", ["2026-06-02T00:00:00+02:00"], "Asia/Tokyo"),
        ([EVENT], None, [], None),
        ([EVENT, MONTH], "Asia/Tokyo", [], None),
        ([SEOUL], "Asia/Tokyo", [], None),
        ([STATED], "Asia/Tokyo", [], None),
        ([], "Asia/Tokyo", [], None),
    ],
)
def test_only_an_event_that_its_terms_place_nowhere_takes_the_customers_clock(windows, named, moments, zone) -> None:
    assert event_clock(windows, named, moments) == zone
