"""Analysis SQL stays in the subset that every engine reads the same way."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tests.house.source import SOURCE

FILES = sorted(SOURCE.rglob("*.sql"))
# Part of the face that makes a month, not of any analysis; it runs in DuckDB only.
ANALYSES = [path for path in FILES if "demo" not in path.parts]
ALLOWED = {
    exp.Select, exp.With, exp.CTE, exp.Subquery, exp.Union, exp.From, exp.Join, exp.Where, exp.Group, exp.Having,
    exp.Order, exp.Ordered, exp.Limit, exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier,
    exp.Star, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE,
    exp.GT, exp.GTE, exp.In, exp.Is, exp.Between, exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod, exp.Neg, exp.Case,
    exp.If, exp.Coalesce, exp.Cast, exp.DataType, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Window, exp.WindowSpec,
    exp.RowNumber, exp.Lag, exp.Placeholder, exp.Parameter, exp.Var, exp.Tuple, exp.Concat, exp.DPipe,
}  # fmt: skip
CAST_TO = {exp.DataType.Type.BIGINT, exp.DataType.Type.INT, exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT}


def _tree(path: Path) -> exp.Expression:
    return sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.name)
def test_only_what_is_allowed(path: Path):
    strange = {type(node).__name__ for node in _tree(path).walk() if type(node) not in ALLOWED}
    assert strange == set()


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.name)
def test_every_sum_is_an_integer(path: Path):
    for total in _tree(path).find_all(exp.Sum):
        around = total.parent.parent if isinstance(total.parent, exp.Window) else total.parent
        assert isinstance(around, exp.Cast), f"{total.sql()} is not wrapped in CAST(... AS BIGINT)"
        assert around.to.this == exp.DataType.Type.BIGINT


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.name)
def test_casts_stay_whole_numbers_and_text(path: Path):
    assert [cast.sql() for cast in _tree(path).find_all(exp.Cast) if cast.to.this not in CAST_TO] == []


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.name)
def test_other_engines_can_be_told_the_same(path: Path):
    for dialect in ("spark", "clickhouse", "bigquery"):
        assert sqlglot.transpile(path.read_text(encoding="utf-8"), read="duckdb", write=dialect)[0]


def test_an_unknown_function_is_noticed():
    tree = sqlglot.parse_one("SELECT epoch_us(t) FROM a", read="duckdb")
    assert {type(node).__name__ for node in tree.walk() if type(node) not in ALLOWED} != set()
