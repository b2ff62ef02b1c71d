"""Finding incidents: real logs first."""

import gzip
import json
from pathlib import Path

import numpy as np

from makegood.incidents.counts import Counts
from makegood.incidents.find import find
from makegood.records.scope import Scope
from makegood.spans import iso


def counts_of(rows: list[tuple[str, int, bool]]) -> list[Counts]:
    """Counts by model from (model, microseconds, failed)."""
    result = []
    for model in sorted({row[0] for row in rows}):
        minutes: dict[int, list[int]] = {}
        for _, time, failed in sorted(row for row in rows if row[0] == model):
            column = minutes.setdefault(time // 60_000_000, [0, 0, 0, 0])
            column[0] += 1
            if failed:
                column[1] += 1
                column[2] = column[2] or time
                column[3] = time
        columns = np.array([[minute, *minutes[minute]] for minute in sorted(minutes)], dtype=np.int64).T
        result.append(Counts(Scope("azure", "chat", model), *columns))
    return result


def test_the_real_spans_hold_three_incidents_of_one_model(shared: Path) -> None:
    file = next((shared / "data" / "exgentic_llm_spans").glob("*.jsonl.gz"))
    calls = [json.loads(line) for line in gzip.open(file)]
    found = find(counts_of([(c["request_model"], round(c["start_time_s"] * 1e6), c["is_error"]) for c in calls]))
    assert [(iso(one.span.start)[:19], iso(one.span.end)[:19], one.faults) for one in found] == [
        ("2026-04-19T11:20:42", "2026-04-19T11:32:36", 22),
        ("2026-04-20T17:43:21", "2026-04-20T18:25:45", 28),
        ("2026-04-21T02:07:13", "2026-04-21T02:25:43", 37),
    ]
    assert {one.scope for one in found} == {Scope("azure", "chat", "azure/Kimi-K2.5")}
