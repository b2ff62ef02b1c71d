"""Campaign: calls under random faults through a gateway that is killed again and again; what is lost or double."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from makegood.acts.take_attempts import AttemptLog
from makegood.gateway.demo.misbehaviour import FINE, KINDS
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from makegood.records.recorded import FAILOVER, HEDGE, RECORDER_STOPPED, REPEAT
from tests.gateway.killed import Nursery
from tests.gateway.load import Load, Loaded, run
from tests.gateway.reckoning import Reckoned, reckon, rows_of
from tests.gateway.rig import Pace, write_config

ANY, STOPPED = "at any moment", "stopped in order"
_HOST = "127.0.0.1"


PATIENT = Pace(connect=6, first_byte=6, between=6, failures=40)


@dataclass(frozen=True)
class Campaign:
    """`points` are named points of the recorder at which a gateway kills itself, one life each; `any` more are killed
    at any moment; the load ends with the last of them. `share` of the requests at the first provider meets each kind of
    misbehaviour, half of it at the second. A journal is sealed every `rows` rows."""

    load: Load
    points: Sequence[str] = ()
    any: int = 0
    share: Fraction = Fraction(2, 100)
    rows: int = 200
    pace: Pace = PATIENT
    seed: int = 0


@dataclass
class Outcome:
    """What a campaign came to; `lost` are answers that a caller has whole and that no row tells of."""

    reckoned: Reckoned
    loaded: Loaded
    ends: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that should not be."""
        return [*self.reckoned.faults, *self.lost, *self.double]


async def campaign(folder: Path, asked: Campaign) -> Outcome:
    """Run it in a folder of its own."""
    kinds = [name for name in KINDS if name != FINE]
    own = {"hold_seconds": 2 * Fraction(str(asked.pace.first_byte)), "drip_ms": Fraction(2)}
    one = DemoProvider(Plan(name="one", seed=asked.seed, shares=dict.fromkeys(kinds, asked.share), **own))
    two = DemoProvider(Plan(name="two", seed=asked.seed + 1, shares=dict.fromkeys(kinds, asked.share / 2), **own))
    async with serving(one) as first, serving(two) as second:
        (port,) = free_ports(1)
        config = write_config(folder, (first, second), asked.pace)
        config.write_text(config.read_text() + f"\n[listen]\nport = {port}\n[limits]\ndrain_seconds = 5\n")
        loaded, ends = await _under_kills(folder, config, asked, f"http://{_HOST}:{port}")
        met = {"one": one.ledger.met, "two": two.ledger.met}
        log = AttemptLog(folder / "attempts", lambda: datetime.now(UTC))
        log.seal()
        log.close()
        rows = rows_of(folder / "attempts")
        reckoned = reckon(rows, met, log.salt, killed=bool(asked.points or asked.any))
    outcome = Outcome(reckoned, loaded, ends)
    whole = {row["request_id"]: row for row in rows if row["error"] != RECORDER_STOPPED}
    known = {met.id for ledger in met.values() for met in ledger}
    outcome.lost += [
        f"{one.id} was answered whole and is not recorded" for one in loaded.whole() if one.id in known - set(whole)
    ]
    if not ends.total() - ends[STOPPED]:
        outcome.double += _served_twice(rows)
    return outcome


async def _under_kills(folder: Path, config: Path, asked: Campaign, address: str) -> tuple[Loaded, Counter[str]]:
    """The load, while one gateway after the other is started and killed; the last one is stopped in order."""
    nursery, dice, ends = Nursery(folder / "noise"), random.Random(asked.seed), Counter[str]()
    stop = asyncio.Event()
    loading = asyncio.create_task(run(address, asked.load, stop))
    try:
        lives = [*asked.points, *([ANY] * asked.any)]
        dice.shuffle(lives)
        for life in lives:
            if loading.done():
                break
            ends[await _lived(nursery, config, life, dice, asked.rows)] += 1
        child = await asyncio.to_thread(nursery.start, config, "", 0, asked.rows)
        await listening(int(address.rpartition(":")[2]))
        if lives:
            stop.set()
        loaded = await loading
        await asyncio.sleep(0.2)
        os.kill(child, signal.SIGTERM)
        status = await asyncio.to_thread(nursery.wait)
        ends[STOPPED if status == 0 else f"status {status}"] += 1
        return loaded, ends
    finally:
        loading.cancel()
        nursery.close()


async def _lived(nursery: Nursery, config: Path, life: str, dice: random.Random, rows: int) -> str:
    """One life of a gateway and how it ended; one that does not come to its point is killed after a while."""
    often = life.startswith("attempt.")
    point, times = ("", 0) if life == ANY else (life, dice.randint(5, 200) if often else 1)
    child = await asyncio.to_thread(nursery.start, config, point, times, rows)
    ended = asyncio.create_task(asyncio.to_thread(nursery.wait))
    await asyncio.wait([ended], timeout=dice.uniform(0.05, 0.8) if life == ANY else 6)
    if ended.done():
        return life
    os.kill(child, signal.SIGKILL)
    await ended
    return ANY


def _served_twice(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Calls that the gateway went on with after an attempt that had brought a usable answer."""
    before: dict[str, dict[str, Any]] = {}
    found = []
    for row in sorted(rows, key=lambda row: row["time"]):
        if row["reason"] in (FAILOVER, HEDGE, REPEAT) and before.get(row["call_id"], {}).get("usable"):
            found.append(f"call {row['call_id']} was answered, and asked again")
        before[row["call_id"]] = row
    return found


async def listening(port: int) -> None:
    """Wait until somebody listens at the port."""
    for _ in range(500):
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except ConnectionError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError("the gateway did not begin to serve")


def free_ports(count: int) -> list[int]:
    """Free ports next to each other, outside the range from which outgoing connections take theirs."""
    for first in range(20_000 + os.getpid() * 16 % 12_000, 32_000, count):
        try:
            for one in range(count):
                with socket.socket() as probe:
                    probe.bind((_HOST, first + one))
        except OSError:
            continue
        return list(range(first, first + count))
    raise AssertionError("no free ports")
