"""What changed between two versions of a page: growth is told apart from edits that rewrite the past."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from makegood.records.compare_pages import Looks, compare_pages
from makegood.records.small_files import read_small
from tests.watch.status_pages import OLD, at, edited, incident, iso, page

LOOKS = Looks(at("09:59"), at("10:00"))
FIRST = ((iso("09:30"), "investigating", "We look into errors."),)
SECOND = (*FIRST, (iso("09:50"), "identified", "A fix is on its way."))
OPEN = incident("inc1", iso("09:30"), *SECOND)


def changes(
    tmp_path: Path, before: bytes, after: bytes, looks: Looks = LOOKS
) -> list[tuple[str, str | None, str | None]]:
    read = []
    for name, body in (("before", before), ("after", after)):
        (tmp_path / name).write_bytes(body)
        read.append(read_small(tmp_path / name).bulletins)
    return [(one.what, one.before, one.after) for one in compare_pages(read[0], read[1], looks)]


def whats(*args) -> list[str]:
    return [one[0] for one in changes(*args)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (OPEN, []),
        (incident("inc1", iso("09:30"), *SECOND, (iso("09:58"), "monitoring", "Watching.")), ["update_added"]),
        (incident("inc1", iso("09:30"), *SECOND, (iso("09:58"), "resolved", "Over.")), ["closed", "update_added"]),
        (edited(OPEN, started_at=iso("09:10")), ["start_moved"]),
        (edited(OPEN, name="Some users saw errors"), ["title_edited"]),
        (edited(OPEN, impact="minor"), ["severity_lowered"]),
        (edited(OPEN, impact="critical"), ["severity_raised"]),
        (edited(OPEN, components=[{"id": "api", "name": "API"}, {"id": "web", "name": "Web"}]), ["component_added"]),
        (incident("inc1", iso("09:30"), FIRST[0], (iso("09:50"), "identified", "No errors.")), ["text_edited"]),
        (incident("inc1", iso("09:30"), FIRST[0], (iso("09:40"), "identified", "A fix is on its way.")),
         ["update_retimed"]),
        (incident("inc1", iso("09:30"), *FIRST), ["update_removed"]),
        (incident("inc1", iso("09:30"), FIRST[0], (iso("09:40"), "update", "We told you."), SECOND[1]),
         ["update_inserted", "backdated"]),
        (incident("inc1", iso("09:30"), *SECOND, (iso("09:52"), "monitoring", "Late.")), ["update_added", "backdated"]),
        # a cache may be some minutes old: dated three minutes before the last look, it is not held against the page
        (incident("inc1", iso("09:30"), *SECOND, (iso("09:56"), "monitoring", "Soon.")), ["update_added"]),
    ],
)  # fmt: skip
def test_what_changed_on_one_incident(tmp_path: Path, after: dict, expected: list[str]) -> None:
    assert whats(tmp_path, page(OPEN, OLD), page(after, OLD)) == expected


def test_before_and_after_are_told(tmp_path: Path) -> None:
    moved = edited(OPEN, started_at=iso("09:10"), impact="minor")
    assert changes(tmp_path, page(OPEN), page(moved)) == [
        ("start_moved", iso("09:30"), iso("09:10")),
        ("severity_lowered", "partial", "degraded"),
    ]


def test_an_end_that_is_moved_and_an_incident_that_is_opened_again(tmp_path: Path) -> None:
    closed = incident("inc1", iso("09:30"), *FIRST, (iso("09:50"), "resolved", "Over."))
    shorter = edited(closed, resolved_at=iso("09:40"))
    assert changes(tmp_path, page(closed), page(shorter)) == [("end_moved", iso("09:50"), iso("09:40"))]
    again = incident(
        "inc1", iso("09:30"), *FIRST, (iso("09:50"), "resolved", "Over."), (iso("09:58"), "update", "Not.")
    )
    assert whats(tmp_path, page(closed), page(again)) == ["reopened", "update_added"]


def test_a_bulletin_that_is_gone_was_removed_unless_it_was_the_oldest(tmp_path: Path) -> None:
    assert whats(tmp_path, page(OPEN, OLD), page(OLD)) == ["removed"]
    assert whats(tmp_path, page(OPEN, OLD), page(OPEN)) == ["dropped"]
    assert whats(tmp_path, page(OPEN, OLD), page()) == ["removed", "removed"]


def test_a_page_of_open_incidents_only_closes_by_silence(tmp_path: Path) -> None:
    assert whats(tmp_path, page(OPEN), page()) == ["closed"]


def test_a_bulletin_posted_with_a_date_at_which_it_was_not_there(tmp_path: Path) -> None:
    late = incident("inc2", iso("09:00"), (iso("09:05"), "investigating", "We knew."))
    assert whats(tmp_path, page(OLD), page(late, OLD)) == ["posted", "backdated"]
    prompt = incident("inc2", iso("09:00"), (iso("09:59"), "investigating", "It began at nine."))
    assert whats(tmp_path, page(OLD), page(prompt, OLD)) == ["posted"]


def test_nothing_is_held_against_a_page_that_could_not_be_read_for_long(tmp_path: Path) -> None:
    late = incident("inc2", iso("09:00"), (iso("09:05"), "investigating", "We knew."))
    assert whats(tmp_path, page(OLD), page(late, OLD), Looks(at("08:00"), at("10:00"))) == ["posted"]


def test_planned_work_that_is_moved_is_no_edit(tmp_path: Path) -> None:
    planned = incident(
        "m1", iso("09:30"), (iso("09:00"), "scheduled", "Planned."), impact="maintenance",
        scheduled_for=iso("12:00"), scheduled_until=iso("13:00"),
    )  # fmt: skip
    later = edited(planned, scheduled_for=iso("14:00"), scheduled_until=iso("15:00"))
    assert whats(tmp_path, page(planned), page(later)) == ["rescheduled", "rescheduled"]


def test_the_real_pages_of_two_weeks_grow_and_are_never_taken_for_edited(shared: Path) -> None:
    folder = shared / "data" / "ai_status_leaderboard"
    if not folder.is_dir():
        pytest.skip("reference data: no ai_status_leaderboard")
    snapshots = sorted(folder.glob("2026-*"))
    found: dict[str, list[str]] = {}
    for earlier, later in pairwise(snapshots):
        looks = Looks(*(datetime.fromisoformat(f"{one.name}:59:00+00:00") for one in (earlier, later)))
        for file in earlier.glob("*.json"):
            read = [read_small(one / file.name).bulletins for one in (earlier, later)]
            for change in compare_pages(read[0], read[1], looks):
                found.setdefault(change.what, []).append(f"{file.stem}:{change.incident}")
    assert set(found) <= {"posted", "closed", "dropped"}
    assert "openai:01KT204M76EYZYJX7WYG1B2QPH" in found["closed"]
    assert len([one for one in found["posted"] if one.startswith("anthropic:")]) == 26


def test_the_one_real_statuspage_incident_edited_by_hand(shared: Path, tmp_path: Path) -> None:
    path = shared / "data" / "statuspage_v2" / "claude_incidents_v2_sample.json"
    if not path.is_file():
        pytest.skip("reference data: no statuspage_v2")
    before, after = (json.loads(path.read_text(encoding="utf-8")) for _ in range(2))
    after["incidents"][0]["incident_updates"][0]["body"] = "This issue has been resolved."
    looks = Looks(at("10:00") - timedelta(minutes=1), at("10:00"))
    found = whats(tmp_path, json.dumps(before).encode(), json.dumps(after).encode(), looks)
    # the text had said that the impact began 25 minutes before the page; that sentence is gone
    assert found == ["text_edited"]


FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://status.acme.test/</id><title>Acme</title>
  <updated>2026-11-22T10:00:00Z</updated><generator>incident.io</generator>
  <entry><title>Errors</title><id>https://status.acme.test//incidents/01KT204M76EYZYJX7WYG1B2QPH</id>
    <updated>WHEN</updated><content type="html"><![CDATA[<b>Status: STATE</b><br/>TEXT<br/>
    <b>Affected components</b><ul><li>API (Partial outage)</li></ul>]]></content></entry></feed>"""


def test_a_feed_of_latest_states_goes_on_without_an_edit(tmp_path: Path) -> None:
    """It keeps no earlier update and tells no severity of what is closed: nothing of that is held against it."""

    def told(when: str, state: str, text: str) -> bytes:
        return FEED.replace("WHEN", iso(when)).replace("STATE", state).replace("TEXT", text).encode()

    opened, on = told("09:30", "Investigating", "We look."), told("09:58", "Identified", "A fix.")
    closed, later = told("09:59", "Resolved", "Over."), told("10:00", "Resolved", "Over, and here is why.")
    assert whats(tmp_path, opened, on) == ["update_added"]
    assert whats(tmp_path, on, closed) == ["closed", "update_added"]
    assert whats(tmp_path, closed, later) == ["update_added"]
    assert whats(tmp_path, closed, told("09:59", "Resolved", "Nothing was wrong.")) == ["text_edited"]
