"""One line a parcel, whatever is torn, repeated or written by two at once."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from makegood.adapters.file import FileOutlet
from makegood.awards.deliver import deliver, differs
from makegood.awards.parcel import Parcel
from makegood.errors import Unreadable
from makegood.ledger.basis import Basis
from tests.adapters.ways_out import parcel, reversal_of

AWARD = parcel(says="장애 보상\n\u2028", basis=Basis("credit", cause="INC-7"))


def numbered(count: int, start: int = 0) -> list[Parcel]:
    return [replace(AWARD, id=f"mg-{number:07d}", amount=number + 1) for number in range(start, start + count)]


def lines(path: Path) -> list[dict]:
    text = path.read_bytes()
    assert text == b"" or text.endswith(b"\n")
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_holds_every_fact_and_is_written_once(tmp_path: Path):
    path = tmp_path / "credits.jsonl"
    outlet = FileOutlet(path)
    assert [outlet.send(one).outcome for one in (AWARD, AWARD, reversal_of(AWARD))] == ["done"] * 3
    first, second = lines(path)
    assert (first["id"], first["type"], first["amount"], first["unit"]) == (AWARD.id, "award.posted", "10.00", "USD")
    assert (first["says"], first["basis"]["cause"]) == (AWARD.says, "INC-7")
    assert (second["type"], second["reverses"], second["amount"]) == ("award.reversed", AWARD.id, "10.00")
    for one in (AWARD, reversal_of(AWARD)):
        assert differs("file", one, outlet.look(one)) is None
        assert differs("file", one, FileOutlet(path).look(one)) is None
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_id_with_another_amount_is_refused_alone_and_in_one_batch(tmp_path: Path):
    outlet, other = FileOutlet(tmp_path / "c"), replace(AWARD, amount=999)
    assert [one.outcome for one in outlet.send_many([AWARD, other, AWARD])] == ["done", "refused", "done"]
    sent = outlet.send(other)
    assert (sent.outcome, sent.said) == ("refused", f"c shows 10.00 USD under {AWARD.id}, where the book has 9.99 USD.")
    assert len(lines(tmp_path / "c")) == 1


@pytest.mark.parametrize("cut", [1, 5, 7, 40, 200])
def test_a_torn_last_line_is_removed_and_written_anew(tmp_path: Path, cut: int):
    path = tmp_path / "c"
    first, second = numbered(2)
    FileOutlet(path).send(first)
    whole = path.read_bytes()
    FileOutlet(path).send(second)
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    outlet = FileOutlet(path)
    assert outlet.look(second) is None
    assert deliver(outlet, second, fresh=False).outcome == "done"
    assert [one["id"] for one in lines(path)] == [first.id, second.id]


@pytest.mark.parametrize(
    "text", [b"name,amount\n", b"no newline", b'{"id":1}\n', b"[]\n", b"[" * 5000 + b"\n", b'{"id":"x","type":"y"}\n']
)
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, text: bytes):
    path = tmp_path / "c"
    path.write_bytes(text)
    sent = FileOutlet(path).send(AWARD)
    assert (sent.outcome, "c, line 1: not a line of this outlet" in sent.said) == ("again", True)
    assert path.read_bytes() == text
    if text.endswith(b"\n"):
        with pytest.raises(Unreadable, match="line 1"):
            FileOutlet(path).look(AWARD)


def test_two_lines_of_one_id_are_told(tmp_path: Path):
    path = tmp_path / "c"
    FileOutlet(path).send(AWARD)
    path.write_bytes(path.read_bytes() * 2)
    told = differs("file", AWARD, FileOutlet(path).look(AWARD))
    assert told == f"file shows {AWARD.id} 2 times, 20.00 USD together, where the book has 10.00 USD once."


def test_what_another_wrote_is_seen_and_a_new_file_starts_anew(tmp_path: Path):
    path = tmp_path / "c"
    here, there = FileOutlet(path), FileOutlet(path)
    assert here.look(AWARD) is None
    there.send(AWARD)
    assert here.send(AWARD).said == "It was there already."
    path.rename(tmp_path / "old")
    assert here.look(AWARD) is None
    path.write_bytes(b"")
    assert here.look(AWARD) is None


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "c"
    outlet = FileOutlet(path)
    outlet.send(AWARD)
    true_write, before = os.pwrite, path.read_bytes()

    def full(file: int, data: memoryview, place: int) -> int:
        if len(data) < 400:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return true_write(file, data[:100], place)

    monkeypatch.setattr(os, "pwrite", full)
    sent = outlet.send_many(numbered(3))
    assert {one.outcome for one in sent} == {"again"}
    assert "No space left" in sent[0].said
    assert path.read_bytes() == before
    monkeypatch.undo()
    assert {one.outcome for one in outlet.send_many(numbered(3))} == {"done"}
    assert len(lines(path)) == 4


def _write(path: Path, start: int) -> None:
    outlet = FileOutlet(path)
    for place in range(0, 60, 3):
        assert {one.outcome for one in outlet.send_many(numbered(3, start + place))} == {"done"}


def test_processes_and_threads_at_once_write_every_id_once(tmp_path: Path):
    path = tmp_path / "c"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_write, args=(path, start)) for start in (0, 30)]
    shared = FileOutlet(path)
    threads = [threading.Thread(target=lambda: [shared.send(one) for one in numbered(30, 20)]) for _ in range(2)]
    for worker in (*workers, *threads):
        worker.start()
    for worker in (*workers, *threads):
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert sorted(one["id"] for one in lines(path)) == [one.id for one in numbered(90)]


def test_many_take_little_and_later_calls_read_only_what_is_new(tmp_path: Path):
    outlet, many = FileOutlet(tmp_path / "c"), numbered(30_000)
    began = time.monotonic()
    for place in range(0, len(many), 5000):
        assert all(one.outcome == "done" for one in outlet.send_many(many[place : place + 5000]))
    assert time.monotonic() - began < 10
    began = time.monotonic()
    for one in many[::300]:
        assert differs("file", one, outlet.look(one)) is None
    assert time.monotonic() - began < 0.5
