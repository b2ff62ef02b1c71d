"""Verb: own traffic of one provider over a span, with the incidents found in it, for a look back."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import duckdb

from makegood.errors import MakegoodError
from makegood.incidents.find import find
from makegood.incidents.minutes import count_minutes
from makegood.losses.faults import RuleBook, read_rules
from makegood.losses.rulings import mark_faults
from makegood.reads.history_chart import OwnTraffic
from makegood.records.take import Intake, take
from makegood.records.warehouse import Warehouse
from makegood.spans import Span

BESIDE = timedelta(hours=2)  # so much is looked at before and after what a page speaks of


def one_name(provider: str | None) -> str:
    """The one name for whatever logs and pages call a provider."""
    return read_rules().one_name(provider)


def own_traffic(folder: Path, provider: str, span: Span, book: RuleBook) -> OwnTraffic:
    """Minutes and incidents of the provider by its one name; where the folder cannot be read, why."""
    try:
        with tempfile.TemporaryDirectory(prefix="makegood-") as spool:
            warehouse = Warehouse(Path(spool))
            try:
                taken = take(warehouse, Intake((folder,), span=span, since=span.start))
                mark_faults(warehouse, book)
                wanted = book.one_name(provider)
                counts = [one for one in count_minutes(warehouse) if book.one_name(one.scope.provider) == wanted]
            finally:
                warehouse.close()
    except (MakegoodError, duckdb.Error, OSError) as fault:
        return OwnTraffic(unread=str(fault).partition("\n")[0][:300] or type(fault).__name__)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in counts:
        rows = zip(one.minute.tolist(), one.attempts.tolist(), one.faults.tolist(), strict=True)
        for minute, attempts, faults in rows:
            sums[minute][0] += attempts
            sums[minute][1] += faults
    minutes = tuple((minute, attempts, faults) for minute, (attempts, faults) in sorted(sums.items()))
    return OwnTraffic(minutes, find(counts), aside=taken.tally.quarantined + len(taken.unread))
