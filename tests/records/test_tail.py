"""The tail of an attempts folder: each attempt once, whatever becomes of its journal and of whoever follows it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makegood.acts.take_attempts import AttemptLog, SealPolicy
from makegood.errors import BadUse, Unreadable
from makegood.records import folder_piece
from makegood.records.attempts_folder import journals, parts
from makegood.records.recorded import Recorded
from makegood.records.recorded_line import line_of
from makegood.records.scope import Scope
from makegood.records.tail import Recent, Tail
from makegood.records.tail_position import Position
from makegood.spans import to_us

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Desk:
    """A recorder whose clock is set by hand."""

    def __init__(self, folder: Path, policy: SealPolicy = SealPolicy(sync="never")) -> None:
        self.folder, self.now, self.made = folder / "attempts", NOON, 0
        self.log = AttemptLog(self.folder, lambda: self.now, policy)

    def record(self, count: int = 1, **more: object) -> None:
        for _ in range(count):
            self.made += 1
            self.now += timedelta(seconds=1)
            fields = {
                "time": self.now, "account": "acme", "provider": "openai", "service": "chat.completions",
                "model": "gpt-4o", "status": 200, "attempt": f"a{self.made}", "request_id": f"r{self.made}",
                "duration_ms": 700, "output_tokens": 5, "usable": True, **more,
            }  # fmt: skip
            self.log.finish(Recorded(**fields))  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    one = Desk(tmp_path)
    yield one
    one.log.close()


def times(tail: Tail) -> list[int]:
    return [at for piece in tail.read() for at in piece.time_us.tolist()]


def seconds(*numbers: int) -> list[int]:
    return [to_us(NOON + timedelta(seconds=number)) for number in numbers]


def test_rows_are_told_once_while_the_journal_grows_is_sealed_and_is_followed_by_another(desk: Desk) -> None:
    tail = Tail(desk.folder)
    desk.record(3)
    assert sorted(times(tail)) == seconds(1, 2, 3)
    assert times(tail) == []
    desk.record(2)
    desk.log.seal()
    desk.record(2)
    assert sorted(times(tail)) == seconds(4, 5, 6, 7)
    desk.log.seal()
    assert len(parts(desk.folder)) == 2
    assert times(tail) == []
    assert sorted(times(Tail(desk.folder))) == seconds(*range(1, 8))


def test_a_restart_goes_on_with_the_next_row_whatever_became_of_the_journal_meanwhile(desk: Desk) -> None:
    told: Counter[int] = Counter()
    position = None
    for turn in range(3):
        tail = Tail(desk.folder, position)
        told.update(times(tail))
        position = Position.of(tail.position.text())
        desk.record(turn + 1)
        if turn % 2:
            desk.log.seal()
            desk.record(1)
    told.update(times(Tail(desk.folder, position)))
    assert told == Counter(seconds(*range(1, desk.made + 1)))


def test_whoever_looks_while_rows_are_written_and_sealed_is_told_each_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SealPolicy(rows=20, sync="never"))
    tail, told = Tail(desk.folder), Counter[int]()
    writer = threading.Thread(target=lambda: [desk.record(25) or desk.log.tend() for _ in range(4)])
    writer.start()
    for _ in range(20):
        working = writer.is_alive()
        told.update(times(tail))
        if not working:
            break
    writer.join()  # it may be slower than all these looks
    desk.log.close()
    told.update(times(Tail(desk.folder, Position.of(tail.position.text()))))
    assert told == Counter(seconds(*range(1, 101)))
    assert len(parts(desk.folder)) >= 2


def test_columns_are_those_that_rules_and_streams_read(desk: Desk) -> None:
    desk.record(status=503, error="overloaded", usable=None, duration_ms=60_000, region="eu", output_tokens=0)
    desk.record(duration_ms=None, usable=False)
    (piece,) = Tail(desk.folder).read()
    rows = {
        at: (piece.scopes[scope], piece.outcomes[outcome], end - at)
        for at, end, scope, outcome in zip(
            piece.time_us.tolist(), piece.end_us.tolist(), piece.scope, piece.outcome, strict=True
        )
    }
    assert rows == {
        seconds(1)[0]: (
            Scope("openai", "chat.completions", "gpt-4o", "eu"),
            ("openai", 503, "overloaded", -1, 1),
            60_000_000,
        ),
        seconds(2)[0]: (Scope("openai", "chat.completions", "gpt-4o", ""), ("openai", 200, "", 0, 0), 0),
    }


def test_a_line_that_is_being_written_waits_and_a_broken_one_is_told_with_its_place(desk: Desk) -> None:
    tail = Tail(desk.folder)
    desk.record(2)
    (journal,) = journals(desk.folder)
    assert len(times(tail)) == 2
    whole = line_of(Recorded(NOON, "acme", "openai", "s", "m", 200, "late"))
    with journal.open("ab") as file:
        file.write(b'{"time": torn\n' + whole[:40])
    (piece,) = tail.read()
    assert (len(piece.time_us), [(one.file, one.line) for one in piece.quarantined]) == (0, [(str(journal), 3)])
    with journal.open("ab") as file:
        file.write(whole[40:])
    assert times(tail) == [to_us(NOON)]
    desk.record(1)
    desk.log.seal()
    assert times(tail) == seconds(3)


def test_a_row_delivered_twice_under_one_id_of_its_provider_and_of_its_recorder_counts_once(desk: Desk) -> None:
    tail = Tail(desk.folder)
    desk.record(request_id="same", attempt="one")
    desk.record(2, request_id=None)
    assert len(times(tail)) == 3
    desk.record(request_id="same", attempt="one")
    desk.record(request_id="same", attempt="one", provider="anthropic")
    desk.record(request_id=None)
    assert sorted(times(tail)) == seconds(5, 6)


def test_attempts_of_a_proxy_that_always_says_the_same_id_are_all_told(desk: Desk) -> None:
    tail = Tail(desk.folder)
    for _ in range(2):
        desk.record(2, request_id="req_none")
        assert len(times(tail)) == 2
    desk.log.seal()
    assert times(tail) == []
    assert sorted(times(Tail(desk.folder))) == seconds(1, 2, 3, 4)


def test_a_part_that_cannot_be_read_is_told_once_and_the_others_count(desk: Desk) -> None:
    for count in (2, 1):
        desk.record(count)
        desk.log.seal()
    day = parts(desk.folder)[0].parent
    (day / "part-20260302T110000Z-0000abcd.parquet").write_bytes(b"PAR1 no parquet")
    tail = Tail(desk.folder)
    pieces: list[Recent] = list(tail.read())
    assert sum(len(piece.time_us) for piece in pieces) == 3
    assert [Path(one.file).name for piece in pieces for one in piece.quarantined] == [
        "part-20260302T110000Z-0000abcd.parquet"
    ]
    assert list(tail.read()) == []


def test_a_part_that_could_not_be_read_for_a_while_is_told_once_it_can_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = Tail(desk.folder)
    desk.record(2)
    assert len(times(tail)) == 2
    desk.record(3)
    desk.log.seal()
    (part,) = parts(desk.folder)
    reads = []

    def away(path: Path) -> object:
        reads.append(path)
        raise Unreadable(f"{path}: cannot be read (too many open files)")

    with monkeypatch.context() as patched:
        patched.setattr(folder_piece, "take_sample", away)
        looks = [list(tail.read()) for _ in range(20)]
    told = [(one.file, one.line) for pieces in looks for piece in pieces for one in piece.quarantined]
    assert (told, len(reads)) == ([(str(part), 0)], 5)  # told once, and tried seldom
    position = Position.of(tail.position.text())
    assert sorted(at for _ in range(16) for at in times(tail)) == seconds(3, 4, 5)
    assert sorted(times(Tail(desk.folder, position))) == seconds(3, 4, 5)
    assert times(tail) == []


def test_days_before_the_one_asked_for_are_left_alone(desk: Desk) -> None:
    desk.record(2)
    desk.log.seal()
    desk.now += timedelta(days=1)
    desk.log.tend()
    desk.record(1)
    desk.log.seal()
    assert len(times(Tail(desk.folder, since="2026-03-03"))) == 1


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"since": "x", "sealed": [], "open": {}}', '{"since": "2026-01-01", "sealed": [], "open": {"w": [1]}}'],
)
def test_a_text_that_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(BadUse, match="begin anew"):
        Position.of(text)
