"""Deadlines as declared: what a pack may say of them, what is refused and how it is to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from makegood.terms.due import ENDS, UNITS, Anchor, Deadline, Unit, Within, unsound_steps
from makegood.terms.lines import Path

DAYS = {"id": "a", "anchor": "window_end", "days": "30", "used": "true", "says": "Thirty days."}
CALENDAR = {"country": "GB", "clause": "c"}


def deadline(*readings: dict[str, Any]) -> Deadline:
    return Deadline.model_validate({"clause": "deadline", "readings": readings})


def unsound(one: Deadline) -> Iterator[tuple[Path, str]]:
    """Of the deadline, and of each of its readings."""
    yield from one.unsound()
    for index, reading in enumerate(one.readings):
        yield from ((("readings", index, *path), reason) for path, reason in reading.unsound())


@pytest.mark.parametrize("unit", UNITS)
def test_one_unit_is_given_and_says_to_the_end_of_what_it_runs(unit: str):
    one = Within.model_validate({"id": "a", "anchor": "event", "says": "x", unit: "3"})
    assert (one.unit, one.amount) == (unit, 3)
    assert one.until == {"hours": "none", "cycles": "cycle"}.get(unit, "day")
    assert one.model_copy(update={"before": True}).unit == unit
    assert Within.model_validate({**one.model_dump(), "before": True}).amount == -3
    assert Within.model_validate({**one.model_dump(), "whole": "month"}).until == "month"


def test_ends_are_anchors_and_units_are_units():
    assert set(get_args(Anchor)) > ENDS
    assert get_args(Unit) == UNITS


def test_what_is_not_said_is_what_most_texts_mean():
    one = deadline(DAYS)
    assert (one.step, one.counts) == ("claim", "received")
    assert (one.in_time, one.late, one.passed) == ("claim_in_time", "claim_late", "deadline_passed")
    assert one.readings[0].month_rule == "unstated"
    assert list(unsound(one)) == []


UNSOUND: list[tuple[list[dict[str, Any]], tuple[str | int, ...], str]] = [
    ([DAYS | {"days": None}], ("readings", 0), "counts in exactly one unit; give one of hours, days"),
    ([DAYS | {"months": 1}], ("readings", 0), "counts in exactly one unit"),
    ([DAYS, DAYS | {"id": "b"}], ("readings",), "exactly one reading of the deadline must say 'used: true'"),
    ([DAYS | {"used": False}], ("readings",), "exactly one reading"),
    ([DAYS, DAYS | {"used": False}], ("readings", 1, "id"), "reading 'a' is given twice"),
    ([DAYS | {"month_rule": "last_day"}], ("readings", 0, "month_rule"), "only months and years"),
    ([DAYS | {"days": None, "business_days": 5}], ("readings", 0), "working days need a 'calendar'"),
    ([DAYS | {"on_day_off": "next"}], ("readings", 0), "working days need a 'calendar'"),
    ([DAYS | {"calendar": CALENDAR}], ("readings", 0, "calendar"), "no working days are counted"),
    ([DAYS | {"whole": "none", "counts_first_day": True}], ("readings", 0, "whole"), "keeps the time of day"),
    ([DAYS | {"counts_last_instant": True}], ("readings", 0, "counts_last_instant"), "has no instant to count"),
    ([DAYS | {"days": None, "cycles": 1, "whole": "month"}], ("readings", 0, "whole"), "run to the end of a cycle"),
]


@pytest.mark.parametrize(("readings", "path", "words"), UNSOUND)
def test_what_cannot_be_right_is_said_at_its_place(
    readings: list[dict[str, Any]], path: tuple[str | int, ...], words: str
):
    found = list(unsound(deadline(*readings)))
    assert [place for place, _ in found] == [path]
    assert words in found[0][1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "-1"},
        {"days": "1.5"},
        {"days": "40001"},
        {"anchor": "sometime"},
        {"whole": "week"},
        {"month_rule": "next_day"},
        {"until": "day"},
        {"calendar": {"country": "gb", "clause": "c"}},
        {"calendar": {"country": "GB"}},
    ],
)
def test_fields_of_another_kind_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        Within.model_validate(DAYS | wrong)


def test_each_of_several_steps_has_its_own_name():
    notice, claim = deadline(DAYS).model_copy(update={"step": "notice"}), deadline(DAYS)
    assert list(unsound_steps((notice, claim))) == []
    assert list(unsound_steps((claim, claim))) == [
        ((1, "step"), "step 'claim' is given twice; give each deadline its own")
    ]
