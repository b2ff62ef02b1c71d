"""Noun: the meters of a gateway, as Prometheus reads them; labels are names of the config and fixed words only."""

from __future__ import annotations

from typing import TypedDict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from makegood.gateway.breaker import STATES

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_DEFAULT = "-"  # stands for what no route names


class _Named(TypedDict):
    namespace: str
    registry: CollectorRegistry


class Meters:
    """Counts calls, attempts and their times. Children are looked up once and kept, as a lookup costs more than a
    count."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        named: _Named = {"namespace": "makegood_gateway", "registry": self.registry}
        self._calls = Counter("calls", "Calls by how they ended.", ["route", "outcome"], **named)
        self._attempts = Counter("attempts", "Attempts.", ["upstream", "reason", "ending"], **named)
        self._first = Histogram(
            "first_byte_seconds", "Time to the first byte.", ["upstream"], buckets=_SECONDS, **named
        )
        self._dearer = Counter(
            "dearer_nano",
            "What attempts cost above the first upstream, 1e-9 of currency.",
            ["route", "currency"],
            **named,
        )
        self._breaker = Gauge(
            "breaker_state", "0 closed, 1 ramp, 2 half open, 3 open.", ["upstream", "model"],
            multiprocess_mode="livemax", **named,
        )  # fmt: skip
        self._open = Gauge("open_calls", "Calls that are open now.", multiprocess_mode="livesum", **named)
        self._unrecorded = Counter("unrecorded", "Rows that could not be recorded.", ["step"], **named)
        self._reloads = Counter("reloads", "Times the config was read again.", ["result"], **named)
        self._kept: dict[tuple[str, ...], Counter] = {}
        self._times: dict[str, Histogram] = {}

    def call(self, route: str | None, outcome: str) -> None:
        """A call ended."""
        key = ("call", route or _DEFAULT, outcome)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._calls.labels(route or _DEFAULT, outcome)
        kept.inc()

    def attempt(self, upstream: str, reason: str, ending: str, first_byte: float | None) -> None:
        """An attempt ended; `first_byte` in seconds."""
        key = (upstream, reason, ending)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._attempts.labels(upstream, reason, ending)
        kept.inc()
        if first_byte is not None:
            times = self._times.get(upstream)
            if times is None:
                times = self._times[upstream] = self._first.labels(upstream)
            times.observe(first_byte)

    def dearer(self, route: str | None, currency: str, nano: int) -> None:
        """An attempt cost so much more than at the first upstream; what others saved is not taken off."""
        self._dearer.labels(route or _DEFAULT, currency).inc(nano)

    def breaker(self, upstream: str, model: str | None, state: str) -> None:
        """A breaker turned."""
        self._breaker.labels(upstream, model or _DEFAULT).set(STATES.index(state))

    def opened(self, by: int) -> None:
        """A call began (1) or ended (-1)."""
        self._open.inc(by)

    def not_recorded(self, step: str) -> None:
        """A row could not be written."""
        self._unrecorded.labels(step).inc()

    def reloaded(self, result: str) -> None:
        """The config was read again."""
        self._reloads.labels(result).inc()
