"""makegood's own bulletins and charges, as a table, a list and lines; bad rows are located."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from makegood.records.sources.small import Reading

CHARGE = {
    "start": "2026-02-01T00:00:00Z",
    "end": "2026-02-02T00:00:00Z",
    "provider": "openai",
    "item": "one request",
    "amount": "0.002",
    "currency": "USD",
    "request_id": "req-1",
    "category": "Usage",
    "input_tokens": 100,
}
BULLETIN = {
    "id": "b1",
    "start": "2026-02-01T10:00:00+09:00",
    "end": "2026-02-01T11:30:00+09:00",
    "provider": "openai",
    "service": "API",
    "title": "Elevated errors",
    "severity": "partial",
}


def as_list(*rows: object) -> str:
    return json.dumps(list(rows))


def as_lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_table(*rows: dict[str, object]) -> str:
    names = list(rows[0])
    cells = [[str(row.get(name, "")) for name in names] for row in rows]
    return "\n".join("\t".join(line) for line in (names, *cells)) + "\n"


@pytest.mark.parametrize("form", [as_list, as_lines, as_table])
def test_a_charge(form: Callable[..., str], reading_of: Callable[[str], Reading]):
    reading = reading_of(form(CHARGE, CHARGE | {"request_id": "req-2", "amount": "0.5"}))
    first, second = reading.charges
    assert (first.amount, first.currency, first.request_id) == (Decimal("0.002"), "USD", "req-1")
    assert (second.amount, first.tokens, reading.read) == (Decimal("0.5"), {"input": 100}, 2)


@pytest.mark.parametrize("form", [as_list, as_lines, as_table])
def test_a_bulletin(form: Callable[..., str], reading_of: Callable[[str], Reading]):
    reading = reading_of(form(BULLETIN, BULLETIN | {"id": "b2", "title": "Login problems", "end": ""}))
    first, second = reading.bulletins
    assert (first.scope.provider, first.scope.service, first.severity) == ("openai", "API", "partial")
    assert (first.kind, first.span(first.start).minutes) == ("downtime", Fraction(90))
    assert (second.kind, second.end) == ("login", None)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (CHARGE | {"amount": "lots"}, "is not a number"),
        (CHARGE | {"currency": "dollars"}, "ISO 4217"),
        (CHARGE | {"end": "2026-01-01T00:00:00Z"}, "before it starts"),
        (CHARGE | {"category": "Gift"}, "category"),
        (CHARGE | {"amount": "", "input_tokens": ""}, "neither an amount"),
        (CHARGE | {"input_tokens": -5}, "is negative"),
    ],
)
@pytest.mark.parametrize("form", [as_list, as_lines, as_table])
def test_a_bad_charge_is_located(form, row, says, reading_of: Callable[[str], Reading]):
    reading = reading_of(form(CHARGE, row))
    (bad,) = reading.quarantined
    assert says in bad.reason
    assert bad.line == (1 if form is as_list else 2 if form is as_lines else 3)
    assert (reading.read, len(reading.charges)) == (2, 1)


@pytest.mark.parametrize(("change", "says"), [({"severity": "awful"}, "severity"), ({"kind": "odd"}, "kind")])
def test_a_bad_bulletin_is_located(change, says, reading_of: Callable[[str], Reading]):
    (bad,) = reading_of(as_lines(BULLETIN, BULLETIN | change)).quarantined
    assert (bad.line, says in bad.reason) == (2, True)


def test_a_line_that_is_not_json_costs_only_itself(reading_of: Callable[[str], Reading]):
    reading = reading_of(as_lines(CHARGE, CHARGE) + "{broken\n" + as_lines(CHARGE))
    assert [(one.line, "not JSON" in one.reason) for one in reading.quarantined] == [(3, True)]
    assert len(reading.charges) == 3
