"""Attempts: each call is tried until answered or given up: what came back, what it cost, its label."""

from __future__ import annotations

import numpy as np

from makegood.cli.demo.calls import make_calls
from makegood.cli.demo.dice import Dice, Flags, Ints
from makegood.cli.demo.rows import LABELS, NOT_KNOWN, Rows, joined
from makegood.cli.demo.weather import failures_ppm
from makegood.cli.demo.world import (
    ACCOUNT_LIST,
    CLIENT_PPM,
    DAY_US,
    END_US,
    MINUTE_US,
    MINUTES,
    MODELS,
    OUTCOMES,
    PROVIDERS,
    START_US,
    TWICE,
)

_TRIES = 16  # places of dice kept for each call
_ALL = 1_000_000
_TWICE_US = (START_US + 11 * DAY_US, START_US + 14 * DAY_US)  # 12 to 14 September: the caller's own bug


def make_attempts(seed: int) -> Rows:
    """All attempts of the month that reached the log, in order of time."""
    month = _Month(Dice(seed))
    parts = [month.answered(month.calls)]
    while len(again := parts[-1].at(month.tries_again(parts[-1]))):
        parts.append(month.answered(month.next_tries(again)))
    every = joined([*parts, month.duplicates(parts[0], parts[1]), month.repeats(parts[0])])
    order = np.lexsort((every.retry, every.call, every.time_us))
    return every.at(order[every.time_us[order] < END_US])


class _Month:
    """The calls, the dice, and the lists of the world as columns to look codes up in."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.calls = make_calls(dice)
        self.ppm = failures_ppm(dice)
        self.provider: Ints = np.array([PROVIDERS.index(one.provider) for one in MODELS])
        self.retries: Ints = np.array([one.retries for one in ACCOUNT_LIST])
        self.gap_us: Ints = np.array([one.gap_ms * 1_000 for one in ACCOUNT_LIST])
        self.named: Flags = np.array([one.call_ids for one in ACCOUNT_LIST])
        self.blind: Flags = np.array([not one.streams for one in ACCOUNT_LIST])
        self.unpriced: Flags = np.array([one.unpriced for one in ACCOUNT_LIST])
        self.status: Ints = np.array([one.status for one in OUTCOMES])
        self.cut: Flags = np.array([one.cut for one in OUTCOMES])
        self.charged_per_mille: Ints = np.array([one.charged for one in OUTCOMES])
        self.label: Ints = np.array([LABELS.index(one.label) for one in OUTCOMES])

    def answered(self, asked: Rows) -> Rows:
        """The attempts with what came back, how long it took and what it cost; given with a whole answer's tokens."""
        place = asked.call * _TRIES + asked.retry
        outcome = self._outcome(asked, place)
        paid = self.dice.below("paid", place, 1_000) < self.charged_per_mille[outcome]
        share = np.where(self.cut[outcome], 5 + self.dice.below("share", place, 85), 100)
        counted = (self.status[outcome] == 200) | paid
        spread = self.dice.below("duration", place, 900)
        output = np.where(counted, np.maximum(asked.output_tokens * share // 100, 1), 0)
        length = np.where(self.status[outcome] == 200, 350 + output * 11 + spread, 80 + spread)
        rows = asked.but(
            outcome=outcome,
            duration_ms=np.where(self.status[outcome] == 0, 60_000, length),
            cached_tokens=np.where(counted, asked.cached_tokens, 0),
            output_tokens=output,
            label=self.label[outcome],
        )
        return rows.but(charged=np.where(self._hidden(rows), NOT_KNOWN, np.where(paid, _price(rows), 0)))

    def _outcome(self, asked: Rows, place: Ints) -> Ints:
        minute = np.minimum((asked.time_us - START_US) // MINUTE_US, MINUTES - 1)
        ppm = self.ppm[asked.model, minute]
        luck = self.dice.below("luck", place, _ALL)
        outcome = np.zeros_like(luck)
        for code, provider in enumerate(PROVIDERS):
            mine = self.provider[asked.model] == code
            failed, refused = mine & (luck < ppm), mine & (luck >= ppm) & (luck < ppm + CLIENT_PPM)
            outcome = np.where(failed, self._which(provider, "provider", place), outcome)
            outcome = np.where(refused, self._which(provider, "client", place), outcome)
            # Nothing is cut where nothing comes through, and nobody sees it where the log does not tell.
            unseen = mine & self.cut[outcome] & ((ppm >= _ALL) | self.blind[asked.account])
            outcome = np.where(unseen, _codes(provider, "provider")[0], outcome)
        return outcome

    def _which(self, provider: str, fault: str, place: Ints) -> Ints:
        codes = np.array(_codes(provider, fault))
        weights = np.array([OUTCOMES[code].weight for code in codes])
        return np.asarray(codes[self.dice.pick(f"which {provider} {fault}", place, weights)])

    def _hidden(self, rows: Rows) -> Flags:
        failed = (self.provider[rows.model] == PROVIDERS.index("openai")) & (self.status[rows.outcome] == 500)
        return np.asarray(failed & self.unpriced[rows.account])

    def tries_again(self, rows: Rows) -> Flags:
        """Whose client sends the call again: after any failure but a request that can never be right."""
        unanswered = (rows.label != LABELS.index("delivered")) & (self.status[rows.outcome] != 400)
        return np.asarray(unanswered & (rows.retry < self.retries[rows.account]))

    def next_tries(self, rows: Rows) -> Rows:
        """The next attempt of each call: the same request a little later, the wait doubled each time."""
        gap = self.gap_us[rows.account] * (1 << rows.retry)
        wait = gap + self.dice.below("gap", rows.call * _TRIES + rows.retry, gap)
        time_us = rows.time_us + rows.duration_ms * 1_000 + wait
        return self.calls.at(rows.call).but(retry=rows.retry + 1, time_us=time_us)

    def duplicates(self, first: Rows, second: Rows) -> Rows:
        """Sent once more although the try after a timeout was on its way: both were answered and charged."""
        timed_out = self.status[first.outcome[second.call]] == 0
        chosen = timed_out & self.named[second.account] & (second.label == LABELS.index("delivered"))
        rows = second.at(chosen & (self.dice.below("twice", second.call, 100) < 45))
        return _copies(rows, rows.time_us + 150_000 + self.dice.below("soon", rows.call, 1_500_000), "duplicate")

    def repeats(self, first: Rows) -> Rows:
        """The caller's own bug: for three days one account sends calls again that were answered at once."""
        inside = (first.time_us >= _TWICE_US[0]) & (first.time_us < _TWICE_US[1])
        chosen = inside & (first.account == TWICE) & (first.label == LABELS.index("delivered"))
        rows = first.at(chosen & (self.dice.below("bug", first.call, 100) < 40))
        pause = 5_000_000 + self.dice.below("pause", rows.call, 35_000_000)
        return _copies(rows, rows.time_us + rows.duration_ms * 1_000 + pause, "caller")


def _codes(provider: str, fault: str) -> list[int]:
    return [code for code, one in enumerate(OUTCOMES) if (one.provider, one.fault) == (provider, fault)]


def _price(rows: Rows) -> Ints:
    """What the tokens cost in nano-dollars."""
    prices = np.array([(one.price.input, one.price.cached, one.price.output) for one in MODELS])
    fresh = rows.input_tokens - rows.cached_tokens
    tokens = np.stack([fresh, rows.cached_tokens, rows.output_tokens], axis=1)
    cost: Ints = (tokens * prices[rows.model]).sum(axis=1)
    return cost


def _copies(rows: Rows, time_us: Ints, label: str) -> Rows:
    return rows.but(retry=rows.retry + 1, time_us=time_us, label=np.full(len(rows), LABELS.index(label)))
