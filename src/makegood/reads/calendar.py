"""Calendar: until when each claim of an assessment must be made, as rows to look at and as an RFC 5545 calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal

from icalendar import Alarm, Calendar, Event
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, ValidationError

from makegood.errors import UnknownFormat
from makegood.keys import content_hash
from makegood.reads.labels import label, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.sentences import amount_words
from makegood.reads.words import Words
from makegood.spans import iso

_SECOND, _REST_OF_MINUTE = timedelta(seconds=1), timedelta(seconds=59)
_WARNINGS = (timedelta(days=7), timedelta(days=1))
_UID_DIGITS = 32
_YEARS = (1970, 9998)  # a day on either side of them is still a date in every zone


def _in_years(value: datetime) -> datetime:
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise ValueError(f"the year is not from {_YEARS[0]} to {_YEARS[1]}")
    return value


_Moment = Annotated[AwareDatetime, AfterValidator(_in_years)]
_Rounded = Annotated[str, Field(pattern=r"^-?\d{1,60}(\.\d{1,20})?$")]
_Exact = Annotated[str, Field(pattern=r"^-?(\d+(\.\d+)?|(0x)?[0-9a-f]+/(0x)?[0-9a-f]+)$")]


class _Outcome(BaseModel):
    deadline: _Moment | None = None
    step: str = "claim"


class _Told(BaseModel):
    about: str
    used: bool
    says: str
    clause: str
    outcome: _Outcome


class _Period(BaseModel):
    start: _Moment
    end: _Moment


class _Amount(BaseModel):
    currency: str
    exact: _Exact
    rounded: dict[str, _Rounded]


class _Verdict(BaseModel):
    terms: str
    version: str
    promise: str | None = None
    scope: dict[str, str | None]
    period: _Period
    verdict: str
    amount: _Amount | None
    clause_says: str
    source: str
    deadline: _Moment | None
    missing: tuple[str, ...]
    readings: tuple[_Told, ...]


class _Clock(BaseModel):
    zone: str


class _Params(BaseModel):
    period: _Clock | None = None


class _Assessment(BaseModel):
    form: Literal["makegood/assessment/1"] = Field(alias="schema")
    params: _Params
    verdicts: tuple[Any, ...]


@dataclass(frozen=True)
class Reading:
    """One way to reckon a deadline: what it says, and the last second in time by it."""

    says: str
    used: bool
    last: datetime


@dataclass(frozen=True)
class Entry:
    """One step that may have to be taken: the safe reading, the others, and what the claim must contain.

    The safe reading is the earliest whose time is not over, else the latest; None where the terms set no time.
    """

    verdict: _Verdict
    step: str
    safe: Reading | None
    others: tuple[Reading, ...] = ()

    def open(self, now: datetime) -> bool:
        """Is there still time, or no time limit?"""
        return self.safe is None or now < self.safe.last + _SECOND

    def days_left(self, now: datetime) -> int | None:
        """Whole days of 24 hours left, below zero once time is over; None without a time limit."""
        return None if self.safe is None else (self.safe.last + _SECOND - now) // timedelta(days=1)

    @property
    def uid(self) -> str:
        """The same for the same step of the same claim, whenever it was assessed and whatever its date."""
        one = self.verdict
        period = [iso(one.period.start), iso(one.period.end)]
        named = [one.terms, one.version, one.promise, dict(one.scope), period, self.step]
        return f"{content_hash(named)[:_UID_DIGITS]}@makegood"


def entries(assessment: Any, now: datetime) -> tuple[Entry, ...]:
    """The steps that the verdicts of a published assessment may lead to, the most urgent first, those without a time
    limit last; raise UnknownFormat for what is no such assessment.
    """
    found, faults = sound_entries(assessment, now)
    if faults:
        raise UnknownFormat(_no_assessment(faults[0]))
    return found


def sound_entries(assessment: Any, now: datetime) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The same of the verdicts that can be read, and why each of the others cannot, with its place in the file; raise
    UnknownFormat for what is no assessment at all.
    """
    try:
        published = _Assessment.model_validate(assessment)
    except ValidationError as fault:
        raise UnknownFormat(_no_assessment(_reason(fault))) from fault
    found: list[Entry] = []
    faults = []
    for number, verdict in enumerate(published.verdicts):
        try:
            steps = list(_steps(_Verdict.model_validate(verdict), now))
            content_hash([one.verdict.model_dump(mode="json") for one in steps])  # all of it can be written again
            found += steps
        except ValidationError as fault:
            faults.append(_reason(fault, "verdicts", str(number)))
        except UnicodeEncodeError:
            faults.append(f"verdicts.{number}: holds half a character, which cannot be written")
    return tuple(sorted(found, key=lambda one: (one.safe is None, one.safe.last if one.safe else now))), tuple(faults)


def _reason(fault: ValidationError, *place: str) -> str:
    first = fault.errors(include_url=False)[0]
    where = ".".join([*place, *(str(step) for step in first["loc"])]) or "the file"
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _no_assessment(reason: str) -> str:
    return f"this is no assessment.json of makegood ({reason}); give one that it wrote."


def _steps(verdict: _Verdict, now: datetime) -> Iterator[Entry]:
    if verdict.verdict not in ("owed", "goodwill", "ambiguous", "unknown"):
        return
    dated = [(one.outcome.step, one.outcome.deadline, one) for one in verdict.readings if one.about == "deadline"]
    told = sorted(((step, Reading(one.says, one.used, at)) for step, at, one in dated if at), key=lambda row: row[0])
    steps = {step: [one for _, one in group] for step, group in groupby(told, key=lambda row: row[0])}
    if not steps and verdict.deadline:
        steps = {"claim": [Reading("", True, verdict.deadline)]}
    for step, readings in steps.items():
        ordered = sorted(readings, key=lambda one: one.last)
        safe = next((one for one in ordered if now < one.last + _SECOND), ordered[-1])
        yield Entry(verdict, step, safe, tuple(one for one in ordered if one is not safe))
    if not steps and verdict.verdict != "unknown":
        yield Entry(verdict, "claim", None)


def calendar(found: tuple[Entry, ...], now: datetime, words: Words) -> bytes | None:
    """An RFC 5545 calendar with one event for each step still open, at its last second, with a warning a week and a
    day before; None when there is none. `now` is its time stamp.
    """
    dated = [one for one in found if one.safe is not None and one.open(now)]
    if not dated:
        return None
    made = Calendar()
    made.add("prodid", f"-//makegood//deadlines//{words.lang.upper()}")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words.say("Claims to make"))
    for one in {one.uid: one for one in reversed(dated)}.values():  # of a step told twice the earlier
        made.add_component(_event(one, now, words))
    return bytes(made.to_ical())


def _event(entry: Entry, now: datetime, words: Words) -> Event:
    assert entry.safe is not None
    summary = f"{step_words(entry, words)}: {subject(entry, words)}"
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.safe.last.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", "\n".join(details(entry, words)))
    event.add("transp", "TRANSPARENT")
    for before in _WARNINGS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", summary)
        event.add_component(alarm)
    return event


def subject(entry: Entry, words: Words) -> str:
    """Terms, scope and period in one line."""
    one = entry.verdict
    return f"{legible(one.terms)}, {scope_words(words, one.scope)}, {words.period(one.period.start, one.period.end)}"


def step_words(entry: Entry, words: Words) -> str:
    """What must be done, such as the claim or the notice before it."""
    named: Mapping[str, str] = {"claim": words.say("Claim"), "notice": words.say("Notice")}
    return named.get(entry.step) or legible(entry.step.replace("_", " "))


def time_left(entry: Entry, now: datetime, words: Words) -> str:
    """Days left, rounded down; or that there is no time limit, or that it is over."""
    days = entry.days_left(now)
    if days is None:
        return words.say("no time limit is stated")
    if days < 0:
        return words.say("time is over")
    return words.many("{n} day left", "{n} days left", days) if days else words.say("less than a day left")


def until(entry: Entry, words: Words) -> str | None:
    """The last minute in time, in UTC and on the clock of the words where that is another."""
    if entry.safe is None:
        return None
    there, utc = _minute(entry.safe, words), _minute(entry.safe, Words(words.lang))
    return utc if there == utc else f"{utc} ({there})"


def _minute(reading: Reading, words: Words) -> str:
    """The last minute that is in time to its last second."""
    return words.moment(reading.last - _REST_OF_MINUTE)


def details(entry: Entry, words: Words) -> Iterator[str]:
    """What stands behind the date, a line each: verdict, date, readings, contents of the claim, clause and source."""
    one = entry.verdict
    sums = amount_words(one.amount.model_dump() if one.amount else None, words)
    verdict = label(words, "verdict", one.verdict)
    yield f"{verdict}: {sums}" if sums else verdict
    last = until(entry, words)
    if last:
        yield words.say("Last minute in time: {until}", until=last)
    if entry.safe and entry.safe.says:
        yield words.say("Reckoned so: {says}", says=legible(words.of_terms(entry.safe.says), TEXT_LIMIT))
    for other in entry.others:
        says = legible(words.of_terms(other.says), TEXT_LIMIT)
        yield words.say("Read in another way, {until}: {says}", until=_minute(other, words), says=says)
    if one.missing:
        items = words.listed(label(words, "claim_item", item) for item in one.missing)
        yield words.say("Still missing from the claim: {items}", items=items)
    yield words.say("The terms: {says}", says=legible(one.clause_says, TEXT_LIMIT))
    yield words.say("Source: {source}", source=legible(one.source, TEXT_LIMIT))
