"""World: what the made month is made of: models and prices, accounts, outcomes, failures that are planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from makegood.records.scope import Scope
from makegood.spans import Span, to_us

START, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
JUDGED = datetime(2026, 10, 5, 12, tzinfo=UTC)  # when the month is judged: it is over, and claims are in time
START_US, END_US = to_us(START), to_us(END)
DAYS, DAY_MINUTES = 30, 1_440
MINUTES = DAYS * DAY_MINUTES
MINUTE_US, DAY_US = 60_000_000, 86_400_000_000
ACCOUNTS = 40


@dataclass(frozen=True)
class Price:
    """Nano-dollars a token: input, the cached part of it, output."""

    input: int
    cached: int
    output: int


@dataclass(frozen=True)
class Model:
    """A model, the calls made to it in the month, and its price."""

    provider: str
    service: str
    name: str
    region: str | None
    calls: int
    price: Price


# How a log names Vertex AI, the Google platform that the terms are about; "google" could be the developer API too.
VERTEX = "gcp.vertex_ai"

# List prices in September 2026, standard tier, of the providers' public price pages (openai.com/api/pricing,
# cloud.google.com/vertex-ai/generative-ai/pricing, anthropic.com/pricing), taken from the dated table of genai-prices
# 0.2.3; the first two were cut on 30 July, the fourth on 21 August, none in the month.
MODELS = (
    Model("openai", "chat.completions", "gpt-5.6-luna", None, 94_000, Price(200, 20, 1_200)),
    Model("openai", "chat.completions", "gpt-5.6-terra", None, 84_000, Price(2_000, 200, 12_000)),
    Model("openai", "chat.completions", "gpt-5.4-2026-03-05", None, 56_000, Price(2_500, 250, 15_000)),
    Model("openai", "chat.completions", "gpt-5.6-sol", None, 22_000, Price(4_000, 400, 20_000)),
    Model(VERTEX, "generateContent", "gemini-3.5-flash", "us-central1", 146_000, Price(1_500, 150, 9_000)),
    Model(VERTEX, "generateContent", "gemini-3.1-flash-lite", "us-central1", 16_000, Price(250, 25, 1_500)),
    Model("anthropic", "messages", "claude-sonnet-5", None, 46_000, Price(2_000, 200, 10_000)),
    Model("anthropic", "messages", "claude-haiku-4-5-20251001", None, 22_000, Price(1_000, 100, 5_000)),
)
PROVIDERS = ("openai", VERTEX, "anthropic")

# Calls by hour of the day (UTC), as shares: a product used from Asia to America, busiest through Europe's day.
HOURS = (16, 12, 10, 12, 24, 48, 76, 92, 100, 100, 98, 94, 94, 100, 100, 98, 96, 92, 88, 80, 66, 48, 32, 22)
WEEKEND_PERCENT = 38


@dataclass(frozen=True)
class Account:
    """An account and what its own log can tell.

    `weight`: share of the traffic. `retries`: how often its client tries again. `gap_ms`: wait before the first of
    them. `call_ids`, `prints`, `streams`: does it log call ids, body hashes, and whether an answer could be used?
    `unpriced`: nothing is logged of what a failed request with status 500 cost at openai.
    """

    name: str
    weight: int
    retries: int
    gap_ms: int
    call_ids: bool
    prints: bool
    streams: bool
    unpriced: bool


UNPRICED, TWICE, BARE = 6, 11, 18  # places of the accounts that log no charge, send all twice, log no key at all


def _account(place: int) -> Account:
    return Account(
        name=f"acct-{place + 1:04d}",
        weight=1_000_000 // (place + 3),
        retries=(3, 3, 1, 3, 0)[place % 5],
        gap_ms=60 if place % 6 == 1 else 500,
        call_ids=place % 10 not in (3, 7, 8),
        prints=place != BARE,
        streams=place % 4 != 2,
        unpriced=place == UNPRICED,
    )


ACCOUNT_LIST = tuple(_account(place) for place in range(ACCOUNTS))


@dataclass(frozen=True)
class Outcome:
    """What came back; `fault` is whose failure it was, `weight` its share among its provider's failures.

    `charged`: charged in so many of 1,000 cases. A `cut` answer has only a part of its tokens.
    """

    provider: str
    fault: str
    status: int
    error: str | None
    weight: int = 0
    charged: int = 0
    cut: bool = False

    @property
    def label(self) -> str:
        """What an attempt with this outcome is, seen alone."""
        if self.fault == "provider":
            return "unusable" if self.cut else "failed"
        return "client" if self.fault == "client" else "delivered"


OUTCOMES = (
    Outcome("", "none", 200, None, charged=1_000),
    Outcome("openai", "provider", 500, "server_error", 40),
    Outcome("openai", "provider", 502, "bad_gateway", 8),
    Outcome("openai", "provider", 429, "engine_overloaded", 12),
    Outcome("openai", "provider", 0, "timeout", 16, charged=400),
    Outcome("openai", "provider", 200, None, 24, charged=880, cut=True),
    Outcome(VERTEX, "provider", 503, "UNAVAILABLE", 60),
    Outcome(VERTEX, "provider", 500, "INTERNAL", 24),
    Outcome(VERTEX, "provider", 0, "timeout", 6, charged=300),
    Outcome(VERTEX, "provider", 200, None, 10, charged=700, cut=True),
    Outcome("anthropic", "provider", 529, "overloaded_error", 48),
    Outcome("anthropic", "provider", 500, "api_error", 28),
    Outcome("anthropic", "provider", 0, "timeout", 12),
    Outcome("anthropic", "provider", 200, None, 12, charged=900, cut=True),
    Outcome("openai", "client", 400, "invalid_request_error", 40),
    Outcome("openai", "client", 429, "rate_limit_exceeded", 60),
    Outcome(VERTEX, "client", 400, "INVALID_ARGUMENT", 100),
    Outcome("anthropic", "client", 400, "invalid_request_error", 45),
    Outcome("anthropic", "client", 429, "rate_limit_error", 55),
)
CLIENT_PPM = 3_500


@dataclass(frozen=True)
class Plan:
    """A failure to plant: `ppm` attempts in a million fail; `page_minutes` is how late the page opens, None = never."""

    what: str
    scope: Scope
    span: Span
    ppm: int
    page_minutes: int | None


def _plan(what: str, scope: Scope, start: datetime, length: timedelta, share: tuple[int, int | None]) -> Plan:
    return Plan(what, scope, Span(start, start + length), *share)


# The first has the hours and the reach of OpenAI's outage of 10 June 2025; the others are made up.
PLANS = (
    _plan(
        "a quarter of openai's requests fail for thirteen hours",
        Scope("openai"),
        datetime(2026, 9, 10, 6, 36, tzinfo=UTC),
        timedelta(hours=12, minutes=54),
        (250_000, 23),
    ),
    _plan(
        "anthropic is out altogether",
        Scope("anthropic"),
        datetime(2026, 9, 17, 12, 5, tzinfo=UTC),
        timedelta(minutes=42),
        (1_000_000, 12),
    ),
    _plan(
        "one model of google fails in part",
        Scope(VERTEX, model="gemini-3.5-flash"),
        datetime(2026, 9, 25, 7, 50, tzinfo=UTC),
        timedelta(hours=4, minutes=40),
        (500_000, None),
    ),
)
