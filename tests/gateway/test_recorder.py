"""The rows that the gateway's recorder writes: each thing that is known stands in the column of its name."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace

from makegood.gateway.meters import Meters
from makegood.gateway.price import Price
from makegood.gateway.recorder import End, Recorder, Start
from makegood.records.wire.told import Told
from tests.gateway.raw import Rows

KNOWN = {
    "time": datetime(2026, 11, 22, tzinfo=UTC), "account": "a", "provider": "p", "service": "s", "model": "m",
    "attempt": "at", "region": "r", "call_id": "c", "fingerprint": "f", "retry": 3, "route": "ro", "upstream": "u",
    "key": "k", "streamed": True, "reason": "failover", "risk": "may_have_been_served", "charged": None,
    "currency": None,
}  # fmt: skip
OPEN = {
    "status": 0, "request_id": None, "error": "recorder_stopped", "duration_ms": None, "input_tokens": 0,
    "cached_tokens": 0, "output_tokens": 0, "usable": None, "first_byte_ms": None, "extra_nano": None,
    "extra_currency": None,
}  # fmt: skip
ENDED = {
    "status": 200, "request_id": "rq", "error": "e", "duration_ms": 5, "input_tokens": 1000, "cached_tokens": 7,
    "output_tokens": 100, "usable": False, "first_byte_ms": 4, "extra_nano": 2_000_000, "extra_currency": "USD",
}  # fmt: skip


def test_each_value_stands_in_its_column():
    rows = Rows()
    own, first = Price(2_000_000, 2_000_000, 20_000_000, "USD"), Price(1_000_000, 1_000_000, 10_000_000, "USD")
    upper = SimpleNamespace(provider="p", region="r", name="u", key="k")
    lane, route = SimpleNamespace(upper=upper, price=own), SimpleNamespace(alias="ro", first_price=first)
    named = {name: KNOWN[name] for name in Start.__slots__ if name in KNOWN}
    start = Start(**{**named, "lane": lane, "route": route})
    recorder = Recorder(rows, "serve", Meters(), print)
    recorder.begin(start)
    recorder.finish(start, End(200, "e", Told(1000, 7, 100, False), "rq", 5, 4))
    assert asdict(rows.begun[0]) == KNOWN | OPEN
    assert asdict(rows.ended[0]) == KNOWN | ENDED
