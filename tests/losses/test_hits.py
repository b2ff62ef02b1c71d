"""Hits: who met which incident, and what was charged for nothing because of it."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from makegood.incidents.incident import Incident
from makegood.losses.hit import Hit
from makegood.losses.hits import hits
from makegood.records.scope import Scope
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, from_us, to_us
from tests.street.street import assessed, attempt, written

FAILED = {"status": 500, "error": "server_error", "output_tokens": 0, "usable": None, "charged": "0"}
HOUR = 3600
OUTAGE = range(2 * HOUR, 2 * HOUR + 600)  # of the busy account


def world(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Ten minutes of failure in six hours of traffic of two accounts; `quiet` has some that succeeded in it."""
    rows = [attempt(n, account="busy", request_id=f"b{n}") for n in range(0, 6 * HOUR, 20) if n not in OUTAGE]
    rows += [attempt(n, account="busy", request_id=f"b{n}", **FAILED) for n in OUTAGE if n % 5 == 0]
    rows += [attempt(n, account="quiet", request_id=f"q{n}") for n in range(11, 6 * HOUR, 300)]
    return [*rows, *more]


def of(data: dict[str, Any], account: str) -> dict[str, Any]:
    """The one hit of an account."""
    (found,) = (one for one in data["hits"] if one["account"] == account)
    return found


LATE = 2 * HOUR + 590
WASTE = [
    ("nothing was charged", [], 0, {}),
    ("a failure in it was charged", [attempt(LATE, **FAILED | {"charged": "0.002"})], 100, {"USD": "0.002"}),
    (
        "served twice, after it was over",
        [
            attempt(LATE, call_id="c", request_id="x", **FAILED),
            attempt(LATE + 60, call_id="c", request_id="y"),
            attempt(LATE + 61, call_id="c", request_id="z", charged="0.01"),
        ],
        120,
        {"USD": "0.01"},
    ),
    (
        "served twice, whether it was charged is not known",
        [
            attempt(LATE, call_id="c", request_id="x", **FAILED),
            attempt(LATE + 1, call_id="c", request_id="y"),
            attempt(LATE + 2, call_id="c", request_id="z", charged=None),
        ],
        0,
        {},
    ),
    (
        "served twice before it began",
        [
            attempt(2 * HOUR - 300, call_id="c", request_id="x", **FAILED),
            attempt(2 * HOUR - 299, call_id="c", request_id="y"),
            attempt(2 * HOUR - 298, call_id="c", request_id="z", charged="0.01"),
            attempt(LATE, call_id="c", request_id="w", **FAILED),
        ],
        0,
        {},
    ),
    (
        "sent again by the caller after it was served",
        [
            attempt(LATE, **FAILED),
            attempt(LATE + 1, call_id="c", request_id="y"),
            attempt(LATE + 2, call_id="c", request_id="z", charged="0.01"),
        ],
        0,
        {},
    ),
    (
        "a failure charged outside of it",
        [attempt(LATE, **FAILED), attempt(5 * HOUR, **FAILED | {"charged": "0.5"})],
        0,
        {},
    ),
    (
        "two currencies",
        [
            attempt(LATE, **FAILED | {"charged": "0.002"}),
            attempt(LATE + 1, **FAILED | {"charged": "3.000000001", "currency": "KRW"}),
        ],
        200,
        {"KRW": "3.000000001", "USD": "0.002"},
    ),
    ("whether it was charged is not known", [attempt(LATE, **FAILED | {"charged": None})], 0, {}),
]


@pytest.mark.parametrize(("rows", "tokens", "wasted"), [row for _, *row in WASTE], ids=[name for name, *_ in WASTE])
def test_what_was_charged_because_of_it(tmp_path: Path, rows: list, tokens: int, wasted: dict[str, str]) -> None:
    more = [row | {"account": "third"} for row in rows] or [attempt(LATE, account="third", **FAILED)]
    data = assessed(written(tmp_path / "log", world(*more)))
    assert (of(data, "third")["tokens"], of(data, "third")["wasted"]) == (tokens, wasted)
    assert of(data, "busy")["wasted"] == {}


def test_the_counts_are_those_of_the_incident(tmp_path: Path) -> None:
    over = attempt(2 * HOUR + 598, account="quiet", request_id="over")  # in the last minute, after the last failure
    data = assessed(written(tmp_path / "log", world(over, attempt(2 * HOUR + 17, account="quiet", **FAILED))))
    (incident,) = data["incidents"]
    assert [(one["cause"], one["account"]) for one in data["hits"]] == [("INC-1", "busy"), ("INC-1", "quiet")]
    # Beside the failure 7200 + 11 and 7200 + 311, which were served in it.
    assert (of(data, "quiet")["attempts"], of(data, "quiet")["faults"]) == (3, 1)
    assert of(data, "busy")["faults"] == 120
    assert incident["faults"] == sum(one["faults"] for one in data["hits"]) == 121
    assert incident["accounts"] == len(data["hits"])
    assert incident["attempts"] == sum(one["attempts"] for one in data["hits"])


def test_who_met_no_failure_has_no_hit(tmp_path: Path) -> None:
    assert {one["account"] for one in assessed(written(tmp_path / "log", world()))["hits"]} == {"busy"}


def test_without_an_incident_there_is_none(tmp_path: Path) -> None:
    assert assessed(written(tmp_path / "log", [attempt(n) for n in range(9)]))["hits"] == []


def test_order_splitting_and_redelivery_change_no_hit(tmp_path: Path) -> None:
    told = [(name, row) for name in ("third", "fourth") for _, rows, *_ in WASTE for row in rows]
    rows = world(*(row | {"account": name, "request_id": f"w{n}"} for n, (name, row) in enumerate(told)))
    chance = random.Random(7)
    once = assessed(written(tmp_path / "log", rows))
    assert len(once["hits"]) == 3
    again = [row for row in rows for _ in range(chance.randint(1, 3))]
    chance.shuffle(again)
    parts = [written(tmp_path / f"part-{start}", again[start::3]) for start in range(3)]
    shuffled = assessed(*parts)
    assert (shuffled["hits"], shuffled["hash"]) == (once["hits"], once["hash"])


# Made tables: incidents as (id, provider, from, until in minutes, basis); a failure at each minute, charged 1 USD.
OVERLAPPING = [
    ("the shorter takes what both hold", [("A", "p", 0, 9, "both"), ("B", "p", 3, 5, "both")], {"A": 7, "B": 2}),
    ("a page takes what is left", [("A", "p", 0, 3, "bulletin"), ("B", "p", 1, 9, "attempts")], {"A": 1, "B": 8}),
    ("of two alike the first", [("A", "p", 2, 6, "both"), ("B", "p", 4, 8, "both")], {"A": 4, "B": 2}),
    ("another scope takes none", [("A", "q", 0, 9, "both"), ("B", "p", 0, 9, "both")], {"B": 9}),
]  # fmt: skip


@pytest.mark.parametrize(("told", "dollars"), [row for _, *row in OVERLAPPING], ids=[name for name, *_ in OVERLAPPING])
def test_a_charge_counts_in_one_incident(tmp_path: Path, told: list[tuple], dollars: dict[str, int]) -> None:
    found = {one.cause: one for one in _made(tmp_path, told)}
    assert {name: one.wasted for name, one in found.items()} == {
        name: (("USD", Decimal(amount)),) for name, amount in dollars.items()
    }
    spans = {name: end - start for name, _, start, end, _ in told}
    assert {name: (one.attempts, one.faults) for name, one in found.items()} == {
        name: (spans[name], spans[name]) for name in dollars
    }


def test_amounts_are_exact_beyond_sixty_four_bits(tmp_path: Path) -> None:
    (hit,) = _made(tmp_path, [("A", "p", 0, 9, "both")], nano=2**62)
    assert hit.wasted == (("USD", 9 * Decimal(2**62).scaleb(-9)),)


def _made(folder: Path, told: list[tuple], nano: int = 10**9) -> tuple[Hit, ...]:
    minute = 60_000_000
    rows = [(n, n * minute + 5, n, "acme", "p", "s", "m", "") for n in range(9)]
    incidents = [
        Incident(name, Scope(provider), span, span, span, 0, 0, 0, basis)
        for name, provider, start, end, basis in told
        if (span := Span(from_us(start * minute), from_us(end * minute)))
    ]
    scope = "provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR"
    warehouse = Warehouse(folder, memory_mb=256)
    warehouse.put("attempts", f"row_id BIGINT, time_us BIGINT, minute BIGINT, account VARCHAR, {scope}", rows)
    warehouse.run(
        "CREATE TABLE minutes AS SELECT provider, service, model, region, minute, 1 AS attempts FROM attempts"
    )
    warehouse.run("CREATE TABLE faulty AS SELECT *, 'provider' AS fault FROM attempts")
    warehouse.run("CREATE TABLE calls AS SELECT row_id, row_id AS call_no, 1 AS place FROM attempts")
    warehouse.run(
        "CREATE TABLE waste AS SELECT row_id, row_id AS call_no, 1 AS place, account, 'charged' AS box, "
        f"'failed' AS kind, 10 AS tokens, CAST({nano} AS BIGINT) AS amount_nano, 'USD' AS currency FROM attempts"
    )
    spans = [(one.id, *one.scope.pattern(), to_us(one.start), to_us(one.end)) for one in incidents]
    warehouse.put("incident_spans", f"incident VARCHAR, {scope}, start_us BIGINT, end_us BIGINT", spans)
    warehouse.run(f"CREATE TABLE incident_rows AS {statement('makegood.incidents', 'span_rows')}")
    found = hits(warehouse, incidents)
    warehouse.close()
    return found
