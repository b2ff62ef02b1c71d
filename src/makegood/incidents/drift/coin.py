"""Verb: bet on tosses that are fair if nothing changed, with a threshold that keeps its size however often one looks.

Two answers to one question, one from before and one from now, differ; which of the two is the newer is a fair coin if
nothing changed. Betting on those tosses gives a wealth whose mean stays 1 (Ville 1939; Shafer and Vovk 2001), a mixture
over how unfair the coin could be (Robbins 1970; Howard, Ramdas et al. 2021). Ville's threshold 1/size is never passed
exactly and so is too strict; here the threshold of each toss is reckoned over all sequences of tosses, exactly: by the
comparison `at`, false alarms have used up about `allowed(at, size)` of the size, and never more than the size in all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# Half of the size is spent by this comparison; 95 % of it by the 400th, so that a change is found within hundreds.
PACE = 140
# The mixture: chances of a win, in twentieths, from 11 to 19, each with the same weight.
_TWENTIETHS = range(11, 20)


@dataclass(frozen=True, slots=True)
class Toss:
    """One comparison whose two answers differ: the how manieth comparison it was (from 1), and whether the bet won."""

    at: int
    won: bool


@dataclass(frozen=True, slots=True)
class Point:
    """The walk after a toss; the alarm is raised from `needed` wins of these tosses, None where none suffice."""

    at: int
    wins: int
    losses: int
    needed: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A whole walk. `crossed` is the comparison at which the alarm was raised, `spent` the chance of a false one."""

    points: tuple[Point, ...]
    crossed: int | None
    spent: Fraction

    @property
    def wins(self) -> int:
        """Bets won so far."""
        return self.points[-1].wins if self.points else 0

    @property
    def losses(self) -> int:
        """Bets lost so far."""
        return self.points[-1].losses if self.points else 0

    @property
    def wealth(self) -> Fraction:
        """What the bets made of 1: an e-value, whose mean is at most 1 at any stopping if the coin is fair."""
        return wealth(self.wins, self.losses)


def allowed(at: int, size: Fraction) -> Fraction:
    """The part of the size that is meant to be used up by a comparison; grows to the whole and never beyond."""
    return size * Fraction(at**3, at**3 + PACE**3)


def walk(tosses: Sequence[Toss], size: Fraction) -> Walk:
    """Follow the tosses, in order of `at`; thresholds depend on when tosses came, never on how they fell.

    Exact: `ways` counts the sequences of so many tosses without alarm by their wins, of 2**tosses in all.
    """
    ways, used, wins, tossed = [1], 0, 0, 0
    crossed: int | None = None
    points: list[Point] = []
    for number, toss in enumerate(tosses, 1):
        wins += toss.won
        if crossed is None:
            ways = [few + many for few, many in zip([*ways, 0], [0, *ways], strict=True)]
            ways, taken = _cut(ways, 2 * used, (allowed(toss.at, size) * 2**number, size * 2**number))
            used = 2 * used + taken
            tossed, needed = number, len(ways) if len(ways) <= number else None
            crossed = toss.at if wins >= len(ways) else None
        points.append(Point(toss.at, wins, number - wins, needed if tossed == number else None))
    return Walk(tuple(points), crossed, Fraction(used, 2**tossed))


def _cut(ways: list[int], used: int, limits: tuple[Fraction, Fraction]) -> tuple[list[int], int]:
    """Take off the highest wins as alarms, while all of this toss come to at most twice what is left for them by now.

    So a toss can take more than was left, which the next ones then lack; all together never take more than the size.
    """
    now, ever = limits
    taken = 0
    while ways and ways[-1] + taken <= 2 * (now - used) and used + taken + ways[-1] <= ever:
        taken += ways.pop()
    return ways, taken


def wealth(wins: int, losses: int) -> Fraction:
    """What bets of the mixture make of 1 by so many wins and losses, in any order; exact."""
    paid = sum(each**wins * (20 - each) ** losses for each in _TWENTIETHS)
    return Fraction(paid, len(_TWENTIETHS) * 10 ** (wins + losses))


def magnitude(amount: Fraction) -> float:
    """The decimal logarithm, for drawing; the numbers themselves can have thousands of digits."""
    return math.log10(amount.numerator) - math.log10(amount.denominator)
