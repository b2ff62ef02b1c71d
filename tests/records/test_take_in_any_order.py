"""The same rows in any order, over any files of any kind, each given one to three times, are the same attempts."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.records.typed import quoted
from tests.records.taking import CONTENT, Outcome, take_paths

TYPES = {
    "time": "TIMESTAMPTZ",
    "provider": "VARCHAR",
    "model": "VARCHAR",
    "request_id": "VARCHAR",
    "status": "SMALLINT",
    "input_tokens": "BIGINT",
    "charged": "DECIMAL(18,9)",
    "currency": "VARCHAR",
}
BAD_STATUS = 1000
ROW = st.fixed_dictionaries(
    {
        "time": st.sampled_from(["2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000001Z", "2026-03-02T00:00:00+09:00"]),
        "provider": st.sampled_from(["openai", "anthropic"]),
        "model": st.sampled_from(["gpt-4o", "모델, \"one\""]),
        "request_id": st.sampled_from([None, None, "r1", "r2"]),
        "status": st.sampled_from([200, 529, BAD_STATUS]),
        "input_tokens": st.integers(0, 3),
        "charged": st.sampled_from([None, "0.1", "0.000000001"]),
        "currency": st.sampled_from(["USD", "KRW"]),
    }
)  # fmt: skip


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[tuple[str, list[dict[str, Any]]]]]:
    """Rows, and files (kind, rows) that hold each of them one to three times."""
    rows = draw(st.lists(ROW, min_size=1, max_size=12))
    given_rows = draw(st.permutations([row for row in rows for _ in range(draw(st.integers(1, 3)))]))
    files = []
    while given_rows:
        size = draw(st.integers(1, len(given_rows)))
        files.append((draw(st.sampled_from(["lines", "table", "parquet"])), given_rows[:size]))
        given_rows = given_rows[size:]
    return rows, files


def written(path: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    lines = path.with_suffix(".lines")
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    if kind == "lines":
        return lines
    if kind == "table":
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(TYPES), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in TYPES.items())
        source = f"read_json({quoted(str(lines))}, columns = {{{columns}}})"
        connection.execute(f"COPY (SELECT * FROM {source}) TO {quoted(str(path))} (FORMAT parquet)")
    return path


def take_all(files: list[tuple[str, list[dict[str, Any]]]]) -> Outcome:
    with TemporaryDirectory() as folder:
        return take_paths([written(Path(folder) / str(number), *file) for number, file in enumerate(files)])


def content(outcome: Outcome) -> list[tuple[str, ...]]:
    return sorted(tuple(str(row[name]) for name in CONTENT) for row in outcome.rows)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_order_files_and_repeats_do_not_matter(delivery: Any) -> None:
    rows, files = delivery
    plain, again = take_all([("lines", rows)]), take_all(files)
    assert content(again) == content(plain)
    total = sum(len(held) for _, held in files)
    bad = sum(row["status"] == BAD_STATUS for _, held in files for row in held)
    tally = again.tally
    assert (tally.read, tally.quarantined, tally.used) == (total, bad, plain.tally.used)
    assert tally.read == tally.used + tally.duplicate + tally.quarantined + tally.out_of_scope


@settings(max_examples=5, deadline=None)
@given(deliveries())
def test_what_is_out_of_scope_is_counted_too(delivery: Any) -> None:
    _, files = delivery
    with TemporaryDirectory() as folder:
        paths = [written(Path(folder) / str(number), *file) for number, file in enumerate(files)]
        tally = take_paths(paths, account="another").tally
    assert tally.used == tally.duplicate == 0
    assert tally.read == tally.quarantined + tally.out_of_scope == sum(len(held) for _, held in files)
