"""The conformance check: it runs every analysis, meets the cases it is for, and can fail."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import conformance
from benchmarks.conformance import Analysis, NotRun, compare, java_missing, need_java, need_spark, run_duckdb, unheard
from benchmarks.product import MADE, run_product

ROWS = 6000


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Analysis]]:
    """A small week through the product and through the chain of statements in DuckDB."""
    folder = tmp_path_factory.mktemp("conformance")
    run_product(folder, ROWS)
    return folder, run_duckdb(folder)[0]


def test_every_analysis_of_the_package_is_run(ran: tuple[Path, list[Analysis]]):
    folder, steps = ran
    assert unheard(steps) == []
    assert unheard([one for one in steps if one.file != "losses/calls.sql"]) == ["losses/calls.sql"]
    empty = [one.label for one in steps if not compare(*[f"{folder}/duckdb/{one.table}.parquet"] * 2)[0]]
    assert empty == []


@pytest.mark.parametrize("table", MADE)
def test_the_chain_gives_what_the_product_gives(ran: tuple[Path, list[Analysis]], table: str):
    folder, _ = ran
    assert compare(f"{folder}/made/{table}.parquet", f"{folder}/duckdb/{table}.parquet")[1] == []


def test_the_awkward_cases_are_in_the_rows(ran: tuple[Path, list[Analysis]]):
    folder, _ = ran
    query = f"SELECT DISTINCT {{}} FROM read_parquet('{folder}/duckdb/{{}}.parquet') ORDER BY 1"
    met = {
        (column, table): {row[0] for row in duckdb.sql(query.format(column, table)).fetchall()}
        for column, table in (("basis", "calls"), ("kind", "waste"), ("box", "waste"), ("charge_basis", "waste"))
    }
    assert met["basis", "calls"] == {"call_id", "fingerprint", "single"}
    assert met["kind", "waste"] == {"unusable", "failed", "duplicate", "caller", "unclear"}
    assert met["box", "waste"] == {"charged", "not_charged", "unknown", "caller", "caller_in_doubt", "none"}
    assert met["charge_basis", "waste"] == {"log", "bill", "rule", "none"}


def test_attempts_of_one_moment_stand_in_one_order_wherever_their_rows_stood(ran: tuple[Path, list[Analysis]]):
    folder, steps = ran
    calls = next(one for one in steps if one.table == "calls").text("duckdb")
    with duckdb.connect() as connection:
        place = "SELECT * EXCLUDE (row_id, call_no, key_turn) FROM"
        for name, order in (("there", "row_id"), ("back", "-row_id")):
            members = f"SELECT * REPLACE ({order} AS row_id) FROM '{folder}/duckdb/members.parquet' ORDER BY {order}"
            connection.execute(f"CREATE OR REPLACE TABLE members AS {members}").fetchall()
            connection.execute(f"COPY ({place} ({calls})) TO '{folder}/{name}.parquet'").fetchall()
    assert compare(f"{folder}/there.parquet", f"{folder}/back.parquet")[1] == []


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        ("SELECT 1 AS a", "SELECT 2 AS a", ["only in the first: (1,)", "only in the second: (2,)"]),
        ("SELECT 1 AS a UNION ALL SELECT 1", "SELECT 1 AS a", ["only in the first: (1,)"]),
        ("SELECT CAST(NULL AS INT) AS a", "SELECT 0 AS a", ["only in the first: (None,)", "only in the second: (0,)"]),
        ("SELECT 1 AS a", "SELECT 1 AS b", ["columns ['a'] and ['b']"]),
        (
            "SELECT SUM(1) AS a",  # a HUGEINT, which Parquet can only hold as a float
            "SELECT 1 AS a",
            ["column a is DOUBLE and INTEGER, not a whole number or text alike"],
        ),
        ("SELECT 1 AS a, NULL::VARCHAR AS b", "SELECT 1::BIGINT AS a, NULL::VARCHAR AS b", []),
    ],
)
def test_a_difference_is_seen(tmp_path: Path, mine: str, theirs: str, said: list[str]):
    for name, sql in (("mine", mine), ("theirs", theirs)):
        duckdb.execute(f"COPY ({sql}) TO '{tmp_path / name}.parquet'").fetchall()
    assert compare(f"{tmp_path}/mine.parquet", f"{tmp_path}/theirs.parquet")[1] == said


def test_parameters_are_written_out_for_any_engine():
    one = Analysis("t", "SELECT m // $w AS p FROM minutes WHERE x = $x", params={"w": 5, "x": "o'hara\\ 모델"})
    assert one.text("spark") == r"SELECT m DIV 5 AS p FROM minutes WHERE x = 'o\'hara\\ 모델'"


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_missing() == f"no 'java' in JAVA_HOME ({tmp_path})"
    with pytest.raises(NotRun, match=r"Java 17 or later.*apt-get install openjdk-17-jre-headless"):
        need_java()


def test_with_ci_java_is_installed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    asked: list[list[str]] = []
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(conformance, "java_missing", lambda: "" if len(asked) == 2 else "no 'java' on the path")
    monkeypatch.setattr(conformance.subprocess, "run", lambda command, **_: asked.append(command))
    need_java()
    assert [command[1] for command in asked] == ["update", "install"]
    assert asked[1][-1] == conformance.JAVA
    assert "installing" in capsys.readouterr().out


def test_an_interpreter_without_pyspark_is_told(tmp_path: Path):
    with pytest.raises(NotRun, match="is no interpreter"):
        need_spark(str(tmp_path / "python"))
