"""Scan: find runs of minutes that fail, by the likeliest path through two states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.counts import Ints
from makegood.incidents.lane import Lane, Run

RAISED, SHARPEST, REST = 3.5, 0.5, 3.0


@dataclass(frozen=True)
class Path:
    """The likeliest path over one stretch: its runs, the rows at which it began anew, owing nothing to earlier rows,
    and how it stood after its last row (minus infinity where no run was open)."""

    found: list[Run]
    anew: list[int]
    lead: float


def runs(lane: Lane, lift: float = 1.0, within: Sequence[Run] | None = None) -> list[Run]:
    """Runs whose failures are likelier under a raised rate than under `lift` times the usual one.

    The likeliest path through a two-state automaton (Kleinberg, "Bursty and hierarchical structure in streams",
    Data Mining and Knowledge Discovery 7, 2003) with binomial emissions and a price for each change of state, found by
    Viterbi's recursion on the difference of the two states. A silence longer than `policy.gap` minutes ends the path:
    nothing is known across it. Only minutes with faults are visited (only those `within` runs of a lower lift, where
    given); the minutes between them can only lower the difference.
    """
    rows = _rows(lane, within)
    if len(rows) == 0:
        return []
    gain = gains(lane, lift)
    found = [run for some in _stretches(lane, rows) for run in _path(some, gain, lane).found]
    return [run for whole in found for run in _parted(lane, whole)]


def beginnings(lane: Lane) -> list[int]:
    """The rows from which the path at lift 1 owes nothing to earlier ones."""
    rows = _rows(lane, None)
    gain = gains(lane, 1.0)
    return [row for some in _stretches(lane, rows) for row in _path(some, gain, lane).anew] if len(rows) else []


def lead(lane: Lane, lift: float, within: Sequence[Run], row: int) -> float:
    """How the path at a lift stands when it comes to a row: minus infinity where nothing is carried to it."""
    rows = _rows(lane, within)
    rows = rows[rows < row]
    if len(rows) == 0 or _silent(lane, int(rows[-1]), row):
        return -np.inf
    gain = gains(lane, lift)
    return _path(_stretches(lane, rows)[-1], gain, lane).lead + float(gain[row] - gain[int(rows[-1]) + 1])


def _rows(lane: Lane, within: Sequence[Run] | None) -> Ints:
    rows = np.flatnonzero(lane.counts.faults)
    if within is None:
        return rows
    inside = (rows[slice(*np.searchsorted(rows, (one.first, one.last + 1)))] for one in within)
    return np.concatenate([np.arange(0), *inside])


def _stretches(lane: Lane, rows: Ints) -> list[Ints]:
    """The rows, parted by silences."""
    part = np.concatenate([[0], np.cumsum(np.diff(lane.counts.minute) > lane.policy.gap)])[rows]
    return np.split(rows, np.flatnonzero(np.diff(part)) + 1)


def _silent(lane: Lane, first: int, last: int) -> bool:
    """Is there a silence between two rows?"""
    return bool((np.diff(lane.counts.minute[first : last + 1]) > lane.policy.gap).any())


def gains(lane: Lane, lift: float) -> Floats:
    """Log likelihood ratio of raised against `lift` times usual, summed over the minutes before each row."""
    return np.concatenate([[0.0], np.cumsum(_gains(lane, lift))])


def _gains(lane: Lane, lift: float) -> np.ndarray:
    """Log likelihood ratio of raised against usual for each minute.

    A single minute speaks for the usual rate by no more than `REST`, so that a service that fails every other minute
    is one run however dense its traffic: it takes more than three quiet minutes on end to part it.
    """
    counts, base = lane.counts, np.minimum(lane.usual * lift, SHARPEST / RAISED)
    raised = np.maximum(base * RAISED, 1.5 * lane.policy.floor)
    fails, passes = np.log(raised / base), np.log1p(-raised) - np.log1p(-base)
    return np.asarray(np.maximum(counts.faults * fails + (counts.attempts - counts.faults) * passes, -REST))


def _path(rows: np.ndarray, gain: np.ndarray, lane: Lane) -> Path:
    """Viterbi over the fault rows of one stretch; the state after the stretch is the usual one."""
    enter, leave = lane.policy.enter, lane.policy.leave
    found: list[Run] = []
    anew: list[int] = []
    lead, start, best, best_row = -enter, -1, 0.0, -1
    at = int(rows[0])
    own = (gain[rows + 1] - gain[rows]).tolist()
    clean = (gain[rows] - np.concatenate([[gain[at]], gain[rows[:-1] + 1]])).tolist()
    for row, here, before in zip(rows.tolist(), own, clean, strict=True):
        lead += before
        if start >= 0 and lead <= best - enter - leave:
            found += [Run(start, best_row)] if best > leave else []
            start = -1
        if start < 0 or lead <= -enter:
            start, lead, best = row, -enter, -enter
            anew.append(row)
        lead += here
        if lead >= best:
            best, best_row = lead, row
    if start >= 0 and best > leave:
        found.append(Run(start, best_row))
    return Path(found, anew, lead if start >= 0 else -np.inf)


def _parted(lane: Lane, run: Run) -> list[Run]:
    """The run cut wherever two of its failing minutes are `gap` or more apart."""
    inside = run.first + np.flatnonzero(lane.counts.faults[run.first : run.last + 1])
    cuts = np.flatnonzero(np.diff(lane.counts.minute[inside]) >= lane.policy.gap) + 1
    return [Run(int(some[0]), int(some[-1])) for some in np.split(inside, cuts)]
