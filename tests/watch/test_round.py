"""Rounds of the watch: what is kept, told and sent; what a restart and a kill leave behind."""

from __future__ import annotations

import json
import os
import re
import signal
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from makegood.acts.append_line import append_line
from makegood.awards.parcel import Sent
from makegood.errors import BadUse, Refused, Unreadable
from makegood.incidents.alarm import OVER
from makegood.reads import alerts
from makegood.reads.alert import TASK, Alert
from makegood.records.watch_folder import read_log, read_versions
from makegood.watch import round as round_verb
from makegood.watch.config_shape import TrafficTable
from makegood.watch.way import Way
from tests.reads.alert_world import EMBED, alarm, traffic
from tests.reads.test_calendar import PUBLISHED, verdict
from tests.watch.conftest import Clock
from tests.watch.rooms import NO_PAGE, Room, config_of, rounds_of, shows
from tests.watch.status_pages import OLD, at, edited, incident, iso, page

TRAFFIC = TrafficTable(attempts="none")
LOOKING = (iso("09:55"), "investigating", "We look into errors.")
OPEN = incident("inc1", iso("09:50"), LOOKING)


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_page_is_kept_told_and_sent_once(tmp_path: Path, clock: Clock, room: Room) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    shows(rounds, page(OPEN, OLD))
    done = rounds.round()
    assert (done.kept, done.due, done.arrived, done.unsent) == (1, 1, 1, 0)
    assert room.got == ["acme: the status page reports a failure"]
    clock.on(minutes=1)
    shows(rounds, page(OPEN, OLD))
    assert rounds.round() == round_verb.Round()
    clock.on(minutes=1)
    shows(rounds)  # 304
    assert rounds.round() == round_verb.Round()
    assert rounds.polls.of(rounds.config.pages[0].url).read_at == at("10:02")
    rounds.close()


def test_what_is_edited_is_told_with_the_two_looks_it_lies_between(tmp_path: Path, clock: Clock, room: Room) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    shows(rounds, page(OPEN, OLD))
    rounds.round()
    clock.on(minutes=1)
    shows(rounds)
    rounds.round()
    clock.on(minutes=1)
    shows(rounds, page(edited(OPEN, started_at=iso("09:20")), OLD))
    assert rounds.round().due == 1
    assert room.got[-1] == "acme: the status page rewrote what it said before"
    (version,) = [one for one in read_versions(rounds.folder)[0] if one.edits]
    assert (version.unseen, version.seen) == (at("10:01"), at("10:02"))
    rounds.close()


def test_after_a_restart_nothing_is_told_twice_and_the_looks_go_on(tmp_path: Path, clock: Clock, room: Room) -> None:
    config = config_of(tmp_path, room=room)
    first = rounds_of(config, clock, traffic(alarm()))
    shows(first, page(OLD))
    first.round()
    assert len(room.got) == 1
    first.close()
    clock.on(minutes=3)
    again = rounds_of(config, clock, traffic(alarm()))
    shows(again, page(edited(OLD, name="Rewritten")))
    again.round()
    assert room.got[1:] == ["acme: the status page rewrote what it said before"]
    (version,) = [one for one in read_versions(again.folder)[0] if one.edits]
    assert version.unseen == at("10:00")  # by the bookmark of the first watch
    again.close()


def test_without_bookmarks_only_the_precision_is_lost(tmp_path: Path, clock: Clock, room: Room) -> None:
    config = config_of(tmp_path, room=room)
    rounds = rounds_of(config, clock)
    shows(rounds, page(OPEN, OLD))
    rounds.round()
    clock.on(minutes=1)
    shows(rounds)
    rounds.round()
    rounds.close()
    rounds.folder.polls.write_text("{", encoding="utf-8")
    clock.on(minutes=1)
    rounds = rounds_of(config, clock)
    shows(rounds, page(edited(OPEN, started_at=iso("09:20")), OLD))
    rounds.round()
    assert read_versions(rounds.folder)[0][-1].unseen == at("10:00")
    assert len(room.got) == 2
    rounds.close()


def test_a_page_that_fails_is_left_alone_longer_each_time(tmp_path: Path, clock: Clock, room: Room) -> None:
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, room=room), clock, lines=lines)
    page_ = rounds.config.pages[0]
    waits = []
    for _ in range(9):
        shows(rounds, fault="it answered 503")
        rounds.round()
        waits.append(rounds.polls.of(page_.url).not_before - clock())
        clock.now = rounds.polls.of(page_.url).not_before
    assert all(earlier < later for earlier, later in pairwise(waits[:6]))
    assert timedelta(minutes=45) <= waits[-1] <= timedelta(hours=1)
    assert len(set(waits)) == 9  # spread by chance, so that many watches do not come at once
    assert lines == [f"{page_.url}: it answered 503"]  # said once, not each time
    shows(rounds, page(OLD))
    rounds.round()
    assert lines[-1] == f"{page_.url}: can be read again"
    rounds.close()


def test_a_retry_after_is_kept_to(tmp_path: Path, clock: Clock, room: Room) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    shows(rounds, fault="it answered 429", after=timedelta(hours=2))
    rounds.round()
    page_ = rounds.config.pages[0]
    assert not rounds.polls.of(page_.url).due(at("11:59"))
    assert rounds.polls.of(page_.url).due(at("12:00"))
    rounds.close()


def test_a_page_under_way_is_not_asked_again_before_its_answer_was_looked_at(tmp_path: Path, clock: Clock) -> None:
    rounds = rounds_of(config_of(tmp_path), clock)
    assert len(rounds.polls.due(rounds.config.pages, clock())) == 1
    rounds.polls.asked(rounds.config.pages[0], clock())
    assert rounds.polls.due(rounds.config.pages, clock()) == []
    rounds.close()


def test_a_304_to_somebody_who_kept_nothing_is_a_fault(tmp_path: Path, clock: Clock) -> None:
    rounds = rounds_of(config_of(tmp_path), clock)
    shows(rounds)
    rounds.round()
    assert "nothing was kept" in rounds.polls.of(rounds.config.pages[0].url).fault
    rounds.close()


def test_an_answer_that_is_no_status_page_is_a_fault_and_kept_nowhere(tmp_path: Path, clock: Clock, room: Room) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    shows(rounds, page(OPEN, OLD))
    rounds.round()
    clock.on(minutes=1)
    shows(rounds, b"<html>Just a moment...</html>")
    rounds.round()
    poll = rounds.polls.of(rounds.config.pages[0].url)
    assert "no status page" in poll.fault
    assert str(tmp_path) not in poll.fault
    assert poll.read_at == at("10:00")
    clock.on(minutes=31)
    rounds.round()
    assert room.got[-1].startswith("The watch cannot read the status page")
    rounds.close()


def test_a_page_whose_bytes_are_gone_is_asked_anew_and_not_called_silent(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    shows(rounds, page(incident("inc1", iso("09:30"), LOOKING), OLD))
    rounds.round()
    rounds.folder.body(read_versions(rounds.folder)[0][0].sha).unlink()
    rounds.close()
    clock.on(minutes=2)
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    assert rounds.polls.of(rounds.config.pages[0].url).marks.etag == ""
    rounds.round()
    assert room.got[-1].endswith("your calls fail since Nov 22, 2026 09:30 UTC")  # and no word of silence
    (began,) = [one for one in rounds.told.alerts.values() if one.kind == "began"]
    assert began.facts["page"]["state"] == "unread"
    shows(rounds, page(incident("inc1", iso("09:30"), LOOKING), OLD))
    rounds.round()
    assert room.got[-1].endswith("the status page now says what you see since Nov 22, 2026 09:30 UTC")
    rounds.close()


def test_a_disk_that_is_full_ends_no_watch(
    tmp_path: Path, clock: Clock, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = rounds_of(config_of(tmp_path, NO_PAGE, room=room), clock, traffic(alarm()))
    rounds.found([Alert("canary:1", TASK, clock(), {"subject": {"en": "Changed"}, "lines": []})])

    def full(path: Path, line: str) -> None:  # noqa: ARG001
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(round_verb, "append_line", full)
        with pytest.raises(Unreadable, match=r"cannot be written \(No space left on device\); make room"):
            rounds.round()
    assert room.got == []
    rounds.round()
    rounds.round()
    assert (len(room.got), room.got[-1]) == (2, "Changed")
    rounds.close()


def test_two_watches_do_not_share_a_folder(tmp_path: Path, clock: Clock) -> None:
    config = config_of(tmp_path)
    rounds = rounds_of(config, clock)
    with pytest.raises(Refused, match="another watch"):
        rounds_of(config, clock)
    rounds.close()
    rounds_of(config, clock).close()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadUse, match="cannot be written"):
        rounds_of(config_of(tmp_path, '[watch]\nfolder = "file/in"\n[traffic]\nattempts = "a"\n'), clock)


# --- sending ---


def test_what_could_not_be_sent_is_tried_again_later_and_told_once(tmp_path: Path, clock: Clock, room: Room) -> None:
    room.plan = [Sent("again", "busy"), Sent("again", "busy", "", timedelta(minutes=10))]
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    assert rounds.round().unsent == 1
    assert rounds.round().unsent == 1  # not yet
    clock.on(seconds=31)
    assert rounds.round().unsent == 1
    clock.on(minutes=9)
    assert rounds.round().unsent == 1
    clock.on(minutes=5)
    assert rounds.round().arrived == 1
    assert len(room.got) == 1
    assert "(may be a repeat)" not in room.got[0]
    rounds.close()


def test_a_try_in_doubt_is_repeated_and_says_so_where_repeats_show(tmp_path: Path, clock: Clock, room: Room) -> None:
    room.plan = [Sent("doubt", "no answer")]
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    rounds.round()
    clock.on(minutes=1)
    assert rounds.round().arrived == 1
    assert [one.endswith("(may be a repeat)") for one in room.got] == [False, True]
    assert room.ids[0] == room.ids[1]
    rounds.close()


def test_a_channel_that_never_takes_it_is_given_up_and_one_that_refuses_is_not_asked_again(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    lines: list[str] = []
    room.plan = [Sent("refused", "no such room")]
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    assert rounds.round().unsent == 0
    rounds.close()
    other = Room(plan=[Sent("again")] * 100)
    (tmp_path / "b").mkdir()
    rounds = rounds_of(config_of(tmp_path / "b", NO_PAGE, room=other), clock, traffic(alarm()), lines)
    rounds.round()
    for _ in range(40):
        clock.on(hours=7)
        rounds.round()
    assert rounds.told.unsent() == 0
    assert 100 - len(other.plan) == 24
    assert [line.partition(" after ")[2] for line in lines] == ["24 tries"]
    rounds.close()


def test_a_fault_in_one_alert_holds_up_no_other_and_ends_no_watch(tmp_path: Path, clock: Clock, room: Room) -> None:
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, NO_PAGE, room=room), clock, traffic(alarm()), lines)
    rounds.found([Alert("canary:1", TASK, clock(), {"subject": {}, "lines": []})])  # no language has a text of it
    room.plan = [OSError("the channel broke")]
    assert (rounds.round().arrived, room.got) == (0, [])
    assert [re.sub(r"^.*\(|:\d+", "", line) for line in lines] == [
        "OSError at rooms.py); it is tried again",
        "KeyError at alert_words.py); it is tried again",
    ]
    clock.on(minutes=1)
    assert (rounds.round().arrived, len(room.got)) == (1, 1)
    for _ in range(40):
        clock.on(hours=7)
        rounds.round()
    assert (rounds.told.unsent(), len(lines), "gave up" in lines[-1]) == (0, 3, True)
    rounds.close()


def test_alerts_go_where_their_kind_is_wanted(tmp_path: Path, clock: Clock, room: Room) -> None:
    config = config_of(tmp_path, room=room)
    way = config.ways[0]
    other = Room()
    ways = (way, type(way)("other", other, kinds=frozenset({"deadline"})))
    rounds = rounds_of(
        type(config)(config.path, config.said, config.pages, ways, config.words), clock, traffic(alarm())
    )
    rounds.round()
    assert (len(room.got), len(other.got)) == (1, 0)
    rounds.close()


def test_what_is_held_back_is_summed_up_to_each_channel_that_takes_its_kind(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    config = config_of(tmp_path, f"{NO_PAGE}[alerts]\nmost_per_hour = 1\n", room=room)
    tasks, claims = Room(), Room()
    ways = (Way("tasks", tasks, kinds=frozenset({"task"})), Way("claims", claims, kinds=frozenset({"deadline"})))
    rounds = rounds_of(replace(config, ways=(*config.ways, *ways)), clock, traffic(alarm(), alarm(EMBED, number=2)))
    subjects = [{"subject": {"en": f"Changed {n}"}, "lines": []} for n in range(2)]
    rounds.found(Alert(f"a canary:{n}", TASK, clock(), facts) for n, facts in enumerate(subjects))
    rounds.round()
    clock.on(minutes=15)
    rounds.round()
    assert room.got[1:] == ["3 more alerts were held back"]
    assert (tasks.got, claims.got) == (["2 more alerts were held back"], [])
    assert tasks.texts[0].splitlines()[:2] == ["Changed 0", "Changed 1"]
    assert [one.partition(":")[0] for one in room.texts[-1].splitlines()[:3]] == [
        "acme · embeddings · e-1", "Changed 0", "Changed 1",
    ]  # fmt: skip
    rounds.close()


def test_what_waits_for_a_channel_that_is_named_no_more_goes_by_the_others(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    room.plan = [Sent("again", "busy")]
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    rounds.round()
    rounds.close()
    clock.on(minutes=1)
    other, config = Room(), config_of(tmp_path)
    config = replace(config, ways=(replace(config.ways[0], name="other", channel=other),))
    rounds = rounds_of(config, clock, traffic(alarm()))
    assert rounds.round().unsent == 0
    assert (len(room.got), len(other.got)) == (0, 1)
    assert rounds.round().arrived == 0
    rounds.close()


# --- a crash at any point ---

POINTS = ("kept", "due", "trying", "sent", "bookmarks")


def killed_at(point: str, folder: Path, clock: Clock) -> None:
    """A round in a process of its own that is killed at a point; what it sent stands in a file."""
    pid = os.fork()
    if pid:
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
        return
    try:

        class FileRoom(Room):
            def send(self, letter):  # type: ignore[no-untyped-def]
                with (folder / "sent").open("a", encoding="utf-8") as file:
                    file.write(f"{letter.subject}\n")
                if point == "sent":
                    os.kill(os.getpid(), signal.SIGKILL)
                return Sent("done")

        rounds = rounds_of(config_of(folder, room=FileRoom()), clock, traffic(alarm()))
        written = round_verb.append_line

        def dying(path: Path, line: str) -> None:
            what = json.loads(line).get("what")
            if what == point:
                with path.open("ab") as log:  # torn in the middle of its line
                    log.write(line.encode()[: len(line) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            written(path, line)

        round_verb.append_line = dying
        if point == "bookmarks":
            round_verb.keep_polls = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        shows(rounds, page(OPEN, OLD))
        if point == "kept":
            round_verb.decide = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        rounds.round()
    finally:
        os._exit(1)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_amid_a_round_leaves_a_state_that_goes_on(tmp_path: Path, clock: Clock, room: Room, point: str) -> None:
    killed_at(point, tmp_path, clock)
    clock.on(minutes=1)
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()))
    shows(rounds, page(OPEN, OLD))
    rounds.round()
    clock.on(minutes=1)
    rounds.round()
    before = (tmp_path / "sent").read_text(encoding="utf-8").splitlines() if (tmp_path / "sent").exists() else []
    subjects = [one.removesuffix(" (may be a repeat)") for one in [*before, *room.got]]
    # the bulletin is about the same incident: one alert says both, and none is lost
    assert len(set(subjects)) == 1
    if point == "sent":  # it left, and nobody could write that down: sent again, and it says so
        assert room.got == [f"{before[0]} (may be a repeat)"]
    else:
        assert len(subjects) == 1
    assert rounds.told.unsent() == 0
    assert len(read_versions(rounds.folder)[0]) == 1
    assert read_log(rounds.folder.alerts)[1] == []
    rounds.close()


def test_an_incident_between_the_rounds_of_a_timer_is_told(tmp_path: Path, clock: Clock, room: Room) -> None:
    config = config_of(tmp_path, NO_PAGE, room=room)
    rounds = rounds_of(config, clock, traffic())
    rounds.round()
    rounds.close()
    clock.to("11:00")
    rounds = rounds_of(config, clock, traffic(alarm(began="10:05", last="10:20", state=OVER), newest=at("10:59")))
    rounds.round()
    assert [one.endswith("is over") for one in room.got] == [True]
    rounds.close()


def test_an_assessment_that_cannot_be_read_is_told_to_the_keeper_once(tmp_path: Path, clock: Clock) -> None:
    text = '[watch]\nfolder = "kept"\n[claims]\nassessments = ["assessment.json"]\n'
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, text), clock, lines=lines)
    rounds.round()
    rounds.round()
    (told,) = lines
    assert told.startswith(f"{tmp_path / 'assessment.json'}: its deadlines are not watched (")
    rounds.close()


# --- what is bad ends nothing ---


def test_an_attempts_folder_that_is_not_there_is_told_to_the_keeper_once_and_is_an_alert_later(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    """It is legitimate before the gateway starts, and just as well a name that is spelled wrong."""
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, NO_PAGE, room=room), clock, lines=lines)
    rounds.round()
    clock.on(minutes=29)
    rounds.round()
    assert lines == [
        f"{tmp_path / 'none'}: there is no such folder yet; what makes calls begins it, so no own traffic is seen; "
        "check the name"
    ]
    assert room.got == []
    clock.on(minutes=1)
    assert (rounds.round().due, len(lines)) == (1, 1)
    assert room.got == [f"The watch sees no calls in {tmp_path / 'none'}"]
    rounds.close()


def test_one_bad_verdict_keeps_no_other_deadline_from_being_told(tmp_path: Path, clock: Clock, room: Room) -> None:
    text = '[watch]\nfolder = "kept"\n[claims]\nassessments = ["assessment.json"]\n'
    soon = verdict(deadline="2026-11-25T23:59:59Z")
    bad = (verdict(deadline="yesterday"), verdict(clause_says="\ud800"))
    path = tmp_path / "assessment.json"
    path.write_text(json.dumps(PUBLISHED | {"verdicts": [bad[0], soon, bad[1]]}), encoding="utf-8")
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, text, room=room), clock, lines=lines)
    rounds.round()
    rounds.round()
    assert len(room.got) == 1
    assert room.got[0].startswith("Claim: google-gemini")
    (told,) = lines
    assert told.startswith(f"{path}: 2 of its verdicts cannot be read (verdicts.0.deadline: ")
    path.write_text("{", encoding="utf-8")  # written anew just now: its deadlines are not forgotten
    rounds.round()
    assert lines[1].startswith(f"{path}: its deadlines are not watched (")
    assert len(rounds._claims.steps(clock())) == 1
    rounds.close()


def test_lines_of_the_log_that_are_no_alerts_are_left_out_with_one_sentence(
    tmp_path: Path, clock: Clock, room: Room
) -> None:
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm(EMBED)))
    rounds.round()
    rounds.close()
    (good, *_) = rounds.folder.alerts.read_text(encoding="utf-8").splitlines()
    facts = {"since": 5, "scope": None, "severity": "grave", "until": "0001-01-01T00:00:00Z", "attempts": 1.5}
    for name, value in facts.items():
        entry = json.loads(good)
        entry["key"], entry["facts"][name] = f"began:{name}", value
        append_line(rounds.folder.alerts, json.dumps(entry))
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm(EMBED), alarm(number=2)), lines)
    rounds.round()
    assert lines == [f"{rounds.folder.root}: 5 lines of its logs cannot be read and are left out"]
    assert len(room.got) == 2
    rounds.close()


def test_a_page_that_breaks_its_reader_is_a_page_that_cannot_be_read(
    tmp_path: Path, clock: Clock, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()), lines)
    monkeypatch.setattr(round_verb, "keep_page", lambda *_: {}["secret"])
    shows(rounds, page(OPEN, OLD))
    assert rounds.round().arrived == 1
    shows(rounds, page(OPEN, OLD))
    rounds.round()
    (told,) = lines
    assert re.search(r"cannot be read as a status page \(KeyError at test_round.py:\d+\)$", told)
    rounds.close()


def test_what_cannot_be_judged_is_said_once_and_holds_up_nothing_else(
    tmp_path: Path, clock: Clock, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, room=room), clock, traffic(alarm()), lines)
    rounds.found([Alert("canary:1", TASK, clock(), {"subject": {"en": "Changed"}, "lines": []})])
    monkeypatch.setattr(alerts, "page_alerts", lambda *_: {}["secret"])
    monkeypatch.setattr(round_verb, "lost_so_far", lambda *_: {}["secret"])
    rounds.config = replace(rounds.config, said=rounds.config.said.model_copy(update={"traffic": TRAFFIC}))
    shows(rounds, page(OPEN, OLD))
    assert rounds.round().arrived == 2
    rounds.round()
    page_line, lost_line = lines
    assert re.fullmatch(r"https://\S+: cannot be judged \(KeyError at \S+:\d+\); no alert tells of it", page_line)
    assert re.fullmatch(r"what is lost by 2026-11-22T09:30-\w+ cannot be worked out \(KeyError at \S+\)", lost_line)
    assert {one.facts.get("lost") for one in rounds.told.alerts.values()} == {None}
    rounds.close()
