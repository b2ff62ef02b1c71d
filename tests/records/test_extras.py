"""Extras: what recorders add to an attempt is read beside it, from sealed parts, open journals and lines alike."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from makegood.records.extras import Extras, take_extras
from makegood.records.take import Intake, take
from makegood.records.warehouse import Warehouse
from tests.acts.recording import attempt, opened

QUERY = """
SELECT a.request_id, m.route, m.upstream, m.key_name, m.reason, e.extra_nano, m.extra_currency
FROM attempts AS a JOIN extras AS e ON e.row_id = a.row_id JOIN marks AS m ON m.mark = e.mark ORDER BY 1
"""


def taken(*paths: Path) -> tuple[Extras, list[tuple[Any, ...]]]:
    """What the files tell, and the extras of each attempt that counts."""
    with TemporaryDirectory() as spool:
        warehouse = Warehouse(Path(spool), memory_mb=256, threads=1)
        try:
            take(warehouse, Intake(paths))
            return take_extras(warehouse), warehouse.query(QUERY)
        finally:
            warehouse.close()


def test_a_recorded_folder_tells_them_of_sealed_parts_and_of_open_journals(tmp_path: Path):
    log = opened(tmp_path)
    log.finish(attempt("one", 503, route="chat", upstream="first", key="KEY_A"))
    more = {"reason": "failover", "extra_nano": -250, "extra_currency": "USD"}
    log.finish(attempt("two", route="chat", upstream="second", key="KEY_B", **more))
    log.seal()
    log.finish(attempt("three"))
    found, rows = taken(tmp_path)
    log.close()
    assert rows == [
        ("req_one", "chat", "first", "KEY_A", "first", None, ""),
        ("req_three", "", "", "", "first", None, ""),
        ("req_two", "chat", "second", "KEY_B", "failover", -250, "USD"),
    ]
    assert (found.rows, found.files, found.with_route, found.with_key, found.detours) == (3, 2, 2, 2, 1)


LINE = {"time": "2026-03-02T00:00:00Z", "provider": "openai", "model": "gpt-4o", "status": 200, "route": "chat"}


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ({"reason": "hedge", "extra_nano": 7}, ("hedge", 7, "")),
        ({"reason": "because"}, ("first", None, "")),
        ({"reason": None, "extra_nano": "much"}, ("first", None, "")),
        ({"extra_nano": 10**19, "extra_currency": "dollars"}, ("first", None, "")),
    ],
)
def test_a_value_that_cannot_be_is_not_told(tmp_path: Path, told: dict[str, Any], means: tuple[Any, ...]):
    later = LINE | {"request_id": "b", "reason": "repeat"}
    rows = [json.dumps(LINE | {"request_id": "a"} | told), "{not json", json.dumps(later)]
    (tmp_path / "log.jsonl").write_text("\n".join(rows) + "\n")
    _, found = taken(tmp_path / "log.jsonl")
    assert [one[0:2] for one in found] == [("a", "chat"), ("b", "chat")]
    assert [one[4:] for one in found] == [means, ("repeat", None, "")]


def test_files_without_them_tell_nothing(tmp_path: Path):
    plain = {name: value for name, value in LINE.items() if name != "route"}
    (tmp_path / "log.jsonl").write_text(json.dumps(plain) + "\n")
    heads = ",".join(plain) + "\n" + ",".join(map(str, plain.values())) + "\n"
    (tmp_path / "log.csv").write_text(heads)
    assert taken(tmp_path / "log.jsonl", tmp_path / "log.csv") == (Extras(0, 0, 0, 0, 0), [])
