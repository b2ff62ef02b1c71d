"""What is too faint for an alarm and shows in the rows: told once, with an alarm that comes later, and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from makegood.incidents.alarm import OVER, PASSING
from makegood.incidents.incident import Found
from makegood.reads.alert import Alert
from makegood.reads.alert_words import alert_text
from makegood.reads.words import Words
from makegood.records.scope import Scope
from makegood.spans import Span
from tests.reads.alert_world import ACME, CHAT, EMBED, World, alarm, bulletins, minutes, rows, traffic
from tests.watch.status_pages import URL, at, incident, iso, page


@pytest.fixture
def world() -> World:
    return World()


def faint(start: str, end: str, scope: Scope = CHAT, faults: int = 12) -> Found:
    """An incident in which 12 of 240 attempts failed."""
    return replace(rows(start, end, scope), attempts=240, faults=faults)


def shows(world: World, when: str, *found: Found, **more: object) -> list[Alert]:
    """The rows show these incidents at a moment, and no alarm speaks."""
    world.traffic = traffic(incidents=found, **{"newest": at(when), **more})
    return world.look(when)


def test_it_begins_while_it_fails_and_once(world: World) -> None:
    (began,) = shows(world, "09:45", faint("09:20", "09:43"))
    assert (began.kind, began.facts["faint"], began.facts["since"]) == ("began", True, iso("09:20"))
    told = alert_text(began, Words("en", "UTC"))
    assert told.subject == "acme · chat.completions · a-1: 5.0% of your calls fail since Nov 22, 2026 09:20 UTC"
    assert list(told.lines[:2]) == [
        "240 attempts since then, 12 of them failed by the provider's fault (5.0%): degraded performance.",
        "Too few fail at a time for an alarm: it shows in all attempts since then together. "
        "Should later ones show that it was nothing, this alert is withdrawn.",
    ]
    assert shows(world, "09:50", faint("09:22", "09:49")) == []
    assert shows(world, "10:15", faint("09:22", "10:13", ACME, 14))[0].kind == "changed"  # it reaches farther
    assert shows(world, "10:20", faint("09:22", "10:19", ACME, 20)) == []
    (ended,) = shows(world, "10:50", faint("09:22", "10:20", ACME), minutes=minutes("09:00", "10:50", 20))
    assert (ended.kind, ended.facts["since"], ended.facts["until"]) == ("ended", iso("09:20"), iso("10:20"))
    assert shows(world, "10:51", faint("09:22", "10:20", ACME)) == []


def test_what_has_passed_for_ten_minutes_does_not_begin(world: World) -> None:
    assert shows(world, "09:53", faint("09:20", "09:43")) == []
    assert shows(world, "09:58", faint("09:20", "09:49")) != []


def test_wide_and_narrow_at_once_are_one(world: World) -> None:
    found = (faint("09:20", "09:43"), faint("09:10", "09:44", ACME), faint("09:40", "09:44", EMBED))
    assert [one.facts["scope"]["model"] for one in shows(world, "09:45", *found)] == [None]
    assert shows(world, "09:46", *found) == []


def test_an_alarm_that_comes_later_goes_on_with_it(world: World) -> None:
    shows(world, "09:45", faint("09:20", "09:43"))
    world.traffic = traffic(alarm(began="09:50", last="09:52"), incidents=(faint("09:20", "09:52"),))
    (changed,) = world.look("09:52")
    assert (changed.kind, changed.facts["since"], changed.facts["severity"]) == ("changed", iso("09:20"), "major")
    assert not changed.facts.get("faint")
    over = alarm(began="09:50", last="10:00", state=OVER)
    world.traffic = traffic(over, incidents=(faint("09:20", "10:29"),))
    assert world.look("10:30") == []  # the rest fails as faintly as before
    assert shows(world, "10:40", faint("09:20", "10:29")) == []
    assert [one.kind for one in shows(world, "10:59", faint("09:20", "10:29"))] == ["ended"]
    assert world.told.episodes == {}


def test_an_alarm_that_passes_tells_for_the_rows_too(world: World) -> None:
    world.traffic = traffic(alarm(), incidents=(faint("09:20", "09:40"),))
    assert world.kinds("09:41") == ["began"]
    world.traffic = traffic(alarm(state=PASSING), incidents=(faint("09:20", "09:47"),))
    assert world.look("09:48") == []
    world.traffic = traffic(alarm(state=OVER), incidents=())
    assert world.kinds("10:10") == ["ended"]
    assert shows(world, "10:15", faint("09:20", "10:09")) == []  # within half an hour of the end that was told
    (again,) = shows(world, "10:20", faint("09:20", "10:16"))
    assert (again.kind, again.facts["since"]) == ("began", iso("09:20"))


def test_what_the_rows_show_no_more_is_withdrawn_after_half_an_hour(world: World) -> None:
    (began,) = shows(world, "09:45", faint("09:20", "09:43"))
    assert shows(world, "09:46") == []
    assert shows(world, "10:10", faint("09:20", "10:09")) == []  # near the edge it comes and goes
    assert shows(world, "10:15") == []
    assert shows(world, "10:44") == []
    (ended,) = shows(world, "10:45")
    assert (ended.kind, ended.facts["withdrawn"], ended.facts["incident"]) == (
        "ended", True, began.facts["incident"],
    )  # fmt: skip
    told = alert_text(ended, Words("en", "UTC"))
    assert told.subject.endswith("09:20 UTC is withdrawn")
    assert told.lines[0] == "Together with the calls since then, no more fail than is usual here."
    assert "Too few" not in told.text
    (again,) = shows(world, "11:00", faint("09:20", "10:59"))  # it was something after all
    assert (again.kind, again.facts["incident"]) == ("began", f"{began.facts['incident']}-2")
    assert shows(world, "11:01", faint("09:20", "11:00")) == []


def test_the_headline_is_for_faint_ones_too(world: World) -> None:
    world.reads("09:45")
    (silent,) = shows(world, "09:45", faint("09:20", "09:43"))
    assert (silent.kind, silent.facts["minutes"]) == ("silent", 25)
    subject = alert_text(silent, Words("ko", "Asia/Seoul")).subject
    assert subject.endswith("호출의 5.0%가 실패하고 있으나 상태 페이지에는 공지가 없습니다")


def test_a_page_that_speaks_of_it_is_told_with_it(world: World, tmp_path: Path) -> None:
    world.reads("09:25")
    shows(world, "09:45", faint("09:20", "09:43"))
    told = incident("inc1", iso("09:40"), (iso("09:48"), "investigating", "We look into errors."))
    world.reads("09:50", *bulletins(tmp_path, page(told)))
    assert [one.kind for one in shows(world, "09:50", faint("09:20", "09:49"))] == ["acknowledged"]
    assert shows(world, "09:51", faint("09:20", "09:49")) == []
    assert (URL, "inc1") in world.told.met


# --- what began before the rows that are known ---


def test_what_began_before_the_rows_is_told_as_past_and_not_as_withdrawn(world: World) -> None:
    world.traffic = traffic(alarm(began="09:00", last="09:05"))
    world.look("09:06")
    (ended,) = shows(world, "11:00", since=at("10:00"))
    assert (ended.kind, ended.facts["withdrawn"], ended.facts["lapsed"]) == ("ended", False, iso("10:00"))
    told = alert_text(ended, Words("en", "UTC"))
    assert told.subject.endswith("the incident since Nov 22, 2026 09:00 UTC is past; how it ended is not known")
    assert told.lines[:2] == (
        "It began before Nov 22, 2026 10:00 UTC, and the watch, started again, reads no attempts from before that "
        "moment.",
        "When it was last told: 60 attempts, 60 of them failed by the provider's fault (100%): major outage.",
    )
    assert shows(world, "11:30", since=at("10:00")) == []


def test_another_after_it_is_another(world: World) -> None:
    world.traffic = traffic(alarm(began="09:00", last="09:05"))
    world.look("09:06")
    world.traffic = traffic(alarm(began="11:00", last="11:02"), since=at("10:00"))
    assert world.kinds("11:02") == ["began", "ended"]
    away = Span(at("09:06"), at("12:30"))
    (missed,) = shows(
        world, "12:31", rows("11:40", "11:50", EMBED), rows("11:00", "12:30"), since=at("10:00"), away=away
    )
    assert (missed.kind, missed.facts["missed"], missed.facts["scope"]["model"]) == ("ended", True, "e-1")


def test_one_that_goes_on_into_the_rows_ends_with_them(world: World) -> None:
    world.traffic = traffic(alarm(began="09:00", last="09:05"))
    world.look("09:06")
    assert shows(world, "11:00", rows("10:00", "10:45"), since=at("10:00")) == []
    (ended,) = shows(world, "11:15", rows("10:00", "10:45"), since=at("10:00"))
    assert (ended.facts["since"], ended.facts["until"], ended.facts["withdrawn"]) == (iso("09:00"), iso("10:45"), False)
