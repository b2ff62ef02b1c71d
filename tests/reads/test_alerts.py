"""What is an alert, told once: stories of own traffic and of a status page, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from makegood.incidents.alarm import OVER, PASSING, SILENT
from makegood.reads.alert import TASK, Alert, scope_data
from makegood.reads.alert_facts import AlertPolicy, TrafficSeen
from makegood.records.page_change import PageChange
from makegood.records.page_version import PageVersion
from makegood.records.scope import Scope
from makegood.spans import Span
from tests.reads.alert_world import ACME, CHAT, EMBED, World, alarm, bulletins, minutes, rows, traffic
from tests.watch.status_pages import OLD, URL, at, incident, iso, page

INVESTIGATING = (iso("09:48"), "investigating", "We look into errors.")


@pytest.fixture
def world() -> World:
    return World()


# --- own traffic ---


def test_an_incident_begins_once_however_often_it_is_looked_at(world: World) -> None:
    world.traffic = traffic(alarm())
    (began,) = world.look("09:32")
    assert began.kind == "began"
    assert began.facts["scope"] == scope_data(CHAT)
    assert (began.facts["since"], began.facts["attempts"], began.facts["faults"]) == (iso("09:30"), 60, 60)
    assert began.facts["page"] == {"state": "none"}
    assert world.look("09:33") == []


def test_a_restart_neither_repeats_nor_loses_one(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    again = World(log=world.log, traffic=traffic(alarm(number=7)))  # numbers are those of one run only
    assert again.look("09:34") == []


def test_the_start_may_move_a_little_without_a_second_alert(world: World) -> None:
    world.traffic = traffic(alarm(began="09:30"))
    world.look("09:32")
    world.traffic = traffic(alarm(began="09:28"))
    assert world.look("09:34") == []


def test_it_widens_and_gets_worse_and_each_is_told_once(world: World) -> None:
    world.traffic = traffic(alarm(faults=9))
    assert world.look("09:32")[0].facts["severity"] == "partial"
    world.traffic = traffic(alarm(faults=50))
    (worse,) = world.look("09:34")
    assert (worse.kind, worse.facts["severity"], worse.facts["before"]["severity"]) == ("changed", "major", "partial")
    world.traffic = traffic(alarm(ACME, leaves=(CHAT, EMBED)))
    (wider,) = world.look("09:36")
    assert (wider.kind, wider.facts["scope"]["model"]) == ("changed", None)
    world.traffic = traffic(alarm(faults=9))
    assert world.look("09:38") == []  # narrower and better is no alert
    world.traffic = traffic(alarm(ACME, leaves=(CHAT, EMBED)))
    assert world.look("09:40") == []


def test_two_that_become_one_are_told_as_one_and_both_end_with_it(world: World) -> None:
    world.traffic = traffic(alarm(CHAT), alarm(EMBED, began="09:31", number=2))
    assert world.kinds("09:33") == ["began", "began"]
    world.traffic = traffic(alarm(ACME, leaves=(CHAT, EMBED)))
    assert world.kinds("09:35") == ["changed"]
    world.traffic = traffic(alarm(ACME, leaves=(CHAT, EMBED), state=OVER, last="09:50"))
    (ended,) = world.look("10:21")
    assert ended.kind == "ended"
    assert len(ended.facts["with"]) == 1
    assert world.told.episodes == {}
    assert world.look("10:22") == []


def test_another_model_that_fails_by_itself_is_another_incident(world: World) -> None:
    world.traffic = traffic(alarm(CHAT))
    world.look("09:32")
    world.traffic = traffic(alarm(CHAT), alarm(EMBED, began="09:40", number=2))
    (second,) = world.look("09:42")
    assert (second.kind, second.facts["scope"]["model"]) == ("began", "e-1")


def test_it_ends_when_it_is_over_and_a_new_one_begins_anew(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    world.traffic = traffic(alarm(state=PASSING, last="09:45"))
    assert world.look("09:50") == []
    world.traffic = traffic(alarm(state=OVER, last="09:45"))
    (ended,) = world.look("10:15")
    assert (ended.kind, ended.facts["until"], ended.facts["missed"]) == ("ended", iso("09:45"), False)
    world.traffic = traffic(alarm(began="11:00", last="11:05", number=2))
    assert world.kinds("11:02") == ["began"]


def test_nobody_knows_how_it_ended_when_calls_stop(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    world.traffic = traffic(alarm(state=SILENT, last="09:45"))
    (ended,) = world.look("10:16")
    assert (ended.kind, ended.facts["stopped"]) == ("ended", True)


def test_an_incident_between_two_looks_is_told_as_over(world: World) -> None:
    world.traffic = traffic(alarm(state=OVER, last="09:45"), looked=at("09:00"))
    (ended,) = world.look("10:20")
    assert (ended.kind, ended.facts["missed"]) == ("ended", True)
    assert world.look("10:21") == []


def test_what_was_over_before_the_look_before_is_history(world: World) -> None:
    world.traffic = traffic(alarm(state=OVER, last="09:45"), looked=at("10:00"))
    assert world.look("10:20") == []
    world.traffic = traffic(alarm(state=OVER, last="09:45"))  # the first look ever, over days of a log
    assert world.look("10:20") == []


def test_an_alarm_that_later_attempts_take_back_is_withdrawn(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    world.traffic = traffic()
    assert world.look("09:40") == []
    (ended,) = world.look("10:10")
    assert (ended.kind, ended.facts["withdrawn"]) == ("ended", True)


def test_one_that_rows_show_ends_with_their_end_once_half_an_hour_has_passed(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    past = rows("09:29", "09:50")
    world.traffic = traffic(incidents=(past,), minutes=minutes("09:00", "10:21", 20))
    assert world.look("10:19") == []
    (ended,) = world.look("10:20")
    assert (ended.kind, ended.facts["until"], ended.facts["withdrawn"]) == ("ended", iso("09:50"), False)
    assert (ended.facts["since"], ended.facts["attempts"], ended.facts["stopped"]) == (iso("09:29"), 60, False)
    world.traffic = traffic(incidents=(past,), away=Span(at("09:40"), at("10:10")))
    assert world.look("10:21") == []


def test_a_new_failure_after_the_end_that_rows_show_is_another_incident(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    past, new = rows("09:29", "09:50"), rows("11:00", "11:05")
    world.traffic = traffic(alarm(began="11:00", last="11:04"), incidents=(past, new), minutes={"acme": []})
    assert [(one.kind, one.facts["since"]) for one in world.look("11:05")] == [
        ("began", iso("11:00")), ("ended", iso("09:29")),
    ]  # fmt: skip
    assert [one["facts"].get("stopped") for one in world.log[1:]] == [None, True]


@pytest.mark.parametrize(
    ("looked", "kinds"),
    [
        (None, []),  # the first start, over days of a log
        (("09:00", "10:25"), ["ended"]),
        (("09:40", "09:43"), ["ended"]),  # failing since before and after, and never told
        (("10:20", "10:25"), []),  # it was there to be told when somebody looked
        (("09:00", "09:29"), []),
    ],
)
def test_what_began_and_ended_while_nobody_looked_is_told_once(
    world: World, looked: tuple[str, str] | None, kinds: list[str]
) -> None:
    away = Span(at(looked[0]), at(looked[1])) if looked else None
    world.traffic = traffic(incidents=(rows("09:30", "09:50"), rows("09:32", "09:49", EMBED)), away=away)
    assert world.look("10:18") == []
    world.traffic = replace(world.traffic, incidents=world.traffic.incidents[:1])
    told = world.look("10:25")
    assert [one.kind for one in told] == kinds
    assert all(one.facts["missed"] for one in told)
    assert world.look("10:26") == []


def test_nothing_ends_while_the_folder_cannot_be_read(world: World) -> None:
    world.traffic = traffic(alarm())
    world.look("09:32")
    world.traffic = TrafficSeen("attempts", failing="the disk is gone", newest=at("09:40"))
    assert world.look("09:45") == []
    assert world.told.episodes


# --- we see it and the page does not ---


def test_the_headline_we_see_it_and_the_page_does_not(world: World) -> None:
    world.traffic = traffic(alarm(last="09:35"))
    world.reads("09:34")
    (began,) = world.look("09:34")
    assert began.facts["page"] == {
        "state": "silent", "url": URL, "read_at": iso("09:34"), "minutes": 4, "refused": 0,
    }  # fmt: skip
    world.reads("09:39")
    assert world.look("09:39") == []
    world.reads("09:40")
    (silent,) = world.look("09:40")
    assert (silent.kind, silent.facts["minutes"], silent.facts["incident"]) == ("silent", 10, began.facts["incident"])
    world.reads("09:55")
    assert world.look("09:55") == []


def test_first_seen_late_the_headline_says_it_all_in_one_alert(world: World) -> None:
    world.traffic = traffic(alarm())
    world.reads("09:45")
    assert world.kinds("09:45") == ["silent"]
    assert world.look("09:46") == []
    world.traffic = traffic(alarm(state=OVER, last="09:50"))
    assert world.kinds("10:20") == ["ended"]


def test_a_page_that_cannot_be_read_is_not_called_silent(world: World) -> None:
    world.traffic = traffic(alarm())
    world.reads("09:25")
    world.cannot_read()
    (began,) = world.look("09:45")
    assert (began.kind, began.facts["page"]["state"]) == ("began", "unread")


def test_a_page_that_speaks_at_last_is_told_with_when_it_came_to_say_so(world: World, tmp_path: Path) -> None:
    world.traffic = traffic(alarm())
    world.reads("09:45")
    world.look("09:45")
    world.versions = (
        PageVersion(
            "acme", URL, "a" * 64, "b" * 64, at("09:50"), at("09:49"), 1, "statuspage-json",
            changes=(PageChange("posted", "inc1", "Elevated errors (inc1)"),),
        ),
    )  # fmt: skip
    world.reads("09:50", *bulletins(tmp_path, page(incident("inc1", iso("09:20"), INVESTIGATING), OLD)))
    (known,) = world.look("09:50")
    assert (known.kind, known.facts["was_silent"]) == ("acknowledged", True)
    assert known.facts["page"]["start"] == iso("09:20")  # what it says
    assert known.facts["page"]["posted"] == [iso("09:49"), iso("09:50")]  # what can be shown
    assert world.look("09:51") == []


def test_a_page_that_spoke_before_us_is_told_with_the_beginning(world: World, tmp_path: Path) -> None:
    world.reads("09:31", *bulletins(tmp_path, page(incident("inc1", iso("09:28"), INVESTIGATING))))
    world.traffic = traffic(alarm(), minutes=minutes("09:00", "09:31", 20, 20))
    (began,) = world.look("09:32")
    assert (began.kind, began.facts["page"]["state"]) == ("began", "says")
    world.traffic = traffic(alarm(state=OVER, last="09:50"))
    world.reads("10:21", *bulletins(tmp_path, page(incident("inc1", iso("09:28"), INVESTIGATING))))
    assert world.kinds("10:21") == ["ended"]
    world.traffic = traffic(newest=at("11:00"))  # the page stays open for long: it was told already
    assert world.look("11:00") == []


def test_a_bulletin_on_something_else_does_not_break_the_silence(world: World, tmp_path: Path) -> None:
    elsewhere = [
        incident("in1", iso("09:30"), INVESTIGATING, title="Login errors"),
        incident("m1", iso("09:30"), INVESTIGATING, impact="maintenance"),
        incident("in2", "2026-11-21T09:30:00Z", ("2026-11-21T10:00:00Z", "resolved", "Over.")),
    ]
    world.traffic = traffic(alarm())
    world.reads("09:45", *bulletins(tmp_path, page(*elsewhere)))
    assert world.kinds("09:45") == ["silent"]


# --- the page by itself ---


def test_the_counterpart_the_page_says_so_and_own_traffic_is_fine(world: World, tmp_path: Path) -> None:
    world.reads("09:50", *bulletins(tmp_path, page(incident("inc1", iso("09:30"), INVESTIGATING), OLD)))
    world.traffic = traffic(minutes=minutes("09:00", "09:50", 20))
    (only,) = world.look("09:50")
    assert only.kind == "page_only"
    assert only.facts["own"] == {"state": "fine", "attempts": 400, "faults": 0, "since": iso("09:30")}
    assert only.facts["components"] == ["API"]
    assert world.look("09:51") == []


@pytest.mark.parametrize(
    ("traffic_seen", "state"),
    [
        (traffic(minutes=minutes("09:30", "09:50", 20, 2)), "some"),
        (traffic(minutes=minutes("09:48", "09:50", 3)), "thin"),
        (traffic(minutes=minutes("08:00", "09:00", 20)), "none"),
        (None, "unread"),
    ],
)
def test_what_own_traffic_shows_beside_a_page_is_never_made_up(
    world: World, tmp_path: Path, traffic_seen: TrafficSeen | None, state: str
) -> None:
    world.reads("09:50", *bulletins(tmp_path, page(incident("inc1", iso("09:30"), INVESTIGATING))))
    world.traffic = traffic_seen
    (says,) = world.look("09:50")
    assert (says.kind, says.facts["own"]["state"]) == ("page_says", state)


def test_a_page_gets_worse_and_is_over(world: World, tmp_path: Path) -> None:
    def read(when: str, *told: dict) -> list[str]:
        world.reads(when, *bulletins(tmp_path, page(*told)))
        return world.kinds(when)

    first = incident("inc1", iso("09:30"), INVESTIGATING, impact="minor")
    assert read("09:50", first) == ["page_says"]
    assert read("09:51", first) == []
    graver = {**first, "impact": "critical"}
    assert read("09:52", graver) == ["page_changed"]
    wider = {**graver, "components": [{"id": "api", "name": "API"}, {"id": "b", "name": "Batch"}]}
    assert read("09:53", wider) == ["page_changed"]
    assert read("09:54", graver) == []
    closed = incident("inc1", iso("09:30"), INVESTIGATING, (iso("09:54"), "resolved", "Over."))
    assert read("09:55", closed) == ["page_ended"]
    assert read("09:56", closed) == []
    for hour in ("10", "11"):  # opened again under its old name, and closed, twice
        assert read(f"{hour}:00", graver) == ["page_says"]
        assert read(f"{hour}:01", graver) == []
        assert read(f"{hour}:02", closed) == ["page_ended"]


def test_a_bulletin_that_vanishes_while_open_is_told_as_gone(world: World, tmp_path: Path) -> None:
    world.reads("09:50", *bulletins(tmp_path, page(incident("inc1", iso("09:30"), INVESTIGATING), OLD)))
    world.look("09:50")
    world.reads("09:52", *bulletins(tmp_path, page(OLD)))
    (ended,) = world.look("09:52")
    assert (ended.kind, ended.facts["gone"], ended.facts["end"]) == ("page_ended", True, None)


def test_old_and_closed_bulletins_are_no_news(world: World, tmp_path: Path) -> None:
    closed = incident("inc1", iso("09:30"), INVESTIGATING, (iso("09:54"), "resolved", "Over."))
    world.reads("10:00", *bulletins(tmp_path, page(closed, OLD)))
    assert world.look("10:00") == []


def test_an_edited_page_is_one_alert_a_version(world: World) -> None:
    edits = tuple(PageChange("text_edited", f"inc{n}", "T", "", "a", "b", iso("09:30")) for n in range(20))
    version = PageVersion("acme", URL, "a" * 64, "b" * 64, at("10:05"), at("10:04"), 9, "statuspage-json", "", edits)
    growth = replace(version, sha="c" * 64, changes=(PageChange("update_added", "inc1", "T"),))
    world.versions = (growth, version)
    (alert,) = world.look("10:05")
    assert (alert.kind, len(alert.facts["edits"]), alert.facts["more"]) == ("edited", 12, 8)
    assert alert.facts["posted"] == [iso("10:04"), iso("10:05")]
    assert world.look("10:06") == []
    world.log.clear()
    world.versions = (replace(version, seen=at("10:05") - timedelta(days=8)),)
    assert world.look("10:06") == []  # older edits are history


# --- the watch itself, tasks, and the limit ---


def test_a_page_that_cannot_be_read_for_long_and_then_can(world: World) -> None:
    world.reads("09:00")
    world.cannot_read()
    assert world.look("09:29") == []
    (blind,) = world.look("09:30")
    assert (blind.kind, blind.facts["what"], blind.facts["why"]) == ("blind", URL, "it answered 503")
    assert world.look("12:00") == []
    world.reads("12:01")
    assert world.kinds("12:01") == ["sees_again"]
    world.cannot_read()
    assert world.kinds("12:45") == ["blind"]


def test_a_page_that_could_never_be_read_counts_from_the_start_of_the_watch(world: World) -> None:
    world.reads("09:00")
    world.page = replace(world.page, read_at=None, failing="it could not be reached")
    assert world.kinds("09:31") == ["blind"]


def test_a_folder_that_grows_no_more(world: World) -> None:
    world.traffic = traffic(newest=at("09:00"))
    assert world.look("09:59") == []
    (blind,) = world.look("10:00")
    assert (blind.kind, blind.facts["sort"], blind.facts["last"]) == ("blind", "folder", iso("09:00"))
    world.traffic = traffic(newest=at("10:30"))
    assert world.kinds("10:31") == ["sees_again"]
    off = World(policy=AlertPolicy(stale=timedelta()), traffic=traffic(newest=at("09:00")))
    assert off.look("23:00") == []


def test_what_tasks_find_is_told_like_all_else(world: World) -> None:
    facts = {"subject": {"en": "Behaviour changed"}, "lines": []}
    world.found = (Alert("drift:1", TASK, at("10:00"), facts),)
    assert world.kinds("10:00") == ["task"]
    assert world.look("10:01") == []


def test_more_than_the_limit_are_held_and_summed_up_later() -> None:
    world = World(policy=AlertPolicy(most_per_hour=4))
    scopes = [Scope("acme", "chat.completions", f"m{n}", "") for n in range(6)]
    world.traffic = traffic(*(alarm(one, number=n) for n, one in enumerate(scopes)))
    assert world.kinds("09:32") == ["began"] * 6
    assert len(world.told.held) == 2
    assert world.look("09:46") == []
    (summary,) = world.look("09:47")
    assert (summary.kind, summary.facts["counts"]) == ("summary", {"began": 2})
    assert world.told.held == {}
    assert world.look("09:48") == []
    assert len(world.told.episodes) == 6  # what was held was told: it ends, changes and is not told again


def test_the_last_quarter_of_the_limit_is_for_what_is_urgent() -> None:
    world = World(policy=AlertPolicy(most_per_hour=4))
    edit = PageChange("removed", "inc1", "T")
    world.versions = tuple(
        PageVersion("acme", URL, f"{n}" * 64, "b" * 64, at("09:30"), at("09:29"), 9, "x", "", (edit,)) for n in range(6)
    )
    world.look("09:31")
    assert len(world.told.held) == 3
    world.traffic = traffic(alarm())
    world.look("09:32")
    assert [entry["kind"] for entry in world.log if entry["what"] == "due"] == ["edited"] * 3 + ["began"]


def test_a_log_of_nonsense_is_left_out_and_counted(world: World) -> None:
    world.log = [{"what": "due"}, {"what": "due", "key": "k", "kind": "nonsense", "at": iso("09:00"), "facts": {}}, {}]
    world.log.append({"what": "outcome", "key": "none", "to": "console", "outcome": "done"})
    world.log.append({"what": "due", "key": "k", "kind": "began", "at": iso("09:00"), "facts": "text"})
    assert world.told.unread == 5
    world.traffic = traffic(alarm())
    assert world.kinds("09:32") == ["began"]
