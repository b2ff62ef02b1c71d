"""Verb: bet on tosses of known chance, with a threshold that keeps its size however often one looks.

An answer of now is laid beside answers of before to the same question. If nothing changed, they could have come in any
order: of three of which one is wrong, that one is the newest with chance 1/3, as a die of three sides falls on one of
them; beside a single answer that differs it is a fair coin. Betting on those tosses gives a wealth whose mean stays 1
(Ville 1939; Shafer and Vovk 2001), a mixture over how much is staked (Robbins 1970; Howard, Ramdas et al. 2021).
Ville's threshold 1/size is never passed exactly and so is too strict; here the threshold of each toss is reckoned over
all sequences of tosses, exactly: by the comparison `at`, false alarms have used up about `allowed(at, size)` of the
size, and never more than the size in all.

Where answers that were always the same begin to waver, as many turning right as wrong, nothing got worse. Yet bets with
few lucky sides are then won, and those with many are lost, more often than the die says, and their sum strays further.
So a toss weighs less the fewer of its sides are lucky, by about as much as the sum strays further than the die lets it.
This is a straight line in place of the root by which a test is studentized, to be exact where answers are exchangeable
and to hold in the long run wherever as many are right (Janssen 1997; Chung and Romano 2013). A fair coin always weighs
the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

# Half of the size is spent by this comparison; 94 % of it by the 400th, so that a change is found within hundreds.
PACE = 200
# The mixture: what is staked of the wealth, in tenths, each with the same weight.
_STAKES = range(1, 10)
# What a toss weighs, and the square of what is taken off of the first: half a weight for each of the three standard
# deviations that an early alarm takes. Of more tosses the square root is taken off, as a deviation grows by it.
_GRAIN, _LEAN = 4, 36
_FAIR = 2


@dataclass(frozen=True, slots=True)
class Toss:
    """One comparison that is no tie: the how manieth comparison it was (from 1), whether the bet won, lucky sides."""

    at: int
    won: bool
    lucky: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """The walk after a toss: what was won beyond what chance gives, in answers; the alarm is raised from `needed` on,
    None where nothing suffices. Of fair coins it is the wins less the losses."""

    at: int
    beyond: Fraction
    needed: Fraction | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A whole walk. `crossed` is the comparison at which the alarm was raised, `spent` the chance of a false one.

    `wealth` is what the bets made of 1: an e-value, whose mean is at most 1 at any stopping if nothing changed.
    """

    points: tuple[Point, ...]
    crossed: int | None
    spent: Fraction
    wins: int
    losses: int
    wealth: Fraction


def allowed(at: int, size: Fraction) -> Fraction:
    """The part of the size that is meant to be used up by a comparison; grows to the whole and never beyond."""
    return size * Fraction(at**4, at**4 + PACE**4)


def walk(tosses: Sequence[Toss], size: Fraction, sides: int = _FAIR) -> Walk:
    """Follow the tosses, in order of `at`; thresholds depend on when tosses came and on their chances, never on how
    they fell.

    Exact: `ways` counts the sequences of so many tosses without alarm by their score, of sides**tosses in all.
    """
    ways, used, score, chance, most, tossed = [1], 0, 0, 0, 0, 0
    crossed: int | None = None
    points: list[Point] = []
    for number, toss in enumerate(tosses, 1):
        weight = weight_of(number, toss.lucky, sides)
        score, chance, most = score + weight * toss.won, chance + weight * toss.lucky, most + weight
        needed = None
        if crossed is None:
            ways, whole = _tossed(ways, weight, toss.lucky, sides), sides**number
            now = allowed(toss.at, size) if tells(number, size) else 0
            ways, taken = _cut(ways, sides * used, (now * whole, size * whole))
            used, tossed = sides * used + taken, number
            needed = _beyond(len(ways), chance, sides) if len(ways) <= most else None
            crossed = toss.at if score >= len(ways) else None
        points.append(Point(toss.at, _beyond(score, chance, sides), needed))
    wins = sum(toss.won for toss in tosses)
    spent = Fraction(used, sides**tossed)
    return Walk(tuple(points), crossed, spent, wins, len(tosses) - wins, wealth(tosses, sides))


def weight_of(number: int, lucky: int, sides: int) -> int:
    """What the how manieth toss (from 1) counts for; by its chance and its number alone."""
    if sides == _FAIR:
        return 1
    lean = math.isqrt(_LEAN * number // (sides - 1)) - math.isqrt(_LEAN * (number - 1) // (sides - 1))
    return max(1, _GRAIN - lean * (sides - 2 * lucky))


def _beyond(score: int, chance: int, sides: int) -> Fraction:
    """A score less what chance gives, as answers."""
    return Fraction(sides * score - chance, (sides - 1) * (1 if sides == _FAIR else _GRAIN))


def tells(number: int, size: Fraction) -> bool:
    """Could so many tosses tell anything if each was fair? Where answers never wavered before, each is."""
    return bool(2**number * size >= 1)


def _tossed(ways: list[int], weight: int, lucky: int, sides: int) -> list[int]:
    """The sequences by score after one more toss."""
    none = [0] * weight
    lost, won = [(sides - lucky) * many for many in ways], [lucky * many for many in ways]
    return [few + many for few, many in zip([*lost, *none], [*none, *won], strict=True)]


def _cut(ways: list[int], used: int, limits: tuple[Fraction, Fraction]) -> tuple[list[int], int]:
    """Take off the highest scores as alarms, while all of this toss come to at most twice what is left for them by now.

    So a toss can take more than was left, which the next ones then lack; all together never take more than the size.
    """
    now, ever = limits
    taken = 0
    while ways and ways[-1] + taken <= 2 * (now - used) and used + taken + ways[-1] <= ever:
        taken += ways.pop()
    return ways, taken


def wealth(tosses: Iterable[Toss], sides: int = _FAIR) -> Fraction:
    """What bets of the mixture make of 1 by these tosses, in any order; exact.

    A stake gains by the share of answers of before that the new one is worse than, and loses by the share of those that
    it is better than. So its mean is 1 also where another answer is right now, as long as as many are.
    """
    worth = 10 * (sides - 1)
    gains = Counter(sides * toss.won - toss.lucky for toss in tosses)
    paid = sum(math.prod((worth + stake * gain) ** many for gain, many in gains.items()) for stake in _STAKES)
    return Fraction(paid, len(_STAKES) * worth ** gains.total())


def magnitude(amount: Fraction) -> float:
    """The decimal logarithm, for drawing; the numbers themselves can have thousands of digits."""
    return math.log10(amount.numerator) - math.log10(amount.denominator)
