"""Noun: call ids; which call an attempt belongs to, told from what callers send and from what failed lately."""

from __future__ import annotations

import itertools
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

_SECONDS = 600
_MOST = 20_000
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Work:
    """What tells that two requests ask the same: account, model and fingerprint of the body."""

    account: str
    model: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class CallId:
    """`text` names the call, `stamped` where the gateway made it, `attempts` is how many of it went before."""

    text: str
    stamped: bool
    attempts: int = 0


class CallIds:
    """Remembers calls that failed in the last ten minutes, so that a client library's retry keeps its call's id."""

    __slots__ = ("_failed", "_mark", "_numbers")

    def __init__(self) -> None:
        self._mark, self._numbers = secrets.token_hex(8), itertools.count(1)
        self._failed: OrderedDict[Work, tuple[float, str, int]] = OrderedDict()

    def of(self, headers: Mapping[str, str], work: Work, now: float) -> CallId:
        """The id of a call that arrives at `now` (seconds of a steady clock)."""
        retry = retry_count(headers.get("x-stainless-retry-count"))
        given = headers.get("Idempotency-Key") or headers.get("x-client-request-id")
        before = self._before(work, now) if retry else None
        if given and len(given) <= _LONGEST:
            return CallId(given, False, before[1] if before and before[0] == given else retry)
        if before:
            return CallId(before[0], True, before[1])
        return CallId(f"call-{self._mark}-{next(self._numbers)}", True, retry)

    def failed(self, work: Work, call: str, attempts: int, now: float) -> None:
        """Remember that this call failed after so many attempts."""
        self._failed.pop(work, None)
        self._failed[work] = (now, call, attempts)
        while len(self._failed) > _MOST:
            self._failed.popitem(last=False)

    def _before(self, work: Work, now: float) -> tuple[str, int] | None:
        while self._failed:
            oldest = next(iter(self._failed))
            if now - self._failed[oldest][0] <= _SECONDS:
                break
            del self._failed[oldest]
        found = self._failed.get(work)
        return None if found is None else found[1:]


def retry_count(text: str | None) -> int:
    """The client library's own count of retries; 0 where it says none."""
    return int(text) if text and len(text) <= 3 and text.isascii() and text.isdigit() else 0
