"""Marks: attempts of a tail are the provider's fault exactly where an assessment of the same folder says so."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from makegood.acts.take_attempts import AttemptLog, SealPolicy
from makegood.incidents.minutes import count_minutes
from makegood.incidents.stream import Stream
from makegood.losses.faults import read_rules
from makegood.losses.marks import Marks
from makegood.losses.rulings import mark_faults
from makegood.records.recorded import RECORDER_STOPPED, Recorded
from makegood.records.tail import Tail
from makegood.records.take import Intake, take
from makegood.records.warehouse import Warehouse

OUTCOMES: tuple[tuple[int, str | None, bool | None, int], ...] = (
    (200, None, True, 5),
    (200, None, False, 0),
    (200, "overloaded_error", False, 5),
    *((0, error, None, 0) for error in (None, "client_disconnect", RECORDER_STOPPED)),
    *((429, error, None, 0) for error in ("rate_limit_exceeded", "engine_overloaded", "resource_unavailable")),
    *((status, None, None, 0) for status in (302, 400, 408, 499, 500)),
    (503, "slow_down", None, 0),
    (529, "overloaded_error", None, 0),
)
PROVIDERS = ("openai", "anthropic", "azure", "vertex_ai", "bedrock", "nobody-knows")


def test_a_tail_marks_what_an_assessment_marks_and_a_stream_counts_what_it_counts(tmp_path: Path) -> None:
    now = [datetime(2025, 4, 16, 23, 59, tzinfo=UTC)]  # the rules of a day later differ from those of this one
    log = AttemptLog(tmp_path / "attempts", lambda: now[0], SealPolicy(sync="never"))
    for number, ((status, error, usable, tokens), provider) in enumerate(itertools.product(OUTCOMES, PROVIDERS)):
        for day in range(2):
            log.finish(
                Recorded(
                    now[0] + timedelta(days=day, milliseconds=number),
                    "acme",
                    provider,
                    "chat",
                    f"m{number % 3}",
                    status,
                    f"a{number}-{day}",
                    error=error,
                    usable=usable,
                    output_tokens=tokens,
                )
            )
        if number == 40:
            log.seal()
    log.close()
    warehouse = Warehouse(tmp_path, threads=1)
    take(warehouse, Intake((tmp_path / "attempts",)))
    mark_faults(warehouse, read_rules())
    faulty = warehouse.query("SELECT provider, time_us FROM faulty WHERE fault = 'provider'")
    marks, stream, marked, read = Marks(read_rules()), Stream(), [], 0
    for piece in Tail(tmp_path / "attempts").read():
        arrived = marks.arrived(piece)
        read += len(arrived.time_us)
        marked += [
            (arrived.scopes[arrived.scope[row]].provider, int(arrived.time_us[row]))
            for row in np.flatnonzero(arrived.fault)
        ]
        stream.take(arrived)
    assert read == 2 * len(OUTCOMES) * len(PROVIDERS)
    stream.look(now[0] + timedelta(days=2))
    assert sorted(marked) == sorted(faulty)
    assert 20 < len(marked) < read / 2
    counted = {counts.scope: counts for counts in count_minutes(warehouse)}
    kept = {scope: rows.counts for growths in stream._providers.values() for scope, rows in growths._rows.items()}
    assert counted.keys() == kept.keys()
    for scope, counts in counted.items():
        for name in ("minute", "attempts", "faults", "first_fault_us", "last_fault_us"):
            assert getattr(counts, name).tolist() == getattr(kept[scope], name).tolist()
    warehouse.close()
