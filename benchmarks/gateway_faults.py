"""Gateway under faults: what is recorded beside what the demo providers counted, kills, an outage, canary secrets.

`python -m benchmarks.gateway_faults [CALLS]` makes so many calls under random faults (10,000 where nothing is said),
kills gateways under the same load, loses a provider three times and hides CALLS canary secrets, and writes
benchmarks/gateway_faults.md; `--dry` writes nothing. It ends with 1 and the faults where there are any.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from makegood.acts.attempts.points import POINTS
from tests.gateway.campaign import ANY, STOPPED, Campaign, Outcome, campaign
from tests.gateway.canaries import Searched, canaries
from tests.gateway.load import Load
from tests.gateway.outage import SLICE_MS, Outage, Survived, outage
from tests.gateway.rig import Pace

PAGE = Path(__file__).with_name("gateway_faults.md")
CALLS, ROUNDS = 10_000, 4
AT_ANY_MOMENT = 20  # and once at each named point, in each round
WHATS = ("error_503", "reset_before", "timeout_before")
USUAL = Pace(connect=3.0, first_byte=3.0, between=3.0, failures=5, open_seconds=5.0, open_most=60.0, ramp=10.0)
MOST_FAILED = 1


def main() -> None:
    """Make it all, and say what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", nargs="?", type=int, default=CALLS)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--dry", action="store_true", help="write no page")
    asked = parser.parse_args()
    started = time.monotonic()
    plain = _made(lambda folder: campaign(folder, _campaign(asked.calls, asked.seed)))
    _say(f"{plain.reckoned}; {len(plain.faults)} faults")
    killed = []
    for turn in range(ROUNDS):
        seed = asked.seed + 1 + turn
        killed.append(_made(lambda folder, seed=seed: campaign(folder, _campaign(10**6, seed, POINTS))))
        _say(f"{killed[-1].reckoned}; {dict(killed[-1].ends)}; {len(killed[-1].faults)} faults")
    outages = {}
    for what in WHATS:
        lost = Outage(what, before=3, amid=20, after=35, pace=USUAL, seed=asked.seed)
        outages[what] = _made(lambda folder, o=lost: outage(folder, o))
        _say(f"{what}: {outages[what]}")
    searched = _made(lambda folder: canaries(folder, asked.calls, asked.seed))
    _say(f"{searched.secrets} secrets, {len(searched.found)} found")
    faults = _faults(plain, killed, outages, searched)
    if faults:
        sys.exit("\n".join([f"{len(faults)} faults, seed {asked.seed}:", *faults[:30]]))
    if not asked.dry:
        PAGE.write_text(_page(asked, (plain, killed, outages, searched), time.monotonic() - started), encoding="utf-8")


def _campaign(calls: int, seed: int, points: tuple[str, ...] = ()) -> Campaign:
    load = Load(
        calls, at_once=32 if points else 48, seed=seed, openai_model="both", anthropic_model="both-a",
        awaits=True,
    )  # fmt: skip
    return Campaign(load, points, AT_ANY_MOMENT if points else 0, share=Fraction(2, 100), seed=seed)


def _made(make: Callable[[Path], Coroutine[Any, Any, Any]]) -> Any:
    with tempfile.TemporaryDirectory(prefix="makegood-gateway-") as folder:
        return asyncio.run(make(Path(folder)))


def _faults(plain: Outcome, killed: list[Outcome], outages: dict[str, Survived], searched: Searched) -> list[str]:
    faults = [*plain.faults, *(fault for one in killed for fault in one.faults), *searched.found]
    for what, one in outages.items():
        faults += [f"{what}: {fault}" for fault in one.faults]
        if one.opened is None:
            faults.append(f"{what}: no breaker opened")
        elif one.failed_per_thousand_after_opening() > MOST_FAILED:
            faults.append(f"{what}: {one.failed_per_thousand_after_opening():.2f} failed of 1,000 after opening")
    return faults


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


Results = tuple[Outcome, list[Outcome], dict[str, Survived], Searched]


def _page(asked: argparse.Namespace, results: Results, seconds: float) -> str:
    plain, killed, outages, searched = results
    machine = f"{platform.system()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    head = f"`python -m benchmarks.gateway_faults {asked.calls} --seed {asked.seed}`, {datetime.now(UTC):%Y-%m-%d}"
    return "\n".join(
        [
            "# The gateway under faults",
            "",
            f"{head}; {machine}; {seconds:.0f} s.",
            "",
            "Two demo providers of one machine, a gateway before them in a process of its own, and callers of both "
            "wires: chat, responses, embeddings and messages, two fifths of them streamed, 2 % of callers hang up "
            "midway, 20 % try again once as client libraries do. Each provider counts every request with what it did, "
            "served and charged; the rows that the gateway recorded are held beside that.",
            "",
            *_plain(plain),
            *_killed(killed),
            *_outages(outages),
            *_searched(searched),
        ]
    )


def _plain(one: Outcome) -> list[str]:
    told = one.reckoned
    faulty = sum(count for kind, count in told.kinds.items() if kind not in ("fine", "slow_drip"))
    return [
        "## Recorded is what was counted",
        "",
        f"**{one.loaded.calls():,} calls, {told.met:,} requests counted by the providers, {told.met:,} of them "
        f"recorded, each once.** {faulty:,} of them met one of {len(told.kinds) - 1} misbehaviours, drawn by seed: 2 % "
        "each at the first provider, 1 % at the second. Ids, statuses, models and services agree; so do the tokens of "
        f"every answer that told its usage ({told.tokens:,} in all); every answer that was cut, empty, malformed or "
        f"turned into an error is recorded as not usable. {told.left:,} rows are of callers who had hung up. "
        f"{told.unmet:,} more rows are of attempts that reached no provider, as their callers left before.",
        "",
    ]


def _killed(rounds: list[Outcome]) -> list[str]:
    ends = sum((one.ends for one in rounds), start=type(rounds[0].ends)())
    kills = sum(count for end, count in ends.items() if end != STOPPED)
    met, whole = sum(one.reckoned.met for one in rounds), sum(len(one.loaded.whole()) for one in rounds)
    stopped = sum(one.reckoned.stopped for one in rounds)
    return [
        "## Killed",
        "",
        f"**{kills} gateways were killed with SIGKILL under the same load; nothing answered was lost, nothing is "
        f"double.** All {whole:,} answers that a caller had whole are recorded with their end. All {met:,} requests "
        f"that the providers counted are recorded, once: {stopped:,} of them as begun, since nobody lived to see their "
        "end. A journal was sealed every 200 rows. A gateway kills itself at a named point of the recorder, or is "
        "killed at any moment; the next one starts at once.",
        "",
        "| where | kills |",
        "|---|---|",
        *(f"| `{point}` | {ends[point]} |" for point in POINTS if ends[point]),
        f"| {ANY} | {ends[ANY]} |",
        "",
        *_never(ends),
    ]


def _never(ends: Any) -> list[str]:
    never = [f"`{point}`" for point in POINTS if not ends[point]]
    if not never:
        return []
    return [f"Not come by in these lives: {', '.join(never)}; the recorder's own tests kill there.", ""]


def _outages(outages: dict[str, Survived]) -> list[str]:
    lines = [
        "## A total outage under load",
        "",
        "The first of two providers is lost for 20 s amid the load (24 callers who ask again at once; all in one "
        "process here) and comes back. "
        "Breakers as they are by default, but for a ramp of 10 s. A failed answer is any that is not whole with status "
        "200. Where requests end without an answer, the route says that they are not repeated, as they may have been "
        "served: what is under way when the provider is lost fails, and then one probe at a time.",
        "",
        "| first provider | breakers open after | calls then | failed of 1,000 then | failed before that | probes |",
        "|---|---|---|---|---|---|",
    ]
    for what, one in outages.items():
        then, early = one.calls["open"] + one.calls["after"], one.failed["before"] + one.failed["opening"]
        rate = one.failed_per_thousand_after_opening()
        lines.append(f"| `{what}` | {one.opened:.2f} s | {then:,} | {rate:.2f} | {early} | {one.probes} |")
    lines += [
        "",
        f"Requests that the first provider met in each {SLICE_MS} ms after its return (most in such a slice before the "
        "outage in brackets):",
        "",
    ]
    for what, one in outages.items():
        begun = next((at for at, count in enumerate(one.asked) if count), 0)
        shown = " ".join(str(count) for count in one.asked[begun : begun + 60])
        lines.append(f"- `{what}` ({one.usual}), from {begun * SLICE_MS / 1000:.1f} s on: {shown}")
    lines += ["", "No call was answered twice, and every request is recorded as it was counted.", ""]
    return lines


def _searched(one: Searched) -> list[str]:
    places = ", ".join(f"{place} {count:,}" for place, count in one.places.most_common())
    return [
        "## Canary secrets",
        "",
        f"**{one.secrets:,} secrets, {len(one.found)} found** in {one.files} files of {one.read:,} bytes: parts, "
        "journals, commitments, the gateway's output and its meters, raw and with the values of Parquet files "
        "unpacked. One gateway was killed midway. A quarter of the requests was answered by an error that says back "
        f"key, headers, address and body. Where they were put: {places}.",
        "",
    ]


if __name__ == "__main__":
    main()
