"""Anthropic usage and cost: the console's usage export (CSV) and the Admin API's usage and cost reports (JSON).

Amounts of the cost report are decimal strings in the LOWEST unit of the currency: "123.45" in USD is 1.2345 USD.
Priority Tier spend is never in the cost report, though its tokens are in the usage report.
Shapes: platform.claude.com/docs/en/api/admin (2026) and the console's export of August 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from makegood.money import exponent
from makegood.records.charge import Charge
from makegood.records.sources.cells import count_or_none, currency, number, span, time, words
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, gather, sound
from makegood.records.sources.time_buckets import covering, read_time_buckets
from makegood.spans import Span

PROVIDER = "anthropic"
_CSV = ("usage_date_utc", "model_version", "usage_input_tokens_no_cache", "usage_output_tokens")
_CSV_KINDS = {
    "input": "usage_input_tokens_no_cache",
    "cache_write_5m": "usage_input_tokens_cache_write_5m",
    "cache_write_1h": "usage_input_tokens_cache_write_1h",
    "cached_input": "usage_input_tokens_cache_read",
    "output": "usage_output_tokens",
}
_DAY = timedelta(days=1)
_UPPER = re.compile(r"^(?:≤|<=)\s*(\d+)([km])$", re.IGNORECASE)
_LOWER = re.compile(r"^(?:>)\s*(\d+)([km])$", re.IGNORECASE)
_BETWEEN = re.compile(r"^(\d+)([km])?-(\d+)([km])$", re.IGNORECASE)
_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}
_STANDARD_TIERS = ("", "standard", "default")


def context(text: str) -> tuple[int, int | None] | None:
    """Bounds of a request's input tokens of "≤ 200k", "> 200k", "0-200k" or "200k-1M"; None where none is told."""
    told = text.strip().replace("\u202f", " ").replace("\xa0", " ")
    if found := _UPPER.match(told):
        return (0, int(found[1]) * _THOUSANDS[found[2].lower()])
    if found := _LOWER.match(told):
        return (int(found[1]) * _THOUSANDS[found[2].lower()], None)
    if found := _BETWEEN.match(told):
        low, high = int(found[1]) * _THOUSANDS[(found[2] or "").lower()], int(found[3]) * _THOUSANDS[found[4].lower()]
        return (low, high)
    return None


def _matches(document: Document) -> bool:
    return (document.rows is not None and document.rows.has(*_CSV)) or bool(_buckets(document.data))


def _buckets(data: Any) -> list[Any]:
    many = data.get("data") if isinstance(data, dict) and "has_more" in data else None
    if not isinstance(many, list):
        return []
    return many if all(isinstance(one, dict) and {"starting_at", "results"} <= set(one) for one in many) else []


def _read(document: Document) -> Reading:
    return _read_console(document) if document.rows is not None else _read_report(document)


def _read_console(document: Document) -> Reading:
    assert document.rows is not None
    covered: list[Span] = []

    def one(row: Row) -> Iterator[Charge]:
        cells = sound(row)
        start = time(cells["usage_date_utc"], "usage_date_utc")
        charge = Charge(
            span=Span(start, start + _DAY),
            account=words(cells.get("workspace")),
            provider=PROVIDER,
            item="messages",
            source=document.file,
            line=row.line,
            model=words(cells["model_version"], 200) or None,
            tokens=_kinds({kind: cells.get(name) for kind, name in _CSV_KINDS.items()}),
            tier=_tier(cells.get("usage_type"), cells.get("speed")),
            context=context(words(cells.get("context_window"), 40)),
        )
        yield charge
        covered.append(charge.span)

    reading = gather(document.file, ((row.line, row) for row in document.rows.rows), one)
    return replace(reading, coverage=covering(PROVIDER, covered), notes=_web_searches(document))


def _web_searches(document: Document) -> tuple[str, ...]:
    told = [row.cells.get("web_search_count", "") for row in document.rows.rows] if document.rows else []
    searches = sum(int(text) for text in told if text.isdigit())
    return (f"{searches} web searches are charged apart from tokens; they are not priced here.",) if searches else ()


def _kinds(counts: Mapping[str, Any]) -> dict[str, int]:
    read = {kind: count_or_none(value, kind) for kind, value in counts.items()}
    return {kind: number for kind, number in read.items() if number}


def _tier(usage_type: Any, speed: Any = None) -> str | None:
    named = words(speed, 40).lower() or words(usage_type, 40).lower()
    return None if named in _STANDARD_TIERS else named


def _read_report(document: Document) -> Reading:
    buckets = ((bucket, bucket["results"]) for bucket in _buckets(document.data))
    reading = read_time_buckets(document.file, PROVIDER, buckets, _when, partial(_result, file=document.file))
    notes = []
    if any(charge.amount is not None for charge in reading.charges):
        notes.append("Priority Tier spend is never in Anthropic's cost report.")
    if document.data.get("has_more"):
        notes.append("More pages follow this one (has_more): the file is a part.")
    return replace(reading, notes=tuple(notes))


def _when(bucket: dict[str, Any]) -> Span:
    start = time(bucket.get("starting_at"), "starting_at")
    return span(start, time(bucket.get("ending_at"), "ending_at"))


def _result(result: Any, where: Span, file: str) -> Charge:
    if not isinstance(result, dict):
        raise Unusable("a result must be a JSON object")
    cost = "amount" in result
    charge = Charge(
        span=where,
        account=words(result.get("workspace_id")),
        provider=PROVIDER,
        item=(words(result.get("description")) or words(result.get("cost_type")) or "total") if cost else "messages",
        source=file,
        line=getattr(result, "line", 0),
        model=words(result.get("model"), 200) or None,
        tier=_tier(result.get("service_tier")),
        context=context(words(result.get("context_window"), 40)),
    )
    if cost:
        code = currency(result.get("currency", "USD"))
        amount = number(result["amount"], "amount").scaleb(-exponent(code))
        return replace(charge, amount=amount, currency=code)
    if "uncached_input_tokens" not in result and "output_tokens" not in result:
        raise Unusable("a result holds neither an amount nor token counts")
    written = result.get("cache_creation")
    written = written if isinstance(written, dict) else {}
    counts = {
        "input": result.get("uncached_input_tokens"),
        "cache_write_5m": written.get("ephemeral_5m_input_tokens"),
        "cache_write_1h": written.get("ephemeral_1h_input_tokens"),
        "cached_input": result.get("cache_read_input_tokens"),
        "output": result.get("output_tokens"),
    }
    return replace(charge, tokens=_kinds(counts))


FORMAT = SmallFormat(
    name="anthropic-usage-cost",
    kind="charges",
    title="Anthropic usage export (CSV), usage report or cost report (JSON)",
    matches=_matches,
    read=_read,
)
