"""Every alert in both languages from the same facts; foreign text is made safe, and nothing unknown is said as 0."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from makegood.reads.alert import KINDS, TASK, Alert
from makegood.reads.alert_words import alert_text, repeated, subject_of
from makegood.reads.words import Words
from makegood.records.page_change import EDITS, GROWTH, PageChange, change_of
from makegood.records.page_version import PageVersion
from tests.reads.alert_world import World, alarm, bulletins, minutes, traffic
from tests.watch.status_pages import OLD, URL, at, incident, iso, page

EN, KO = Words("en", "UTC"), Words("ko", "Asia/Seoul")
HOSTILE = "<img src=x>\u202eevil\n<!channel> `rm`"
LOST = {"charged": 12, "unknown": 3, "not_charged": 45, "amounts": {"USD": "1.25"}}


def every_alert(tmp_path: Path) -> list[Alert]:
    """One alert of each kind, out of stories."""
    found: list[Alert] = []
    world = World()
    world.traffic = traffic(alarm(faults=9), minutes=minutes("09:00", "09:31", 20))
    world.reads("09:34")
    found += world.look("09:34")  # began
    world.traffic = traffic(alarm())
    found += world.look("09:35")  # changed
    world.reads("09:45")
    found += world.look("09:45")  # silent
    world.reads(
        "09:50", *bulletins(tmp_path, page(incident("i1", iso("09:20"), (iso("09:49"), "identified", HOSTILE))))
    )
    found += world.look("09:50")  # acknowledged
    world.traffic = traffic()
    found += world.look("09:55")  # ended
    world.traffic = traffic(minutes=minutes("09:00", "10:00", 20))
    opened = incident("i2", iso("09:40"), (iso("09:41"), "investigating", HOSTILE), title=HOSTILE)
    other = incident("i3", "2026-11-22T01:40:00Z", (iso("09:41"), "investigating", "Looking."), impact="minor")
    world.reads("10:00", *bulletins(tmp_path, page(opened, other)))
    found += world.look("10:00")  # page_only
    world.reads("10:01", *bulletins(tmp_path, page({**opened, "impact": "critical"}, other)))
    found += world.look("10:01")  # page_changed
    world.reads("10:02", *bulletins(tmp_path, page(OLD)))
    found += world.look("10:02")  # page_ended
    edits = tuple(PageChange(what, "i2", HOSTILE, "API", *values(what), iso("09:41")) for what in EDITS)
    world.versions = (PageVersion("acme", URL, "a" * 64, "b" * 64, at("10:03"), at("10:02"), 9, "x", "", edits),)
    found += world.look("10:03")  # edited
    world.cannot_read()
    found += world.look("10:40")  # blind
    world.reads("10:41")
    found += world.look("10:41")  # sees again
    facts = {"subject": {"en": "A", "ko": "가"}, "lines": [{"en": "B", "ko": "나"}]}
    world.found = (Alert("t", TASK, at("10:42"), facts),)
    found += world.look("10:42")
    held = [{"kind": one.kind, "at": iso("10:00"), "facts": dict(one.facts)} for one in found]
    summed = {"counts": {}, "held": [{"key": str(n), "kind": "began"} for n in range(30)], "named": held}
    silent_world = World(traffic=None)
    silent_world.reads("10:00", *bulletins(tmp_path, page(opened)))
    return [*found, *silent_world.look("10:00"), Alert("s", "summary", at("11:00"), summed), deadline()]


def values(what: str) -> tuple[str, str]:
    if what.startswith(("severity", "component")):
        return "major", "degraded"
    if what.startswith("window"):
        return f"{iso('09:00')}/{iso('09:30')}", f"{iso('09:10')}/{iso('09:30')}"
    return (HOSTILE, HOSTILE) if what.endswith("edited") else (iso("09:00"), iso("09:30"))


def deadline() -> Alert:
    facts = {
        "path": "report/assessment.json", "step": "claim", "terms": "acme", "version": "1",
        "scope": {"provider": "acme", "service": None, "model": None, "region": None},
        "period": {"start": "2026-10-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}, "verdict": "owed",
        "amount": {"currency": "USD", "exact": "120", "rounded": {"half_up": "120.00"}}, "says": HOSTILE,
        "source": "https://acme.test/sla", "reckoned": "", "last": "2026-11-29T23:59:59Z", "days": 6,
        "missing": ["request_logs"],
    }  # fmt: skip
    return Alert("d", "deadline", at("10:00"), facts)


def test_every_kind_is_said_in_both_languages(tmp_path: Path) -> None:
    alerts = every_alert(tmp_path)
    assert {one.kind for one in alerts} == set(KINDS)
    for one in alerts:
        english, korean = alert_text(one, EN), alert_text(one, KO)
        assert english.subject != korean.subject, one.kind
        assert english.lines
        assert len(english.lines) == len(korean.lines), one.kind
        assert "{" not in f"{english.subject}{english.text}{korean.subject}{korean.text}", one.kind


def test_foreign_text_is_on_one_line_and_harmless(tmp_path: Path) -> None:
    for one in every_alert(tmp_path):
        told = alert_text(one, EN)
        assert "\u202e" not in f"{told.subject}{told.text}{told.html}"
        assert "<img" not in told.html
        assert all("\n" not in line for line in (told.subject, *told.lines))


def test_an_alarm_that_goes_on_with_an_incident_says_since_when_it_counts() -> None:
    world = World(traffic=traffic(alarm()))
    world.reads("09:45")
    (silent,) = world.look("09:45")
    later = replace(silent, facts={**silent.facts, "counted": iso("09:40")})
    assert alert_text(later, EN).lines[0] == (
        "Since Nov 22, 2026 09:40 UTC: 60 attempts, 60 of them failed by the provider's fault (100%): major outage."
    )


def test_the_headline_in_full() -> None:
    world = World(traffic=traffic(alarm()))
    world.reads("09:45")
    (silent,) = world.look("09:45")
    told = alert_text(replace(silent, facts={**silent.facts, "lost": LOST}), EN)
    assert told.subject == (
        "acme · chat.completions · a-1: your calls fail since Nov 22, 2026 09:30 UTC, "
        "and the status page does not say so"
    )
    assert list(told.lines) == [
        "60 attempts since then, 60 of them failed by the provider's fault (100%): major outage.",
        f"The status page {URL} says nothing of it; last read Nov 22, 2026 09:45 UTC, 15 min after it began.",
        "Lost so far: $1.25 charged for 12 attempts that delivered nothing.",
        "Of the attempts in the log since Nov 22, 2026 09:30 UTC 60 delivered nothing; for 3 of them it cannot be told "
        "whether they were charged.",
        "Next: move these calls to another provider where you can, and keep the log: it is the evidence. "
        "What it cost so far: makegood assess attempts",
    ]
    korean = alert_text(silent, KO)
    assert korean.subject == (
        "acme · chat.completions · a-1: 2026년 11월 22일 18:30 Asia/Seoul부터 호출이 실패하고 있으나 "
        "상태 페이지에는 공지가 없습니다"
    )


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (None, []),
        ({"charged": 0, "unknown": 0, "not_charged": 0, "amounts": {}}, []),
        ({"charged": 0, "unknown": 0, "not_charged": 4, "amounts": {}},
         ["By the provider's rules none of the failed attempts is charged."]),
        ({"charged": 2, "unknown": 0, "not_charged": 0, "amounts": {}},
         ["Lost so far: 2 attempts that delivered nothing were charged; the amount is not known."]),
    ],
)  # fmt: skip
def test_what_is_lost_is_said_only_as_far_as_it_is_known(lost: dict | None, said: list[str]) -> None:
    world = World(traffic=traffic(alarm()))
    (began,) = world.look("09:45")
    lines = alert_text(replace(began, facts={**began.facts, "lost": lost}), EN).lines
    assert list(lines[2:-1]) == said


def test_what_it_says_stands_beside_what_can_be_shown(tmp_path: Path) -> None:
    acknowledged = next(one for one in every_alert(tmp_path) if one.kind == "acknowledged")
    page_facts = {**acknowledged.facts["page"], "posted": [iso("09:49"), iso("09:50")]}
    lines = alert_text(replace(acknowledged, facts={**acknowledged.facts, "page": page_facts}), EN).lines
    assert any("partial outage), since Nov 22, 2026 09:20 UTC, still open." in line for line in lines)
    assert "It came to stand there between Nov 22, 2026 09:49:00 and 09:50:00 UTC." in lines
    assert "That was at most 20 min after your first failed attempt." in lines


def test_every_change_has_words() -> None:
    from makegood.reads.alert_page_words import change_words

    for what in (*GROWTH, *EDITS):
        one = PageChange(what, "i", "T", "API", *values(what), iso("09:41")).as_data()
        assert change_words(one, EN) != change_words(one, KO)


def test_an_edit_of_a_bulletin_without_a_title_is_told_by_its_id() -> None:
    world = World()
    edit = change_of(PageChange("text_edited", "inc1", "", "", "a", "b", iso("09:30")).as_data())
    world.versions = (PageVersion("acme", URL, "a" * 64, "b" * 64, at("10:05"), at("10:04"), 9, "x", "", (edit,)),)
    (alert,) = world.look("10:05")
    assert alert_text(alert, EN).lines[0].startswith("inc1: the update of Nov 22, 2026 09:30 UTC was rewritten")


def test_a_repeat_says_so() -> None:
    assert repeated("A", EN) == "A (may be a repeat)"
    assert subject_of(deadline(), EN) == "Claim: acme, acme: 6 days left"
    assert alert_text(deadline(), EN).lines[:2] == (
        "Owed: $120.00 (October 2026)",
        "Last minute in time: Nov 29, 2026 23:59 UTC",
    )
