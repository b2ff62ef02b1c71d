"""A promise and a case in a line: what a test is about is given, the rest is as plain as can be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.money import Money
from makegood.spans import Span, month
from makegood.terms.case import Case
from makegood.terms.found import Found
from makegood.terms.pack import Promise

JUNE = month("2026-06")
LINK = ((), "", "")
PLAIN: dict[str, Any] = {
    "id": "plain",
    "window": {"kind": "calendar_month", "zone": "UTC", "clause": "window"},
    "measure": {"name": "uptime", "aggregation": {"kind": "given", "clause": "measure"}},
    "remedy": {
        "form": "credit",
        "form_clause": "form",
        "base": {"says": "the bill", "clause": "base"},
        "grant": {"kind": "tiers", "tiers": [{"percent": "10", "clause": "row"}]},
        "rounding": {"rule": "half_up", "clause": "rounding"},
    },
    "automatic": "form",
}


def promise(**parts: Any) -> Promise:
    """The plain promise with other parts; those of `remedy` and `measure` stand beside the plain ones."""
    for name in ("remedy", "measure"):
        parts[name] = PLAIN[name] | parts.get(name, {})
    return Promise.model_validate(PLAIN | parts)


def case(bill: str | None = "300.00", period: Span = JUNE, **given: Any) -> Case:
    """A case of June 2026, judged on 1 July; what is no field of a case is a fact."""
    fields = {name: given.pop(name) for name in list(given) if name in Case.__dataclass_fields__}
    fields.setdefault("now", datetime(2026, 7, 1, tzinfo=UTC))
    money = None if bill is None else usd(bill)
    return Case(
        period, None, bill=money, facts={name.replace("__", "."): value for name, value in given.items()}, **fields
    )


def usd(amount: str) -> Money:
    """An amount in dollars."""
    return Money(Decimal(amount), "USD")


def found(value: str | int | Fraction | None = None, **also: Any) -> Found:
    """A figure; `down` and `window` in seconds."""
    return Found(None if value is None else Fraction(value), LINK, **also)


def at(text: str) -> datetime:
    """An instant of June 2026, "09 08:30" in UTC."""
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
