"""Made streams with a planted incident: traffic with day and week, a failure rate that stands still or wanders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.records.scope import Scope
from makegood.spans import to_us

DAY, MONTH, MINUTE_US = 1_440, 43_200, 60_000_000
FIRST = 29_530_080  # 2026-02-23 00:00 UTC, a Monday
TRAFFICS, FAILURES = (20, 200, 2_000), (0.05, 0.20, 1.00)
SHAPES = ("step", "ramp", "flapping")


@dataclass(frozen=True)
class Base:
    """Healthy failure rate: its mean, its coefficient of variation and the time constant of its wandering."""

    name: str
    cv: float
    minutes: tuple[float, ...] = ()
    means: tuple[float, ...] = (0.003, 0.005, 0.010)


STEADY = Base("steady", 0.0)
MILD = Base("CV 0.5", 0.5, (20.0, 60.0, 360.0))
SLOW = Base("CV 1.0 slow", 1.0, (180.0, 480.0))
FAST = Base("CV 1.0 fast", 1.0, (20.0, 60.0))
BASES = (STEADY, MILD, SLOW, FAST)
BEYOND = (Base("CV 1.0 in 10 minutes", 1.0, (10.0,)), Base("CV 1.5", 1.5, (30.0,)))


@dataclass(frozen=True)
class Plan:
    """One stream: mean attempts a minute, what fails and how, and for how long the log runs."""

    traffic: float
    failure: float
    base: Base
    shape: str
    seed: int
    minutes: int = 5 * DAY


@dataclass(frozen=True)
class Made:
    """The stream and the planted incident [start, end) in minutes, None when nothing was planted."""

    counts: Counts
    truth: tuple[int, int] | None


def wandering(rng: np.random.Generator, base: Base, seed: int, size: int) -> np.ndarray:
    """Lognormal first-order autoregression around a mean; mean and time constant change with the seed."""
    mean = base.means[seed % len(base.means)]
    if base.cv == 0:
        return np.full(size, mean)
    sigma2 = np.log1p(base.cv**2)
    keep = float(np.exp(-1 / base.minutes[(seed // len(base.means)) % len(base.minutes)]))
    shocks = (rng.normal(size=size) * np.sqrt(sigma2 * (1 - keep**2))).tolist()
    level = float(rng.normal() * np.sqrt(sigma2))
    path = []
    for shock in shocks:
        level = keep * level + shock
        path.append(level)
    return np.asarray(np.minimum(mean * np.exp(np.array(path) - sigma2 / 2), 0.5))


def curve(size: int) -> np.ndarray:
    """Traffic through day and week: mean about one, trough about a third of the peak, quieter weekends."""
    minute = np.arange(size) + FIRST
    day = 1 + 0.5 * np.sin(2 * np.pi * ((minute % DAY) / DAY - 0.375))
    weekend = ((minute // DAY + 3) % 7) >= 5
    return np.where(weekend, 0.6, 1.15) * day


def shaped(rng: np.random.Generator, shape: str, length: int) -> np.ndarray:
    """Share of the failure in each minute of the incident; its first and last minutes always carry some."""
    level = np.ones(length)
    if shape == "ramp":
        rise = int(np.clip(length // 4, 5, 20))
        level[:rise] = (np.arange(rise) + 0.5) / rise
    if shape == "flapping":
        at = int(rng.integers(4, 9))
        while at < length - 4:
            off = int(rng.integers(3, 8))
            level[at : min(at + off, length - 4)] = 0
            at += off + int(rng.integers(4, 9))
    return level


def make(plan: Plan) -> Made:
    """The stream of a plan; `failure` 0 plants nothing."""
    kinds = [int(plan.traffic), round(plan.failure * 100), len(plan.base.name), int(plan.base.cv * 10), len(plan.shape)]
    rng = np.random.default_rng([plan.seed, *kinds])
    attempts = rng.poisson(plan.traffic * curve(plan.minutes))
    rate = wandering(rng, plan.base, plan.seed, plan.minutes)
    truth = None
    if plan.failure:
        length = int(np.exp(rng.uniform(np.log(15), np.log(240))))
        start = int(rng.integers(DAY // 2, plan.minutes - DAY // 2 - length))
        added = plan.failure * shaped(rng, plan.shape, length)
        rate[start : start + length] += (1 - rate[start : start + length]) * added
        truth = (FIRST + start, FIRST + start + length)
    return Made(counted(rng, attempts, rng.binomial(attempts, rate)), truth)


def outage(
    scope: Scope, traffic: float, spans: list[tuple[int, int, float]], seed: int, minutes: int = 2 * DAY
) -> Counts:
    """A steady stream of one scope that fails at 0.3 %, and at the given rate in each span (start, end, rate)."""
    rng = np.random.default_rng(seed)
    rate = np.full(minutes, 0.003)
    for start, end, failure in spans:
        rate[start:end] = failure
    attempts = rng.poisson(traffic, minutes)
    return counted(rng, attempts, rng.binomial(attempts, rate), scope)


def counted(rng: np.random.Generator, attempts: np.ndarray, faults: np.ndarray, scope: Scope | None = None) -> Counts:
    """Columns of Counts from one attempt and fault count a minute; fault times are uniform in their minute."""
    minute = FIRST + np.arange(len(attempts))
    some = np.maximum(faults, 1)
    first = 1 - rng.random(len(attempts)) ** (1 / some)
    last = np.where(
        faults > 1, first + (1 - first) * rng.random(len(attempts)) ** (1 / np.maximum(faults - 1, 1)), first
    )
    times = [
        np.where(faults > 0, minute * MINUTE_US + (part * 59_999_999).astype(np.int64), 0) for part in (first, last)
    ]
    busy = attempts > 0
    columns = (minute, attempts, faults, *times)
    return Counts(scope or Scope("made", "chat", "one"), *(column[busy].astype(np.int64) for column in columns))


@dataclass(frozen=True)
class Score:
    """How one made stream was answered: edges in whole minutes from the truth, None when it was missed."""

    hits: int
    false: int
    start: int | None = None
    end: int | None = None
    start_held: bool = False
    end_held: bool = False


def score(made: Made, found: Sequence[Found]) -> Score:
    """Compare what was found with what was planted; edges are floored to their minute."""
    if made.truth is None:
        return Score(0, len(found))
    start, end = made.truth
    spans = [(to_us(one.span.start) // MINUTE_US, (to_us(one.span.end) - 1) // MINUTE_US + 1) for one in found]
    hits = [at for at, (low, high) in enumerate(spans) if low < end and high > start]
    if not hits:
        return Score(0, len(found))
    first, last = found[hits[0]], found[hits[-1]]
    held = (
        to_us(first.start_range.start) <= start * MINUTE_US < to_us(first.start_range.end),
        to_us(last.end_range.start) <= end * MINUTE_US <= to_us(last.end_range.end),
    )
    edges = (spans[hits[0]][0] - start, spans[hits[-1]][1] - end)
    return Score(len(hits), len(found) - len(hits), *edges, *held)
