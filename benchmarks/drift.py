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

from benchmarks.drift_walk import BATCH, Compared, Floats, Ints, crossings, made
from makegood.incidents.drift.answer import REFERENCE, WATCH, Answer
from makegood.incidents.drift.canary import YES_NO, Canary
from makegood.incidents.drift.change import Differences, drop_bounds
from makegood.incidents.drift.coin import Toss, walk
from makegood.incidents.drift.judge import Drift, judge
from makegood.incidents.drift.plan import Plan, due_canaries

BASES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
DROPS = ((0.95, 0.85), (0.9, 0.8), (0.8, 0.7), (0.7, 0.6))
SPREAD = 2.0  # questions whose chances are drawn from a beta distribution with this many pseudo-answers
FIRST_LOOK = 20
Z = 1.6448536269514722
START = datetime(2026, 1, 1, tzinfo=UTC)


def questions(mean: float, alike: bool, shape: tuple[int, int], draw: np.random.Generator) -> Floats:
    """The chance of each question to be answered rightly: all the same, or beta distributed around the mean."""
    return np.full(shape, mean) if alike else draw.beta(mean * SPREAD, (1 - mean) * SPREAD, shape)


def same_as_product(runs: int) -> int:
    """Runs in which the product's exact walk and the one above raise the alarm at the same comparison; beside one
    answer of before in half of them, beside two in the others."""
    draw, agree = np.random.default_rng(5), 0
    for beside in (1, 2):
        chances = tuple(questions(mean, False, (runs // 2, 400), draw) for mean in (0.85, 0.75))
        one = made((chances[0], chances[1]), draw, beside)
        fast = crossings(one)
        for run in range(runs // 2):
            wrong = one.before[run] + one.now[run]
            places = np.flatnonzero((wrong > 0) & (wrong <= beside))
            tosses = [Toss(int(at) + 1, bool(one.now[run, at]), int(wrong[at])) for at in places]
            exact = walk(tosses, Fraction(1, 20), beside + 1).crossed
            agree += (np.inf if exact is None else exact) == fast[run]
    return agree


def chi_square_looks(one: Compared) -> Floats:
    """What one would do by hand: after every answer a one-sided two-sample test at 5 % against all of the reference."""
    count = np.arange(1, one.now.shape[1] + 1)
    whole = one.now.shape[1] * one.beside
    before = one.before.sum(1, keepdims=True) / whole
    now = np.cumsum(one.now, 1) / count
    pooled = (before * whole + now * count) / (whole + count)
    error = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / whole + 1 / count), 1e-12))
    alarm = (now - before) / error > Z
    alarm[:, : FIRST_LOOK - 1] = False
    return np.where(alarm.any(1), alarm.argmax(1) + 1.0, np.inf)


def fixed_test(one: Compared, size: int) -> Floats:
    """One look after `size` answers: the same comparisons by the normal approximation, one-sided at 5 %."""
    sides, now = one.beside + 1, one.now[:, :size]
    wrong = one.before[:, :size] + now
    score = (sides * now - wrong).sum(1) / np.sqrt(np.maximum((wrong * (sides - wrong)).sum(1), 1))
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
                at = crossings(one)
                hits["400"] += (at <= 400).sum() / runs
                hits["2000"] += np.isfinite(at).sum() / runs
                hits["chi 400"] += np.isfinite(chi_square_looks(one.until(400))).sum() / runs
                hits["chi 2000"] += np.isfinite(chi_square_looks(one)).sum() / runs
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
            kind = "alike" if alike else "differ"
            at, single, chi, fixed = (
                crossings(one),
                crossings(one.beside_one()),
                chi_square_looks(one),
                fixed_test(one, 400),
            )
            cells = (found(at), median(at), found(single), median(single), found(chi), median(chi), found(fixed))
            told = " | ".join(cell if isinstance(cell, str) else f"{cell:.3f}" for cell in cells)
            rows.append(f"| {base} → {fallen} | {kind} | {told} |")
    return rows


def late(runs: int, draw: np.random.Generator) -> list[str]:
    """Falls of 10 points that come after 200 quiet comparisons, found within the next 200 and 400."""
    rows = []
    for base, fallen in DROPS:
        before = questions(base, False, (runs, 600), draw)
        now = np.where(np.arange(600) < 200, before, before * fallen / base)
        at = crossings(made((before, now), draw))
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


def rounds(runs: int, draw: np.random.Generator) -> Ints:
    """Two rounds over 200 questions, each round in an order of its own; as the plan asks them."""
    return np.concatenate([draw.permuted(np.tile(np.arange(200), (runs, 1)), axis=1) for _ in range(2)], 1)


def habit_runs(habit: Habit, runs: int, draw: np.random.Generator) -> Compared:
    """Two rounds over 200 questions, half of each class."""
    is_yes = rounds(runs, draw) < 100
    chances = tuple(np.where(is_yes, pair[0], pair[1]) for pair in (habit.before, habit.now))
    return made((chances[0], chances[1]), draw)


def habits(runs: int, draw: np.random.Generator, several: Sequence[Habit]) -> list[str]:
    """Called a drop within 400 comparisons of a balanced set; beside it, the same seen on yes questions alone."""
    rows = []
    for one in several:
        both = habit_runs(one, runs, draw)
        alone = made(tuple(np.full((runs, 400), pair[0]) for pair in (one.before, one.now)), draw)  # type: ignore[arg-type]
        rows.append(f"| {one.name} | {found(crossings(both)):.3f} | {found(fixed_test(alone, 400)):.3f} |")
    return rows


@dataclass(frozen=True)
class Wavering:
    """Questions by their share of all, and their chance of a right answer before and now."""

    name: str
    parts: tuple[tuple[float, float, float], ...]


WAVERING = (
    Wavering("half always right, half never → 0.9 and 0.1", ((0.5, 1, 0.9), (0.5, 0, 0.1))),
    Wavering("half always right, half never → 0.975 and 0.025", ((0.5, 1, 0.975), (0.5, 0, 0.025))),
    Wavering("0.8 always right, others never → 0.96 and 0.16", ((0.8, 1, 0.96), (0.2, 0, 0.16))),
    Wavering("0.9 always right, others never → 0.95 and 0.45", ((0.9, 1, 0.95), (0.1, 0, 0.45))),
    Wavering("0.9 always right, others never → 0.995 and 0.045", ((0.9, 1, 0.995), (0.1, 0, 0.045))),
    Wavering("a tenth turns wrong for good, a tenth right", ((0.6, 1, 1), (0.1, 1, 0), (0.1, 0, 1), (0.2, 0, 0))),
    Wavering("0.75 on all → 0.95 and 0.55", ((0.5, 0.75, 0.95), (0.5, 0.75, 0.55))),
)


def wavers(runs: int, draw: np.random.Generator) -> list[str]:
    """Called a drop within 400 comparisons where as many are right; beside one answer, and were all tosses even."""
    rows = []
    for one in WAVERING:
        before, now = (np.concatenate([np.full(round(200 * p[0]), p[n]) for p in one.parts]) for n in (1, 2))
        order = rounds(runs, draw)
        both = made((before[order], now[order]), draw)
        shares = (found(crossings(both)), found(crossings(both.beside_one())), found(crossings(both, True)))
        rows.append(f"| {one.name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return rows


def bounds_hold(runs: int, draw: np.random.Generator) -> list[str]:
    """Share of runs in which an end of the interval was ever wrong, looked at after every tenth comparison to 400."""
    rows = []
    for base, fallen in ((0.9, 0.9), *DROPS[:2], (0.7, 0.6)):
        chances = questions(base, True, (runs, 400), draw)
        one = made((chances, chances * fallen / base), draw)
        true, low, high, width = round((base - fallen) * 1000), 0, 0, 0
        for run in range(runs):
            steps = one.beside * one.now[run] - one.before[run]
            looks = [drop_bounds(_seen(steps[:at], one.beside)) for at in range(10, 401, 10)]
            low += max(least for least, _ in looks) > true
            high += min(most for _, most in looks) < true
            width += looks[-1][1] - looks[-1][0]
        rows.append(f"| {base} → {fallen} | {low / runs:.3f} | {high / runs:.3f} | {width / runs / 10:.1f} |")
    return rows


def _seen(steps: Ints, beside: int) -> Differences:
    values, counts = np.unique(steps, return_counts=True)
    return Differences(dict(zip(values.tolist(), counts.tolist(), strict=True)), beside)


Says = Callable[[Canary, str, np.random.Generator], tuple[str, bool, str]]


def whole(canaries: Sequence[Canary], says: Says, seed: int, watch: int = 400) -> Drift:
    """A whole run through the product: the plan asks, the answers are made, the judge judges."""
    draw, plan = np.random.default_rng(seed), Plan(str(seed))
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
        ("a fall of 10 points, 0.70 → 0.60", balanced, answering((0.7, 0.3), (0.6, 0.4))),
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
        "wavers": "\n".join(wavers(options.runs, draw)),
        "falls": "\n".join(habits(min(options.runs, 10_000), draw, FALLS)),
        "bounds": "\n".join(bounds_hold(min(options.runs, 1_000), draw)),
        "verdicts": "\n".join(verdicts(options.whole)),
    }
    text = page(tables, options.runs, options.whole, time.process_time() - began)
    options.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
