"""Weather: how many of a million attempts fail, by model and minute; the usual rate wanders, failures are planted."""

from __future__ import annotations

import numpy as np

from makegood.cli.demo.dice import Dice, Ints
from makegood.cli.demo.world import DAYS, MINUTE_US, MINUTES, MODELS, PLANS, PROVIDERS, START_US
from makegood.records.scope import Scope
from makegood.spans import to_us

_USUAL, _LEAST, _MOST = 3_000, 1_200, 6_500
_STEP, _DRAW = 500, 10  # widest step an hour, and the part of the way back that is taken each hour


def failures_ppm(dice: Dice) -> Ints:
    """Failures in a million: a row a model, a column a minute of the month."""
    wandering = {name: _wander(dice, name) for name in PROVIDERS}
    ppm: Ints = np.stack([wandering[model.provider] for model in MODELS])
    for plan in PLANS:
        first, last = ((to_us(edge) - START_US) // MINUTE_US for edge in (plan.span.start, plan.span.end))
        for code, model in enumerate(MODELS):
            if plan.scope.covers(Scope(model.provider, model.service, model.name, model.region)):
                ppm[code, first:last] += plan.ppm
    return ppm


def _wander(dice: Dice, name: str) -> Ints:
    """A walk from hour to hour that is drawn back to the usual rate, straight between the hours."""
    steps = dice.below(f"wander {name}", np.arange(DAYS * 24 + 1), 2 * _STEP + 1) - _STEP
    walk, level = [], _USUAL
    for step in steps.tolist():
        level = min(_MOST, max(_LEAST, level + (_USUAL - level) // _DRAW + step))
        walk.append(level)
    knots = np.array(walk, np.int64)
    minute = np.arange(MINUTES)
    hour, part = minute // 60, minute % 60
    return (knots[hour] * (60 - part) + knots[hour + 1] * part) // 60
