"""The page that benchmarks.book writes: what was measured, beside what, and whether the goals are reached."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
GOALS = {"postgresql": 25_000, "sqlite": 50_000}
SINGLES, P99_MS, AUDIT_S = 2_000, 25, 30
PARTS = (10_000, 50_000)
CALLERS = 32
Answer = dict[str, Any]
Runs = dict[str, dict[str, Answer]]  # by engine, then by the name of the measurement


@dataclass(frozen=True)
class Measured:
    """Everything that the page tells."""

    accounts: int
    runs: Runs
    server: str
    load: float


def page(measured: Measured) -> str:
    """The page, in Markdown."""
    accounts, runs = measured.accounts, measured.runs
    found = [
        f"# The book\n\n`python -m benchmarks.book`, {datetime.now(UTC):%Y-%m-%d}; {platform.system()}, "
        f"{os.cpu_count()} processors, Python {platform.python_version()}; {measured.server}; SQLite "
        f"{sqlite3.sqlite_version} (WAL, synchronous FULL). Every measurement in a process of its own, one after the "
        f"other. The machine's load before the first was {measured.load:.1f}; how long the measured thread stood ready "
        "without a processor, which others had, is in the columns `waited`.",
        f"## {accounts:,} awards",
        "Posted by `post_wave` from a frozen allocation that another human approved: each with its reasons, both legs, "
        "its outbox row and its leaf in the log, in parts of one transaction each. `plain` is what one would write "
        "instead: a table of campaign, account and amount, filled by COPY and INSERT ... ON CONFLICT DO NOTHING "
        f"(SQLite: INSERT OR IGNORE), a commit every {PARTS[0]:,}. The rerun puts every posting again and finds it "
        "there.",
        _table(
            "database | what | time | awards/s | of plain's speed | processor time | waited | peak memory",
            [row for engine, one in runs.items() for row in _awards(accounts, ENGINES[engine], one)],
        ),
        f"Goals: {_goals({engine: _posted(accounts, one) for engine, one in runs.items()})} Asserted after every "
        f"run: {accounts:,} postings, one an account; their sum that of the allocation and of the plain table; legs "
        "that sum to 0; an outbox row each; a log whose root is that of the leaves reckoned anew from the rows, and "
        "the same for both databases and all parts; after the rerun, nothing changed. Processor time and memory are "
        "those of the process that posts, without the database's own.",
        f"The draw itself, from hits to a kept and hashed allocation: {_draws(runs)}.",
        "## Single credits on one hot account",
        "One cent each to the same account by the same human, with the limit raised; durable when acknowledged. "
        f"`give_together` with {CALLERS} callers on threads, and with one; `give_award` is a transaction for each.",
        _table(
            "database | what | credits | credits/s | p50 | p99 | longest | commits",
            [row for engine, one in runs.items() for row in _singles(ENGINES[engine], one)],
        ),
        f"Goal: {SINGLES:,}/s with a p99 of at most {P99_MS} ms. {_single_goals(runs)}",
        f"## Audit of {accounts:,} postings",
        _table(
            "database | time | findings | waited | peak memory",
            [
                f"{ENGINES[engine]} | {one['wall']:.1f} s | 0 | {one['waited']:.1f} s | {one['rss']:.2f} GiB"
                for engine, one in ((engine, one["audited"]) for engine, one in runs.items())
            ],
        ),
        f"Goal: {AUDIT_S} s. " + _reached({engine: one["audited"]["wall"] <= AUDIT_S for engine, one in runs.items()}),
    ]
    return "\n\n".join(found) + "\n"


def _table(head: str, rows: list[str]) -> str:
    rule = "|".join("---" for _ in head.split("|"))
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rows)])


def _awards(accounts: int, engine: str, found: dict[str, Answer]) -> Iterator[str]:
    named = [(f"parts of {size:,}", found[f"posted {size}"]) for size in PARTS]
    named += [("plain", found["plain"])]
    named += [("the rerun of everything", found["again"]), ("the rerun of plain", found["plain"]["again"])]
    for said, one in named:
        bare, wall = found["plain"]["again"] if "rerun" in said else found["plain"], one["wall"]
        yield (
            f"{engine} | {said} | {wall:.1f} s | {accounts / wall:,.0f} | {bare['wall'] / wall:.2f} | "
            f"{one['processor']:.1f} s | {one['waited']:.1f} s | {one['rss']:.2f} GiB"
        )


def _posted(accounts: int, found: dict[str, Answer]) -> float:
    return float(max(accounts / found[f"posted {size}"]["wall"] for size in PARTS))


def _goals(best: dict[str, float]) -> str:
    told = ", ".join(f"{ENGINES[engine]} {GOALS[engine]:,}/s" for engine in best)
    return f"{told}. {_reached({engine: rate >= GOALS[engine] for engine, rate in best.items()})}"


def _reached(good: dict[str, bool]) -> str:
    return " ".join(f"{ENGINES[engine]}: {'reached' if one else 'not reached'}." for engine, one in good.items())


def _draws(runs: Runs) -> str:
    return ", ".join(
        f"{one['wall']:.0f} s on {ENGINES[engine]} ({one['waited']:.0f} s of it waited, {one['rss']:.1f} GiB)"
        for engine, one in ((engine, found["drawn"]) for engine, found in runs.items())
    )


def _singles(engine: str, found: dict[str, Answer]) -> Iterator[str]:
    says = {"together": f"`give_together`, {CALLERS} callers", "one caller": "the same, one caller"}
    for name, said in (says | {"give_award": "`give_award`, one caller"}).items():
        one = found[name]
        ms = " | ".join(f"{one[figure]:.1f} ms" for figure in ("p50", "p99", "most"))
        rate = one["count"] / one["wall"]
        yield f"{engine} | {said} | {one['count']:,} | {rate:,.0f} | {ms} | {one['commits']:,}"


def _single_goals(runs: Runs) -> str:
    together = {engine: found["together"] for engine, found in runs.items()}
    return _reached(
        {engine: one["count"] / one["wall"] >= SINGLES and one["p99"] <= P99_MS for engine, one in together.items()}
    )
