"""An attempt: one HTTP request to a provider and what came back, as the columns of one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of the canonical attempts table; `kind` decides how text becomes a value and what is refused."""

    name: str
    kind: str
    meaning: str


# Names follow OpenTelemetry GenAI where it has one; the order is the canonical order.
COLUMNS: tuple[Column, ...] = (
    Column("time", "time", "start of the attempt, UTC"),
    Column("account", "text", "who pays: organisation or customer id"),
    Column("provider", "text", "who answers"),
    Column("service", "text", "product or endpoint family, such as chat.completions"),
    Column("model", "text", "model asked for"),
    Column("region", "text", "region, where known"),
    Column("request_id", "text", "the provider's id of the attempt"),
    Column("call_id", "text", "groups the attempts of one call"),
    Column("fingerprint", "text", "salted hash of the request body"),
    Column("retry", "count", "0 for the first attempt"),
    Column("status", "status", "HTTP status; 0 = no response"),
    Column("error", "text", "the provider's error type or code"),
    Column("duration_ms", "duration", "milliseconds"),
    Column("input_tokens", "count", "tokens in, cached ones included"),
    Column("cached_tokens", "count", "the cached part of the input"),
    Column("output_tokens", "count", "tokens out"),
    Column("usable", "flag", "false when a 200 could not be used; null = not known"),
    Column("charged", "amount", "what was charged for this attempt; null = not known"),
    Column("currency", "currency", "ISO 4217"),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
REQUIRED: frozenset[str] = frozenset({"time", "provider", "model", "status"})
# The recorder's own id of the attempt, beside the canonical columns: it only tells attempts apart.
OWN_ID = "attempt"

# The packed form that every analysis reads: integers and short strings, '' and -1 for not known. NULL stands in
# charged_nano and in the three ids, which are joined on: a missing id must meet no other.
PACKED: tuple[tuple[str, str], ...] = (
    ("row_id", "BIGINT"),
    ("time_us", "BIGINT"),
    ("minute", "BIGINT"),
    ("account", "VARCHAR"),
    ("provider", "VARCHAR"),
    ("service", "VARCHAR"),
    ("model", "VARCHAR"),
    ("region", "VARCHAR"),
    ("request_id", "VARCHAR"),
    ("call_id", "VARCHAR"),
    ("fingerprint", "VARCHAR"),
    ("retry", "INTEGER"),
    ("status", "INTEGER"),
    ("error", "VARCHAR"),
    ("duration_ms", "INTEGER"),
    ("input_tokens", "BIGINT"),
    ("cached_tokens", "BIGINT"),
    ("output_tokens", "BIGINT"),
    ("usable", "INTEGER"),
    ("charged_nano", "BIGINT"),
    ("currency", "VARCHAR"),
)
IDS: frozenset[str] = frozenset({"request_id", "call_id", "fingerprint"})
