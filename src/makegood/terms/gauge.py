"""Noun: how a promise measures: buckets, what makes one bad, runs, weights, and how they become one figure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from makegood.terms.due import Calendar
from makegood.terms.parts import Bounds, End, Name, Part, Size

Unit = Literal["percent", "share", "seconds", "minutes", "hours", "days", "count", "km", "amount"]
UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


class EmptyBucket(Part):
    """What a bucket, or a whole window, without a valid request is worth; `undefined` where the text is silent.

    `unstated` is silence about single buckets: reckoned as perfect, and as left out beside it.
    """

    value: Literal["perfect", "left_out", "undefined", "unstated"]
    clause: Name


class ErrorRate(Part):
    """When a bucket is bad: its error rate in percent lies in the range; of the customer's own requests, which a
    customer without requests has not, or of all."""

    error_rate: Bounds
    whose: Literal["all", "customer"] = "all"
    clause: Name


class Run(Part):
    """Failures count only from this length on: then the whole run, or only what exceeds it."""

    at_least_seconds: Size | None = None
    at_least_minutes: Size | None = None
    counts: Literal["whole", "excess"] = "whole"
    clause: Name


class Weight(Part):
    """Down time counts by the share of customers or visitors affected, a fact between 0 and 1."""

    fact: Name
    if_not_given: Literal["all", "unknown"] = "unknown"
    clause: Name


class WorkingDays(Part):
    """Only working days count, of the down time and of the window; `or_else`: other calendars that may be meant."""

    calendar: Calendar
    or_else: tuple[Calendar, ...] = ()
    clause: Name


class DownRules(Part):
    """What down time is: bad buckets, the shortest run that counts, the weight of those affected, on which days.

    `counts_from` names the moment, such as an activation, before which nothing counts.
    """

    bad_when: ErrorRate | None = None
    run: Run | None = None
    weight: Weight | None = None
    working_days: WorkingDays | None = None
    counts_from: Name | None = None
    counts_from_clause: Name | None = None


class GoodTime(DownRules):
    """100 x (window - down time) / window; `excluded` names the fact how many minutes of the down time do not count."""

    kind: Literal["good_time"]
    excluded: Name | None = None
    clause: Name


class DownTime(DownRules):
    """Down time in the measure's unit: in all, in the longest run, in the worst day, or by clock hour."""

    kind: Literal["down_time"]
    take: Literal["total", "longest", "worst_day", "each_clock_hour"]
    clause: Name


class DownShare(DownRules):
    """Down time / (window - down time that the customer planned); `planned` names that fact, in minutes."""

    kind: Literal["down_share"]
    planned: Name | None = None
    clause: Name


class BadDays(DownRules):
    """On how many days of the zone a run lies that counts, or how many runs do so that begin on days of their own.

    The down time of the run itself, of that day or of the whole window must be `longer_than_minutes`; what the text
    leaves `unstated` is read in each way.
    """

    kind: Literal["bad_days"]
    longer_than_minutes: Size | None = None
    of: Literal["run", "day", "window", "unstated"] = "run"
    each: Literal["day", "run", "unstated"] = "day"
    clause: Name


class BucketMean(Part):
    """Mean over the buckets of 100 x (1 - errors / valid)."""

    kind: Literal["bucket_mean"]
    clause: Name


class BucketShare(Part):
    """100 x buckets that meet the target / buckets; a bucket meets it when it is not bad."""

    kind: Literal["bucket_share"]
    bad_when: ErrorRate
    clause: Name


class Pooled(Part):
    """100 x (requests - errors) / requests, over the whole window."""

    kind: Literal["pooled"]
    clause: Name


class Given(Part):
    """The figure as someone reports it, window by window; nothing is counted here."""

    kind: Literal["given"]
    clause: Name


class Unpublished(Part):
    """The text does not say how the figure is reckoned."""

    kind: Literal["unpublished"]
    clause: Name


class OneFact(Part):
    """A fact of the case is the figure, as a distance or a number of missed visits; in a unit of time, down time.

    `if_not_given` is the figure where the fact is not given, as one visit; whether it is meant is then for `applies`.
    """

    kind: Literal["fact"]
    fact: Name
    if_not_given: End | None = None
    clause: Name


class Happened(Part):
    """No figure: a fact tells what happened, and the commitment and the grant rest on facts alone."""

    kind: Literal["happened"]
    fact: Name
    clause: Name


class ElapsedShare(Part):
    """(moment - start) / (end - start), by elapsed time, between 0 and 1."""

    kind: Literal["elapsed_share"]
    start: Name
    end: Name
    moment: Name
    clause: Name


class DaysAfter(Part):
    """Calendar days from a moment until another, after so many full working or calendar days of grace.

    `part_day` says whether the day on which it ends counts; `unstated` shows both.
    """

    kind: Literal["days_after"]
    start: Name
    end: Name
    grace_working_days: Annotated[int, Field(ge=0, le=366)] = 0
    grace_days: Annotated[int, Field(ge=0, le=3660)] = 0
    with_first_day: bool = False
    calendar: Calendar | None = None
    part_day: Literal["counts", "left_out", "unstated"]
    clause: Name


class Rest(Part):
    """One amount less another, as the unused part of a purchase; `and_less` names a further one, as costs kept."""

    kind: Literal["rest"]
    whole: Name
    less: Name
    and_less: Name | None = None
    clause: Name


class Amounts(Part):
    """No figure: amounts reckoned elsewhere are given as facts."""

    kind: Literal["amounts"]
    facts: Annotated[tuple[Name, ...], Field(min_length=1)]
    clause: Name


Aggregation = Annotated[
    GoodTime
    | DownTime
    | DownShare
    | BadDays
    | BucketMean
    | BucketShare
    | Pooled
    | Given
    | Unpublished
    | OneFact
    | Happened
    | ElapsedShare
    | DaysAfter
    | Rest
    | Amounts,
    Field(discriminator="kind"),
]
FROM_BUCKETS = (GoodTime, DownTime, DownShare, BadDays, BucketMean, BucketShare, Pooled)
FROM_DOWN_TIME = (GoodTime, DownTime, DownShare, BadDays)
FROM_FACTS = (OneFact, Happened, ElapsedShare, DaysAfter, Rest, Amounts)


class ShownTo(Part):
    """To how many decimals the text shows the figure, and whether that or the exact one is held against the table."""

    decimals: Annotated[int, Field(ge=0, le=9)]
    compared: Literal["rounded", "unstated"]
    clause: Name


class Measure(Part):
    """The figure the commitment speaks of, its unit, and the buckets it is counted in, where it is counted."""

    name: Name
    unit: Unit = "percent"
    bucket_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    bucket_clause: Name | None = None
    empty: EmptyBucket | None = None
    shown: Literal["value", "row", "parts"] = "value"
    shown_to: ShownTo | None = None
    aggregation: Aggregation

    @property
    def counted(self) -> bool:
        """Can it be counted from attempts?"""
        return self.bucket_minutes is not None and isinstance(self.aggregation, FROM_BUCKETS)
