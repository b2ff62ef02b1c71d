"""Weighing: a hundred thousand accounts under one text, beside the same table by floats in SQL; sums asserted.

Run as `python -m benchmarks.weighing [ACCOUNTS]`; the default is 100,000. Writes benchmarks/weighing.md.
"""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from makegood.money import Money, quantized
from makegood.spans import month, to_us
from makegood.terms.case import Case
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.read import find, pick
from makegood.terms.verdict import Verdict
from makegood.terms.weigh_many import weigh_many

ACCOUNTS = 100_000
PAGE = Path(__file__).with_name("weighing.md")
JUNE = month("2026-06")
BUCKET = 5
TOTAL = int(JUNE.minutes) // BUCKET
FIRST = to_us(JUNE.start) // 60_000_000
EDGE = 50  # one account in so many lost 8.64 of 8,640 intervals: 99.9 % exactly, which is not below it
EXACT = ((27, 8, 25), (72, 3, 25), (12, 18, 25), (48, 9, 50), (96, 9, 100), (216, 1, 25))  # buckets, errors, of valid
Rows = list[tuple[int, int, int]]
# What one writes first: rates as doubles, a mean, a table of cases, rounded to cents.
PLAIN = """
WITH lost AS (
  SELECT account, SUM(errors / valid) AS intervals FROM buckets GROUP BY account
), figures AS (
  SELECT bills.account, bill, 100 * (1 - COALESCE(intervals, 0) / {total}) AS uptime
  FROM bills LEFT JOIN lost USING (account)
), rows AS (
  SELECT account, bill, CASE WHEN uptime >= 99.9 THEN 0 WHEN uptime >= 99.0 THEN 10
    WHEN uptime >= 95.0 THEN 25 ELSE 100 END AS percent FROM figures
)
SELECT account, percent, bill * percent / 100 AS credit FROM rows
"""


def made(accounts: int) -> list[tuple[Rows, Decimal]]:
    """Failing buckets and the bill of each account: most lose little, one in ten meets a long outage."""
    dice, found = random.Random(20260601), []
    for number in range(accounts):
        bill = Decimal(dice.randint(1, 2_000_000)) / 100
        if number % EDGE == 0:
            many, errors, valid = dice.choice(EXACT)
            rows = [(FIRST + BUCKET * at, valid, errors) for at in sorted(dice.sample(range(TOTAL), many))]
        else:
            many = dice.choice((0, 0, 1, 3, 8, 20, 40)) if number % 10 else dice.randint(60, 500)
            rows = []
            for at in sorted(dice.sample(range(TOTAL), many)):
                valid = dice.randint(1, 60)
                rows.append((FIRST + BUCKET * at, valid, dice.randint(1, valid)))
        found.append((rows, bill))
    return found


def cases(world: list[tuple[Rows, Decimal]]) -> list[Case]:
    """The same as cases; idle intervals are perfect, so those without failure need no counting."""
    return [
        Case(
            JUNE,
            IntervalCounts(JUNE, BUCKET, *columns(rows), 0, sum(row[1] for row in rows) + 1, "given"),
            JUNE.end,
            bill=Money(bill, "USD"),
        )
        for rows, bill in world
    ]


def row(verdicts: tuple[Verdict, ...]) -> tuple[str, Fraction]:
    """Percentage and unrounded credit of an account: what is taken from its verdict, which is made in full."""
    (verdict,) = verdicts
    return str(int(verdict.percent or 0)), verdict.computed.exact if verdict.computed else Fraction(0)


def ours(world: list[tuple[Rows, Decimal]], workers: int) -> dict[str, Any]:
    """Every verdict with its steps, readings, deadline and what a claim must hold."""
    terms, prepared = pick(find("amazon-bedrock"), JUNE.start), cases(world)
    started = time.perf_counter()
    rows: Counter[str] = Counter()
    total = Fraction(0)
    for percent, exact_credit in weigh_many(terms, prepared, row, workers):
        rows[percent] += 1
        total += exact_credit
    return {"wall": time.perf_counter() - started, "rows": dict(rows), "total": str(total)}


def plain(world: list[tuple[Rows, Decimal]]) -> dict[str, Any]:
    """The percentage and the amount alone, by DuckDB on doubles."""
    import duckdb

    sql = duckdb.connect()
    sql.execute("CREATE TABLE bills (account INT, bill DECIMAL(18,2))")
    sql.execute("CREATE TABLE buckets (account INT, valid DOUBLE, errors DOUBLE)")
    _fill(sql, world)
    started = time.perf_counter()
    answer = sql.execute(PLAIN.format(total=TOTAL)).fetchall()
    wall = time.perf_counter() - started
    rows = Counter(str(percent) for _, percent, _ in answer)
    return {"wall": wall, "rows": dict(rows), "percents": {account: percent for account, percent, _ in answer}}


def _fill(sql: Any, world: list[tuple[Rows, Decimal]]) -> None:
    import numpy

    lengths = [len(rows) for rows, _ in world]
    bills = {"account": numpy.arange(len(world)), "cents": numpy.array([int(bill * 100) for _, bill in world])}
    flat = numpy.array([row[1:] for rows, _ in world for row in rows], dtype=numpy.int64)
    buckets = {"account": numpy.repeat(numpy.arange(len(world)), lengths), "valid": flat[:, 0], "errors": flat[:, 1]}
    sql.register("bills_in", bills)
    sql.register("buckets_in", buckets)
    sql.execute("INSERT INTO bills SELECT account, CAST(cents AS DECIMAL(18, 2)) / 100 FROM bills_in")
    sql.execute("INSERT INTO buckets SELECT account, valid, errors FROM buckets_in")


def exact(world: list[tuple[Rows, Decimal]]) -> tuple[Fraction, dict[int, int]]:
    """What must come out, by plain fractions: the sum of all credits, and the percentage of each account."""
    total, percents = Fraction(0), {}
    for number, (rows, bill) in enumerate(world):
        lost: Counter[int] = Counter()
        for _, valid, errors in rows:
            lost[valid] += errors
        uptime = 100 * (1 - sum((Fraction(errors, valid) for valid, errors in lost.items()), Fraction(0)) / TOTAL)
        edges = ((Fraction("99.9"), 0), (Fraction(99), 10), (Fraction(95), 25))
        percents[number] = next((percent for edge, percent in edges if uptime >= edge), 100)
        total += Fraction(bill) * percents[number] / 100
    return total, percents


def main() -> None:
    """Run each contender in a process of its own, compare, and write the page."""
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        _one(sys.argv[2], int(sys.argv[3]))
        return
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    runs = {name: _run(name, accounts) for name in ("one", "two", "plain")}
    total, percents = exact(made(accounts))
    rows = dict(Counter(str(percent) for percent in percents.values()))
    for name in ("one", "two"):
        if (runs[name]["total"], runs[name]["rows"]) != (str(total), rows):
            raise AssertionError(f"'{name}' differs from the plain fractions")
    theirs = runs["plain"].pop("percents")
    wrong = sum(1 for number, percent in percents.items() if theirs[str(number)] != percent)
    text = _page(accounts, runs, total, wrong)
    if accounts == ACCOUNTS:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def _run(name: str, accounts: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.weighing", "--one", name, str(accounts)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def _one(name: str, accounts: int) -> None:
    world = made(accounts)
    answer = plain(world) if name == "plain" else ours(world, {"one": 1, "two": 2}[name])
    answer["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(json.dumps(answer))


def _page(accounts: int, runs: dict[str, dict[str, Any]], total: Fraction, wrong: int) -> str:
    says = {
        "one": "makegood, one process: verdicts with steps, readings, deadline, contents",
        "two": "makegood, two processes, the same",
        "plain": "SQL on doubles (DuckDB): percentage and amount alone",
    }
    return "\n".join(
        [
            "# Weighing",
            "",
            f"`python -m benchmarks.weighing`, {datetime.now(UTC):%Y-%m-%d}; {platform.system()}, {os.cpu_count()} "
            f"processors, Python {platform.python_version()}. {accounts:,} accounts under the terms of Amazon Bedrock "
            f"for one month, one in {EDGE} exactly on the edge of 99.9 %. Making the cases is not timed.",
            "",
            "| what | time | a case | peak memory |",
            "|---|---|---|---|",
            *(
                f"| {says[name]} | {run['wall']:.1f} s | {run['wall'] / accounts * 1e6:.0f} µs | {run['rss']:.2f} GiB |"
                for name, run in runs.items()
            ),
            "",
            f"The sum of all credits, {quantized(total, 2, 'half_up'):,} USD before rounding each, and the number of "
            "accounts in each row agree with plain fractions to the last digit. The doubles put "
            f"{wrong:,} accounts into a wrong row.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
