"""Taking attempts: what was recorded stands once, whoever is killed, restarted, forked or out of room."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from makegood.acts.attempts.points import POINTS, watched_by
from makegood.acts.take_attempts import SealPolicy
from makegood.errors import BadUse, NotRecorded, Unreadable
from makegood.records.attempts_folder import journals, parts, torn
from makegood.records.check_commitments import check_commitments
from tests.acts.recording import DAY, MORNING, Clock, attempt, begun, forked, opened, record, standing
from tests.records.taking import Outcome, take_paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attempts"


def _told(taken: Outcome) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "row_id"} for row in taken.rows]


def names(folder: Path) -> list[str]:
    return [name for name, _, _ in standing(folder)]


def test_an_attempt_stands_in_the_journal_before_anyone_has_its_answer(folder: Path):
    log = opened(folder)
    log.begin(begun(attempt("one")))
    assert standing(folder) == []
    log.finish(attempt("one", output_tokens=7))
    assert standing(folder) == [("one", 200, None)]
    (journal,) = journals(folder)
    (line,) = journal.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["time"] == "2026-11-20T09:00:00Z"
    assert json.loads(line)["output_tokens"] == 7
    log.close()


def test_a_begun_attempt_is_written_as_the_row_that_stands_without_its_end(folder: Path):
    log = opened(folder)
    log.begin(attempt("one"))
    log.close()
    assert standing(folder) == [("one", 0, "recorder_stopped")]
    with pytest.raises(NotRecorded, match="closed"):
        log.finish(attempt("one"))
    log.close()


def test_a_log_that_recorded_nothing_leaves_nothing(folder: Path):
    opened(folder).close()
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [".lock", "salt"]


def test_the_salt_is_made_once_and_for_the_owner_alone(folder: Path):
    first, second = opened(folder), opened(folder)
    assert first.salt == second.salt
    assert len(first.salt) == 32
    assert (folder / "salt").stat().st_mode & 0o777 == 0o600
    first.close(), second.close()
    (folder / "salt").write_text("pepper\n")
    with pytest.raises(NotRecorded, match="is no salt"):
        opened(folder)


@pytest.mark.parametrize("policy", [{"sync": "often"}, {"rows": 0}, {"seconds": -1}, {"least": 0}])
def test_a_policy_that_cannot_be_is_refused(policy):
    with pytest.raises(BadUse):
        SealPolicy(**policy)


def test_what_is_sealed_is_what_was_recorded(folder: Path):
    rows = [
        attempt(f"a{n}", status=(200, 503)[n % 7 == 0], usable=(None, True, False)[n % 3], retry=n % 4, extra_nano=-n)
        for n in range(500)
    ]
    log = opened(folder)
    for row in rows:
        log.finish(row)
    before = take_paths([folder])
    log.seal()
    log.close()
    after = take_paths([folder])
    assert (before.tally.read, after.tally.read) == (500, 500)
    assert _told(before) == _told(after)
    assert (before.formats, after.formats) == (("canonical-json",), ("canonical-table",))


def test_a_part_has_the_canonical_types_and_the_recorders_own(folder: Path):
    import duckdb

    log = opened(folder)
    log.finish(attempt("one", key="OPENAI_KEY", streamed=True, first_byte_ms=80, extra_nano=-5, extra_currency="USD"))
    log.seal()
    log.close()
    (part,) = parts(folder)
    with duckdb.connect() as engine:
        types = {row[0]: row[1] for row in engine.execute(f"DESCRIBE SELECT * FROM '{part}'").fetchall()}
        own = engine.execute(f"SELECT key, streamed, first_byte_ms, extra_nano, charged FROM '{part}'").fetchall()
        packed = engine.execute(f"SELECT DISTINCT compression FROM parquet_metadata('{part}')").fetchall()
    assert own == [("OPENAI_KEY", True, 80, -5, None)]
    assert packed == [("ZSTD",)]
    assert (types["time"], types["status"], types["retry"]) == ("TIMESTAMP WITH TIME ZONE", "SMALLINT", "SMALLINT")
    assert (types["charged"], types["duration_ms"], types["input_tokens"]) == ("DECIMAL(18,9)", "INTEGER", "BIGINT")
    assert (types["usable"], types["extra_nano"], types["reason"]) == ("BOOLEAN", "BIGINT", "VARCHAR")


HOSTILE = [
    {"error": "x" * 100_000},
    {"request_id": 'a"b\\c\n{"attempt":"forged"}\n'},
    {"error": "nul \x00 bell \x07 esc \x1b[2J"},
    {"request_id": "half \ud800 \udc80"},
    {"call_id": "\u202e\ufeff 🤷 값"},
    {"output_tokens": 10**30, "duration_ms": 10**30, "retry": 10**9, "extra_nano": 10**40},
    {"output_tokens": -1, "duration_ms": -1, "retry": -1},
    {"error": "'; DROP TABLE attempts; --", "region": ""},
]


def test_hostile_content_stays_one_row_that_can_be_used(folder: Path):
    log = opened(folder)
    for number, held in enumerate(HOSTILE):
        log.begin(begun(attempt(f"h{number}", **held)))
        log.finish(attempt(f"h{number}", **held))
    before = take_paths([folder])
    log.seal()
    log.close()
    after = take_paths([folder])
    assert _told(before) == _told(after)
    assert (after.tally.read, after.tally.used) == (len(HOSTILE), len(HOSTILE))
    assert not list((folder / "torn").glob("*"))


def test_a_journal_is_sealed_by_rows_by_age_and_when_its_day_ends(folder: Path):
    clock = Clock()
    log = opened(folder, clock, rows=6, seconds=3600, least=3)
    record(log, "a", "b")
    clock.now += timedelta(hours=2)
    log.tend()
    assert len(parts(folder)) == 0  # old, but with too few rows
    record(log, "c")
    log.tend()
    assert len(parts(folder)) == 1
    record(log, *"defghi")
    log.tend()
    assert len(parts(folder)) == 2
    record(log, "j")
    clock.now = MORNING.replace(hour=0) + DAY
    log.tend()
    assert [path.parent.name for path in parts(folder)] == ["2026-11-20"] * 3
    log.close()
    assert names(folder) == list("abcdefghij")


def test_an_attempt_that_outlives_its_journal_is_recorded_once(folder: Path):
    log = opened(folder)
    log.begin(begun(attempt("long")))
    record(log, "short")
    log.seal()
    assert standing(folder) == [("short", 200, None)]
    log.finish(attempt("long"))
    log.close()
    assert standing(folder) == [("long", 200, None), ("short", 200, None)]


def test_many_restarts_leave_one_journal_and_one_part(folder: Path):
    clock = Clock()
    for number in range(12):
        clock.now += timedelta(minutes=1)
        log = opened(folder, clock)
        record(log, f"n{number:02d}")
        log.close()
    assert len(journals(folder)) == 1
    log = opened(folder, Clock(MORNING + DAY))
    log.tend()
    log.close()
    assert (len(parts(folder)), journals(folder)) == (1, [])
    assert names(folder) == [f"n{number:02d}" for number in range(12)]


def test_threads_share_one_log_while_it_is_sealed(folder: Path):
    log = opened(folder)

    def work(who: int) -> None:
        for number in range(60):
            record(log, f"t{who}-{number:03d}")

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for one in threads:
        one.start()
    log.seal()
    log.seal()
    for one in threads:
        one.join()
    log.close()
    assert standing(folder) == [(f"t{who}-{number:03d}", 200, None) for who in range(4) for number in range(60)]


def test_four_processes_write_one_folder_and_every_look_sees_each_row_once(folder: Path, tmp_path: Path):
    told = [tmp_path / f"told-{who}" for who in range(4)]

    def work(who: int) -> None:
        log = opened(folder, rows=40)
        with told[who].open("ab", buffering=0) as said:
            for number in range(100):
                record(log, f"p{who}-{number:03d}")
                said.write(b".")
        log.tend()
        log.close()

    children = [forked(lambda who=who: work(who)) for who in range(4)]
    for _ in range(12):
        least = sum(path.stat().st_size for path in told if path.exists())
        seen = names(folder)
        assert len(seen) == len(set(seen))
        assert len(seen) >= least
    assert [child.ended() for child in children] == [0, 0, 0, 0]
    assert names(folder) == [f"p{who}-{number:03d}" for who in range(4) for number in range(100)]
    assert parts(folder)
    assert check_commitments(folder).wrong == []


def _left_behind(folder: Path) -> None:
    """A writer that was killed amid a line, with an attempt that had begun."""

    def work() -> None:
        log = opened(folder)
        record(log, "old")
        log.begin(begun(attempt("torn-one")))
        (journal,) = journals(folder)
        with journal.open("ab") as file:
            file.write(b'{"time":"2026-11-20T09:00:00Z","account":"ac')
        os.kill(os.getpid(), signal.SIGKILL)

    assert forked(work).ended() == -signal.SIGKILL


def _life(folder: Path, told: Path, at: str) -> None:
    """Record, turn over, seal and commit over two days, and die at the point."""
    clock = Clock()
    with told.open("ab", buffering=0) as said:
        watched_by(lambda point: os.kill(os.getpid(), signal.SIGKILL) if point == at else None)
        log = opened(folder, clock)
        log.begin(begun(attempt("long")))
        said.write(b"long begun\n")
        for name in ("a", "b"):
            log.begin(begun(attempt(name)))
            said.write(f"{name} begun\n".encode())
            log.finish(attempt(name))
            said.write(f"{name} ended\n".encode())
        log.seal()
        log.finish(attempt("long"))
        said.write(b"long ended\n")
        clock.now += DAY
        log.seal()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_loses_and_doubles_nothing(folder: Path, tmp_path: Path, point: str):
    _left_behind(folder)
    told = tmp_path / "told"
    assert forked(lambda: _life(folder, told, point)).ended() == -signal.SIGKILL
    before = standing(folder)
    log = opened(folder, Clock(MORNING + DAY))
    log.seal()
    log.close()
    after = standing(folder)
    said = told.read_text().splitlines()
    ended = {line.split()[0] for line in said if line.endswith("ended")} | {"old"}
    started = {line.split()[0] for line in said} | {"old", "torn-one"}
    assert len({name for name, _, _ in after}) == len(after)
    assert {name for name, status, _ in after if status == 200} >= ended
    assert {name for name, _, _ in after} >= started
    assert ("torn-one", 0, "recorder_stopped") in after
    assert before == after
    found = check_commitments(folder)
    assert (found.wrong, [path.parent.name for path in found.waiting]) == ([], ["torn"])
    assert _state(folder) == _state_after_another(folder)


def _state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _state_after_another(folder: Path) -> dict[str, bytes]:
    log = opened(folder, Clock(MORNING + DAY))
    log.seal()
    log.close()
    return _state(folder)


def test_a_torn_line_is_told_and_its_bytes_are_kept(folder: Path):
    _left_behind(folder)
    before = take_paths([folder])
    assert (before.tally.read, before.tally.used, before.tally.quarantined) == (3, 2, 1)
    log = opened(folder)
    log.seal()
    log.close()
    after = take_paths([folder])
    assert after.tally == before.tally
    (kept,) = (folder / "torn").iterdir()
    assert kept.read_bytes() == b'{"time":"2026-11-20T09:00:00Z","account":"ac\n'
    assert [(place, reason) for place, reason in after.reasons.items()] == [
        ((str(kept), 1), "is not JSON (44 characters)")
    ]


def test_a_link_among_the_journals_leads_nobody_to_write_elsewhere(folder: Path):
    log = opened(folder)
    record(log, "a")
    log.close()
    outside, writer = folder.parent / "outside", "20261120T090000Z-aaaaaaaa"
    outside.write_text("not of this folder")
    (folder / "open" / f"{writer}.jsonl").symlink_to(outside)
    (folder / "open" / f"{writer}.begun").write_text('{"attempt":"x"}\n')
    with pytest.raises(NotRecorded, match="attempts could not be opened"):
        opened(folder)
    with pytest.raises(Unreadable, match="cannot be read"):
        take_paths([folder])
    assert outside.read_text() == "not of this folder"


def test_a_pipe_where_beginnings_stand_is_one_clear_error(folder: Path):
    log = opened(folder)
    record(log, "a")
    log.close()
    os.mkfifo(journals(folder)[0].with_suffix(".begun"))
    with pytest.raises(NotRecorded, match="it is no plain file"):
        opened(folder)
    with pytest.raises(Unreadable, match="it is no plain file"):
        take_paths([folder])


def test_a_forked_child_records_in_a_journal_of_its_own_and_holds_nothing_of_its_parent(folder: Path):
    log = opened(folder)
    record(log, "parent")
    log.begin(begun(attempt("parents-own")))
    ready, go = os.pipe(), os.pipe()

    def work() -> None:
        record(log, "child")
        os.write(ready[1], b".")
        os.read(go[0], 1)
        log.close()

    child = forked(work)
    os.read(ready[0], 1)
    assert len(journals(folder)) == 2
    log.finish(attempt("parents-own"))
    log.close()
    again = opened(folder)  # the child lives, and the parent's journal is free all the same
    record(again, "later")
    assert len(journals(folder)) == 2
    os.write(go[1], b".")
    assert child.ended() == 0
    again.close()
    assert names(folder) == ["child", "later", "parent", "parents-own"]


def test_a_full_disk_is_one_clear_error_and_no_row_is_glued_to_what_was_cut(folder: Path):
    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        log = opened(folder)
        record(log, "fits")
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (journals(folder)[0].stat().st_size + 200, hard))
        with pytest.raises(NotRecorded, match="could not be recorded"):
            log.begin(begun(attempt("no-room")))
        with pytest.raises(NotRecorded, match="make room there"):
            log.finish(attempt("no-room"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        record(log, "room-again")
        log.close()

    assert forked(work).ended() == 0
    assert standing(folder) == [("fits", 200, None), ("room-again", 200, None)]
    assert take_paths([folder]).tally.quarantined == 0


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotRecorded, match=r"file/attempts: attempts could not be opened \(Not a directory\)"):
        opened(tmp_path / "file" / "attempts")


def test_a_folder_that_is_removed_is_told_and_what_comes_next_is_recorded(folder: Path):
    log = opened(folder)
    record(log, "gone")
    shutil.rmtree(folder)
    with pytest.raises(NotRecorded, match="was removed or moved while it was written, and 1 attempts with it"):
        log.tend()
    record(log, "next")
    log.close()
    assert names(folder) == ["next"]


@pytest.mark.parametrize("how", ["removed", "moved", "a link in its place"])
def test_a_folder_that_goes_away_is_missed_with_the_next_attempt(
    folder: Path, tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
):
    log = opened(folder)
    record(log, "gone")
    log.begin(begun(attempt("amid")))
    if how == "removed":
        shutil.rmtree(folder)
    else:
        folder.rename(tmp_path / "elsewhere")
    if how == "a link in its place":
        (tmp_path / "new").mkdir()
        folder.symlink_to(tmp_path / "new")
    record(log, "next")
    assert "was removed or moved while it was written, and 1 attempts with it" in caplog.text
    log.finish(attempt("amid"))
    log.close()
    assert names(folder) == ["amid", "next"]
    again = opened(folder)
    assert again.salt == log.salt
    again.close()
    if how != "removed":
        assert standing(tmp_path / "elsewhere") == [("amid", 0, "recorder_stopped"), ("gone", 200, None)]


def test_a_folder_that_goes_away_at_the_end_is_told(folder: Path):
    log = opened(folder)
    record(log, "gone")
    shutil.rmtree(folder)
    with pytest.raises(NotRecorded, match="was removed or moved"):
        log.close()


def test_a_part_that_cannot_be_made_stays_a_journal_and_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    from makegood.records import attempts_part

    log = opened(folder)
    record(log, "one")
    monkeypatch.setattr(attempts_part, "make_part", _no_room)
    with pytest.raises(NotRecorded, match="could not be sealed"):
        log.seal()
    assert names(folder) == ["one"]
    monkeypatch.undo()
    log.seal()
    log.close()
    assert (names(folder), len(parts(folder)), journals(folder)) == (["one"], 1, [])


def _no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_of_the_last_of_all_days_stops_nobody(folder: Path):
    clock = Clock()
    log = opened(folder, clock)
    record(log, "a")
    clock.now += DAY
    (folder / "9999-12-31").mkdir()
    log.seal()
    log.close()
    assert len((folder / "commitments.jsonl").read_text().splitlines()) == 1


def test_rows_that_are_late_for_their_day_belong_to_the_day_on_which_they_are_sealed(folder: Path):
    late = opened(folder)
    record(late, "late")
    other = opened(folder)
    record(other, "in-time")
    other.close()
    clock = Clock(datetime(2026, 11, 21, 0, 59, tzinfo=UTC))
    sealer = opened(folder, clock)
    sealer.seal()
    assert check_commitments(folder).lines == []  # a day waits an hour for a journal that is still being written
    clock.now = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    sealer.seal()
    assert [one.day.isoformat() for one in check_commitments(folder).lines] == ["2026-11-20"]
    late.close()
    sealer.seal()
    sealer.close()
    assert [path.parent.name for path in parts(folder)] == ["2026-11-20", "2026-11-21"]
    assert names(folder) == ["in-time", "late"]
    assert check_commitments(folder).wrong == []


@pytest.mark.parametrize("broken", [False, True])
def test_a_part_can_be_made_by_a_process_of_its_own(folder: Path, broken: bool):
    log = opened(folder, apart=True)
    record(log, "one")
    if broken:
        (journal,) = journals(folder)
        journal.write_bytes(b"torn\n" + journal.read_bytes())
    log.seal()
    log.close()
    assert names(folder) == ["one"]
    assert len(parts(folder)) == 1
    assert [path.read_bytes() for path in torn(folder)] == [b"torn\n"] * broken


def test_what_the_other_process_says_against_it_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch):
    log = opened(folder, apart=True)
    record(log, "one")
    monkeypatch.setattr("makegood.acts.attempts.apart._MODULE", "makegood.no_such_module")
    with pytest.raises(NotRecorded, match=r"could not be sealed \(status 1: .*no_such_module"):
        log.seal()
    monkeypatch.undo()
    log.seal()
    log.close()
    assert names(folder) == ["one"]
