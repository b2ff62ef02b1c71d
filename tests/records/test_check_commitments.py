"""Commitments: whatever is changed, removed, added or moved afterwards is found, and named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from makegood.keys import canonical
from makegood.ledger.merkle import node_hash
from makegood.records.attempts_folder import parts
from makegood.records.check_commitments import Checked, check_commitments
from makegood.records.commitments import Commitment, Sealed, commitment_of, last_commitment
from tests.acts.recording import DAY, MORNING, Clock, opened, record


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days committed to, of two, one and one parts, and one sealed part of the fourth day."""
    folder, clock = tmp_path_factory.mktemp("recorded") / "attempts", Clock()
    log = opened(folder, clock)
    for name, days in (("a", 0), ("b", 0), ("c", 1), ("d", 1), ("e", 1)):
        clock.now += days * DAY
        log.tend()
        record(log, name)
        log.seal()
    log.close()
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    shutil.copytree(recorded, tmp_path / "attempts")
    return tmp_path / "attempts"


def wrong(found: Checked) -> list[str]:
    return [str(one) for one in found.wrong]


def lines(folder: Path) -> list[str]:
    return (folder / "commitments.jsonl").read_text(encoding="utf-8").splitlines()


def rewrite(folder: Path, kept: list[str]) -> None:
    (folder / "commitments.jsonl").write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def test_what_was_sealed_is_in_order(recorded: Path):
    found = check_commitments(recorded)
    assert (wrong(found), found.kept, found.waiting) == ([], None, ())
    assert [(one.day.isoformat(), len(one.parts), one.rows) for one in found.lines] == [
        ("2026-11-20", 2, 2),
        ("2026-11-21", 1, 1),
        ("2026-11-22", 1, 1),
    ]
    assert [one.rows for one in found.since] == [1]
    assert last_commitment(recorded) == found.lines[-1]


def test_a_line_is_what_anyone_can_reckon_by_hand(recorded: Path):
    first, second, _ = (json.loads(line) for line in lines(recorded))
    for entry in first["parts"]:
        assert sha256((recorded / entry["part"]).read_bytes()).hexdigest() == entry["sha256"]
    leaves = [sha256(b"\x00" + canonical(entry).encode()).digest() for entry in first["parts"]]
    assert node_hash(*leaves).hex() == first["root"]
    assert (first["previous"], second["previous"]) == (None, first["hash"])
    body = {name: value for name, value in second.items() if name != "hash"}
    assert sha256(canonical(body).encode()).hexdigest() == second["hash"]


def flipped(whole: bytes, places: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """The bytes with one bit of one byte changed, and which byte."""
    for place in places:
        yield place, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def test_every_byte_of_a_line_counts(recorded: Path):
    for line in (recorded / "commitments.jsonl").read_bytes().splitlines():
        for place, changed in flipped(line, range(len(line))):
            with pytest.raises(ValueError):
                assert commitment_of(changed.decode()), place


def test_a_change_of_the_commitments_or_of_a_list_is_found_in_its_file(folder: Path):
    shutil.rmtree(folder / "2026-11-23")  # not committed to: its part would be opened at each look
    for path in sorted(folder.glob("*/parts.jsonl")):
        whole = path.read_bytes()
        for _, changed in flipped(whole, range(len(whole))):
            path.write_bytes(changed)
            assert any(one.startswith(str(path)) for one in wrong(check_commitments(folder)))
        path.write_bytes(whole)
    path = folder / "commitments.jsonl"
    whole = path.read_bytes()
    for _, changed in flipped(whole, (*range(0, len(whole), 400), len(whole) - 1)):
        path.write_bytes(changed)
        assert any(one.startswith(f"{path}:") for one in wrong(check_commitments(folder)))


def test_a_change_of_the_list_of_a_day_that_is_not_committed_to_is_found(folder: Path):
    path = folder / "2026-11-23" / "parts.jsonl"
    whole = path.read_bytes()
    for _, changed in flipped(whole, range(len(whole))):
        path.write_bytes(changed)
        assert wrong(check_commitments(folder))


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-23"])
def test_every_byte_of_a_part_counts_and_the_part_is_named(folder: Path, day: str):
    if day != "2026-11-23":
        shutil.rmtree(folder / "2026-11-23")
    path = min((folder / day).glob("*.parquet"))
    whole = path.read_bytes()
    for _, changed in (*flipped(whole, (*range(0, len(whole), 61), len(whole) - 1)), (0, whole + b"\n")):
        path.write_bytes(changed)
        (one,) = wrong(check_commitments(folder))
        assert one.startswith(f"{path}: is not as it was sealed")


@pytest.mark.parametrize("number", range(4))
def test_a_removed_part_is_named(folder: Path, number: int):
    part = parts(folder)[number]
    part.unlink()
    assert wrong(check_commitments(folder)) == [f"{part}: is missing"]


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-20", "2026-11-22"])
def test_a_part_that_was_added_to_a_committed_day_is_named(folder: Path, day: str):
    (folder / day).mkdir(exist_ok=True)
    added = folder / day / "part-20261120T100000Z-00000000.parquet"
    shutil.copy(parts(folder)[-1], added)
    (one,) = wrong(check_commitments(folder))
    assert one.startswith(f"{added}: is not listed" if day == "2026-11-19" else f"{added}: was added after {day}")


@pytest.mark.parametrize(
    ("order", "line"),
    [([1, 0, 2], 1), ([0, 2, 1], 2), ([0, 2], 2), ([1, 2], 1), ([0, 1, 1, 2], 3), ([0, 1, 2, 0], 4), ([2, 1, 0], 1)],
)
def test_lines_that_were_moved_removed_or_repeated_are_named(folder: Path, order: list[int], line: int):
    told = lines(folder)
    rewrite(folder, [told[number] for number in order])
    place = f"{folder / 'commitments.jsonl'}:{line}: does not follow the line before it"
    assert any(one.startswith(place) for one in wrong(check_commitments(folder)))


def test_a_head_that_was_kept_shows_that_nothing_before_it_was_written_anew(folder: Path):
    first, second, third = (json.loads(line)["hash"] for line in lines(folder))
    assert [check_commitments(folder, head).kept for head in (first, second, third)] == [1, 2, 3]
    rewrite(folder, lines(folder)[:1])  # the last lines are gone: only a head that was kept shows it
    assert wrong(check_commitments(folder, first)) == []
    assert "no line has the hash" in wrong(check_commitments(folder, third))[0]


def test_a_history_that_is_written_anew_holds_together_and_has_another_head(folder: Path):
    head = json.loads(lines(folder)[-1])["hash"]
    previous, anew = None, []
    for line in lines(folder):
        told = commitment_of(line)
        less = tuple(Sealed(one.part, one.rows, one.sha256) for one in told.parts[:1])
        anew.append(Commitment(told.day, told.made, less, previous))
        previous = anew[-1].hash
    rewrite(folder, [one.line() for one in anew])
    gone = parts(folder)[1]
    gone.unlink()
    (folder / "2026-11-20" / "parts.jsonl").write_text(canonical(anew[0].parts[0].as_data()) + "\n")
    assert wrong(check_commitments(folder)) == []
    assert "no line has the hash" in wrong(check_commitments(folder, head))[0]


def test_a_day_is_not_chained_to_a_line_that_was_changed(folder: Path):
    rewrite(folder, [*lines(folder)[:2], lines(folder)[2].replace('"rows":1', '"rows":2', 1)])
    log = opened(folder, Clock(MORNING + 5 * DAY))
    with pytest.raises(Exception, match=r"commitments\.jsonl: line 3 is not what its own hash says"):
        log.seal()
    log.close()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "[" * 9000, '{"day":1}', '{"day":"2026-11-20","parts":[{}]}'])
def test_what_is_no_commitment_is_told(folder: Path, text: str):
    rewrite(folder, [*lines(folder), text])
    assert any("commitments.jsonl:4: is no" in one or "4: " in one for one in wrong(check_commitments(folder)))


@pytest.mark.parametrize("day", ["2026-11-23", "9999-12-31"])
def test_a_line_that_commits_to_nothing_is_told(folder: Path, day: str):
    previous = json.loads(lines(folder)[-1])["hash"]
    rewrite(folder, [*lines(folder), Commitment(date.fromisoformat(day), "x", (), previous).line()])
    assert "4: is of a day without parts" in wrong(check_commitments(folder))[0]


@pytest.mark.parametrize("name", ["commitments.jsonl", "2026-11-20/parts.jsonl"])
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_only_looks_like_a_file_of_the_folder_is_wrong_and_holds_nobody_up(folder: Path, name: str, kind: str):
    place = folder / name
    place.rename(folder.parent / "elsewhere")
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "link":
        place.symlink_to(folder.parent / "elsewhere")
    else:
        place.mkdir()
    assert any(one.startswith(f"{place}: cannot be read (") for one in wrong(check_commitments(folder)))
