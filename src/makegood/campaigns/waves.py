"""Verb: waves; the order of posting cut into a canary and equal daily parts, and what of them is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from makegood.campaigns.allocation import MILLION, Draft
from makegood.errors import BadUse

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wave:
    """Lines [first, end), not before `due`; the canary is number 0, a campaign without one begins with 1."""

    number: int
    first: int
    end: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines [first, end) that were posted at a moment."""

    first: int
    end: int
    at: datetime


def waves(lines: int, draft: Draft, started: datetime) -> tuple[Wave, ...]:
    """Waves that tile [0, lines): the canary at the start, the rest in `draft.days` equal parts a day apart.

    `lines` are those that are granted. The canary is its share of them, rounded up. The first daily part is due a day
    after the canary, or at the start where there is none; with no days the rest is one part, due at once. Parts that
    would be empty are left out.
    """
    canary, *ends = cuts(lines, draft)
    found = [Wave(0, 0, canary, started)] if canary else []
    wait = DAY if canary and draft.days else timedelta(0)
    number = 1
    for part, (first, end) in enumerate(pairwise([canary, *ends])):
        if first < end:
            found.append(Wave(number, first, end, started + wait + part * DAY))
            number += 1
    return tuple(found)


def cuts(lines: int, draft: Draft) -> list[int]:
    """Where the canary ends, then each of the daily parts, empty ones too; the last is the number of lines."""
    if lines < 0:
        raise BadUse(f"a campaign of {lines} lines cannot be cut; give a count.")
    canary = -(-lines * draft.canary_ppm // MILLION)
    parts, rest = max(draft.days, 1), lines - canary
    return [canary + rest * part // parts for part in range(parts + 1)]


def remaining(planned: Sequence[Wave], posted: Sequence[Chunk], shift: timedelta = timedelta(0)) -> tuple[Wave, ...]:
    """What is not yet posted, as pieces of waves with the moment each is due, by line.

    `shift` is the time the campaign stood still; everything that is left is due so much later. However late the canary
    went out, what follows it waits the day that was planned between them.
    """
    left = [piece for wave in planned for piece in _pieces(replace(wave, due=wave.due + shift), posted)]
    canary = next((wave for wave in planned if wave.number == 0), None)
    later = next((wave for wave in planned if wave.number), None)
    if canary is None or later is None or any(piece.number == 0 for piece in left):
        return tuple(left)
    shown = max((one.at for one in posted if one.first < canary.end), default=canary.due)
    earliest = shown + (later.due - canary.due)
    return tuple(replace(piece, due=max(piece.due, earliest)) for piece in left)


def due(planned: Sequence[Wave], posted: Sequence[Chunk], now: datetime, shift: timedelta) -> tuple[Wave, ...]:
    """The pieces that are to be posted now, by line; while any of the canary is left, nothing but the canary."""
    left = remaining(planned, posted, shift)
    canary = tuple(piece for piece in left if piece.number == 0)
    return tuple(piece for piece in canary or left if piece.due <= now)


def _pieces(wave: Wave, posted: Sequence[Chunk]) -> list[Wave]:
    """The wave without what was posted of it."""
    found, first = [], wave.first
    for one in sorted(posted, key=lambda each: each.first):
        if one.end <= first or one.first >= wave.end:
            continue
        if one.first > first:
            found.append(replace(wave, first=first, end=one.first))
        first = one.end
    return [*found, replace(wave, first=first)] if first < wave.end else found
