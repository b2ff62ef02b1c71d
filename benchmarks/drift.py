"""Drift: how often the tests of canaries cry out for nothing, and how soon they find a fall; writes drift.md."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.drift.answer import REFERENCE, WATCH, Answer
from makegood.incidents.drift.canary import YES_NO, Canary
from makegood.incidents.drift.change import Differences, drop_bounds
from makegood.incidents.drift.coin import PACE, Toss, walk
from makegood.incidents.drift.judge import Drift, judge
from makegood.incidents.drift.plan import Plan, due_canaries

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SIZE = 0.05
BASES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
DROPS = ((0.95, 0.85), (0.9, 0.8), (0.8, 0.7), (0.7, 0.6))
SPREAD = 2.0  # questions whose chances are drawn from a beta distribution with this many pseudo-answers
BATCH = 500
WIDTH = 9  # standard deviations of the walk that are kept in the lattice
FIRST_LOOK = 20
Z = 1.6448536269514722
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Compared:
    """Runs by comparisons: what was worse now, what was better; and the answers of now and before, right or not."""

    worse: Bools
    better: Bools
    before: Bools
    now: Bools


def made(chances: tuple[Floats, Floats], draw: np.random.Generator) -> Compared:
    """Answers by the chances of being right before and now, each runs x comparisons."""
    before, now = (draw.random(one.shape) < one for one in chances)
    return Compared(before & ~now, ~before & now, before, now)


def questions(mean: float, alike: bool, shape: tuple[int, int], draw: np.random.Generator) -> Floats:
    """The chance of each question to be answered rightly: all the same, or beta distributed around the mean."""
    return np.full(shape, mean) if alike else draw.beta(mean * SPREAD, (1 - mean) * SPREAD, shape)


def crossings(worse: Bools, better: Bools) -> Floats:
    """The comparison at which each run's alarm was raised, infinite for none; looked at after every comparison."""
    parts = range(0, len(worse), BATCH)
    return np.concatenate([_crossings(worse[n : n + BATCH], better[n : n + BATCH]) for n in parts])


def _crossings(worse: Bools, better: Bools) -> Floats:
    """The product's walk (`makegood.incidents.drift.coin`), many runs at once in floating point."""
    differ = worse | better
    most = int(differ.sum(1).max(initial=0))
    runs, found = len(worse), np.full(len(worse), np.inf)
    at, won = np.zeros((runs, most), np.int64), np.zeros((runs, most), np.bool_)
    run, place = np.nonzero(differ)
    number = (np.cumsum(differ, 1) - 1)[run, place]
    at[run, number], won[run, number] = place + 1, worse[run, place]
    ways, spent, wins, low = np.ones((runs, 1)), np.zeros(runs), np.zeros(runs, np.int64), 0
    for tossed in range(most):
        live = at[:, tossed] > 0
        ways = (np.pad(ways, ((0, 0), (0, 1))) + np.pad(ways, ((0, 0), (1, 0)))) / 2
        keep = max(0, (tossed + 1) // 2 - int(WIDTH * math.sqrt(tossed + 1) / 2))
        ways, low = ways[:, max(0, keep - low) :], max(low, keep)
        moment = at[:, tossed].astype(float) ** 3
        room = np.maximum(SIZE * moment / (moment + PACE**3) - spent, 0)
        tail = np.cumsum(ways[:, ::-1], 1)[:, ::-1]
        taken = (tail <= 2 * room[:, None] * (1 + 1e-12)) & (tail + spent[:, None] <= SIZE * (1 + 1e-12))
        taken &= live[:, None]
        ways = np.where(taken, 0.0, ways)
        spent = np.where(live, spent + np.where(taken.any(1), np.where(taken, tail, 0).max(1), 0), spent)
        needed = np.where(taken.any(1), taken.argmax(1) + low, tossed + 2)
        wins += won[:, tossed]
        crossed = live & (wins >= needed) & np.isinf(found)
        found[crossed] = at[crossed, tossed]
        wide = int((~taken & (ways > 0)).any(0).nonzero()[0].max()) + 1
        ways = ways[:, :wide]
    return found


def same_as_product(runs: int) -> int:
    """Runs in which the product's exact walk and the one above raise the alarm at the same comparison."""
    draw = np.random.default_rng(5)
    chances = tuple(questions(mean, False, (runs, 400), draw) for mean in (0.85, 0.75))
    one = made((chances[0], chances[1]), draw)
    fast = crossings(one.worse, one.better)
    agree = 0
    for run in range(runs):
        places = np.flatnonzero(one.worse[run] | one.better[run])
        tosses = [Toss(int(at) + 1, bool(one.worse[run, at])) for at in places]
        exact = walk(tosses, Fraction(1, 20)).crossed
        agree += (np.inf if exact is None else exact) == fast[run]
    return agree


def chi_square_looks(one: Compared) -> Floats:
    """What one would do by hand: after every answer a one-sided two-sample test at 5 % against all of the reference."""
    count = np.arange(1, one.now.shape[1] + 1)
    before = one.before.mean(1, keepdims=True)
    now = np.cumsum(one.now, 1) / count
    whole = one.before.shape[1]
    pooled = (before * whole + now * count) / (whole + count)
    error = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / whole + 1 / count), 1e-12))
    alarm = (before - now) / error > Z
    alarm[:, : FIRST_LOOK - 1] = False
    return np.where(alarm.any(1), alarm.argmax(1) + 1.0, np.inf)


def fixed_test(one: Compared, size: int) -> Floats:
    """One look after `size` answers: the paired test by the normal approximation, one-sided at 5 %."""
    worse, better = one.worse[:, :size].sum(1), one.better[:, :size].sum(1)
    score = (worse - better) / np.sqrt(np.maximum(worse + better, 1))
    return np.where(score > Z, float(size), np.inf)


def found(at: Floats, until: float = np.inf) -> float:
    """Share of the runs with an alarm by then."""
    return float((np.isfinite(at) & (at <= until)).mean())


def median(at: Floats) -> str:
    """The comparison by which half of all runs had found it."""
    middle = float(np.median(at))
    return f"{middle:.0f}" if math.isfinite(middle) else "-"


def sizes(runs: int, draw: np.random.Generator) -> list[str]:
    """False alarms where nothing changed, by 400 and by 2,000 comparisons."""
    rows = []
    for base in BASES:
        for alike in (True, False):
            hits = dict.fromkeys(("400", "2000", "chi 400", "chi 2000", "fixed"), 0.0)
            for _ in range(0, runs, BATCH):
                chances = questions(base, alike, (BATCH, 2_000), draw)
                one = made((chances, chances), draw)
                at, chi = crossings(one.worse, one.better), chi_square_looks(one)
                short = Compared(*(part[:, :400] for part in (one.worse, one.better, one.before, one.now)))
                hits["400"] += (at <= 400).sum() / runs
                hits["2000"] += np.isfinite(at).sum() / runs
                hits["chi 400"] += np.isfinite(chi_square_looks(short)).sum() / runs
                hits["chi 2000"] += np.isfinite(chi).sum() / runs
                hits["fixed"] += np.isfinite(fixed_test(one, 400)).sum() / runs
            kind = "alike" if alike else "differ"
            rows.append(f"| {base} | {kind} | " + " | ".join(f"{value:.3f}" for value in hits.values()) + " |")
    return rows


def powers(runs: int, draw: np.random.Generator) -> list[str]:
    """Falls of 10 points: the share found by 400 comparisons, and by when half were found."""
    rows = []
    for base, fallen in DROPS:
        for alike in (True, False):
            chances = questions(base, alike, (runs, 400), draw)
            one = made((chances, chances * fallen / base), draw)
            at, chi, fixed = crossings(one.worse, one.better), chi_square_looks(one), fixed_test(one, 400)
            kind = "alike" if alike else "differ"
            cells = (found(at), median(at), found(chi), median(chi), found(fixed), "400")
            told = " | ".join(cell if isinstance(cell, str) else f"{cell:.3f}" for cell in cells)
            rows.append(f"| {base} → {fallen} | {kind} | {told} |")
    return rows


def late(runs: int, draw: np.random.Generator) -> list[str]:
    """Falls of 10 points that come after 200 quiet comparisons, found within the next 200 and 400."""
    rows = []
    for base, fallen in DROPS:
        before = questions(base, False, (runs, 600), draw)
        now = np.where(np.arange(600) < 200, before, before * fallen / base)
        one = made((before, now), draw)
        at = crossings(one.worse, one.better)
        rows.append(
            f"| {base} → {fallen} | {found(at, 200):.3f} | {found(at, 400):.3f} | {found(at):.3f} | {median(at)} |"
        )
    return rows


@dataclass(frozen=True)
class Habit:
    """Chances of being right on questions whose answer is yes and on those whose answer is no, before and now."""

    name: str
    before: tuple[float, float]
    now: tuple[float, float]


HABITS = (
    Habit("always yes → always no", (0.976, 0.024), (0.024, 0.976)),
    Habit("0.90 on both → 0.97 and 0.83", (0.9, 0.9), (0.97, 0.83)),
    Habit("0.80 on both → 0.95 and 0.65", (0.8, 0.8), (0.95, 0.65)),
    Habit("0.95 and 0.55 → 0.75 on both", (0.95, 0.55), (0.75, 0.75)),
)
FALLS = (
    Habit("0.95 on both → 0.85 on both", (0.95, 0.95), (0.85, 0.85)),
    Habit("0.90 on both → 0.90 and 0.70", (0.9, 0.9), (0.9, 0.7)),
    Habit("0.90 on both → 0.99 and 0.61", (0.9, 0.9), (0.99, 0.61)),
)


def habit_runs(habit: Habit, runs: int, draw: np.random.Generator, rounds: int = 2) -> Compared:
    """Rounds over 200 questions, half of each class, each round in an order of its own; as the plan asks them."""
    order = np.concatenate([draw.permuted(np.tile(np.arange(200), (runs, 1)), axis=1) for _ in range(rounds)], 1)
    is_yes = order < 100
    chances = tuple(np.where(is_yes, pair[0], pair[1]) for pair in (habit.before, habit.now))
    return made((chances[0], chances[1]), draw)


def habits(runs: int, draw: np.random.Generator, several: Sequence[Habit]) -> list[str]:
    """Called a drop within 400 comparisons of a balanced set; beside it, the same seen on yes questions alone."""
    rows = []
    for one in several:
        both = habit_runs(one, runs, draw)
        alone = made(tuple(np.full((runs, 400), pair[0]) for pair in (one.before, one.now)), draw)  # type: ignore[arg-type]
        at, naive = crossings(both.worse, both.better), fixed_test(alone, 400)
        rows.append(f"| {one.name} | {found(at):.3f} | {found(naive):.3f} |")
    return rows


def bounds_hold(runs: int, draw: np.random.Generator) -> list[str]:
    """Share of runs in which an end of the interval was ever wrong, looked at after every tenth comparison to 400."""
    rows = []
    for base, fallen in ((0.9, 0.9), *DROPS[:2], (0.7, 0.6)):
        chances = questions(base, True, (runs, 400), draw)
        one = made((chances, chances * fallen / base), draw)
        worse, better = np.cumsum(one.worse, 1), np.cumsum(one.better, 1)
        true, low, high, width = round((base - fallen) * 1000), 0, 0, 0
        for run in range(runs):
            looks = [drop_bounds(_seen(worse, better, run, at)) for at in range(9, 400, 10)]
            low += max(least for least, _ in looks) > true
            high += min(most for _, most in looks) < true
            width += looks[-1][1] - looks[-1][0]
        rows.append(f"| {base} → {fallen} | {low / runs:.3f} | {high / runs:.3f} | {width / runs / 10:.1f} |")
    return rows


def _seen(worse: Ints, better: Ints, run: int, at: int) -> Differences:
    up, down = int(worse[run, at]), int(better[run, at])
    return Differences(up, down, at + 1 - up - down)


Says = Callable[[Canary, str, np.random.Generator], tuple[str, bool, str]]


def whole(canaries: Sequence[Canary], says: Says, seed: int, watch: int = 400) -> Drift:
    """A whole run through the product: the plan asks, the answers are made, the judge judges."""
    draw, plan = np.random.default_rng(seed), Plan(str(seed), 3)
    answers: list[Answer] = []
    asked = 0
    while asked < watch:
        due = due_canaries(canaries, answers, plan)
        if not due.canaries:
            break
        for one in due.canaries:
            answer, right, form = says(one, due.part, draw)
            moment = START + timedelta(minutes=len(answers))
            answers.append(Answer(moment, "s", "p", 1, due.part, one.id, 200, None, answer, form, right))
            asked += due.part == WATCH
    return judge(canaries, answers, plan)


def yes_no_set(yes: int, no: int) -> list[Canary]:
    """Questions of one topic, so many of each class."""
    groups = ["yes"] * yes + ["no"] * no
    return [Canary(f"q{n}", "t", one, f"? {n}", YES_NO, one, ("yes", "no")) for n, one in enumerate(groups)]


def answering(before: tuple[float, float], now: tuple[float, float], settled: float = 0.0) -> Says:
    """Chances of saying yes where yes and where no is right. `settled`: this share of questions always gets one answer,
    which half of them change after the reference."""

    def says(one: Canary, part: str, draw: np.random.Generator) -> tuple[str, bool, str]:
        number = int(one.id[1:])
        if (number * 7919) % 1000 < settled * 1000:
            turned = part != REFERENCE and (number * 104729) % 2 == 0
            yes = ((number * 611953) % 2 == 0) != turned
        else:
            yes = bool(draw.random() < (before if part == REFERENCE else now)[one.group == "no"])
        said = "yes" if yes else "no"
        return said, said == one.group, "bare"

    return says


def verdicts(runs: int) -> list[str]:
    """Whole runs through the product, by what it says in the end."""
    balanced, lopsided = yes_no_set(100, 100), yes_no_set(200, 0)
    worlds: tuple[tuple[str, list[Canary], Says], ...] = (
        ("nothing changed, 0.9 right", balanced, answering((0.9, 0.1), (0.9, 0.1))),
        ("nothing changed, 0.7 right", balanced, answering((0.7, 0.3), (0.7, 0.3))),
        ("nothing changed, all answers are yes", lopsided, answering((0.9, 0.9), (0.9, 0.9))),
        ("the trap: all answers are yes; 0.976 → 0.024 say so", lopsided, answering((0.976, 0.976), (0.024, 0.024))),
        ("the same habit, both classes asked", balanced, answering((0.976, 0.976), (0.024, 0.024))),
        ("yes more often: 0.90 on both → 0.97 and 0.83", balanced, answering((0.9, 0.1), (0.97, 0.17))),
        ("half of all answers turned, as many right", balanced, answering((0.9, 0.1), (0.9, 0.1), 1.0)),
        ("a fall of 10 points, 0.95 → 0.85", balanced, answering((0.95, 0.05), (0.85, 0.15))),
        ("a rise of 10 points, 0.80 → 0.90", balanced, answering((0.8, 0.2), (0.9, 0.1))),
    )
    rows = []
    for name, canaries, says in worlds:
        told = [whole(canaries, says, seed) for seed in range(runs)]
        counts = [one.verdict for one in told]
        kinds = ("unchanged", "behaviour_quality_unknown", "behaviour", "dropped", "rose")
        answers = sum(one.behaviour.answers.crossed is not None for one in told) / runs
        cells = " | ".join(f"{counts.count(kind) / runs:.3f}" for kind in kinds)
        rows.append(f"| {name} | {cells} | {answers:.3f} |")
    return rows


def main(arguments: Sequence[str]) -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--whole", type=int, default=2_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("drift.md"))
    options = parser.parse_args(arguments)
    from benchmarks.drift_page import page

    began, draw = time.process_time(), np.random.default_rng(20261122)
    tables = {
        "same": str(same_as_product(300)),
        "sizes": "\n".join(sizes(options.runs, draw)),
        "powers": "\n".join(powers(min(options.runs, 10_000), draw)),
        "late": "\n".join(late(min(options.runs, 10_000), draw)),
        "habits": "\n".join(habits(options.runs, draw, HABITS)),
        "falls": "\n".join(habits(min(options.runs, 10_000), draw, FALLS)),
        "bounds": "\n".join(bounds_hold(min(options.runs, 1_000), draw)),
        "verdicts": "\n".join(verdicts(options.whole)),
    }
    text = page(tables, options.runs, options.whole, time.process_time() - began)
    options.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
