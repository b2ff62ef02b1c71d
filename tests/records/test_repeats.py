"""Repeats: what is one attempt delivered again, and what are two attempts under one id of their provider."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from makegood.records.recorded import Recorded
from makegood.records.tail import Tail
from tests.acts.recording import attempt, opened
from tests.records.taking import take_paths

SAME = "req_none"


def exported(path: Path, *rows: Recorded) -> Path:
    """The same requests as somebody else exports them: no id of a recorder."""
    kept = [{name: value for name, value in asdict(row).items() if name != "attempt"} for row in rows]
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in kept))
    return path


def of(name: str, status: int = 200, **more: Any) -> Recorded:
    return attempt(name, status, request_id=SAME, **more)


def used(*paths: Path) -> list[tuple[str, int]]:
    return sorted((row["model"], row["status"]) for row in take_paths(list(paths)).rows)


@pytest.mark.parametrize("request_id", [SAME, None])
@pytest.mark.parametrize("sealed", [0, 2, 4])
def test_attempts_that_recorders_tell_apart_are_never_one(tmp_path: Path, request_id: str | None, sealed: int):
    log = opened(tmp_path)
    for number in range(4):
        log.finish(attempt(f"a{number}", request_id=request_id))
        if number + 1 == sealed:
            log.seal()
    log.close()
    tally = take_paths([tmp_path]).tally
    assert (tally.used, tally.duplicate) == (4, 0)
    assert sum(len(piece.time_us) for piece in Tail(tmp_path).read()) == 4


def test_an_attempt_that_is_given_twice_is_one_wherever_it_stands(tmp_path: Path):
    log = opened(tmp_path / "one")
    log.finish(of("a"))
    log.finish(of("b", 503))
    log.close()
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(next((tmp_path / "one" / "open").glob("*.jsonl")).read_bytes())
    assert used(tmp_path / "one", copy) == [("gpt-4o", 200), ("gpt-4o", 503)]
    table = tmp_path / "copy.csv"
    duckdb.execute(f"COPY (FROM read_json('{copy}')) TO '{table}' (HEADER)")
    assert used(copy, table) == [("gpt-4o", 200), ("gpt-4o", 503)]


def test_what_somebody_else_exports_of_a_recorded_attempt_is_that_attempt(tmp_path: Path):
    log = opened(tmp_path / "one")
    log.finish(attempt("a"))
    log.seal()
    log.finish(attempt("b"))
    log.close()
    again = exported(tmp_path / "spans.jsonl", attempt("a", duration_ms=650), attempt("b"), attempt("c"))
    tally = take_paths([tmp_path / "one", again]).tally
    assert (tally.used, tally.duplicate) == (3, 2)


def test_an_export_takes_the_place_of_none_of_several_attempts(tmp_path: Path):
    log = opened(tmp_path / "one")
    log.finish(of("a", 503))
    log.finish(replace(of("b", 503), model="gpt-4o-mini"))
    log.close()
    assert used(tmp_path / "one", exported(tmp_path / "spans.jsonl", of("a"))) == [
        ("gpt-4o", 503),
        ("gpt-4o-mini", 503),
    ]


def test_without_ids_of_recorders_one_id_of_the_provider_is_one_attempt(tmp_path: Path):
    assert used(exported(tmp_path / "rows.jsonl", of("a", 503), of("b"))) == [("gpt-4o", 200)]
