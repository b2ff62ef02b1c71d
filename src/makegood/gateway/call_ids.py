"""Noun: call ids; which call an attempt belongs to, told from what callers send and from what failed lately."""

from __future__ import annotations

import itertools
import secrets
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass

_SECONDS = 600
_MOST = 20_000
_MOST_ALIKE = 256
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Work:
    """What tells that two requests ask the same: account, model and fingerprint of the body."""

    account: str
    model: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class CallId:
    """`text` names the call, `stamped` where the gateway made it, `attempts` is how many of it went before, `retry`
    the client library's own count of this request."""

    text: str
    stamped: bool
    attempts: int = 0
    retry: int = 0


class CallIds:
    """Remembers requests that failed in the last ten minutes, so that a client library's retry keeps its call's id.

    Each is remembered for one retry, the one that counts one more: callers that ask the same in the same moment are
    different calls, and stay so.
    """

    __slots__ = ("_failed", "_mark", "_numbers")

    def __init__(self) -> None:
        self._mark, self._numbers = secrets.token_hex(8), itertools.count(1)
        self._failed: OrderedDict[tuple[Work, int], deque[tuple[float, CallId]]] = OrderedDict()

    def of(self, headers: Mapping[str, str], work: Work, now: float) -> CallId:
        """The id of a call that arrives at `now` (seconds of a steady clock)."""
        retry = retry_count(headers.get("x-stainless-retry-count"))
        before = self._before(work, retry, now) if retry else None
        named = headers.get("Idempotency-Key")
        given = named or (None if before else headers.get("x-client-request-id"))
        if given and len(given) <= _LONGEST:
            return CallId(given, False, before.attempts if before and before.text == given else retry, retry)
        if before:
            return before
        return CallId(f"call-{self._mark}-{next(self._numbers)}", True, retry, retry)

    def failed(self, work: Work, call: CallId, attempts: int, now: float) -> None:
        """Remember that a request of this call failed, after so many attempts of the call in all."""
        again = CallId(call.text, call.stamped, attempts, call.retry + 1)
        key = (work, again.retry)
        self._failed.setdefault(key, deque(maxlen=_MOST_ALIKE)).append((now, again))
        self._failed.move_to_end(key)
        while len(self._failed) > _MOST:
            self._failed.popitem(last=False)

    def _before(self, work: Work, retry: int, now: float) -> CallId | None:
        left = self._failed.get((work, retry))
        while left:
            at, call = left.popleft()
            if now - at <= _SECONDS:
                return call
        self._failed.pop((work, retry), None)
        return None


def retry_count(text: str | None) -> int:
    """The client library's own count of retries; 0 where it says none."""
    return int(text) if text and len(text) <= 3 and text.isascii() and text.isdigit() else 0
