"""Noun: a worked case; given intervals, a bill and a claim, and what must come out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]


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

    `feature` names what the requests used, where an exclusion asks for it.
    """

    start: AwareDatetime
    minutes: Annotated[int, Field(ge=1)]
    valid_requests: Count | None = None
    server_errors: Count | None = None
    requests: Count | None = None
    status_counts: dict[int, Count] | None = None
    consumption: str | None = None
    feature: str | None = None


class GivenMoney(_Given):
    """An amount and what it was charged for."""

    currency: str
    amount: Annotated[Decimal, Field(max_digits=40, decimal_places=18)]
    scope: str | None = None


class GivenClaim(_Given):
    """When a claim arrived and what it held."""

    received: AwareDatetime
    contains: tuple[str, ...] = ()


class Incident(_Given):
    """When the trouble began; shown, not reckoned with."""

    start: AwareDatetime


class Inputs(_Given):
    """The interval shape of a worked case."""

    period: Period
    interval_minutes: Annotated[int, Field(ge=1)] = 1
    segments: tuple[Segment, ...] = ()
    background: Background | None = None
    runs: tuple[GivenRun, ...] = ()
    bill: GivenMoney | None = None
    wasted: GivenMoney | None = None
    claim: GivenClaim | None = None
    incident: Incident | None = None
    now: AwareDatetime | None = None

    def moment(self) -> datetime:
        """The moment of judging: as given, else when the claim arrived, else the end of the period."""
        return self.now or (self.claim.received if self.claim else self.period.end)


class Expected(_Given):
    """What must come out; a field that is not given is not compared.

    `value` in percent to six decimals, `credit_exact` unrounded, `credit` in the currency's decimals or one a rule.
    """

    measure: str | None = None
    value: Decimal | None = None
    counted_minutes: int | None = None
    commitment_met: bool | None = None
    tier: str | None = None
    credit_percent: Decimal | None = None
    credit_exact: Decimal | None = None
    credit: Decimal | dict[str, Decimal] | None = None
    currency: str | None = None
    form: str | None = None
    eligible: bool | Literal["ambiguous"] | None = None
    verdict: str | None = None
    reasons: tuple[str, ...] | None = None
    readings: dict[str, Decimal] | None = None
    deadline: AwareDatetime | None = None
    missing: tuple[str, ...] | None = None


class Worked(_Given):
    """One worked case of a pack, or of a file of cases (whose remarks are kept but not used)."""

    id: str
    title: str
    inputs: Inputs
    expected: Expected
    working: str | None = None
    terms: str | None = None
    terms_version: str | None = None
    topic: tuple[str, ...] = ()
    trap: str | None = None
    confidence: str | None = None
