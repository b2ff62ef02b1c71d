"""Noun: a worked case; what was seen, a bill, a claim and other facts, and what must come out."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Number = Annotated[Decimal, Field(max_digits=40, decimal_places=18)]
Positive = Annotated[Decimal, Field(ge=0, max_digits=40, decimal_places=18)]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) or value is None else [value]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Given):
    """Half-open, with an offset."""

    start: AwareDatetime
    end: AwareDatetime


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

    start: AwareDatetime
    minutes: Annotated[int, Field(ge=1)]
    valid_requests: Count | None = None
    server_errors: Count | None = None
    requests: Count | None = None
    status_counts: dict[int, Count] | None = None
    consumption: str | None = None
    feature: str | None = None


class GivenOutage(_Given):
    """One outage: with its times, or only with how long it was; `error_rate` and the ratio are shares of 1."""

    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    minutes: Positive | None = None
    seconds: Positive | None = None
    error_rate: Positive | None = None
    customer_requests_per_minute: Count | None = None
    affected_customer_ratio: Positive | None = None
    cause: str | None = None
    notice_hours: Positive | None = None


class GivenFigure(_Given):
    """The figure of one window as someone reports it, in percent; or no more than whether its level was missed."""

    month: str | None = None
    quarter: str | None = None
    uptime: Positive | None = None
    missed: bool | None = None


class GivenMoney(_Given):
    """An amount and what it was charged for."""

    currency: str
    amount: Number
    scope: str | None = None


class GivenClaim(BaseModel):
    """When a claim arrived and what it held; anything else about it is a fact named `claim.…`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    received: AwareDatetime | None = None
    sent: AwareDatetime | None = None
    made: bool = True
    contains: tuple[str, ...] | None = None


class Inputs(BaseModel):
    """What a worked case gives; names that are not listed here are facts, which the terms declare."""

    model_config = ConfigDict(extra="allow", frozen=True)

    period: Period | None = None
    month: str | None = None
    interval_minutes: Annotated[int, Field(ge=1, le=1440)] = 1
    segments: tuple[Segment, ...] = ()
    background: Background | None = None
    runs: tuple[GivenRun, ...] = ()
    totals: dict[str, Count] | None = None
    outage: GivenOutage | None = None
    stop: GivenOutage | None = None
    outages: tuple[GivenOutage, ...] = ()
    stops: tuple[GivenOutage, ...] = ()
    outage_seconds: Annotated[tuple[Positive, ...] | None, BeforeValidator(_listed)] = None
    outage_minutes: Annotated[tuple[Positive, ...] | None, BeforeValidator(_listed)] = None
    outage_minutes_continuous: Positive | None = None
    outage_hours: Annotated[tuple[Positive, ...] | None, BeforeValidator(_listed)] = None
    downtime_seconds: Positive | None = None
    downtime_minutes: Annotated[
        Positive | None, Field(validation_alias=AliasChoices("downtime_minutes", "unavailable_minutes"))
    ] = None
    uptime: Positive | None = None
    uptime_percent: Positive | None = None
    months: tuple[GivenFigure, ...] = ()
    quarters: tuple[GivenFigure, ...] = ()
    bill: GivenMoney | None = None
    wasted: GivenMoney | None = None
    claim: GivenClaim | None = None
    incident: GivenOutage | None = None
    now: AwareDatetime | None = None
    customer_time_zone: str | None = None

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
    counted_minutes: Decimal | None = None
    commitment_met: bool | dict[str, bool] | None = None
    tier: str | None = None
    credit_percent: Decimal | None = None
    credit_exact: Decimal | None = None
    credit: Decimal | dict[str, Decimal] | None = None
    currency: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    form: str | None = None
    eligible: bool | Literal["ambiguous", "unknown"] | None = None
    verdict: str | None = None
    reasons: tuple[str, ...] | None = None
    readings: dict[str, Decimal | None] | None = None
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
