"""Verb: find the questions that can tell quality; those of topics whose right answers lie evenly in several classes.

Where every right answer is yes, a model that came to say no more often looks worse and is not: the study that found
models unable to tell primes had asked about primes only. Where classes are even, a habit wins here what it loses there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from makegood.incidents.drift.canary import Canary
from makegood.keys import content_hash


@dataclass(frozen=True, slots=True)
class Balance:
    """Ids that count for quality, topics of one class only, and how many questions of larger classes are left out."""

    counted: frozenset[str]
    lopsided: tuple[str, ...]
    left_out: int


def balance(canaries: Sequence[Canary], seed: str) -> Balance:
    """In each topic as many questions of every class as its smallest class has; which, the seed draws."""
    topics: dict[str, dict[str, list[Canary]]] = defaultdict(lambda: defaultdict(list))
    for one in canaries:
        topics[one.topic][one.group].append(one)
    counted: set[str] = set()
    for groups in topics.values():
        if len(groups) > 1:
            least = min(len(members) for members in groups.values())
            for members in groups.values():
                drawn = sorted(members, key=lambda one: content_hash(["balance", seed, one.id]))
                counted.update(one.id for one in drawn[:least])
    lopsided = tuple(sorted(topic for topic, groups in topics.items() if len(groups) < 2))
    outside = sum(one.topic not in lopsided for one in canaries) - len(counted)
    return Balance(frozenset(counted), lopsided, outside)
