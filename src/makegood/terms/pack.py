"""Noun: a terms pack; dated versions of one provider's text, as declared parts that compute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from makegood.spans import zone
from makegood.terms.conditions import Condition, FactRule
from makegood.terms.due import Deadline, Within
from makegood.terms.gauge import Measure
from makegood.terms.lines import Path
from makegood.terms.parts import Bounds, Clause, Name, Part
from makegood.terms.population import Population
from makegood.terms.programme import DeclaredProgramme
from makegood.terms.remedies import Duty, Remedy
from makegood.terms.window import Window
from makegood.terms.worked import Worked


class Trigger(Part):
    """One way in which a promise is missed: all conditions hold; `reason` says which way it was."""

    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    reason: Name
    clause: Name


class Unread(Part):
    """Figures of which the text as it is known does not say whether they miss the level."""

    range: Bounds
    clause: Name


class Commitment(Part):
    """Kept when the figure (or its percentage of the window) lies in the range, or when no trigger holds.

    `level` names the fact that holds the level which the parties agreed: then the figure must reach that one.
    `promised` is false where the text sets a condition for the remedy without promising a level.
    """

    range: Bounds | None = None
    of: Literal["value", "percent_of_window"] = "value"
    level: Name | None = None
    unread: Unread | None = None
    missed_when: tuple[Trigger, ...] = ()
    promised: bool = True
    kept: Name = "commitment_met"
    missed: Name = "below_commitment"
    clause: Name


class SeveralPeriods(Part):
    """The remedy needs more than one missed window: so many in a row, or so many of any so many running.

    `or_else` is another way that is enough as well.
    """

    consecutive: Annotated[int, Field(ge=2, le=36)] | None = None
    missed: Annotated[int, Field(ge=2, le=36)] | None = None
    of_last: Annotated[int, Field(ge=2, le=36)] | None = None
    or_else: SeveralPeriods | None = None
    reason: Name
    otherwise: Name
    clause: Name


class Exemption(Part):
    """Nothing is due when all conditions hold; where one with `otherwise` alone fails, that reason is told."""

    id: Name
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    says: str
    clause: Name


class Observer(Part):
    """Whose records decide."""

    by: Literal["provider", "customer", "both", "regulator"]
    clause: Name


class Required(Part):
    """One thing a claim must contain."""

    item: Name
    says: str
    curable: bool = False
    clause: Name


class ClaimRules(Part):
    """What a claim needs and what happens when something is absent; a curable item can be handed in later."""

    to: str
    subject: str | None = None
    requires: tuple[Required, ...] = ()
    if_missing: Literal["forfeited", "curable"]
    clause: Name


class Exclusion(Part):
    """Failures that do not count; `features` and `causes` name what would show it, `evidence` what proves it.

    Time that is excluded leaves the down time, and with `takes: both` the window as well. Maintenance is excluded
    only with so many hours' notice, and only up to its budget, of which the fact `budget_used` names what was used
    before, in minutes.
    """

    id: Name
    says: str
    features: tuple[Name, ...] = ()
    causes: tuple[Name, ...] = ()
    evidence: str | None = None
    notice_hours: Annotated[int, Field(ge=0)] | None = None
    budget_minutes: Annotated[int, Field(ge=0)] | None = None
    budget_per: Literal["window", "year"] | None = None
    budget_used: Name | None = None
    takes: Literal["down_time", "both"] = "down_time"
    clause: Name


class Reading(Part):
    """How this pack reads something the text leaves open.

    A clause of status U may carry a reckoning only through a reading that is used; `least` says that no other
    reading of that clause would give the claimant less, which is what lets the outcome still be `owed`.
    """

    id: Name
    about: Literal["scope", "window", "population", "measure", "commitment", "remedy", "deadline", "other_right"]
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


class Effective(Part):
    """In force from the first day on, up to but not including `to`."""

    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="to")

    def holds(self, day: Day) -> bool:
        """Is the version in force on that day?"""
        return self.start <= day and (self.end is None or day < self.end)


class Promise(Part):
    """One commitment or right with its remedy: all that an entitlement is reckoned from.

    It applies where its conditions hold; `coverage` says which attempts of a log it is about, where a log can show
    it. Without `claim` nothing needs to be asked for; `automatic` is the clause that says so. `deadlines` follow each
    other, as a notice and then the claim, which is the last.
    """

    id: Name = "uptime"
    effective: Effective | None = None
    applies: tuple[Condition, ...] = ()
    coverage: Coverage | None = None
    observer: Observer | None = None
    window: Window
    population: Population | None = None
    measure: Measure
    commitment: Commitment | None = None
    several: SeveralPeriods | None = None
    exemptions: tuple[Exemption, ...] = ()
    remedy: Remedy
    automatic: Name | None = None
    deadlines: tuple[Deadline, ...] = ()
    claim: ClaimRules | None = None
    duties: tuple[Duty, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def rules(self, event: datetime, asked_zone: str | None) -> bool:
        """Is it in force on the event's day? In the zone asked for, unless the text states its own."""
        where = zone(self.window.named_zone(asked_zone))
        return self.effective is None or self.effective.holds(event.astimezone(where).date())

    @cached_property
    def granting_clauses(self) -> frozenset[str]:
        """The clauses that say what is granted."""
        return frozenset(clause for _, clause in clauses_in(self.remedy.grant))

    @cached_property
    def counting_clauses(self) -> tuple[str, ...]:
        """The clauses that say what is counted and how."""
        parts = (self.coverage, self.population, self.measure)
        return tuple(dict.fromkeys(clause for part in parts for _, clause in clauses_in(part)))

    @property
    def counted(self) -> bool:
        """Can it be weighed from attempts alone?"""
        return self.coverage is not None and self.population is not None and self.measure.counted


class Stacking(Part):
    """How several promises that are missed together go: each by itself, the greatest only, or one by choice.

    `among` names the promises that it is about, all of them unless named; the others stand by themselves. `order` lists
    all promises, the one to name first at the head, where they give what cannot be compared. `together`: all must be
    kept, so that one of which nothing is shown is open and not passed over.
    """

    rule: Literal["each", "greatest", "choose_one", "first"]
    among: tuple[Name, ...] = ()
    order: tuple[Name, ...] = ()
    together: bool = False
    clause: Name


class Prepaid(Part):
    """When a prepaid balance expires, and whether it is paid back; `stated` names the moment told for this balance."""

    expires: tuple[Within, ...] = ()
    stated: Name | None = None
    refundable: Literal["no", "unused", "whole_balance", "on_review"]
    says: str
    clause: Name


class Precedent(Part):
    """A remedy that a provider granted without owing it."""

    date: Day
    trigger: str
    remedy: str
    who: str
    source: str


class Goodwill(Part):
    """How to ask where nothing is owed: forms in the order in which to ask, what is never asked, what was given.

    Nothing is asked for where a condition of `never` fails; where one of `rarely` fails it seldom helps, and is said.
    """

    clause: Name
    forms: Annotated[tuple[Literal["credit", "extension", "refund"], ...], Field(min_length=1)]
    rules: tuple[str, ...] = ()
    rules_ko: tuple[str, ...] = ()
    never: tuple[Condition, ...] = ()
    rarely: tuple[Condition, ...] = ()
    precedents: tuple[Precedent, ...] = ()


class Version(Part):
    """One dated text; `also` lists other names under which people know it, `checked` when it was last looked up."""

    version: str
    also: tuple[str, ...] = ()
    name: str
    language: str = "en"
    effective: Effective
    picked_by: Literal["event", "contract"] = "event"
    checked: Day | None = None
    clauses: dict[Name, Clause]
    facts: tuple[FactRule, ...] = ()
    readings: tuple[Reading, ...] = ()
    promises: tuple[Promise, ...] = ()
    stacking: Stacking | None = None
    prepaid: Prepaid | None = None
    goodwill: Goodwill | None = None
    programme: DeclaredProgramme | None = None
    worked: tuple[Worked, ...] = ()

    @property
    def last_seen(self) -> Day | None:
        """When the text was last looked up: as the pack says, else the newest date of a clause."""
        dates = [clause.date for clause in self.clauses.values() if clause.date is not None]
        return self.checked or max(dates, default=None)

    @property
    def zone(self) -> str:
        """The zone whose dates decide which version holds."""
        return self.promises[0].window.zone if self.promises else "UTC"

    @property
    def is_own_programme(self) -> bool:
        """Does it say nothing but what a provider gives of itself? Then its text is nobody else's to be read."""
        return self.programme is not None and not self.promises and self.goodwill is None


class Pack(Part):
    """All known versions of one provider's terms for one product.

    A pack that is `on_request` is weighed only when it is named: its promises need a contract, a plan, a place.
    """

    terms: Name
    aliases: tuple[Name, ...] = ()
    title: str | None = None
    provider: str
    providers: tuple[str, ...] = ()
    on_request: bool = False
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
