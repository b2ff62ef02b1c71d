"""Own traffic: an attempts folder as a recorder writes it, read as it grows, with faults by the rules of providers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from makegood.acts.take_attempts import AttemptLog, SealPolicy
from makegood.losses.faults import read_rules
from makegood.records.attempts_folder import journals
from makegood.records.recorded import Recorded
from makegood.records.take import take
from makegood.spans import Span, to_us
from makegood.watch import lost as losing
from makegood.watch.lost import lost_so_far
from makegood.watch.own_traffic import own_traffic
from makegood.watch.traffic import Traffic
from tests.watch.conftest import Clock
from tests.watch.rooms import Room, config_of, rounds_of
from tests.watch.status_pages import at, iso

CONFIG = '[watch]\nfolder = "kept"\n[traffic]\nattempts = "attempts"\n'


class Recorder:
    """A recorder that writes twenty attempts a minute, each answered within its second."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self._clock, self._made = folder / "attempts", clock, 0
        self.log = AttemptLog(self.folder, clock, SealPolicy(sync="never"))

    def minute(self, status: int = 200, error: str | None = None, **more: object) -> None:
        """One minute of attempts with this outcome; the clock goes on with them."""
        for _ in range(20):
            self._made += 1
            fields = {
                "time": self._clock.now, "account": "acme", "provider": "openai", "service": "chat.completions",
                "model": "gpt-4o", "status": status, "attempt": f"a{self._made}", "error": error, "duration_ms": 900,
                "request_id": f"req_{self._made}", "call_id": f"call_{self._made}",
                "input_tokens": 1000 if status == 200 else 0, "output_tokens": 100 if status == 200 else 0,
                "usable": True if status == 200 else None, **more,
            }  # fmt: skip
            self.log.finish(Recorded(**fields))  # type: ignore[arg-type]
            self._clock.on(seconds=3)


@pytest.fixture
def recorder(tmp_path: Path, clock: Clock) -> Recorder:
    clock.to("09:00")
    return Recorder(tmp_path, clock)


def test_an_outage_is_told_within_two_minutes_and_the_quiet_hours_before_say_nothing(
    tmp_path: Path, clock: Clock, recorder: Recorder
) -> None:
    room = Room()
    rounds = rounds_of(config_of(tmp_path, CONFIG, room=room), clock)
    for number in range(30):
        recorder.minute()
        assert number % 10 < 9 or rounds.round().due == 0
    began: datetime = clock.now
    while not room.got and clock.now < began + timedelta(minutes=5):
        recorder.minute(503, "service_unavailable")
        rounds.round()
    assert clock.now - began <= timedelta(minutes=2)
    assert room.got[0].startswith("openai · chat.completions · gpt-4o: your calls fail since Nov 22, 2026 09:30 UTC")
    (alert,) = rounds.told.alerts.values()
    assert alert.facts["faults"] == alert.facts["lost"]["unknown"] + alert.facts["lost"]["not_charged"]
    rounds.close()


def test_a_restart_amid_an_incident_and_an_end(tmp_path: Path, clock: Clock, recorder: Recorder) -> None:
    room = Room()
    config = config_of(tmp_path, CONFIG, room=room)
    rounds = rounds_of(config, clock)
    for status in [200] * 10 + [503] * 4:
        recorder.minute(status)
    rounds.round()
    assert len(room.got) == 1
    rounds.close()
    recorder.log.seal()
    recorder.minute(503)
    rounds = rounds_of(config, clock)
    rounds.round()
    for number in range(40):
        recorder.minute()
        if number % 10 == 9:
            rounds.round()
    assert [one.rpartition(" UTC")[2] for one in room.got] == ["", " is over"]
    rounds.close()


def test_what_was_over_while_the_watch_was_down_ends_at_its_end_and_what_nobody_saw_is_told(
    tmp_path: Path, clock: Clock, recorder: Recorder
) -> None:
    """Told at 09:12 and over at 09:14; another from 09:46 to 09:50, all of it while nobody looked."""
    room = Room()
    config = config_of(tmp_path, CONFIG, room=room)
    rounds = rounds_of(config, clock)
    for status in [200] * 10 + [503] * 2:
        recorder.minute(status)
    rounds.round()
    rounds.close()
    for status in [503] * 2 + [200] * 32 + [503] * 4 + [200] * 31:
        recorder.minute(status)
    rounds = rounds_of(config, clock)
    rounds.round()
    assert [one.rpartition(" UTC")[2] for one in room.got] == ["", " is over", " is over"]
    told = [one.facts for one in rounds.told.alerts.values() if one.kind == "ended"]
    assert [(one["since"], one["until"][:19], one["missed"], one["withdrawn"], one["faults"]) for one in told] == [
        (iso("09:10"), iso("09:13:57")[:19], False, False, 80),
        (iso("09:46"), iso("09:49:57")[:19], True, False, 80),
    ]
    rounds.close()


def test_one_older_than_the_days_that_a_watch_begins_with_is_past_and_not_withdrawn(
    tmp_path: Path, clock: Clock, recorder: Recorder
) -> None:
    room = Room()
    config = config_of(tmp_path, CONFIG, room=room)
    rounds = rounds_of(config, clock)
    for status in [200] * 5 + [503] * 2:
        recorder.minute(status)
    rounds.round()
    rounds.close()
    recorder.log.seal()
    clock.on(days=9)
    for _ in range(2):
        recorder.minute()
    rounds = rounds_of(config, clock)
    rounds.round()
    clock.on(minutes=31)
    rounds.round()
    assert [one.rpartition(" UTC ")[2] for one in room.got[1:]] == ["is past; how it ended is not known"]
    assert "reads no attempts from before that moment" in room.texts[-1]
    rounds.close()


@pytest.mark.parametrize(
    ("status", "error", "usable", "fault"),
    [
        (200, None, True, False),
        (200, None, False, True),
        (503, None, None, True),
        (0, None, None, True),
        (429, "rate_limit_exceeded", None, False),
        (429, "engine_overloaded", None, True),
        (401, "invalid_api_key", None, False),
        (0, "client_disconnect", None, False),
        (0, "recorder_stopped", None, False),
    ],
)
def test_whose_fault_it_was_is_settled_by_the_rules(
    clock: Clock, recorder: Recorder, status: int, error: str | None, usable: bool | None, fault: bool
) -> None:
    recorder.minute(status, error, usable=usable)
    seen = Traffic(recorder.folder, 7, read_rules()).look(clock.now, None)
    assert seen.minutes is not None
    ((minute, attempts, faults),) = seen.minutes["openai"]
    assert (minute, attempts, faults) == (to_us(at("09:00")) // 60_000_000, 20, 20 if fault else 0)
    assert list(seen.lately.values()) == [(20, 20 if fault else 0)]


def test_a_folder_that_is_none_says_so_and_is_read_once_it_is_one(tmp_path: Path, clock: Clock) -> None:
    clock.to("09:00")
    traffic = Traffic(tmp_path / "attempts", 7, read_rules())
    assert "no such folder yet" in traffic.look(clock.now, None).failing
    Recorder(tmp_path, clock).minute()
    seen = traffic.look(clock.now, None)
    assert (seen.failing, seen.newest is not None) == ("", True)


def test_a_line_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, clock: Clock, recorder: Recorder) -> None:
    recorder.minute()
    (journal,) = journals(recorder.folder)
    with journal.open("ab") as file:
        file.write(b'{"time": "yesterday"}\n')
    recorder.log.finish(Recorded(clock.now + timedelta(days=30), "acme", "openai", "s", "gpt-4o", 200, "early"))
    assert (
        Traffic(recorder.folder, 7, read_rules()).look(clock.now, None).newest < clock.now
    )  # and shows nothing of now
    lines: list[str] = []
    rounds = rounds_of(config_of(tmp_path, CONFIG, room=Room()), clock, lines=lines)
    rounds.round()
    recorder.log.finish(Recorded(clock.now - timedelta(days=50), "acme", "openai", "s", "gpt-4o", 200, "late"))
    rounds.round()
    rounds.round()
    place = f"set aside: {recorder.folder}: 1 attempts"
    assert len(lines) == 3
    assert lines[1].startswith(f"{place} say that they began more than a day from now")
    assert lines[2].startswith(f"{place} came more than 35 days after they began")
    assert lines[0].startswith(f"set aside: {journal}:21: ")
    rounds.close()


def test_what_is_lost_so_far_and_a_look_back(
    tmp_path: Path, clock: Clock, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in [200] * 5 + [500] * 5 + [200] * 5:
        recorder.minute(status)
    scope = {"provider": "openai", "service": None, "model": "gpt-4o", "region": None}
    facts = {"since": "2026-11-22T09:05:00Z", "until": None, "scope": scope}
    lost = lost_so_far(recorder.folder, facts, clock.now)
    assert lost is not None
    assert lost["charged"] + lost["unknown"] + lost["not_charged"] == 100
    assert lost_so_far(tmp_path / "none", facts, clock.now) is None
    recorder.log.seal()
    clock.on(days=1)
    recorder.log.tend()
    recorder.minute(503)
    recorder.log.seal()
    read: list[int] = []
    monkeypatch.setattr(losing, "take", lambda *given: read.append(take(*given).tally.read))
    lost_so_far(recorder.folder, {**facts, "since": "2026-11-23T09:00:00Z"}, clock.now)
    assert read == [20]  # of its days alone, however much the folder holds
    assert lost_so_far(recorder.folder, facts, at("09:15")) == lost
    assert read == [20, 320]
    monkeypatch.undo()
    other = {**facts, "scope": {**scope, "model": "gpt-5"}}
    assert lost_so_far(recorder.folder, other, clock.now) == {
        "charged": 0, "unknown": 0, "not_charged": 0, "amounts": {},
    }  # fmt: skip
    own = own_traffic(recorder.folder, "OpenAI", Span(at("08:00"), at("10:00")), read_rules())
    assert sum(attempts for _, attempts, _ in own.minutes) == 300
    assert [(one.span.start, one.faults) for one in own.found] == [(at("09:05"), 100)]
    assert own.unread == ""
    none = own_traffic(tmp_path / "none", "openai", Span(at("08:00"), at("10:00")), read_rules())
    assert (none.minutes, "none" in none.unread) == ((), True)
