"""Calls: what the accounts ask for over the month, thrown along the curve of day and week."""

from __future__ import annotations

import numpy as np

from makegood.cli.demo.dice import Dice, Ints
from makegood.cli.demo.rows import Rows
from makegood.cli.demo.world import (
    ACCOUNT_LIST,
    DAY_MINUTES,
    HOURS,
    MINUTE_US,
    MINUTES,
    MODELS,
    START,
    START_US,
    WEEKEND_PERCENT,
)

_SATURDAY = 5  # as datetime.weekday() counts
_CACHING, _LEAST_CACHED = 3, 1_024  # every third account repeats its prompts; shorter ones are never cached


def make_calls(dice: Dice) -> Rows:
    """One row a call: model, account, time, and the tokens of a whole answer; nothing has come back yet."""
    model = np.repeat(np.arange(len(MODELS)), [one.calls for one in MODELS])
    call = np.arange(len(model))
    account = dice.pick("account", call, np.array([one.weight for one in ACCOUNT_LIST]))
    minute = dice.pick("minute", call, _curve())
    entered = 60 + dice.below("short", call, 900) + (dice.below("a", call, 256) * dice.below("b", call, 256) >> 1)
    warm = (account % _CACHING == 0) & (entered > _LEAST_CACHED) & (dice.below("warm", call, 100) < 45)
    nothing = np.zeros_like(call)
    return Rows(
        call=call,
        model=model,
        account=account,
        retry=nothing,
        time_us=START_US + minute * MINUTE_US + dice.below("second", call, MINUTE_US),
        outcome=nothing,
        duration_ms=nothing,
        input_tokens=entered,
        cached_tokens=np.where(warm, entered // 128 * 64, 0),
        output_tokens=12
        + dice.below("brief", call, 260)
        + (dice.below("c", call, 128) * dice.below("d", call, 128) >> 4),
        charged=nothing,
        label=nothing,
    )


def _curve() -> Ints:
    """Calls by minute of the month as weights: straight between the hours of the day, less at weekends."""
    minute = np.arange(MINUTES)
    hour, part = minute // 60 % 24, minute % 60
    hours = np.array(HOURS)
    day = (hours[hour] * (60 - part) + hours[(hour + 1) % 24] * part) // 6
    weekend = (START.weekday() + minute // DAY_MINUTES) % 7 >= _SATURDAY
    return np.where(weekend, day * WEEKEND_PERCENT // 100, day)
