"""Sealed parts: whoever reads a folder is told what its lists say and what is not there any more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import Unreadable
from makegood.records.attempts_folder import parts
from makegood.records.sealed_parts import amiss
from tests.acts.recording import DAY, Clock, opened, record
from tests.street.street import assessed

PARTS = {"parts_missing", "parts_changed", "parts_added", "part_lists_changed"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of one, two and three rows under the first day, which is committed to, and of four under the second."""
    folder, clock = tmp_path_factory.mktemp("recorded") / "attempts", Clock()
    log = opened(folder, clock)
    for count, days in ((1, 0), (2, 0), (3, 0), (4, 1)):
        clock.now += days * DAY
        log.tend()
        record(log, *(f"{count}-{number}" for number in range(count)))
        log.seal()
    log.close()
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    shutil.copytree(recorded, tmp_path / "attempts")
    return tmp_path / "attempts"


def of_rows(folder: Path, rows: int) -> Path:
    """The part of so many rows, by what the lists say."""
    lines = [line for found in folder.glob("*/parts.jsonl") for line in found.read_text().splitlines()]
    return next(folder / one["part"] for one in map(json.loads, lines) if one["rows"] == rows)


def noted(data: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["text"].split(": ", 1)[1] for one in data["notes"] if one["code"] in PARTS}


def test_a_folder_as_it_was_sealed_says_nothing(folder: Path):
    assert (amiss([folder]), noted(assessed(folder))) == ((), {})


def test_parts_that_are_gone_are_told_with_their_rows_and_days(folder: Path):
    for rows in (2, 4):
        of_rows(folder, rows).unlink()
    data = assessed(folder)
    assert data["rows"]["used"] == 4
    assert noted(data) == {
        "parts_missing": "2 parts that were sealed are not here (6 rows, 2026-11-20 – 2026-11-21): what they held is "
        "not in this answer. Bring them back from a copy."
    }
    of_rows(folder, 1).unlink()
    assert noted(assessed(folder))["parts_missing"].startswith("3 parts that were sealed are not here (7 rows, ")


def test_a_part_that_was_changed_is_told(folder: Path):
    shutil.copy(of_rows(folder, 2), of_rows(folder, 1))
    assert noted(assessed(folder)) == {
        "parts_changed": "1 part is not as sealed (1 row was, 2026-11-20): what this answer takes from it is not what "
        "was recorded. Bring it back from a copy."
    }


def test_a_part_that_was_cut_short_is_to_be_brought_back_and_not_written_again(folder: Path):
    part = of_rows(folder, 3)
    part.write_bytes(part.read_bytes()[:-20])
    data = assessed(folder)
    assert noted(data)["parts_changed"].startswith("1 part is not as sealed (3 rows were, 2026-11-20)")
    unread = next(one["text"] for one in data["notes"] if one["code"] == "file_unread")
    assert unread.endswith("bring this sealed part back from a copy.")


def test_a_part_that_came_after_its_day_was_committed_to_and_lines_that_were_changed_are_told(folder: Path):
    shutil.copy(of_rows(folder, 1), of_rows(folder, 1).with_name("part-20261120T100000Z-0123abcd.parquet"))
    (folder / "2026-11-21" / "parts.jsonl").write_text("{}\nnothing\n")
    found = noted(assessed(folder))
    assert found["parts_added"].startswith("1 part was added after its day was committed to, and the rows count here")
    assert found["part_lists_changed"].startswith("2 lines of the lists of sealed parts are not as written")


def test_a_part_that_a_recorder_is_about_to_list_is_nothing_amiss(folder: Path):
    (folder / "2026-11-21" / "parts.jsonl").write_text("")
    assert amiss([folder]) == ()


def test_a_folder_without_any_of_its_parts_is_not_called_new(folder: Path):
    for part in parts(folder):
        part.unlink()
    with pytest.raises(Unreadable, match="none of its 4 sealed parts is here; bring them back from a copy"):
        assessed(folder)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("command", ["assess", "audit"])
def test_screen_and_page_say_it_above_everything_else(folder: Path, tmp_path: Path, command: str, lang: str):
    of_rows(folder, 4).unlink()
    out = tmp_path / "out"
    shown = CliRunner().invoke(app, [command, str(folder), "--lang", lang, "--out", str(out)])
    assert shown.exit_code == 0
    said = {
        "en": "1 part that was sealed is not here (4 rows, 2026-11-21): what it held is not in this answer.",
        "ko": "봉인된 파트 1개가 없습니다(4행, 2026-11-21).",
    }[lang]
    for text in (shown.stdout, next(out.glob("*.html")).read_text(encoding="utf-8")):
        assert " ".join(text.split()).count(said) == 2  # under the headline, and among the notes
