"""A small assessment as published, to be changed by hand: two incidents, three hits."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from makegood.losses.seal import SCHEMA, assessment_hash


def incident(name: str, start: str, end: str, faults: int, accounts: int) -> dict[str, Any]:
    """An incident of 2026-02-01 from one time of day to another."""
    return {
        "id": name,
        "start": f"2026-02-01T{start}Z",
        "end": f"2026-02-01T{end}Z",
        "scope": {"provider": "openai", "service": "chat.completions", "model": None, "region": None},
        "faults": faults,
        "accounts": accounts,
        "bulletins": [],
    }


def hit(cause: str, account: str, faults: int, **wasted: str) -> dict[str, Any]:
    """A hit as published; twice as many attempts as faults."""
    return {
        "cause": cause,
        "account": account,
        "attempts": 2 * faults,
        "faults": faults,
        "tokens": 10,
        "wasted": wasted,
    }


PUBLISHED: dict[str, Any] = {
    "schema": SCHEMA,
    "params": {"period": {"start": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}},
    "rows": {"used": 99},
    "incidents": [
        incident("INC-1", "10:00:00", "11:00:00", 12, 2),
        incident("INC-2", "12:00:00", "13:30:00.000001", 3, 1),
    ],
    "waste": {},
    "accounts": [],
    "hits": [hit("INC-1", "acme", 5, USD="0.12"), hit("INC-1", "서울-결제팀", 7), hit("INC-2", "acme", 3, KRW="12")],
    "readings": [],
    "verdicts": [],
    "overbilling": None,
}


def sealed(*changes: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """The assessment with values put in at paths, and a hash that fits, as who forges one would."""
    data: Any = deepcopy(PUBLISHED)
    for path, value in changes:
        inner = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
    return data | {"hash": assessment_hash(data)}
