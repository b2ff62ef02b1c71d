"""Files of a command: whole or not at all, and nothing left beside them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TextIO

import pytest

from makegood.cli.written import write_file, write_folder
from makegood.errors import BadUse


def held(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir()}


def full(file: TextIO) -> None:
    file.write("half of it")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_takes_its_files_and_keeps_those_of_other_names(tmp_path: Path):
    out = tmp_path / "new" / "out"
    write_folder(out, {"a.json": "1", "b.csv": lambda file: print("é,2", file=file)})
    (out / "mine").write_text("own", encoding="utf-8")
    write_folder(out, {"a.json": "3"})
    assert held(out) == {"a.json": "3", "b.csv": "é,2\n", "mine": "own"}
    assert oct((out / "a.json").stat().st_mode) == oct((out / "mine").stat().st_mode)


def test_where_one_file_has_no_room_none_is_changed(tmp_path: Path):
    write_folder(tmp_path, {"a.json": "1", "b.csv": "2"})
    with pytest.raises(BadUse, match=r"--out .*: cannot be written \(No space left on device\); make room or name"):
        write_folder(tmp_path, {"a.json": "3", "b.csv": full})
    assert held(tmp_path) == {"a.json": "1", "b.csv": "2"}


def test_a_single_file(tmp_path: Path):
    write_file("--ics", tmp_path / "due.ics", b"1")
    write_file("--ics", tmp_path / "due.ics", b"2")
    assert held(tmp_path) == {"due.ics": "2"}
    for path, says in (
        (tmp_path, "is a folder or a device; name a file"),
        (tmp_path / "no" / "x", "cannot be written"),
    ):
        with pytest.raises(BadUse, match=f"--ics {path}: {says}"):
            write_file("--ics", path, b"3")
    assert held(tmp_path) == {"due.ics": "2"}
