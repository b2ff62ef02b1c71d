"""OpenAI cost export (TSV or CSV): a line a day and line item, in dollars; days without spend are empty rows.

Columns as exported from the usage dashboard in October 2025: start_time and end_time in epoch seconds with ISO twins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from makegood.records.charge import Charge
from makegood.records.sources.cells import currency, epoch, number, span, time_or_none, words
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, gather, sound
from makegood.records.sources.time_buckets import covering
from makegood.spans import Span

PROVIDER = "openai"


def bucket(cells: dict[str, str]) -> Span:
    """The span of an exported row; raise Unusable where the epoch and ISO times disagree."""
    start, end = epoch(cells.get("start_time"), "start_time"), epoch(cells.get("end_time"), "end_time")
    for name, told in (("start_time_iso", start), ("end_time_iso", end)):
        twin = time_or_none(cells.get(name), name)
        if twin is not None and twin != told:
            raise Unusable(f"{name} {words(cells[name], 40)} is not the {told:%Y-%m-%d %H:%M:%S} of its epoch twin")
    return span(start, end)


def read_buckets(document: Document, one: Callable[[Row], Iterator[Charge]]) -> Reading:
    """Read every row, and say which spans the export covers, spend or not."""
    assert document.rows is not None
    reading = gather(document.file, ((row.line, row) for row in document.rows.rows), one)
    refused = {bad.line for bad in reading.quarantined}
    spans = (bucket(row.cells) for row in document.rows.rows if row.line not in refused)
    return replace(reading, coverage=covering(PROVIDER, spans))


def _matches(document: Document) -> bool:
    names = ("start_time", "end_time", "amount_value", "amount_currency")
    return document.rows is not None and document.rows.has(*names)


def _read(document: Document) -> Reading:
    def one(row: Row) -> Iterator[Charge]:
        cells = sound(row)
        covered = bucket(cells)
        if not cells["amount_value"].strip():
            return
        yield Charge(
            span=covered,
            account=words(cells.get("organization_id")) or words(cells.get("project_id")),
            provider=PROVIDER,
            item=words(cells.get("line_item")) or "total",
            source=document.file,
            line=row.line,
            amount=number(cells["amount_value"], "amount_value"),
            currency=currency(cells["amount_currency"]),
        )

    return read_buckets(document, one)


FORMAT = SmallFormat(
    name="openai-costs-export",
    kind="charges",
    title="OpenAI cost export (TSV)",
    matches=_matches,
    read=_read,
)
