"""A charge: a line of a bill, a cost export or a usage export."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from makegood.spans import Span


@dataclass(frozen=True)
class Charge:
    """One line; a cost line carries an amount, a usage line carries token counts and no amount.

    `amount` is in units of `currency` (never cents), unrounded. `tokens` maps a kind of token
    (`input` without the cached part, `cached_input`, `cache_write`, `cache_write_5m`, `cache_write_1h`, `output`)
    to a count.
    A kind that text prices do not cover has its own name (`input_audio`, `output_image`, ...). `tier` is the
    processing tier where the source names one other than the standard (`batch`, `priority`, `flex`); `context`
    bounds the input tokens of each request on the line: more than the first, at most the second.
    `category` follows FOCUS ChargeCategory (Usage, Purchase, Tax, Credit, Adjustment).
    """

    span: Span
    account: str
    provider: str
    item: str
    source: str
    line: int
    amount: Decimal | None = None
    currency: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    model: str | None = None
    category: str = "Usage"
    request_id: str | None = None
    requests: int | None = None
    tokens: dict[str, int] = field(default_factory=dict)
    tier: str | None = None
    context: tuple[int, int | None] | None = None
