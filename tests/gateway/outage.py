"""Outage: the first provider is lost while load runs, and comes back; what callers saw, and how it was asked again."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.gateway.load import Load, Try, run
from tests.gateway.reckoning import LEFT, reckon, rows_of
from tests.gateway.rig import Pace, Rig, plans, rigged

SLICE_MS = 100
_LANES = 2  # one of each wire
QUICK = Pace(first_byte=1.0, between=1.0, failures=5, open_seconds=0.3, open_most=0.6, ramp=1.0)


@dataclass(frozen=True)
class Outage:
    """Seconds of load before, amid and after; `what` the first provider does amid it."""

    what: str = "error_503"
    before: float = 1.0
    amid: float = 2.0
    after: float = 2.0
    at_once: int = 24
    pace: Pace = QUICK
    route: str = "both"
    seed: int = 0


@dataclass
class Survived:
    """Calls and failed answers by phase; `opened` is the seconds from the outage's begin until both breakers were open.
    `asked` counts the requests that the first provider met in each slice of 100 ms from its return on, `usual` is the
    most in such a slice before the outage."""

    opened: float | None = None
    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    asked: list[int] = field(default_factory=list)
    usual: int = 0
    probes: int = 0
    faults: list[str] = field(default_factory=list)

    def failed_per_thousand_after_opening(self) -> float:
        """Failed answers in 1,000 calls that began after the breakers had opened, until the end of the load."""
        calls = sum(self.calls[phase] for phase in ("open", "after"))
        return 1000 * sum(self.failed[phase] for phase in ("open", "after")) / max(1, calls)


async def outage(folder: Path, asked: Outage) -> Survived:
    """Run it; the load is of both wires, so that a breaker of each has to open."""
    async with rigged(folder, plans(asked.seed), asked.pace) as rig:
        clock, marks, opened = asyncio.get_running_loop().time, dict[str, float](), dict[str, float]()
        rig.heard.append(
            lambda line: opened.setdefault(line, clock()) and None if line.endswith("state=open") else None
        )
        whole = asked.before + asked.amid + asked.after
        load = Load(
            1_000_000, asked.at_once, asked.seed, 0.0, 0.0, 1.0, seconds=whole,
            services=("chat", "messages"), openai_model=asked.route, anthropic_model=f"{asked.route}-a",
        )  # fmt: skip
        loading = asyncio.create_task(run(rig.address, load))
        await asyncio.sleep(asked.before)
        marks["lost"] = clock()
        rig.one.always = asked.what
        await asyncio.sleep(asked.amid)
        marks["back"], back_ms = clock(), int(rig.one.elapsed() * 1000)
        rig.one.always = None
        loaded = await loading
        await asyncio.sleep(0.1)
        survived = _told(loaded.tries, opened, marks)
        _asked_again(rig, survived, asked.what, back_ms)
        rows = rows_of(rig.folder)
        survived.faults += reckon(rows, {"one": rig.one.ledger.met, "two": rig.two.ledger.met}, rig.log.salt).faults
        survived.probes = sum(row["reason"] == "probe" for row in rows)
        usable = Counter(row["call_id"] for row in rows if row["usable"] and row["error"] != LEFT)
        survived.faults += [f"call {call} was answered {count} times" for call, count in usable.items() if count > 1]
    return survived


def _told(tries: list[Try], opened: dict[str, float], marks: dict[str, float]) -> Survived:
    survived = Survived()
    wide_open = max(opened.values()) if len(opened) == _LANES else None
    if wide_open is not None:
        survived.opened = wide_open - marks["lost"]
    for one in tries:
        if one.at < marks["lost"]:
            phase = "before"
        elif wide_open is None or one.at < wide_open:
            phase = "opening"
        else:
            phase = "open" if one.at < marks["back"] else "after"
        survived.calls[phase] += 1
        survived.failed[phase] += one.ended != 200
    return survived


def _asked_again(rig: Rig, survived: Survived, what: str, back: int) -> None:
    """Requests of the first provider by slice, on its own clock."""
    met = rig.one.ledger.met
    slices = Counter((one.at_ms - back) // SLICE_MS for one in met if one.at_ms >= back)
    survived.asked = [slices[place] for place in range(max(slices, default=0) + 1)]
    lost = next(one.at_ms for one in met if one.did == what)
    usual = Counter(one.at_ms // SLICE_MS for one in met if one.at_ms < lost)
    survived.usual = max(usual.values(), default=0)
