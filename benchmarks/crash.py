"""Crash: campaigns of 100,000 accounts whose workers are killed, on both engines; nothing lost, nothing double.

`python -m benchmarks.crash [KILLS]` kills so many workers (5,000 where nothing is said), half of them on each engine,
and writes benchmarks/crash.md; `--dry` writes nothing. It ends with 1 and the faults where there are any.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from makegood.store.points import POINTS
from tests.crash.harness import ANY, WORKERS, Outcome, Plan, run
from tests.crash.stage import serving

PAGE = Path(__file__).with_name("crash.md")
ENGINES = ("sqlite", "postgresql")
ACCOUNTS, KILLS = 100_000, 5_000
A_ROUND = 420  # more kills do not fit into one campaign
STOPS = 40  # one stop of PostgreSQL for so many kills there
MOST_ROUNDS = 3  # so many times as many rounds as are planned


def main() -> None:
    """Kill, and say what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--dry", action="store_true", help="write no page")
    asked = parser.parse_args()
    started, outcomes = time.monotonic(), []
    for outcome in _rounds(asked.kills, asked.accounts, asked.seed):
        outcomes.append(outcome)
        sys.stdout.write(_line(outcome) + "\n")
        sys.stdout.flush()
        if outcome.faults:
            sys.exit("\n".join([f"{len(outcome.faults)} faults, seed {asked.seed}:", *outcome.faults[:20]]))
    seconds = time.monotonic() - started
    short = [engine for engine in ENGINES if sum(_kills(outcomes, engine).values()) < asked.kills // 2]
    missed = [point for point in POINTS for engine in ENGINES if not _kills(outcomes, engine)[point]]
    if short or missed:
        sys.exit(f"too few kills on {short}, or none at {missed}")
    if not asked.dry:
        PAGE.write_text(_page(outcomes, asked.kills, seconds), encoding="utf-8")
    sys.stdout.write(f"{sum(one.killed for one in outcomes)} kills in {seconds:.0f} s: nothing lost, nothing double\n")


def _rounds(kills: int, accounts: int, seed: int) -> Iterator[Outcome]:
    """Rounds by turns of the engines; the billing system is a file that drops repeats, or one that books them twice."""
    left = dict.fromkeys(ENGINES, kills // 2)
    planned = -(-left[ENGINES[0]] // A_ROUND)
    for turn in range(planned * MOST_ROUNDS):
        for place, engine in enumerate(ENGINES):
            if left[engine] <= 0:
                continue
            share = -(-left[engine] // max(1, planned - turn))
            stops = -(-share // STOPS) if engine == "postgresql" else 0
            gullible = (turn + place) % 2 == 1
            with serving() as server:
                outcome = run(Plan(engine, share, accounts, stops, gullible, seed=seed + turn), server)
            left[engine] -= outcome.killed
            yield outcome


def _kills(outcomes: Sequence[Outcome], engine: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in outcomes:
        found.update(one.kills if one.plan.engine == engine else {})
    return found


def _line(one: Outcome) -> str:
    billing = "one that books twice" if one.plan.gullible else "a file"
    return (
        f"{one.plan.engine}, billing by {billing}: {one.killed} kills, {one.stops} stops of the server, "
        f"{one.stood_still} stood still, {one.posted:,} postings, {one.notices.get('doubt', 0):,} notices in doubt, "
        f"{one.looks} looks, {one.seconds:.0f} s"
    )


def _page(outcomes: Sequence[Outcome], kills: int, seconds: float) -> str:
    by_engine = {engine: _kills(outcomes, engine) for engine in ENGINES}
    total = sum(one.killed for one in outcomes)
    doubt = sum(one.notices.get("doubt", 0) for one in outcomes)
    posted = sum(one.posted for one in outcomes)
    names = (*POINTS, ANY)
    return "\n".join(
        [
            "# Workers killed amid a campaign",
            "",
            f"`python -m benchmarks.crash {kills}`, {datetime.now(UTC):%Y-%m-%d}; {platform.system()}, "
            f"{os.cpu_count()} processors, Python {platform.python_version()}; {seconds:.0f} s.",
            "",
            f"**{total:,} workers were killed with SIGKILL in {len(outcomes)} campaigns of "
            f"{outcomes[0].plan.accounts:,} accounts; nothing was lost and nothing was double.** PostgreSQL was "
            f"stopped {sum(one.stops for one in outcomes)} times with `pg_ctl stop -m immediate` amid the work and "
            f"started again, and a worker stood still for longer than its lease "
            f"{sum(one.stood_still for one in outcomes)} times.",
            "",
            f"Each campaign is drawn, approved and started once; then {WORKERS} processes post its waves in parts of "
            "250, 500 or 750 lines, make the notices, send the parcels to a billing system and the notices to a "
            "letter-box, 200 at once. The billing system is the file outlet, which drops repeats, or one that books "
            "whatever comes, so that only the book's own care keeps a parcel from being booked twice. Another worker "
            "is forked where one died. The clock is simulated, so that the leases of the dead run out.",
            "",
            "| where | SQLite | PostgreSQL |",
            "|---|---|---|",
            *(f"| {_shown(name)} | {by_engine['sqlite'][name]} | {by_engine['postgresql'][name]} |" for name in names),
            f"| all | {sum(by_engine['sqlite'].values()):,} | {sum(by_engine['postgresql'].values()):,} |",
            "",
            f"After each kill ({sum(one.looks for one in outcomes):,} looks): postings = the chunks' sums = leaves "
            "under the log's head = rows of the outbox; positions without gaps; chunks tile the lines; each new "
            "posting is the line that its chunk says, to the minor unit, and its account's first; no posting that was "
            "there is gone; no more is spent than the budget; what the billing system and the customers have is in "
            "the book, once.",
            "",
            "At each end, from the tables alone: each account has its line's amount, once; the legs sum to 0 and the "
            "campaign's expense is the sum of its lines; every leaf and the root of every head are reckoned again; "
            "the billing system holds each posting once, with its amount; each posting has its notice, which is in "
            f"the letter-box once, or in doubt ({doubt:,} of {posted:,}: their worker died after it had noted that "
            "they were leaving, so that they are not sent again by themselves); the journal's chain is whole; the "
            "allocation is the one that was signed; the campaign is finished.",
            "",
            "That this finds faults is a test of its own: `tests/crash/test_crash.py` plants four of them.",
            "",
        ]
    )


def _shown(name: str) -> str:
    return name if name == ANY else f"`{name}`"


if __name__ == "__main__":
    main()
