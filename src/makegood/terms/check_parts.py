"""Verb: check what the model of a pack cannot say field by field; each fault with its path and its mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from makegood.errors import BadMoney, BadPeriod
from makegood.money import check_currency
from makegood.spans import zone
from makegood.terms.check_facts import (
    Declared,
    Fault,
    anchor_is_given,
    condition_fits,
    fact_fits,
    facts_leaned_on,
    step_is_told,
)
from makegood.terms.check_programme import offer_fits, programme_fits
from makegood.terms.conditions import Condition, FactRule
from makegood.terms.due import Calendar, Deadline, Within, unsound_steps
from makegood.terms.gauge import (
    FROM_BUCKETS,
    UNIT_SECONDS,
    BucketMean,
    BucketShare,
    DownRules,
    DownTime,
    ErrorRate,
    Measure,
)
from makegood.terms.lines import Path
from makegood.terms.pack import (
    Commitment,
    Coverage,
    Effective,
    Exclusion,
    Prepaid,
    Promise,
    Reading,
    SeveralPeriods,
)
from makegood.terms.parts import Bounds, Part
from makegood.terms.population import Statuses
from makegood.terms.programme import DeclaredOffer, DeclaredProgramme
from makegood.terms.remedies import (
    Cap,
    Minimum,
    PerPart,
    PerUnit,
    Reduction,
    Remedy,
    Row,
    Sum,
    Tiers,
)
from makegood.terms.window import Window
from makegood.terms.workdays import unsound_calendar


def _bounds(part: Bounds, _facts: Declared) -> Iterator[Fault]:
    lower = [end for end in (part.at_least, part.above) if end is not None]
    upper = [end for end in (part.at_most, part.below) if end is not None]
    if not lower and not upper:
        yield (), "the range has no end; give at_least, above, at_most or below"
    elif len(lower) > 1 or len(upper) > 1:
        yield (), "the range has two lower or two upper ends; keep the one the text states"
    elif lower and upper and (lower[0] > upper[0] or (lower == upper and None in (part.at_least, part.at_most))):
        yield (), "the range holds no value; its lower end must lie under its upper end"


def _effective(part: Effective, _facts: Declared) -> Iterator[Fault]:
    if part.end is not None and part.end <= part.start:
        yield (), "'to' is not after 'from'; 'to' is the first day no longer in force"


def _window(part: Window, _facts: Declared) -> Iterator[Fault]:
    try:
        zone(part.zone)
    except BadPeriod as fault:
        yield ("zone",), str(fault).rstrip(".")
    if (part.kind == "fixed_days") != (part.days is not None):
        yield (), "'days' and the kind 'fixed_days' go together; give both or neither"
    if part.first_month != 1 and part.kind != "fiscal_quarter":
        yield ("first_month",), "only fiscal quarters have a first month; remove it or say 'kind: fiscal_quarter'"


def _statuses(part: Statuses, _facts: Declared) -> Iterator[Fault]:
    if not part.statuses and not part.error_types:
        yield (), "the set is empty; give 'statuses' or 'error_types'"


def _measure(part: Measure, _facts: Declared) -> Iterator[Fault]:
    rule, minutes = part.aggregation, part.bucket_minutes
    if minutes is not None and 1440 % minutes:
        yield ("bucket_minutes",), "buckets of that length do not fill a day; use a divisor of 1440"
    if minutes is None and isinstance(rule, BucketMean | BucketShare):
        yield (), "a figure over buckets needs 'bucket_minutes'; add it"
    if minutes is not None and part.empty is None and isinstance(rule, FROM_BUCKETS):
        yield (), "what an empty bucket is worth is not said; add 'empty' with perfect, left_out or undefined"
    if isinstance(rule, DownTime) and part.unit not in UNIT_SECONDS:
        yield ("unit",), f"down time is measured in {', '.join(UNIT_SECONDS)}; use one of them"
    run = rule.run if isinstance(rule, DownRules) else None
    if run is not None:
        if (run.at_least_seconds is None) == (run.at_least_minutes is None):
            yield ("aggregation", "run"), "a run has one shortest length; give 'at_least_minutes' or 'at_least_seconds'"
        elif minutes is not None and (60 * (run.at_least_minutes or 0) + (run.at_least_seconds or 0)) % (60 * minutes):
            path: Path = ("aggregation", "run", "at_least_seconds" if run.at_least_seconds else "at_least_minutes")
            yield path, f"a run is counted in whole buckets; use a multiple of {minutes} min"


def _commitment(part: Commitment, _facts: Declared) -> Iterator[Fault]:
    if (part.range is None) == (not part.missed_when):
        yield (), "a commitment is tested one way; give either 'range' or 'missed_when'"
    if part.range is None and (part.level or part.unread):
        yield (), "'level' and 'unread' go with 'range', the figures that surely keep the level; add it"


def _several(part: SeveralPeriods, _facts: Declared) -> Iterator[Fault]:
    if (part.consecutive is None) == (part.missed is None):
        yield (), "several windows are counted one way; give 'consecutive', or 'missed' with 'of_last'"
    if part.missed is not None and (part.of_last is None or part.of_last < part.missed):
        yield (), "'of_last' must be at least as many windows as 'missed'; correct it"


def _row(part: Row | PerUnit, _facts: Declared) -> Iterator[Fault]:
    if part.given() != 1:
        yield (), "it gives nothing or two things; give one of percent, sum, quantity, times, fee_of and unread"
    edges = (part.threshold, part.threshold_percent) if isinstance(part, PerUnit) else ()
    if isinstance(part, PerUnit) and sum(edge is not None for edge in edges) != (part.of != "value"):
        yield (), "'threshold' goes with 'of: excess' or 'of: shortfall'; give both or neither"
    if part.fee_of is not None and len(part.fee_of.named()) != 1:
        yield ("fee_of",), "the fee is that of one length of time; give one of 'hours', 'days' and 'months'"


def _per_part(part: PerPart, _facts: Declared) -> Iterator[Fault]:
    if (part.percent is None) == (part.times is None):
        yield (), "each part gives one thing; give 'percent' or 'times'"
    if part.threshold is not None and part.times is None:
        yield ("threshold",), "only 'times' counts what lies over a threshold; remove it"


def _currency(part: Sum | Minimum, _facts: Declared) -> Iterator[Fault]:
    try:
        check_currency(part.currency)
    except BadMoney as fault:
        yield ("currency",), str(fault).rstrip(".")


def _cap(part: Cap, _facts: Declared) -> Iterator[Fault]:
    if sum(one is not None for one in (part.percent, part.days, part.sum, part.quantity)) != 1:
        yield (), "a cap is stated one way; give one of 'percent', 'days', 'sum' and 'quantity'"


def _remedy(part: Remedy, _facts: Declared) -> Iterator[Fault]:
    rows = part.grant.tiers if isinstance(part.grant, Tiers) else ()
    needs = any(row.percent is not None or row.times is not None for row in rows)
    if part.base is None and (needs or part.grant.kind in ("linear", "remainder", "per_part")):
        yield (), "a share needs something to be a share of; add 'base'"


def _exclusion(part: Exclusion, _facts: Declared) -> Iterator[Fault]:
    if (part.budget_minutes is None) != (part.budget_per is None):
        yield (), "'budget_minutes' and 'budget_per' go together; give both or neither"


def _within(part: Within, _facts: Declared) -> Iterator[Fault]:
    yield from part.unsound()


def _deadline(part: Deadline, _facts: Declared) -> Iterator[Fault]:
    yield from part.unsound()


def _promise(part: Promise, _facts: Declared) -> Iterator[Fault]:
    yield from ((("deadlines", *path), reason) for path, reason in unsound_steps(part.deadlines))
    over_buckets = isinstance(part.measure.aggregation, BucketMean | BucketShare)  # told that they need buckets
    if part.coverage is not None and not (part.population and (part.measure.bucket_minutes or over_buckets)):
        yield ("coverage",), "a log is covered but not counted; add 'population' and 'bucket_minutes', or remove it"
    if part.claim is None and part.automatic is None and part.remedy.grant.kind != "no_money":
        yield (), "it is not said how the remedy is come by; add 'claim', or 'automatic' with its clause"
    if part.several is not None and part.commitment is None:
        yield ("several",), "windows are counted in which a level was missed, but there is none; add 'commitment'"
    rows = part.remedy.grant.tiers if part.several and isinstance(part.remedy.grant, Tiers) else ()
    for at, row in enumerate(rows):
        if row.range is not None:
            what = "several windows have no one figure that a row could be found by; leave out the range"
            yield ("remedy", "grant", "tiers", at, "range"), what
    yield from _scales(part)
    for at, one in enumerate(part.deadlines):
        for index, reading in enumerate(one.readings):
            if reading.anchor == "breach" and not (part.measure.counted and part.commitment and part.commitment.range):
                place: Path = ("deadlines", at, "readings", index, "anchor")
                yield place, "a breach is found in buckets by the range of the commitment; count in both or use another"


def _scales(part: Promise) -> Iterator[Fault]:
    """The ends of what a percentage or a share is compared with lie where it can lie."""
    most = {"percent": 100, "share": 1}.get(part.measure.unit)
    ranges: list[tuple[Path, Bounds | None]] = []
    if part.commitment is not None:
        here = 100 if part.commitment.of == "percent_of_window" else most
        unread = part.commitment.unread.range if part.commitment.unread else None
        kept: list[tuple[Path, Bounds | None]] = [(("range",), part.commitment.range), (("unread", "range"), unread)]
        yield from (((("commitment", *path), reason) for path, reason in _beyond(kept, here)))
    if isinstance(part.remedy.grant, Tiers):
        ranges = [(("tiers", at, "range"), row.range) for at, row in enumerate(part.remedy.grant.tiers)]
    yield from ((("remedy", "grant", *path), reason) for path, reason in _beyond(ranges, most))


def _beyond(ranges: Iterable[tuple[Path, Bounds | None]], most: int | None) -> Iterator[Fault]:
    for path, bounds in ranges:
        if bounds is not None and most is not None and any(not 0 <= end <= most for end in bounds.ends()):
            what = "percentage lies between 0 and 100" if most == 100 else "share lies between 0 and 1"
            yield path, f"a {what}; correct the end of the range"


def _calendar(part: Calendar, _facts: Declared) -> Iterator[Fault]:
    yield from unsound_calendar(part)


def _reduction(part: Reduction, _facts: Declared) -> Iterator[Fault]:
    if part.to_percent == 100:
        yield ("to_percent",), "a reduction to 100 % changes nothing; give what is left of the amount"


def _reading(part: Reading, _facts: Declared) -> Iterator[Fault]:
    if part.least and not part.used:
        yield ("least",), "a reading that is not used decides nothing; say 'used: true' or remove 'least'"


def _coverage(part: Coverage, _facts: Declared) -> Iterator[Fault]:
    doubted = part.doubt.providers if part.doubt else ()
    for path, names in (
        (("models",), part.models),
        (("not_models",), part.not_models),
        (("doubt", "providers"), doubted),
    ):
        for at, name in enumerate(names):
            if name != name.casefold():
                yield (*path, at), f"'{name[:60]}' is held against small letters; write it in small letters"


def _error_rate(part: ErrorRate, _facts: Declared) -> Iterator[Fault]:
    yield from _beyond(((("error_rate",), part.error_rate),), 100)


def _prepaid(part: Prepaid, _facts: Declared) -> Iterator[Fault]:
    if sum(one.used for one in part.expires) > 1:
        yield ("expires",), "several readings of the expiry say 'used: true'; mark one"


# Each kind of part with its check: (part, facts of its version) -> faults with the path inside the part.
CHECKS: tuple[tuple[type[Part], Callable[[Any, Declared], Iterator[Fault]]], ...] = (
    (Part, facts_leaned_on),
    (FactRule, fact_fits),
    (Condition, condition_fits),
    (Bounds, _bounds),
    (Effective, _effective),
    (Reading, _reading),
    (Coverage, _coverage),
    (Window, _window),
    (Statuses, _statuses),
    (Measure, _measure),
    (ErrorRate, _error_rate),
    (Commitment, _commitment),
    (SeveralPeriods, _several),
    (Row, _row),
    (PerUnit, _row),
    (PerPart, _per_part),
    (Sum, _currency),
    (Minimum, _currency),
    (Cap, _cap),
    (Remedy, _remedy),
    (Reduction, _reduction),
    (Exclusion, _exclusion),
    (Within, anchor_is_given),
    (Within, _within),
    (Deadline, step_is_told),
    (Deadline, _deadline),
    (Calendar, _calendar),
    (Promise, _promise),
    (Prepaid, _prepaid),
    (DeclaredOffer, offer_fits),
    (DeclaredProgramme, programme_fits),
)
