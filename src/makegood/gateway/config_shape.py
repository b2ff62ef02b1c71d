"""Noun: what a gateway's config may say; tables, fields, kinds and limits, without what holds between them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from makegood.records.config.shape import Amount, Currency, Environment, Name, Shape

OPENAI, ANTHROPIC = "openai", "anthropic"
REPEAT, REFUSE = "repeat", "refuse"

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=0, le=65_535)]


class Listen(Shape):
    """Where callers reach the gateway, and, where named, where its health and metrics are asked."""

    host: str = "127.0.0.1"
    port: Port = 8080
    admin_host: str = "127.0.0.1"
    admin_port: Port | None = None


class Limits(Shape):
    """How much one caller may send, and how many calls are open at a time."""

    body_bytes: Annotated[int, Field(ge=1_024, le=2**31)] = 64 * 2**20
    upload_bytes: Annotated[int, Field(ge=1_024, le=2**40)] = 2**30
    answer_bytes: Annotated[int, Field(ge=1_024, le=2**31)] = 64 * 2**20
    open_calls: Annotated[int, Field(ge=1, le=1_000_000)] = 4_000
    body_seconds: Seconds = 120
    idle_seconds: Seconds = 75
    slow_caller_seconds: Seconds = 300
    drain_seconds: Seconds = 30


class Timeouts(Shape):
    """How long an upstream is waited for: to connect, for a first byte, between two bytes, for the whole answer."""

    connect_seconds: Seconds = 5
    first_byte_seconds: Seconds = 600
    between_bytes_seconds: Seconds = 300
    whole_seconds: Seconds = 3_600


class BreakerRules(Shape):
    """When an upstream is no longer asked, for how long, and how it comes back."""

    failures: Annotated[int, Field(ge=1, le=1_000)] = 5
    share_percent: Annotated[int, Field(ge=1, le=100)] = 50
    least: Annotated[int, Field(ge=1, le=100_000)] = 20
    window_seconds: Seconds = 30
    open_seconds: Seconds = 5
    open_most_seconds: Seconds = 60
    spared_calls: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    spared_seconds: Seconds = 600
    ramp_seconds: Seconds = 30
    retry_after_most_seconds: Seconds = 300


class Caller(Shape):
    """Who may call: a name, the environment variable that holds the caller's key, and the account that pays."""

    name: Name
    key_env: Environment
    account: str = Field(min_length=1, max_length=128)


class Upstream(Shape):
    """A provider's address. `key_env` names the variable that holds the key; without it the caller's own key goes on,
    or none where `send_key` is false."""

    wire: Literal["openai", "anthropic"]
    base_url: str
    key_env: Environment | None = None
    send_key: bool = True
    key_header: Literal["authorization", "x-api-key", "api-key"] | None = None
    provider: Name | None = None
    region: Name | None = None
    headers: dict[str, str] = Field(default={})
    ca_file: str | None = None
    plain_http: bool = False
    timeouts: Timeouts | None = None


class Price(Shape):
    """Declared prices for a million tokens, as decimal text; `cached` is that of cached input, else that of input."""

    input: Amount
    output: Amount
    cached: Amount | None = None
    currency: Currency = "USD"


class Step(Shape):
    """One upstream of a route. Lower `order` is asked first (its place in the list where none is given); those of
    equal order share by `weight`."""

    upstream: Name
    model: str | None = Field(default=None, min_length=1, max_length=200)
    order: Annotated[int, Field(ge=1, le=1_000)] | None = None
    weight: Annotated[int, Field(ge=1, le=1_000)] = 1
    price: Price | None = None
    most_output_tokens: Annotated[int, Field(ge=1, le=100_000_000)] | None = None


class BudgetRules(Shape):
    """How much one call may take: attempts in all, seconds in which a further one may begin, money in all."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    seconds: Seconds | None = None
    money: Amount | None = None


class RouteRules(Shape):
    """A model name that callers ask for, and the upstreams that may answer it."""

    upstreams: list[Step] = Field(min_length=1, max_length=50)
    unanswered: Literal["fail", "repeat"] = "fail"
    ceiling: Price | None = None
    budget: BudgetRules = BudgetRules()
    hedge_after_ms: Annotated[int, Field(ge=1, le=600_000)] | None = None


class Defaults(Shape):
    """Which upstream takes what no route names, for each wire."""

    openai: Name | None = None
    anthropic: Name | None = None


class File(Shape):
    """A whole config file."""

    attempts: str = Field(default="attempts", min_length=1)
    account: str = Field(default="default", min_length=1, max_length=128)
    when_recording_fails: Literal["serve", "refuse"] = "serve"
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    listen: Listen = Listen()
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    breaker: BreakerRules = BreakerRules()
    callers: list[Caller] = Field(default=[], max_length=10_000)
    upstreams: dict[Name, Upstream] = Field(min_length=1, max_length=200)
    routes: dict[str, RouteRules] = Field(default={}, max_length=5_000)
    default: Defaults = Defaults()
