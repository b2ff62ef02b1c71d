"""Verb: guess which of two differing answers is the newer, by what was seen before.

A guesser sees both answers without being told which came first, and may use whatever was told of earlier pairs. If
nothing changed he wins half of his guesses whatever he does. So a poor guesser can miss a change, and none can feign
one. This one hears four voices and heeds each by how often it was right.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from makegood.incidents.drift.answer import REFUSED, UNCLEAR, Answer
from makegood.incidents.drift.canary import EXACT, PATTERN, Canary
from makegood.incidents.drift.coin import Toss
from makegood.incidents.drift.pairs import Pair
from makegood.keys import content_hash

Said = Callable[[Answer], str]
Place = Callable[[Canary, Answer], str]
# Voices and how often each is taken to have been right before it ever spoke.
_TRUST = {"usual": 3, "wrong": 1, "habit": 0, "mute": 0}


def answer_guesses(pairs: Sequence[Pair], seed: str) -> tuple[Toss, ...]:
    """A toss for each pair whose answers differ; pairs in the order in which they were made."""
    return _guesses(pairs, _Guesser(seed, lambda one: one.answer, _place))


def form_guesses(pairs: Sequence[Pair], seed: str) -> tuple[Toss, ...]:
    """A toss for each pair whose answers were given in different forms."""
    return _guesses(pairs, _Guesser(seed, lambda one: one.form, lambda _, one: one.form))


def _guesses(pairs: Sequence[Pair], guesser: _Guesser) -> tuple[Toss, ...]:
    said = guesser.said
    tosses = []
    for at, pair in enumerate(pairs, 1):
        if said(pair.old) != said(pair.new):
            tosses.append(Toss(at, guesser.guess(pair, at) == said(pair.new)))
        guesser.learn(pair)
    return tuple(tosses)


@dataclass
class _Guesser:
    seed: str
    said: Said
    place: Place
    old: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    new: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    habit: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=lambda: Counter(_TRUST))
    wrong: Counter[str] = field(default_factory=Counter)

    def guess(self, pair: Pair, at: int) -> str:
        """The answer taken for the newer; told by the two in the order of their text, not of their time."""
        first, other = self._sides(pair)
        votes = self._votes(pair, first, other)
        trust = {voice: math.log((self.right[voice] + 1) / (self.wrong[voice] + 1)) for voice in votes}
        total = sum(vote * trust[voice] for voice, vote in sorted(votes.items()))
        if total == 0:
            total = 1 if int(content_hash(["tie", self.seed, at, pair.canary.id])[:2], 16) % 2 else -1
        return self.said(first if total > 0 else other)

    def learn(self, pair: Pair) -> None:
        """Take in which was which."""
        item, told = pair.canary.id, (self.said(pair.old), self.said(pair.new))
        if told[0] != told[1]:
            first, other = self._sides(pair)
            newer = 1 if self.said(first) == told[1] else -1
            for voice, vote in self._votes(pair, first, other).items():
                (self.right if vote == newer else self.wrong)[voice] += vote != 0
            for which, step in ((pair.old, -1), (pair.new, 1)):
                self.habit[pair.canary.topic, self.place(pair.canary, which)] += step
                self.habit["", self.said(which)] += step
        self.old[item][told[0]] += 1
        self.new[item][told[1]] += 1

    def _sides(self, pair: Pair) -> tuple[Answer, Answer]:
        first, other = sorted((pair.old, pair.new), key=self.said)
        return first, other

    def _votes(self, pair: Pair, first: Answer, other: Answer) -> dict[str, int]:
        """1 where a voice takes the first for the newer, -1 where the other, 0 where it has nothing to say."""
        sides = (first, other)
        known = Counter(self.said(one) for one in (*pair.known, *pair.further))
        old, new = self.old[pair.canary.id] + known, self.new[pair.canary.id]
        a, b = (self.said(one) for one in sides)
        mute = [self.said(one) in (REFUSED, UNCLEAR) for one in sides]
        return {
            "usual": _sign((2 * new[a] + 1) * (2 * old[b] + 1) - (2 * new[b] + 1) * (2 * old[a] + 1)),
            "wrong": (first.right is False and other.right is True) - (first.right is True and other.right is False),
            "habit": _sign(self._shift(pair.canary, first) - self._shift(pair.canary, other)),
            "mute": _sign(self.habit["", a] - self.habit["", b]) if any(mute) else 0,
        }

    def _shift(self, canary: Canary, answer: Answer) -> int:
        return self.habit[canary.topic, self.place(canary, answer)]


def _place(canary: Canary, answer: Answer) -> str:
    """What the answer is among those of its topic: the how manieth option, right or not of free text, or itself."""
    if answer.answer in canary.options:
        return f"#{canary.options.index(answer.answer)}"
    if canary.kind in (EXACT, PATTERN) and answer.right is not None:
        return "right" if answer.right else "other"
    return answer.answer


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
