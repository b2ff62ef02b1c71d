"""The gateway's memory while a thousand streams are open; writes gateway_memory.md.

Run as `python -m benchmarks.gateway_memory [MINUTES] [STREAMS]`; an hour and 1,000 if left out.
"""

from __future__ import annotations

import asyncio
import platform
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import gateway_servers
from benchmarks.gateway_servers import OURS, PATH, STREAMS, Server
from benchmarks.gateway_streams import Read, read_stream

PAGE = Path(__file__).with_name("gateway_memory.md")
EVENTS, APART_MS = 120, 2000


@dataclass
class Held:
    """Samples of (seconds, KiB, events passed on), and what became of the streams."""

    samples: list[tuple[float, int, int]] = field(default_factory=list)
    read: Read = field(default_factory=Read)
    processor: float = 0.0
    recorded: int = 0


async def hold(ours: Server, held: Held, minutes: float, count: int) -> None:
    """Keep so many streams open for so long; one that ends is opened again."""
    started = time.monotonic()
    until = started + minutes * 60

    async def one() -> None:
        while time.monotonic() < until:
            await read_stream(OURS, PATH, held.read)

    async def watch() -> None:
        while time.monotonic() < until:
            await asyncio.sleep(5)
            held.samples.append((time.monotonic() - started, ours.memory(), held.read.events))

    before = ours.processor()
    await asyncio.gather(watch(), *(one() for _ in range(count)))
    held.processor = (ours.processor() - before) / (time.monotonic() - started)


def measure(minutes: float, count: int) -> Held:
    """Hold the streams through a gateway that records; every stream is whole, and recorded once."""
    held = Held()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        upstream = f"http://127.0.0.1:{STREAMS}/{EVENTS}/{APART_MS}/v1"
        with gateway_servers.streams(here), gateway_servers.gateway(here, upstream) as ours:
            asyncio.run(hold(ours, held, minutes, count))
        files = [str(one) for one in (here / "attempts").rglob("*.parquet")]
        journals = [str(one) for one in (here / "attempts" / "open").glob("*.jsonl")]
        for reading, found in (("read_parquet", files), ("read_json_auto", journals)):
            if found:
                rows = duckdb.sql(
                    f"SELECT COUNT(*), COUNT(DISTINCT attempt), SUM((usable)::INT) FROM {reading}({found!r})"
                )
                told = rows.fetchall()[0]
                assert told[0] == told[1] == told[2], told
                held.recorded += int(told[0])
    assert held.read.cut == 0, held.read.cut
    assert held.read.whole == held.recorded, (held.read.whole, held.recorded)
    assert held.read.events == held.read.whole * (EVENTS + 1)
    return held


def page(held: Held, count: int) -> str:
    """Markdown."""
    told = held.samples
    last = told[-1][0]
    rows = ["| minute | resident memory | events passed on |", "|---|---|---|"]
    for mark in sorted({0.5, 1.0, 2.0, 5.0, *map(float, range(10, int(last // 60) + 1, 10))}):
        at = min(told, key=lambda one: abs(one[0] / 60 - mark))
        rows.append(f"| {at[0] / 60:.1f} | {at[1] / 1024:.1f} MiB | {at[2]:,} |")
    settled = [one[1] / 1024 for one in told if one[0] >= min(300, last / 4)]
    tenth = max(1, len(settled) // 10)
    early, late = median(settled[:tenth]), median(settled[-tenth:])
    met = held.read
    parts = [
        "# A thousand open streams",
        f"`python -m benchmarks.gateway_memory {last / 60:.0f} {count}`, {datetime.now(UTC):%Y-%m-%d}; "
        f"{platform.system()}, 2 processors, Python {platform.python_version()}.",
        f"{count:,} streams through one gateway process, an event every {APART_MS / 1000:g} s each; a stream ends "
        f"after {EVENTS} events and is opened again. {met.whole:,} streams with {met.events:,} events came whole, each "
        f"recorded once and as usable. {held.processor * 100:.0f} % of one processor.",
        "\n".join(rows),
        f"From minute {min(5, last / 240):.0f} on between {min(settled):.1f} and {max(settled):.1f} MiB; at the median "
        f"{early:.1f} MiB in the first tenth of that time, {late:.1f} MiB in the last.",
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Measure, assert, write the page."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    held = measure(minutes, count)
    PAGE.write_text(page(held, count), encoding="utf-8")
    print(page(held, count))


if __name__ == "__main__":
    main()
