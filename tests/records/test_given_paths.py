"""Paths that are folders: an attempts folder is read as a whole, a folder of logs by its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from makegood.errors import Unreadable
from makegood.records import attempts_snapshot
from makegood.records.attempts_folder import begun_of, journals
from makegood.records.given_paths import files_of
from makegood.records.recorded_line import line_of
from tests.acts.recording import DAY, Clock, attempt, begun, opened, record, standing
from tests.records.taking import take_paths

ROW = {"time": "2026-11-20T09:00:00Z", "provider": "openai", "model": "gpt-4o", "status": 503, "request_id": "r1"}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder of logs with folders in it, hidden files, and an attempts folder among them."""
    folder = tmp_path / "logs"
    for name in ("b.jsonl", "a.csv", "2026/11/c.jsonl", ".hidden.jsonl", ".git/d.jsonl"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(ROW | {"request_id": name}) + "\n")
    log = opened(folder / "recorded")
    record(log, "one")
    log.close()
    return folder


def test_a_folder_of_logs_stands_for_its_files(logs: Path):
    found = list(files_of([logs, logs / "b.jsonl"]))
    named = ["recorded", "a.csv", "b.jsonl", "2026/11/c.jsonl", "b.jsonl"]
    assert found == [logs / name for name in named]


def test_a_folder_without_any_file_is_told_in_one_sentence(tmp_path: Path):
    with pytest.raises(Unreadable, match="is a folder without any file to read; name a folder of logs, or the logs"):
        list(files_of([tmp_path]))


def test_a_folder_of_far_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from makegood.records import given_paths

    monkeypatch.setattr(given_paths, "_MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.jsonl").write_text("{}")
    with pytest.raises(Unreadable, match="holds more than 3 files"):
        list(files_of([tmp_path]))


def test_a_days_folder_and_the_open_folder_give_their_rows_alone(tmp_path: Path):
    clock = Clock()
    log = opened(tmp_path / "attempts", clock)
    record(log, "sealed")
    log.seal()
    log.begin(begun(attempt("going")))
    record(log, "open")
    clock.now += DAY
    day, open_ = tmp_path / "attempts" / "2026-11-20", tmp_path / "attempts" / "open"
    assert [path.suffix for path in files_of([day])] == [".parquet"]
    assert [path.suffix for path in files_of([open_])] == [".jsonl"]
    log.close()


def test_a_recorder_that_saw_nothing_yet_is_told_so(tmp_path: Path):
    log = opened(tmp_path / "attempts")
    with pytest.raises(Unreadable, match="holds no attempt yet"):
        take_paths([tmp_path / "attempts"])
    log.close()


def test_each_row_of_an_attempts_folder_has_its_own_place(tmp_path: Path):
    log = opened(tmp_path / "attempts")
    record(log, "a", "b")
    log.seal()
    record(log, "c", "d")
    with journals(tmp_path / "attempts")[0].open("ab") as file:
        file.write(b"not a row\n")
    record(log, "e")
    found = take_paths([tmp_path / "attempts"])
    assert found.places == [1, 2, 4, 1, 2]
    assert list(found.reasons) == [(str(journals(tmp_path / "attempts")[0]), 3)]
    assert (found.tally.read, found.tally.used, found.tally.quarantined) == (6, 5, 1)
    log.close()


def test_a_broken_part_is_told_and_the_others_are_read(tmp_path: Path):
    log = opened(tmp_path / "attempts")
    record(log, "a")
    log.seal()
    record(log, "b")
    log.seal()
    log.close()
    broken = min((tmp_path / "attempts").glob("*/*.parquet"))
    broken.write_bytes(broken.read_bytes()[:40])
    found = take_paths([tmp_path / "attempts"])
    assert found.tally.used == 1
    assert found.unread[0].startswith(f"{broken}: ")


def test_what_a_stopped_recorder_had_begun_is_read_from_where_it_stands(tmp_path: Path):
    log = opened(tmp_path / "attempts")
    record(log, "done")
    log.close()
    (journal,) = journals(tmp_path / "attempts")
    lines = [line_of(begun(attempt(name))) for name in ("done", "lost", "done")]
    begun_of(journal).write_bytes(b"".join(lines) + b'{"time":"2026')
    found = take_paths([tmp_path / "attempts"])
    assert (found.tally.read, found.tally.used) == (2, 2)
    assert sorted((row["status"], row["error"]) for row in found.rows) == [(0, "recorder_stopped"), (200, "")]
    assert found.places == [2, 1]


@pytest.mark.parametrize("step", ["opened", "parts", "torn"])
def test_a_journal_that_is_sealed_amid_a_look_is_neither_lost_nor_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    log = opened(tmp_path / "attempts")
    record(log, "a", "b")
    with journals(tmp_path / "attempts")[0].open("ab") as file:
        file.write(b"not a row\n")
    own = getattr(attempts_snapshot, step)

    def sealing(path: Path):
        monkeypatch.setattr(attempts_snapshot, step, own)
        log.seal()
        record(log, "c")
        return own(path)

    monkeypatch.setattr(attempts_snapshot, step, sealing)
    found = take_paths([tmp_path / "attempts"]).tally
    assert (found.read, found.used, found.quarantined) == (3, 2, 1)
    found = take_paths([tmp_path / "attempts"]).tally
    assert (found.read, found.used, found.quarantined) == (4, 3, 1)
    log.close()


def test_while_a_stopped_recorders_rows_are_looked_at_nobody_settles_them(tmp_path: Path, monkeypatch):
    folder = tmp_path / "attempts"
    log = opened(folder)
    record(log, "done")
    log.close()
    begun_of(journals(folder)[0]).write_bytes(line_of(begun(attempt("lost"))))
    own = attempts_snapshot.parts
    others = []

    def meddling(path: Path):
        monkeypatch.setattr(attempts_snapshot, "parts", own)
        others.append(opened(folder))
        others[0].seal()
        return own(path)

    monkeypatch.setattr(attempts_snapshot, "parts", meddling)
    both = [("done", 200, None), ("lost", 0, "recorder_stopped")]
    assert standing(folder) == both
    others[0].seal()
    assert standing(folder) == both
    assert len(journals(folder)) == 1  # its own, which is empty
    others[0].close()
