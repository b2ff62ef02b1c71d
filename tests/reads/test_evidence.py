"""Evidence: the CSV files add up to the boxes, name file and line, and run nothing in a spreadsheet."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.reads.evidence import BOXES, evidence
from tests.reads.sample import FORMULA, Sample

FILES = {*(f"{box}.csv" for box in BOXES), "incidents.csv", "quarantine.csv", "duplicates.csv"}


@pytest.fixture(scope="module")
def tables(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """Every evidence file, read back."""
    written = evidence(sample.warehouse, tmp_path_factory.mktemp("evidence") / "deep" / "er")
    return {path.name: _read(path) for path in written}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_file_is_written(tables: dict[str, list[dict[str, str]]]) -> None:
    assert set(tables) == FILES
    assert all(tables.values())


@pytest.mark.parametrize("box", BOXES)
def test_sums_equal_the_boxes(sample: Sample, tables: dict[str, list[dict[str, str]]], box: str) -> None:
    rows, told = tables[f"{box}.csv"], sample.assessment["waste"][box]
    assert len(rows) == told["attempts"]
    assert sum(int(row["tokens"]) for row in rows) == told["tokens"]
    known = [row for row in rows if row["amount"]]
    sums = {currency: Decimal(0) for currency in {row["currency"] for row in known}}
    for row in known:
        sums[row["currency"]] += Decimal(row["amount"])
    assert sums == {currency: Decimal(amount) for currency, amount in told["amounts"].items()}


@pytest.mark.parametrize("box", BOXES)
def test_sums_equal_the_kinds(sample: Sample, tables: dict[str, list[dict[str, str]]], box: str) -> None:
    for kind, told in sample.assessment["waste"][box]["kinds"].items():
        assert sum(1 for row in tables[f"{box}.csv"] if row["kind"] == kind) == told["attempts"]


def test_an_unknown_amount_is_an_empty_cell(tables: dict[str, list[dict[str, str]]]) -> None:
    assert {row["amount"] for row in tables["unknown.csv"]} == {""}


def test_each_row_is_found_at_its_file_and_line(tables: dict[str, list[dict[str, str]]]) -> None:
    for name in ("charged.csv", "unknown.csv", "incidents.csv", "duplicates.csv"):
        for row in tables[name]:
            lines = Path(row["file"]).read_text(encoding="utf-8").splitlines()
            assert f'"{row["request_id"]}"' in lines[int(row["line"]) - 1], (name, row)


def test_each_incident_has_its_rows(sample: Sample, tables: dict[str, list[dict[str, str]]]) -> None:
    rows = tables["incidents.csv"]
    assert {row["incident"] for row in rows} == {"inc-1", "inc-2", "inc-3"}
    assert len(rows) == sample.warehouse.one("SELECT COUNT(*) FROM incident_rows")


def test_what_was_set_aside_and_delivered_twice_is_named(
    sample: Sample, tables: dict[str, list[dict[str, str]]]
) -> None:
    assert [row["line"] for row in tables["quarantine.csv"]] == ["8", "20"]
    assert len(tables["duplicates.csv"]) == sample.assessment["rows"]["duplicate"]


def test_no_cell_is_a_formula(tables: dict[str, list[dict[str, str]]]) -> None:
    cells = [cell for rows in tables.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r＝＋－＠" and cell]
    assert f"'{FORMULA}" in cells


def test_error_texts_that_are_no_codes_stay_out(sample: Sample, tmp_path: Path) -> None:
    sample.warehouse.run("BEGIN")
    try:
        sample.warehouse.run(
            "UPDATE loaded SET error = 'Your prompt \"my secret plan\" is too long' WHERE status = 503"
        )
        written = evidence(sample.warehouse, tmp_path)
    finally:
        sample.warehouse.run("ROLLBACK")
    text = "".join(path.read_text(encoding="utf-8") for path in written)
    assert "secret plan" not in text
    assert "(text left out)" in text
