"""Noun: a figure as it was reckoned, with the down time behind it, its parts, and the link that shows how."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

Link = tuple[tuple[tuple[str, str], ...], str, str]


_TOGETHER = 32  # beyond that a common denominator grows longer than it saves


@dataclass(frozen=True)
class Lost:
    """Equal-length columns over the buckets that cost uptime, by time: errors of valid, 1 of 1 for a whole bucket."""

    starts: tuple[int, ...]
    errors: tuple[int, ...]
    valid: tuple[int, ...]

    def buckets(self, first: int | None = None) -> Fraction:
        """How many whole buckets the first so many (or all) add up to."""
        by_valid: dict[int, int] = defaultdict(int)
        for valid, errors in zip(self.valid[:first], self.errors[:first], strict=True):
            by_valid[valid] += errors
        pairs = sorted(by_valid.items())
        return total([_joined(pairs[at : at + _TOGETHER]) for at in range(0, len(pairs), _TOGETHER)])


@dataclass(frozen=True)
class Found:
    """`value` in the measure's unit, None where the text leaves it undefined; `link` is (input, arithmetic, outcome).

    `down` and `window` are seconds, where the measure knows of time. `parts` are named values of which `value` is the
    greatest. `others` are values under other readings: (id, says, value). `lost` and `buckets` come from counts.
    """

    value: Fraction | None
    link: Link
    counted_minutes: int | None = None
    down: Fraction | None = None
    window: Fraction | None = None
    parts: tuple[tuple[str, Fraction], ...] = ()
    others: tuple[tuple[str, str, Fraction], ...] = ()
    lost: Lost | None = None
    buckets: int = 0


def _joined(pairs: list[tuple[int, int]]) -> Fraction:
    """The sum of errors / valid over a few (valid, errors), over their least common denominator."""
    common = lcm(*(valid for valid, _ in pairs))
    return Fraction(sum(errors * (common // valid) for valid, errors in pairs), common)


def total(parts: list[Fraction]) -> Fraction:
    """Their exact sum, in halves: adding one by one carries the whole common denominator through every step."""
    if len(parts) < 2:
        return parts[0] if parts else Fraction(0)
    middle = len(parts) // 2
    return total(parts[:middle]) + total(parts[middle:])
