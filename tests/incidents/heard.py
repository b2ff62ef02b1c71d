"""Made streams in steps of ten seconds, and the onsets that a look at the end of each step would tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.incidents.ears import HOUR_STEPS
from makegood.incidents.habit import BLOCKS, DAYS, habit
from makegood.incidents.onset import EVIDENCE, PER_MINUTE, Heard, weigh
from makegood.incidents.policy import Policy
from tests.incidents.streams import FIRST, Base, curve, wandering


@dataclass(frozen=True)
class Stepped:
    """Attempts and faults in each step."""

    attempts: np.ndarray
    faults: np.ndarray


def stepped(traffic: float, base: Base, seed: int, minutes: int) -> Stepped:
    """A stream in which nothing is planted: traffic with day and week, a rate that stands still or wanders."""
    rng = np.random.default_rng([seed, int(traffic), int(base.cv * 10), len(base.name)])
    rate = wandering(rng, base, seed, minutes)
    attempts = rng.poisson(np.repeat(traffic * curve(minutes) / PER_MINUTE, PER_MINUTE))
    return Stepped(attempts, rng.binomial(attempts, np.repeat(rate, PER_MINUTE)))


def onsets(stream: Stepped, policy: Policy = Policy()) -> list[int]:
    """The steps at whose end a look would raise an alarm; what raises one within two hours of another is the same."""
    heard = Heard(*(np.concatenate([[0], np.cumsum(one)]) for one in (stream.attempts, stream.faults)))
    blocks = [
        np.concatenate([np.zeros((DAYS - 1) * BLOCKS), one.reshape(-1, HOUR_STEPS // 6).sum(axis=1), np.zeros(BLOCKS)])
        for one in (stream.attempts, stream.faults)
    ]
    raised: list[int] = []
    for hour in range(len(stream.attempts) // HOUR_STEPS):
        ends = np.arange(hour * HOUR_STEPS, (hour + 1) * HOUR_STEPS) + 1
        known = slice(hour // 24 * BLOCKS, (hour // 24 + DAYS) * BLOCKS)
        past = [one[known].copy() for one in blocks]
        for one in past:
            one[(DAYS - 1) * BLOCKS + hour % 24 * 6 :] = 0
        usual = habit(*(one.reshape(DAYS, BLOCKS) for one in past), FIRST // 60 + hour, policy)
        evidence = weigh(heard, ends, [usual] * len(ends), policy).evidence
        for end in ends[evidence >= EVIDENCE].tolist():
            raised += [end] if not raised or end - raised[-1] > 2 * HOUR_STEPS else []
    return raised
