"""Noun: a circuit breaker; whether an upstream is asked, told from how its last attempts went. No clock of its own."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.gateway.config_shape import BreakerRules

CLOSED, RAMP, HALF_OPEN, OPEN = "closed", "ramp", "half_open", "open"
STATES = (CLOSED, RAMP, HALF_OPEN, OPEN)
PASS, PROBE = "pass", "probe"
_RAMP_FAILURES = 2
_RAMP_FROM = 0.125
_SPREAD = 0.25  # how much later than stated, at most, so that many callers do not come back in one moment


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt at `now` (seconds of any steady clock). `retry_after` is what the upstream asked for in
    seconds, None for nothing; `chance` in [0, 1) spreads the moment of return; `costly` says that its caller got no
    answer of anybody else either, as the request may have been served."""

    now: float
    retry_after: float | None = None
    chance: float = 0.0
    costly: bool = False


class Breaker:
    """One upstream and model. Closed: asked. Open: not asked until a moment; after a costly failure and while others
    can be asked, until so many calls went to them besides, or for so long. Half open: one probe is out. Ramp: asked for
    a growing share of calls, so that what recovers is not run over."""

    __slots__ = (
        "_costly",
        "_credit",
        "_failed",
        "_half",
        "_in_row",
        "_opened",
        "_opened_at",
        "_past",
        "_served",
        "_spared",
        "rest",
        "rules",
        "since",
        "state",
        "until",
    )

    def __init__(self, rules: BreakerRules) -> None:
        self.rules = rules
        self.state = CLOSED
        self.since = 0.0  # when the state began
        self.until = 0.0  # when an open one may be probed
        self.rest = 0.0  # before then the upstream itself asked not to be asked
        self._opened = 0  # times in a row, each longer than the one before
        self._opened_at = 0.0
        self._in_row = self._failed = self._served = 0
        self._past = (0, 0)
        self._half = 0.0
        self._credit = 0.0
        self._costly = False  # what opened it last
        self._spared = 0  # calls that went elsewhere since then

    def admit(self, now: float, sparing: bool = True) -> str | None:
        """PASS or PROBE where the upstream may be asked now, else None; without `sparing` also where a probe may cost
        its caller the answer. What is admitted must end in `succeeded`, `failed`, `dropped` or `unasked`."""
        if now < self.rest:
            return None
        if self.state == CLOSED:
            return PASS
        if self.state == RAMP:
            return self._ramped(now)
        if self.state == OPEN and now >= self.until and not (sparing and self._spares(now)):
            self._turn(HALF_OPEN, now)
            return PROBE
        return None

    def passed_by(self) -> None:
        """A call went to another upstream, as this one was not admitted."""
        self._spared += 1

    def _spares(self, now: float) -> bool:
        """Whether a probe, which would cost its caller the answer, is still too dear for so few calls."""
        rules = self.rules
        return self._costly and self._spared < rules.spared_calls and now - self._opened_at < rules.spared_seconds

    def waits(self, now: float) -> float:
        """Seconds until it is worth asking whether it is admitted; 0 for now."""
        until = max(self.rest, self.until if self.state == OPEN else 0.0)
        return max(0.0, until - now)

    def succeeded(self, now: float, began: float = 0.0) -> None:
        """An attempt that began then was answered, by whatever is no fault of the provider."""
        self._in_row = 0
        if self.state == CLOSED:
            self._roll(now)
            self._served += 1
        elif self.state == HALF_OPEN or (self.state == OPEN and began > self._opened_at):  # nobody else could be asked
            self._turn(RAMP, now)
        elif self.state == RAMP and now - self.since >= self.rules.ramp_seconds:
            self._close(now)

    def failed(self, failure: Failure) -> None:
        """An attempt met a fault of the provider."""
        now = failure.now
        if failure.retry_after is not None and failure.retry_after > 0:
            wait = min(failure.retry_after, self.rules.retry_after_most_seconds)
            self.rest = max(self.rest, now + wait * (1 + _SPREAD * failure.chance))
        self._in_row += 1
        if self.state == CLOSED:
            self._roll(now)
            self._failed += 1
            if self._in_row >= self.rules.failures or self._share_is_high():
                self._open(failure)
        elif self.state == HALF_OPEN or (self.state == RAMP and self._in_row >= _RAMP_FAILURES):
            self._open(failure)

    def dropped(self, now: float, admission: str) -> None:
        """An admitted attempt ended without telling anything, as its caller left; a probe's place is free again."""
        if admission == PROBE and self.state == HALF_OPEN:
            self._turn(OPEN, now)
            self.until, self._opened_at, self._spared = now, now, 0

    def unasked(self, now: float, admission: str) -> None:
        """An admitted attempt was not made after all; all is as it was before."""
        if admission == PROBE and self.state == HALF_OPEN:
            self._turn(OPEN, now)

    def _ramped(self, now: float) -> str | None:
        grown = (now - self.since) / self.rules.ramp_seconds
        if grown >= 1:
            return PASS
        self._credit += max(_RAMP_FROM, grown)
        if self._credit < 1:
            return None
        self._credit -= 1
        return PASS

    def _open(self, failure: Failure) -> None:
        wait = min(self.rules.open_seconds * 2**self._opened, self.rules.open_most_seconds)
        self._opened = min(self._opened + 1, 30)
        self._turn(OPEN, failure.now)
        self._costly, self._spared, self._opened_at = failure.costly, 0, failure.now
        self.until = failure.now + wait * (1 + _SPREAD * failure.chance)

    def _close(self, now: float) -> None:
        self._turn(CLOSED, now)
        self._opened = 0
        self._failed = self._served = 0
        self._past, self._half = (0, 0), now

    def _turn(self, state: str, now: float) -> None:
        self.state, self.since = state, now
        self._in_row = 0
        self._credit = 0.0

    def _roll(self, now: float) -> None:
        """Counts are kept for the running half of the window and the one before it."""
        half = self.rules.window_seconds / 2
        if now - self._half < half:
            return
        fresh = now - self._half < 2 * half
        self._past = (self._served, self._failed) if fresh else (0, 0)
        self._served = self._failed = 0
        self._half = now

    def _share_is_high(self) -> bool:
        failed = self._failed + self._past[1]
        asked = failed + self._served + self._past[0]
        return asked >= self.rules.least and failed * 100 >= asked * self.rules.share_percent
