"""OpenAI usage and cost API: pages of time buckets, one page, a list of pages, or a map of endpoint to page.

Cost amounts are JSON numbers in whole units of the currency (dollars, not cents).
Shape: github.com/openai/openai-openapi, the 11 endpoints under /v1/organization/usage and /costs (August 2026).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from makegood.records.charge import Charge
from makegood.records.sources.cells import count_or_none, currency, epoch, number, span, words
from makegood.records.sources.charges_openai_costs_tsv import PROVIDER
from makegood.records.sources.charges_openai_usage_tsv import tier_of, token_kinds
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable
from makegood.records.sources.time_buckets import read_time_buckets
from makegood.spans import Span

_COSTS = "organization.costs.result"
_USAGE = "organization.usage."
# What endpoints other than completions count, and its unit.
_QUANTITIES = {
    "characters": "characters",
    "seconds": "seconds",
    "images": "images",
    "num_sessions": "sessions",
    "usage_bytes": "bytes",
    "num_requests": "requests",
}


def _pages(data: Any) -> list[dict[str, Any]]:
    many = [data] if _is_page(data) else list(data.values()) if isinstance(data, dict) else data
    return many if isinstance(many, list) and many and all(_is_page(one) for one in many) else []


def _is_page(one: Any) -> bool:
    if not isinstance(one, dict) or one.get("object") != "page" or not isinstance(one.get("data"), list):
        return False
    return all(isinstance(bucket, dict) and bucket.get("object") == "bucket" for bucket in one["data"])


def _read(document: Document) -> Reading:
    pages = _pages(document.data)
    buckets = ((bucket, bucket.get("results", bucket.get("result"))) for page in pages for bucket in page["data"])
    reading = read_time_buckets(document.file, PROVIDER, buckets, _when, partial(_charge, file=document.file))
    notes = ("More pages follow this one (has_more): the file is a part.",)
    return replace(reading, notes=notes if any(page.get("has_more") for page in pages) else ())


def _when(bucket: dict[str, Any]) -> Span:
    return span(epoch(bucket.get("start_time"), "start_time"), epoch(bucket.get("end_time"), "end_time"))


def _charge(result: Any, where: Span, file: str) -> Charge:
    kind = result.get("object") if isinstance(result, dict) else None
    if not isinstance(kind, str) or not (kind == _COSTS or kind.startswith(_USAGE)):
        raise Unusable("a result is neither a cost nor a usage result")
    line = Charge(
        span=where,
        account=words(result.get("organization_id")) or words(result.get("project_id")),
        provider=PROVIDER,
        item=words(result.get("line_item")) or (kind.split(".")[2] if kind != _COSTS else "total"),
        source=file,
        line=getattr(result, "line", 0),
        model=words(result.get("model"), 200) or None,
    )
    return _cost(line, result) if kind == _COSTS else _usage(line, result)


def _cost(line: Charge, result: dict[str, Any]) -> Charge:
    amount = result.get("amount")
    if not isinstance(amount, dict):
        raise Unusable("a cost result without an amount")
    quantity = result.get("quantity")
    return replace(
        line,
        amount=number(amount.get("value"), "amount.value"),
        currency=currency(amount.get("currency")),
        quantity=None if quantity is None else number(quantity, "quantity"),
        unit=words(result.get("quantity_unit"), 40) or None,
    )


def _usage(line: Charge, result: dict[str, Any]) -> Charge:
    requests = count_or_none(result.get("num_model_requests"), "num_model_requests")
    tokens = token_kinds(result) if "input_tokens" in result else {}
    name = next((name for name in _QUANTITIES if result.get(name) is not None and not tokens), None)
    quantity: Decimal | None = number(result[name], name) if name else None
    if quantity is not None and quantity < 0:
        raise Unusable(f"{name} {quantity} is negative")
    return replace(
        line,
        requests=requests,
        tokens=tokens,
        quantity=quantity,
        unit=_QUANTITIES[name] if name else None,
        tier=tier_of(result.get("batch"), result.get("service_tier")),
    )


def _matches(document: Document) -> bool:
    return bool(_pages(document.data))


FORMAT = SmallFormat(
    name="openai-usage-api",
    kind="charges",
    title="OpenAI usage and cost API pages (JSON)",
    matches=_matches,
    read=_read,
)
