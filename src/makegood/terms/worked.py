"""Noun: a worked case; what was seen, a bill, a claim and other facts, and what must come out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from makegood.errors import BadPeriod
from makegood.spans import moment
from makegood.terms.parts import DIGITS, Exact

FIRST_YEAR, LAST_YEAR = 1970, 2200  # windows are walked one by one, and deadlines lie years after them
_DATE = re.compile(r"\s*\d{4}-\d\d-\d\d")
_WINDOW = re.compile(r"(\d{4})-(?:0[1-9]|1[0-2]|Q[1-4])")
Count = Annotated[int, Field(ge=0)]
Number = Annotated[Decimal, Field(max_digits=40, decimal_places=18), DIGITS]
Positive = Annotated[Decimal, Field(ge=0, max_digits=40, decimal_places=18), DIGITS]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=40, decimal_places=18), DIGITS]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=40, decimal_places=18), DIGITS]


def listed(value: object) -> object:
    """One thing that stands alone as a list of one."""
    return value if isinstance(value, list | tuple) or value is None else [value]


def _written(value: object) -> object:
    """A bare number is no time, though the library would take it for seconds since 1970."""
    if isinstance(value, str) and not _DATE.match(value):
        raise PydanticCustomError("datetime_parsing", "not a time")
    return value


def _in_years(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"it lies outside the years {FIRST_YEAR} to {LAST_YEAR}; correct the year")
    return value


def given_moment(text: str, where: str = "UTC") -> datetime:
    """The moment that a case gives; raise BadPeriod for none, or one outside the years that a case may lie in."""
    try:
        return _in_years(moment(text, where))
    except ValueError as fault:
        raise BadPeriod(f"{fault}.") from fault


def _window_name(value: str) -> str:
    match = _WINDOW.fullmatch(value)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(f"write a month like 2026-05, a quarter like 2026-Q2, from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_years)]
WindowName = Annotated[str, AfterValidator(_window_name)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Given):
    """Half-open, with an offset."""

    start: Moment
    end: Moment


class Segment(_Given):
    """So many equal intervals, laid one after the other from the start of the period."""

    intervals: Count
    requests: Count
    errors: Count


class Background(_Given):
    """What every interval holds that no run covers."""

    valid_requests: Count
    server_errors: Count = 0


class GivenRun(_Given):
    """Consecutive minutes with the same counts: either valid requests and errors, or requests by status.

    `feature` names what the requests used, where an exclusion asks for it; `consumption` the kind of use.
    """

    start: Moment
    minutes: Annotated[int, Field(ge=1)]
    valid_requests: Count | None = None
    server_errors: Count | None = None
    requests: Count | None = None
    status_counts: dict[int, Count] | None = None
    consumption: str | None = None
    feature: str | None = None


class GivenOutage(_Given):
    """One outage: with its times, or only with how long it was; `error_rate` and the ratio are shares of 1."""

    start: Moment | None = None
    end: Moment | None = None
    minutes: Positive | None = None
    seconds: Positive | None = None
    error_rate: Share | None = None
    customer_requests_per_minute: Count | None = None
    affected_customer_ratio: Share | None = None
    cause: str | None = None
    notice_hours: Positive | None = None


class GivenFigure(_Given):
    """The figure of one window as someone reports it, in percent; or no more than whether its level was missed."""

    month: WindowName | None = None
    quarter: WindowName | None = None
    uptime: Percent | None = None
    missed: bool | None = None


class GivenMoney(_Given):
    """An amount and what it was charged for."""

    currency: str
    amount: Number
    scope: str | None = None


class GivenClaim(BaseModel):
    """When a claim arrived and what it held; anything else about it is a fact named `claim.…`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    received: Moment | None = None
    sent: Moment | None = None
    made: bool = True
    contains: tuple[str, ...] | None = None


class Inputs(BaseModel):
    """What a worked case gives; names that are not listed here are facts, which the terms declare."""

    model_config = ConfigDict(extra="allow", frozen=True)

    period: Period | None = None
    month: WindowName | None = None
    interval_minutes: Annotated[int, Field(ge=1, le=1440)] = 1
    segments: tuple[Segment, ...] = ()
    background: Background | None = None
    runs: tuple[GivenRun, ...] = ()
    totals: dict[str, Count] | None = None
    outage: GivenOutage | None = None
    stop: GivenOutage | None = None
    outages: tuple[GivenOutage, ...] = ()
    stops: tuple[GivenOutage, ...] = ()
    outage_seconds: Annotated[tuple[Positive, ...] | None, BeforeValidator(listed)] = None
    outage_minutes: Annotated[tuple[Positive, ...] | None, BeforeValidator(listed)] = None
    outage_minutes_continuous: Positive | None = None
    outage_hours: Annotated[tuple[Positive, ...] | None, BeforeValidator(listed)] = None
    downtime_seconds: Positive | None = None
    downtime_minutes: Annotated[
        Positive | None, Field(validation_alias=AliasChoices("downtime_minutes", "unavailable_minutes"))
    ] = None
    uptime: Percent | None = None
    uptime_percent: Percent | None = None
    months: tuple[GivenFigure, ...] = ()
    quarters: tuple[GivenFigure, ...] = ()
    bill: GivenMoney | None = None
    wasted: GivenMoney | None = None
    claim: GivenClaim | None = None
    incident: GivenOutage | None = None
    now: Moment | None = None
    customer_time_zone: str | None = None

    @model_validator(mode="after")
    def _each_window_once(self) -> Inputs:
        given = Counter(one.month or one.quarter for one in (*self.months, *self.quarters))
        twice = next((name for name, times in given.items() if times > 1), None)
        if twice is not None:
            raise ValueError(f"the figure of {twice} is given twice; keep one of them")
        return self

    @property
    def others(self) -> dict[str, Any]:
        """The facts: all that is given under other names."""
        return dict(self.model_extra or {})


class Expected(_Given):
    """What must come out; a field that is not given is not compared.

    `value` in the measure's unit to the decimals written, or one a part; `credit_exact` unrounded; `credit` in the
    currency's decimals, or one a rule.
    """

    measure: str | None = None
    value: str | dict[str, str] | None = None
    counted_minutes: Exact | None = None
    commitment_met: bool | dict[str, bool] | None = None
    tier: str | None = None
    credit_percent: Exact | None = None
    credit_exact: Exact | None = None
    credit: Exact | dict[str, Exact] | None = None
    currency: str | None = None
    quantity: Exact | None = None
    unit: str | None = None
    form: str | None = None
    eligible: bool | Literal["ambiguous", "unknown"] | None = None
    verdict: str | None = None
    reasons: tuple[str, ...] | None = None
    readings: dict[str, Exact | None] | None = None
    deadline: str | None = None
    pay_by: str | None = None
    expires: str | None = None
    duties: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None


class Worked(_Given):
    """One worked case of a pack, or of a file of cases (whose remarks are kept but not used)."""

    id: str
    title: str = ""
    inputs: Inputs
    expected: Expected
    working: str | None = None
    terms: str | None = None
    terms_version: str | None = None
    topic: tuple[str, ...] = ()
    trap: str | None = None
    confidence: str | None = None
