"""Drift's walk: comparisons made by chances, and the product's alarm over many runs at once, in floating point."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.drift.coin import PACE, tells, weight_of
from makegood.incidents.drift.plan import BESIDE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SIZE = 0.05
BATCH = 250
WIDTH = 6  # standard deviations of the walk that are kept in the lattice


@dataclass(frozen=True)
class Compared:
    """Runs by comparisons: how many of the `beside` answers of before are wrong, and whether that of now is."""

    before: Ints
    now: Bools
    beside: int

    def until(self, size: int) -> Compared:
        """The first so many comparisons."""
        return Compared(self.before[:, :size], self.now[:, :size], self.beside)

    def beside_one(self) -> Compared:
        """The same answers of now, each beside one answer of before: which, does not matter."""
        draw = np.random.default_rng(len(self.now))
        return Compared((draw.random(self.before.shape) * self.beside < self.before).astype(np.int64), self.now, 1)


def made(chances: tuple[Floats, Floats], draw: np.random.Generator, beside: int = BESIDE) -> Compared:
    """Answers by the chances of being right before and now, each runs x comparisons."""
    return Compared(draw.binomial(beside, 1 - chances[0]), draw.random(chances[1].shape) >= chances[1], beside)


def crossings(one: Compared, even: bool = False) -> Floats:
    """The comparison at which each run's alarm was raised, infinite for none; looked at after every comparison.

    `even`: each toss weighs the same and the first ones count too, as the product does not have it.
    """
    parts = range(0, len(one.now), BATCH)
    return np.concatenate([_crossings(one.before[n : n + BATCH] + one.now[n : n + BATCH], one, n, even) for n in parts])


@dataclass
class _Tosses:
    """By runs and tosses: the comparison of each (0: none), its lucky sides, and whether it was won."""

    at: Ints
    lucky: Ints
    won: Bools


def _tosses(wrong: Ints, now: Bools, sides: int) -> _Tosses:
    open_at = (wrong > 0) & (wrong < sides)
    most = int(open_at.sum(1).max(initial=0))
    made = _Tosses(*(np.zeros((len(now), most), kind) for kind in (np.int64, np.int64, np.bool_)))  # type: ignore[arg-type]
    run, place = np.nonzero(open_at)
    number = (np.cumsum(open_at, 1) - 1)[run, place]
    made.at[run, number], made.lucky[run, number] = place + 1, wrong[run, place]
    made.won[run, number] = now[run, place]
    return made


def _crossings(wrong: Ints, one: Compared, first: int, even: bool) -> Floats:
    """The product's walk (`makegood.incidents.drift.coin`), many runs at once in floating point."""
    sides, runs = one.beside + 1, len(wrong)
    tosses = _tosses(wrong, one.now[first : first + runs], sides)
    found, run, low = np.full(runs, np.inf), np.arange(runs), 0
    ways, spent, score, mean, spread = np.ones((runs, 1)), *(np.zeros(runs) for _ in range(4))
    for number in range(1, tosses.at.shape[1] + 1):
        on = (tosses.at[run, number - 1] > 0) & np.isinf(found[run])
        if not on.all():
            run, ways, spent, score, mean, spread = (part[on] for part in (run, ways, spent, score, mean, spread))
        if not len(run):
            break
        at, lucky, won = (part[run, number - 1] for part in (tosses.at, tosses.lucky, tosses.won))
        weights = np.array([1 if even or not of else weight_of(number, of, sides) for of in range(sides)])
        weight, chance = weights[lucky], lucky / sides
        ways = _tossed(ways, lucky, weights, sides)
        score, mean = score + weight * won, mean + weight * chance
        spread = spread + weight**2 * chance * (1 - chance)
        keep = int((mean - WIDTH * np.sqrt(spread)).min())
        ways, low = ways[:, max(0, keep - low) :], max(low, keep)
        room = np.maximum(SIZE / (1 + (PACE / at) ** 4) - spent, 0) * (even or tells(number, Fraction(1, 20)))
        tail = np.cumsum(ways[:, ::-1], 1)[:, ::-1]
        taken = tail <= np.minimum(2 * room, SIZE - spent)[:, None] * (1 + 1e-12)
        wide = ways.shape[1] - taken.sum(1)
        found[run] = np.where(score >= low + wide, at, np.inf)
        spent = spent + np.where(
            wide < ways.shape[1], tail[np.arange(len(run)), np.minimum(wide, ways.shape[1] - 1)], 0
        )
        ways = (ways * ~taken)[:, : max(1, int(wide.max()))]
    return found


def _tossed(ways: Floats, lucky: Ints, weights: Ints, sides: int) -> Floats:
    """The chances of the scores after one more toss."""
    wide = ways.shape[1]
    made = np.zeros((len(ways), wide + int(weights.max())))
    for of in range(1, sides):
        rows = lucky == of
        if rows.any():
            part, grown = ways[rows], np.zeros((int(rows.sum()), made.shape[1]))
            grown[:, :wide] = part * (1 - of / sides)
            grown[:, weights[of] : wide + weights[of]] += part * (of / sides)
            made[rows] = grown
    return made
