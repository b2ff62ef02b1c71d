"""Day statistics: how a series of daily availabilities is spread, and on which days outages met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from makegood.incidents.availability import Availability

# The columns of Table 7 in ICPE 2025 (arXiv:2501.12469): shares of days at least this available.
LEVELS = {
    ">=99.999%": Fraction(99_999, 100_000),
    ">=99.99%": Fraction(9_999, 10_000),
    ">=99.9%": Fraction(999, 1000),
    ">=99%": Fraction(99, 100),
    ">=90%": Fraction(9, 10),
}


@dataclass(frozen=True)
class DayStatistics:
    """All fractions of one; `shares` maps "=100%", the levels and "<90%" to the share of days."""

    days: int
    lowest: Fraction
    highest: Fraction
    mean: Fraction
    median: Fraction
    shares: Mapping[str, Fraction]


def day_statistics(series: Sequence[Fraction]) -> DayStatistics | None:
    """The spread of daily availabilities, exact; None for an empty series."""
    if not series:
        return None
    ordered, count = sorted(series), len(series)
    shares = {"=100%": Fraction(sum(1 for day in ordered if day == 1), count)}
    for name, level in LEVELS.items():
        shares[name] = Fraction(sum(1 for day in ordered if day >= level), count)
    shares["<90%"] = 1 - shares[">=90%"]
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return DayStatistics(count, ordered[0], ordered[-1], sum(ordered, Fraction(0)) / count, median, shares)


def outage_days(days: Sequence[Availability]) -> frozenset[datetime]:
    """The starts of the days on which a component had any counted outage."""
    return frozenset(day.period.start for day in days if day.down)


def co_occurrence(of: frozenset[datetime], given: frozenset[datetime]) -> Fraction | None:
    """The share of `given`'s outage days on which `of` also had one; None when `given` had none."""
    return Fraction(len(of & given), len(given)) if given else None
