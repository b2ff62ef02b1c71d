"""makegood's own charges: one row a line of a bill or a usage export, as CSV, TSV, JSON list or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from makegood.records.charge import Charge
from makegood.records.sources.cells import count_or_none, currency, number, span, time, words
from makegood.records.sources.own_rows import cells_of, has_columns, own_rows
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather

NEEDS = ("start", "end", "provider", "item", "amount", "currency")
TOKENS = ("input", "cached_input", "cache_write", "cache_write_5m", "cache_write_1h", "output")
CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")  # FOCUS ChargeCategory


def _matches(document: Document) -> bool:
    return has_columns(document, NEEDS)


def _read(document: Document) -> Reading:
    def one(placed: tuple[int, Any]) -> Iterator[Charge]:
        line, cells = placed[0], cells_of(placed[1])
        amount = None if cells.get("amount") in (None, "") else number(cells["amount"], "amount")
        quantity = None if cells.get("quantity") in (None, "") else number(cells["quantity"], "quantity")
        tokens = {kind: found for kind in TOKENS if (found := count_or_none(cells.get(f"{kind}_tokens"), kind))}
        if amount is None and quantity is None and not tokens:
            raise Unusable("it names neither an amount nor a quantity nor tokens")
        category = words(cells.get("category"), 20) or "Usage"
        if category not in CATEGORIES:
            raise Unusable(f"category '{category}' is none of {', '.join(CATEGORIES)}")
        yield Charge(
            span=span(time(cells.get("start"), "start"), time(cells.get("end"), "end")),
            account=words(cells.get("account")),
            provider=words(cells.get("provider"), 100),
            item=words(cells.get("item")),
            source=document.file,
            line=line,
            amount=amount,
            currency=currency(cells.get("currency")) if amount is not None else None,
            quantity=quantity,
            unit=words(cells.get("unit"), 60) or None,
            model=words(cells.get("model"), 200) or None,
            category=category,
            request_id=words(cells.get("request_id"), 200) or None,
            requests=count_or_none(cells.get("requests"), "requests"),
            tokens=tokens,
        )

    return gather(document.file, own_rows(document), one)


FORMAT = SmallFormat(
    name="canonical-charges",
    kind="charges",
    title="makegood charges (CSV, JSON or JSON lines)",
    matches=_matches,
    read=_read,
)
