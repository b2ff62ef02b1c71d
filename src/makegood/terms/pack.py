"""Noun: a terms pack; dated versions of one provider's text, as declared parts that compute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from makegood.terms.lines import Path
from makegood.terms.parts import Bounds, Clause, Name, Part, Percent, Population
from makegood.terms.worked import Worked


class EmptyBucket(Part):
    """What a bucket without a valid request is worth."""

    value: Literal["perfect", "left_out"]
    clause: Name


class ErrorRate(Part):
    """When a bucket is bad: its error rate in percent lies in the range."""

    error_rate: Bounds
    clause: Name


class Run(Part):
    """Consecutive bad buckets count only from this length on; then all of them count."""

    at_least_minutes: Annotated[int, Field(ge=1)]
    clause: Name


class GoodTime(Part):
    """(minutes - minutes in bad runs) / minutes."""

    kind: Literal["good_time"]
    bad_when: ErrorRate
    run: Run | None = None
    clause: Name


class BucketMean(Part):
    """Mean over the buckets of (1 - errors / valid)."""

    kind: Literal["bucket_mean"]
    clause: Name


class Measure(Part):
    """The figure the commitment speaks of."""

    name: Literal["uptime_percent"]
    bucket_minutes: Annotated[int, Field(ge=1, le=1440)]
    bucket_clause: Name
    empty: EmptyBucket
    aggregation: Annotated[GoodTime | BucketMean, Field(discriminator="kind")]


class Commitment(Part):
    """Kept when the measure lies in the range."""

    range: Bounds
    clause: Name


class Tier(Part):
    """A row of the credit table."""

    range: Bounds
    percent: Percent
    clause: Name


class Cap(Part):
    """Never more than this share of the bill."""

    percent_of_bill: Percent
    clause: Name


class Minimum(Part):
    """Issued only when the credit lies in the range, in this currency."""

    range: Bounds
    currency: str
    clause: Name


class Rounding(Part):
    """The rule the text states; `unstated` shows every rule that gives another amount."""

    rule: Literal["unstated", "half_up", "half_even", "floor", "up"]
    clause: Name


class Tiers(Part):
    """A percentage of a base, by the row in which the measure falls."""

    kind: Literal["tiers"]
    form: Literal["credit", "refund"]
    form_clause: Name
    base: str
    base_clause: Name
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    cap: Cap | None = None
    minimum: Minimum | None = None
    rounding: Rounding


class Within(Part):
    """One way to reckon the deadline: so many days or whole months after the anchor, in the window's zone.

    `window_end` is the end of the measured window; `breach` the minute in which the measure first fell short.
    """

    id: Name
    anchor: Literal["window_end", "breach"]
    days: Annotated[int, Field(ge=0)] | None = None
    months: Annotated[int, Field(ge=0)] | None = None
    used: bool = False
    says: str


class Deadline(Part):
    """Until when a claim must have been received; several readings where the text has several, one of them used."""

    clause: Name
    readings: Annotated[tuple[Within, ...], Field(min_length=1)]


class Required(Part):
    """One thing a claim must contain."""

    item: Name
    says: str
    clause: Name


class ClaimRules(Part):
    """What a claim needs and what happens when something is absent."""

    to: str
    subject: str | None = None
    requires: tuple[Required, ...] = ()
    if_missing: Literal["forfeited", "curable"]
    clause: Name


class Exclusion(Part):
    """Failures that do not count; `features` names what would show it in a log, empty where no log can."""

    id: Name
    says: str
    features: tuple[Name, ...] = ()
    clause: Name


class Reading(Part):
    """How this pack reads something the text leaves open.

    A clause of status U may carry a reckoning only through a reading that is used; `least` says that no other
    reading of that clause would give the claimant less, which is what lets the outcome still be `owed`.
    """

    id: Name
    about: Literal["scope", "window", "population", "measure", "commitment", "remedy", "other_right"]
    says: str
    clause: Name
    used: bool = True
    least: bool = False


class Doubt(Part):
    """Names in a log that speak of a sibling product without this promise, or cannot tell it from this one."""

    providers: Annotated[tuple[str, ...], Field(min_length=1)]
    says: str
    clause: Name


class Coverage(Part):
    """Which attempts the promise is about, and what it is measured apart for.

    `models` and `not_models` are patterns with `*`, held against the last part of a model's path; an attempt whose
    model is not known is covered.
    """

    not_services: tuple[str, ...] = ()
    models: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    not_models: tuple[str, ...] = ()
    doubt: Doubt | None = None
    split: tuple[Literal["service", "model", "region"], ...] = ()
    clause: Name

    def serves(self, service: str) -> bool:
        """Is the service, as a log names it, within the promise?"""
        return service.casefold() not in {name.casefold() for name in self.not_services}

    def runs(self, model: str) -> bool:
        """Is the model, as a log names it, within the promise?"""
        name = model.casefold().rsplit("/", 1)[-1]
        within = not name or any(fnmatchcase(name, pattern) for pattern in self.models)
        return within and not any(fnmatchcase(name, pattern) for pattern in self.not_models)

    def doubts(self, provider: str | None) -> bool:
        """Does the provider's name leave open whether the promise applies?"""
        return self.doubt is not None and (provider or "").casefold() in self.doubt.providers


class Window(Part):
    """The span over which the promise is measured; a billing cycle is taken as the calendar month."""

    kind: Literal["calendar_month", "billing_cycle"]
    zone: str
    clause: Name


class Promise(Part):
    """A commitment with a remedy: all that an entitlement is reckoned from."""

    coverage: Coverage
    window: Window
    population: Population
    measure: Measure
    commitment: Commitment
    remedy: Tiers
    deadline: Deadline
    claim: ClaimRules
    exclusions: tuple[Exclusion, ...] = ()


class Precedent(Part):
    """A remedy that a provider granted without owing it."""

    date: Day
    trigger: str
    remedy: str
    who: str
    source: str


class Goodwill(Part):
    """How to ask where nothing is owed: forms in the order in which to ask, what is never asked, what was given."""

    clause: Name
    forms: Annotated[tuple[Literal["credit", "extension", "refund"], ...], Field(min_length=1)]
    rules: tuple[str, ...] = ()
    precedents: tuple[Precedent, ...] = ()


class Effective(Part):
    """In force from the first day on, up to but not including `to`."""

    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="to")

    def holds(self, day: Day) -> bool:
        """Is the version in force on that day?"""
        return self.start <= day and (self.end is None or day < self.end)


class Version(Part):
    """One dated text."""

    version: str
    name: str
    language: str = "en"
    effective: Effective
    clauses: dict[Name, Clause]
    readings: tuple[Reading, ...] = ()
    promise: Promise | None = None
    goodwill: Goodwill | None = None
    worked: tuple[Worked, ...] = ()


class Pack(Part):
    """All known versions of one provider's terms for one product."""

    terms: Name
    aliases: tuple[Name, ...] = ()
    provider: str
    providers: Annotated[tuple[str, ...], Field(min_length=1)]
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    def applies_to(self, provider: str) -> bool:
        """Is this how a log names the pack's provider? Letter case does not matter."""
        return provider.casefold() in {name.casefold() for name in self.providers}


@dataclass(frozen=True, eq=False)
class PackVersion:
    """The version of a pack that was picked for an event."""

    pack: Pack
    version: Version

    def clause(self, name: str) -> Clause:
        """The clause of that id."""
        return self.version.clauses[name]


def clauses_in(part: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every mention of a clause by a part or the parts inside it, with its path."""
    if isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            here = (*path, field.alias or name)
            value = getattr(part, name)
            if (name == "clause" or name.endswith("_clause")) and isinstance(value, str):
                yield here, value
            else:
                yield from clauses_in(value, here)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from clauses_in(item, (*path, index))
