"""Verb: lay each answer of the watch beside answers of the reference to the same question.

If nothing changed, the answers to one question could have come in any order. Then those that lie together could change
places without anybody noticing, whatever the others hold: of two that differ, each is the newer with chance 1/2, and of
three of which one is wrong, that one is the newest with chance 1/3. This needs that no answer lies in two places; which
answers lie where, the seed draws.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from makegood.incidents.drift.answer import REFERENCE, WATCH, Answer
from makegood.incidents.drift.canary import Canary
from makegood.incidents.drift.plan import Plan
from makegood.keys import content_hash


@dataclass(frozen=True, slots=True)
class Pair:
    """An answer of before and one of now; `further` are answers of before that lie beside them, and in no other place,
    `known` what else is known of before."""

    canary: Canary
    old: Answer
    new: Answer
    further: tuple[Answer, ...]
    known: tuple[Answer, ...]

    @property
    def before(self) -> tuple[Answer, ...]:
        """All answers of before that the new one lies beside."""
        return (self.old, *self.further)


def pairs(canaries: Sequence[Canary], answers: Sequence[Answer], plan: Plan, number: int) -> tuple[Pair, ...]:
    """The pairs of one reference in the order in which they were completed; faults are in none."""
    by_id = {one.id: one for one in canaries}
    before: dict[str, list[Answer]] = defaultdict(list)
    now: list[Answer] = []
    for one in answers:
        if one.number == number and one.given and one.item in by_id:
            if one.part == REFERENCE:
                before[one.item].append(one)
            elif one.part == WATCH:
                now.append(one)
    shuffled = {item: _shuffled(several, plan.seed) for item, several in before.items()}
    found = []
    for one in now:
        left = shuffled.get(one.item, [])
        known = len(before[one.item]) > plan.beside
        if len(left) >= plan.beside + known:
            old, *further = (left.pop() for _ in range(plan.beside))
            found.append(Pair(by_id[one.item], old, one, tuple(further), tuple(left[:known])))
    return tuple(found)


def _shuffled(answers: Sequence[Answer], seed: str) -> list[Answer]:
    """The answers of one question by their place, never by what they say; the first stays out of all pairs."""
    places = sorted(range(len(answers)), key=lambda n: content_hash(["pair", seed, answers[n].item, n]))
    return [answers[place] for place in places]
