"""Waste: what was charged for nothing, nothing where that is known, and no word where it is not."""

from pathlib import Path

import pytest

from makegood.losses.waste import wasted_by_provider
from makegood.records.warehouse import Warehouse
from tests.street.street import assessed, attempt, written

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


FAILED = {"status": 500, "error": "server_error", "output_tokens": 0, "usable": None}
BILL = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,x_RequestId\n"
DAY = "Usage,2026-02-01T00:00:00Z,2026-02-02T00:00:00Z,made-up"


def billed(path: Path, *lines: tuple[str, str, str]) -> Path:
    """A FOCUS bill of (amount, currency, request id)."""
    path.write_text(BILL + "".join(f"{amount},{code},{DAY},{request}\n" for amount, code, request in lines))
    return path


# what the log says was charged, what the bill says of that request: the box, its amounts and how it is known
NAMED = [
    ("the log is silent", None, [("0.25", "EUR", "r")], "charged", {"EUR": "0.25"}),
    ("the bill knows of a charge that the log does not", "0", [("0.25", "EUR", "r")], "charged", {"EUR": "0.25"}),
    ("the log knows its own charge", "0.002", [("0.25", "EUR", "r")], "charged", {"USD": "0.002"}),
    ("charged and given back", None, [("0.25", "EUR", "r"), ("-0.25", "EUR", "r")], "not_charged", {"EUR": "0"}),
    ("more given back than charged", None, [("-0.25", "EUR", "r")], "not_charged", {"EUR": "-0.25"}),
    ("two currencies", None, [("0.25", "EUR", "r"), ("0.25", "USD", "r")], "unknown", {}),
    ("another request", None, [("0.25", "EUR", "other")], "unknown", {}),
]


@pytest.mark.parametrize(
    ("charged", "lines", "box", "amounts"), [row for _, *row in NAMED], ids=[name for name, *_ in NAMED]
)
def test_a_charge_that_names_the_request(
    tmp_path: Path, charged: str | None, lines: list[tuple[str, str, str]], box: str, amounts: dict[str, str]
) -> None:
    log = written(tmp_path / "log", [attempt(0, request_id="r", **FAILED, charged=charged)])
    waste = assessed(log, charges=(billed(tmp_path / "bill", *lines),))["waste"]
    assert {name: one["attempts"] for name, one in waste.items() if one["attempts"]} == {box: 1}
    assert waste[box]["amounts"] == amounts


def test_sums_of_money_outgrow_no_column(tmp_path: Path) -> None:
    """Twelve charges of 999,999,999 dong are more billionths than 64 bits hold."""
    rows = [attempt(n, usable=False, charged="999999999.000000001", currency="VND") for n in range(12)]
    data = assessed(written(tmp_path / "log", rows))
    assert data["waste"]["charged"]["amounts"] == {"VND": "11999999988.000000012"}
    assert data["accounts"][0]["wasted"] == {"VND": "11999999988.000000012"}


def test_a_price_that_changes_within_the_day_is_not_guessed(tmp_path: Path) -> None:
    fields = {"provider": "deepseek", "model": "deepseek-chat", "charged": None, "currency": None}
    data = assessed(written(tmp_path / "log", [attempt(0, **fields, **FAILED)]))
    assert data["waste"]["unknown"]["attempts"] == 1
    assert data["waste"]["unknown"]["amounts"] == {}
