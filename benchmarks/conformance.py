"""Conformance: one SQL text an analysis, the same rows through DuckDB and through a Spark cluster, results compared.

Run as `python -m benchmarks.conformance SPARK_PYTHON [ROWS]`, where SPARK_PYTHON is an interpreter with PySpark. Every
analysis feeds the next within its own engine, so that Spark's chain is all Spark's; SQLGlot writes its text. Results
are compared as multisets of whole rows, exactly; so are the tables that the product's own verbs make. Exit status: 0
all identical, 1 a difference, 2 not run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

import makegood
from benchmarks.awkward import ROWS, START_US
from benchmarks.product import GIVEN, LOST, MADE, run_product
from makegood.records.attempt import PACKED
from makegood.spans import month
from makegood.terms.measure import Counting, measured
from makegood.terms.population import Repeats
from makegood.terms.read import packs, pick

SOURCE = Path(makegood.__file__).parent
SPARK = Path(__file__).with_name("conformance_spark.py")
JAVA = "openjdk-17-jre-headless"
OLDEST_JAVA = 17
SHOWN = 3
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
PERIOD = month("2026-09", "UTC")
FIRST = START_US // 60_000_000
_COLUMNS = ", ".join(f"f.{name}" for name, _ in PACKED)
_UNPRICED = "w.amount_nano IS NULL AND w.box IN ('charged', 'unknown', 'caller') AND p.nano IS NOT NULL"

# What the product says in Python because files are pruned by it, keys are hashed or rows changed in place.
SUSPECTS = "SELECT * FROM attempts WHERE status < 200 OR status >= 300 OR usable = 0"
CANDIDATES = f"""
WITH twice AS (
  SELECT account, call_id FROM attempts WHERE call_id IS NOT NULL GROUP BY account, call_id HAVING COUNT(*) > 1
),
printed AS (
  SELECT account, model, fingerprint FROM faulty
  WHERE call_id IS NULL AND fingerprint IS NOT NULL AND fault = 'provider'
  GROUP BY account, model, fingerprint
)
SELECT {_COLUMNS} FROM attempts AS f JOIN twice AS t ON t.account = f.account AND t.call_id = f.call_id
UNION ALL
SELECT {_COLUMNS} FROM attempts AS f
JOIN printed AS p ON p.account = f.account AND p.model = f.model AND p.fingerprint = f.fingerprint
WHERE f.call_id IS NULL
UNION ALL
SELECT {_COLUMNS} FROM faulty AS f
LEFT JOIN twice AS t ON t.account = f.account AND t.call_id = f.call_id
LEFT JOIN printed AS p
  ON f.call_id IS NULL AND p.account = f.account AND p.model = f.model AND p.fingerprint = f.fingerprint
WHERE t.account IS NULL AND p.account IS NULL
"""
PRICED = f"""
SELECT w.row_id, w.call_no, w.place, w.basis, w.time_us, w.account, w.provider, w.service, w.model, w.region,
  w.request_id, w.status, w.error, w.fault, w.kind, w.charged, w.charge_basis, w.rule_no, w.input_tokens,
  w.cached_tokens, w.output_tokens, w.tokens,
  CASE WHEN {_UNPRICED} THEN p.nano ELSE w.amount_nano END AS amount_nano,
  CASE WHEN {_UNPRICED} THEN p.currency ELSE w.currency END AS currency, w.box
FROM unpriced AS w
LEFT JOIN priced AS p
  ON p.provider = w.provider AND p.model = w.model AND p.day = w.time_us // 86400000000
  AND p.input = w.input_tokens AND p.cached = w.cached_tokens AND p.output = w.output_tokens
"""


class NotRun(Exception):
    """The check could not be made; its text says what is missing."""


@dataclass(frozen=True)
class Analysis:
    """One statement with its parameters; the result becomes the table that later ones read."""

    table: str
    sql: str
    file: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def label(self) -> str:
        """What the printed line says of it."""
        return f"{self.file or self.table}{f' ({self.note})' if self.note else ''}"

    def text(self, dialect: str) -> str:
        """The statement in a dialect, its parameters written out and its tables renamed as `reads` says."""
        tree = sqlglot.parse_one(self.sql, read="duckdb").transform(self._bound)
        return tree.sql(dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)

    def _bound(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Parameter | exp.Placeholder):
            return exp.convert(self.params[node.name])
        if isinstance(node, exp.Table) and node.name in self.reads:
            return exp.to_table(self.reads[node.name]).as_(node.alias_or_name)
        return node


def _file(name: str, table: str = "", **more: Any) -> Analysis:
    stem = name.rsplit("/", 1)[-1]
    return Analysis(table or stem, (SOURCE / f"{name}.sql").read_text(encoding="utf-8"), f"{name}.sql", **more)


# The product puts attempts before a page's word and the shortest first; any one order will do here.
ORDER = """
SELECT incident, ROW_NUMBER() OVER (ORDER BY incident) AS turn
FROM (SELECT DISTINCT incident FROM incident_spans) AS told
"""


AUDITED = "SELECT '' AS part, * FROM attempts"
SINCE = START_US + 4 * 86_400_000_000
QUARTER = {"part": "1.1", "numerator": 1, "denominator": 4}


def chain() -> list[Analysis]:
    """Every analysis in the order in which one feeds the next; those of the terms come from `terms_of`."""
    zoom = {"first": FIRST, "width": 5, "end": FIRST + 10_080, "provider": "", "service": "", "model": "", "region": ""}
    near = zoom | {"first": FIRST + 1700, "width": 1, "end": FIRST + 1745, "provider": "openai"}
    return [
        Analysis("suspects", SUSPECTS, note="not plainly delivered"),
        _file("losses/faulty"),
        _file("incidents/minutes"),
        _file("incidents/span_rows", "incident_rows"),
        _file("incidents/edge_attempts"),
        _file("incidents/span_traffic"),
        Analysis("candidates", CANDIDATES, note="attempts of calls in question"),
        _file("losses/faulty", "members", reads={"suspects": "candidates"}, note="members"),
        _file("losses/calls"),
        _file("losses/billed"),
        _file("losses/waste", "unpriced", note="before prices"),
        Analysis("waste", PRICED, note="with list prices"),
        _file("watch/lost", params=LOST),
        _file("losses/boxes"),
        _file("losses/accounts"),
        _file("losses/wasted_accounts"),
        Analysis("incident_order", ORDER, note="which incident takes a charge"),
        _file("losses/hit_attempts"),
        _file("losses/hit_rows"),
        _file("losses/hit_waste"),
        _file("losses/hits"),
        _file("losses/exposure_turns", "turns"),
        _file("losses/exposure_calls"),
        Analysis("audited", AUDITED, note="the whole log, for an audit"),
        _file("losses/exposure_units", params={"since": SINCE}),
        _file("losses/exposure_rows", "replay_rows"),
        _file(
            "losses/exposure_units",
            "window_units",
            params={"since": SINCE},
            reads={"audited": "replay_rows"},
            note="windows",
        ),
        _file("losses/exposure_habits"),
        _file("losses/struck_faulty", params=QUARTER),
        _file("losses/detours", params={"grace_us": 900_000_000}),
        _file("reads/extent"),
        _file("reads/rates", params={"first": FIRST // 15 * 15, "width": 15}),
        _file("reads/zoom", "zoom_all", params=zoom, note="everything"),
        _file("reads/zoom", "zoom_near", params=near, note="one provider"),
        _file("reads/waste_bars"),
    ]


class _Listener:
    """Answers the terms' questions and remembers each statement with its parameters."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._connection = connection

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        if (sql, params) not in self.heard:
            self.heard.append((sql, params))
        return self._connection.execute(sql, params or None).fetchall()


def terms_of(connection: duckdb.DuckDBPyConnection) -> list[Analysis]:
    """The statements that measuring every promise of every pack puts to the tables, with the packs' own parameters."""
    heard, found = _Listener(connection), []
    for asked, note in _countings():
        before = len(heard.heard)
        measured(heard, asked)
        found += [(sql, params, note) for sql, params in heard.heard[before:]]
    files = {name: _file(f"terms/{name}") for name in ("measure_scopes", "measure_buckets", "measure_repeats")}
    return [
        Analysis(f"{name}_{number}", sql, one.file, params, note=note)
        for number, (sql, params, note) in enumerate(found, 1)
        for name, one in files.items()
        if sql.split("$provider")[0] == one.sql.split("$provider")[0]
    ]


def _countings() -> Iterator[tuple[Counting, str]]:
    """Every promise that a log can show, split as its text says and wholly, and with repeated failures left out."""
    for pack in packs():
        for promise in pick(pack, PERIOD.start).version.promises:
            if not promise.counted:
                continue
            name = f"{pack.terms} {promise.id}"
            yield Counting(pack, promise, PERIOD), f"{name}, its own split"
            yield Counting(pack, promise, PERIOD, ("service", "model", "region")), f"{name}, split wholly"
            repeats = Repeats(within_minutes=5, clause=promise.measure.aggregation.clause)
            rule = Counting(pack, promise, PERIOD).population.model_copy(update={"repeats": repeats})
            without = promise.model_copy(update={"population": rule})
            yield Counting(pack, without, PERIOD), f"{name}, without repeated failures"


def run_duckdb(folder: Path) -> tuple[list[Analysis], float]:
    """Run the chain in DuckDB; return all analyses and the seconds that they took."""
    out = folder / "duckdb"
    out.mkdir()
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "overflow")}) as connection:
        for table in GIVEN:
            connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{folder / 'given' / table}.parquet')")
        started, steps = time.perf_counter(), chain()
        for one in steps:
            _make(connection, one, out)
        terms = terms_of(connection)
        for one in terms:
            _make(connection, one, out)
    return [*steps, *terms], time.perf_counter() - started


def _make(connection: duckdb.DuckDBPyConnection, one: Analysis, out: Path) -> None:
    connection.execute(f"CREATE TABLE {one.table} AS {one.text('duckdb')}").fetchall()
    connection.execute(f"COPY {one.table} TO '{out / one.table}.parquet' (FORMAT parquet)").fetchall()


def run_spark(folder: Path, python: str, steps: Sequence[Analysis]) -> tuple[int, float]:
    """Run the chain in Spark; return how many executors there were and the seconds, start included."""
    plan = {
        "inputs": {table: str(folder / "given" / f"{table}.parquet") for table in GIVEN},
        "steps": [(one.table, one.text("spark")) for one in steps],
        "out": str(folder / "spark"),
        "scratch": str(folder / "scratch"),
    }
    path = folder / "plan.json"
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    started = time.perf_counter()
    done = subprocess.run([python, str(SPARK), str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRun("Spark stopped:\n" + "\n".join(done.stderr.strip().splitlines()[-12:]))
    return int(done.stdout.split()[-1]), time.perf_counter() - started


def compare(mine: str, theirs: str) -> tuple[int, list[str]]:
    """Rows of the first, and what differs: both are Parquet paths; rows count as often as they stand."""
    with duckdb.connect() as connection:
        ours, other = _columns(connection, mine), _columns(connection, theirs)
        rows = connection.execute(f"SELECT COUNT(*) FROM read_parquet('{mine}')").fetchall()[0][0]
        if list(ours) != list(other):
            return rows, [f"columns {list(ours)} and {list(other)}"]
        kinds = [
            f"column {name} is {ours[name]} and {other[name]}, not a whole number or text alike"
            for name in ours
            if _kind(ours[name]) != _kind(other[name]) or _kind(ours[name]) == "other"
        ]
        if kinds:
            return rows, kinds
        return rows, _only(connection, mine, theirs, "first") + _only(connection, theirs, mine, "second")


def _columns(connection: duckdb.DuckDBPyConnection, path: str) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
    return {row[0]: row[1] for row in described}


def _kind(kind: str) -> str:
    return "whole" if kind in WHOLE else "text" if kind == "VARCHAR" else "other"


def _only(connection: duckdb.DuckDBPyConnection, mine: str, theirs: str, which: str) -> list[str]:
    sql = f"SELECT * FROM read_parquet('{mine}') EXCEPT ALL SELECT * FROM read_parquet('{theirs}')"
    rows = connection.execute(f"SELECT * FROM ({sql}) ORDER BY ALL LIMIT {SHOWN}").fetchall()
    return [f"only in the {which}: {row}" for row in rows]


def unheard(steps: Sequence[Analysis]) -> list[str]:
    """Analyses of the package that no step runs; what the made month is written with is none."""
    files = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.sql") if "demo" not in path.parts}
    return sorted(files - {one.file for one in steps})


def verdicts(folder: Path, steps: Sequence[Analysis]) -> list[tuple[str, int, list[str]]]:
    """Label, rows and differences of every comparison: the two engines, then the product's tables."""
    found = []
    for one in steps:
        rows, faults = compare(f"{folder}/duckdb/{one.table}.parquet", f"{folder}/spark/{one.table}/*.parquet")
        found.append((one.label, rows, faults))
    for table in MADE:
        rows, faults = compare(f"{folder}/made/{table}.parquet", f"{folder}/spark/{table}/*.parquet")
        found.append((f"{table}, as the product makes it", rows, faults))
    found += [(file, 0, ["no step runs this analysis; add it to the chain"]) for file in unheard(steps)]
    return [
        (label, rows, faults or ([] if rows else ["no rows, so nothing was compared"])) for label, rows, faults in found
    ]


def java_missing() -> str:
    """Why Spark cannot find a Java that it runs on; empty when it can."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    if not java:
        return f"no 'java' {f'in JAVA_HOME ({home})' if home else 'on the path'}"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < OLDEST_JAVA:
        return f"{java} is Java {version[1] if version else 'of no known version'}"
    return ""


def need_java() -> None:
    """With CI=true Java is installed where it is missing; elsewhere say what to install."""
    missing = java_missing()
    if missing and os.environ.get("CI") == "true":
        sys.stdout.write(f"conformance: {missing}; installing {JAVA}\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", JAVA]):
            subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        missing = java_missing()
    if missing:
        raise NotRun(
            f"Spark needs Java {OLDEST_JAVA} or later: {missing}. Install it (Debian: apt-get install {JAVA}) or set "
            "JAVA_HOME; with CI=true it is installed here."
        )


def need_spark(python: str) -> None:
    """Raise NotRun unless that interpreter has PySpark."""
    if not shutil.which(python):
        raise NotRun(f"{python} is no interpreter; `make conformance` makes one with PySpark.")
    if subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False).returncode:
        raise NotRun(f"{python} has no PySpark; install requirements/conformance.txt there, or run `make conformance`.")


def check(python: str, rows: int) -> int:
    """Make the rows, run both engines, print a line an analysis; return how many failed."""
    need_java()
    need_spark(python)
    with tempfile.TemporaryDirectory(prefix="makegood-conformance-") as place:
        folder = Path(place)
        used = run_product(folder, rows)
        steps, duckdb_seconds = run_duckdb(folder)
        executors, spark_seconds = run_spark(folder, python, steps)
        found = verdicts(folder, steps)
    sys.stdout.write(
        f"{used:,} attempts, {datetime.now(UTC):%Y-%m-%d}; DuckDB {duckdb.__version__} {duckdb_seconds:.1f} s, "
        f"Spark with {executors} executors {spark_seconds:.1f} s, start included\n"
    )
    for label, count, faults in found:
        sys.stdout.write(f"{label:64} {count:>8,} rows  {'DIFFERENT' if faults else 'identical'}\n")
        sys.stdout.writelines(f"    {fault}\n" for fault in faults)
    failed = sum(bool(faults) for _, _, faults in found)
    sys.stdout.write(f"{len(found) - failed} passed, {failed} failed\n")
    return failed


def main() -> None:
    """The command line."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        failed = check(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else ROWS)
    except NotRun as reason:
        sys.stderr.write(f"conformance: not run. {reason}\n")
        sys.exit(2)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
