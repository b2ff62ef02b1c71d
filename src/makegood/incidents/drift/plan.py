"""Verb: say which canary is asked next; drawn by a seed, so that no answer can steer what is asked.

First every question is asked so many times: the reference. Then the watch asks each again, in rounds, each round in a
new order drawn by the seed. The order must look at no answer: who asks again what was right before, finds a fall where
there is none, as luck does not repeat itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from makegood.incidents.drift.answer import REFERENCE, WATCH, Answer
from makegood.incidents.drift.canary import Canary
from makegood.keys import content_hash

# So many times more than answers are wanted is a question tried that meets faults only.
TRIES = 3
# Two answers of before make what is found within 400 comparisons nine falls in ten of ten points, wherever they begin.
REFERENCES, BESIDE = 5, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """`reference` answers of each question come before the watch; each answer of the watch lies `beside` so many of
    them, which lie beside no other. Where they suffice, one is kept to guess from."""

    seed: str
    reference: int = REFERENCES
    beside: int = BESIDE

    def rounds(self, had: int) -> int:
        """How often a question with so many answers in the reference can be compared."""
        return max((had - 1) // self.beside, min(had // self.beside, 1))


@dataclass(frozen=True, slots=True)
class Due:
    """The questions to ask now in this order, for which part of which reference; none where all is used up."""

    number: int
    part: str
    canaries: tuple[Canary, ...]
    left: int


def due_canaries(canaries: Sequence[Canary], answers: Sequence[Answer], plan: Plan, renew: bool = False) -> Due:
    """What the reference still lacks, else the next round of the watch. `renew` begins a new reference.

    `left` counts the answers still wanted in this part.
    """
    number = max((one.number for one in answers), default=1) + bool(renew and answers)
    mine = [one for one in answers if one.number == number]
    lacking = _lacking(canaries, [one for one in mine if one.part == REFERENCE], plan.reference)
    if lacking and not any(one.part == WATCH for one in mine):
        return _due(canaries, (number, REFERENCE), mine, lacking, plan)
    had = Counter(one.item for one in mine if one.part == REFERENCE and one.given)
    wanted = {one.id: plan.rounds(had[one.id]) for one in canaries}
    return _due(canaries, (number, WATCH), mine, _lacking(canaries, [o for o in mine if o.part == WATCH], wanted), plan)


def _lacking(canaries: Sequence[Canary], asked: Sequence[Answer], wanted: int | dict[str, int]) -> dict[str, int]:
    """Answers that each question lacks; one that met too many faults lacks none."""
    given = Counter(one.item for one in asked if one.given)
    tried = Counter(one.item for one in asked)
    sought = {one.id: wanted if isinstance(wanted, int) else wanted[one.id] for one in canaries}
    return {name: n - given[name] for name, n in sought.items() if given[name] < n and tried[name] < TRIES * n}


def _due(
    canaries: Sequence[Canary], where: tuple[int, str], mine: Sequence[Answer], lacking: dict[str, int], plan: Plan
) -> Due:
    number, part = where
    tried = Counter(one.item for one in mine if one.part == part)

    def turn(one: Canary) -> tuple[int, str]:
        return tried[one.id], content_hash(["turn", plan.seed, number, part, tried[one.id], one.id])

    rest = sorted((one for one in canaries if one.id in lacking), key=turn)
    return Due(number, part, tuple(rest), sum(lacking.values()))
