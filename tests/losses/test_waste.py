"""Waste by provider: what was charged for nothing, nothing where that is known, and no word where it is not."""

from pathlib import Path

import pytest

from makegood.losses.waste import wasted_by_provider
from makegood.records.warehouse import Warehouse

NANO = 10**9
# box, amount in nano units, currency
WASTE = [
    ("two currencies", [("charged", NANO, "USD"), ("charged", NANO, "EUR")], None),
    ("charged", [("charged", 2 * NANO, "USD"), ("charged", NANO // 2, "USD")], "2.5 USD"),
    ("charged and not", [("charged", NANO, "USD"), ("not_charged", 0, "USD"), ("unknown", None, None)], "1 USD"),
    ("charged, amount not known", [("charged", NANO, "USD"), ("charged", None, None)], None),
    ("not charged", [("not_charged", 0, "EUR"), ("not_charged", None, None)], "0 EUR"),
    ("the caller's own", [("caller", NANO, "USD")], "0 USD"),
    ("may be charged", [("not_charged", 0, "USD"), ("unknown", None, None)], None),
    ("no loss at all", [("none", None, "USD")], "0 XXX"),
    ("no failure at all", [], "0 XXX"),
]


@pytest.mark.parametrize(("name", "rows", "told"), WASTE, ids=[name for name, *_ in WASTE])
def test_what_a_provider_charged_for_nothing(tmp_path: Path, name: str, rows: list[tuple], told: str | None) -> None:
    warehouse = Warehouse(tmp_path)
    warehouse.put("scopes", "number BIGINT, provider VARCHAR", [(0, name), (1, name), (2, "another")])
    columns = "provider VARCHAR, box VARCHAR, amount_nano BIGINT, currency VARCHAR"
    warehouse.put("waste", columns, [*((name, *row) for row in rows), ("another", "charged", NANO, "USD")])
    found = wasted_by_provider(warehouse)
    warehouse.close()
    assert str(found.pop("another")) == "1 USD"
    assert {who: str(money) for who, money in found.items()} == ({name: told} if told else {})
