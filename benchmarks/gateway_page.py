"""The page of the gateway's figures."""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.gateway import Figures, Shot

GOALS = "at most 1 ms added at the median of one connection, at least 4,000 requests/s on two cores, 5 times LiteLLM"

_WAYS = (
    "One stream at a time, sixty in a row through each in turn, round by round. *Kept*: caller, proxy and upstream "
    "keep their connections from stream to stream, as client "
    "libraries and providers do. *New*: each stream on a new connection, and the upstream ends it with the stream, so "
    "that a proxy opens two. Goal: at most 1 ms added."
)


def page(figures: Figures, options: argparse.Namespace) -> str:
    """Markdown."""
    command = f"python -m benchmarks.gateway --rounds {options.rounds} --seconds {options.seconds}"
    return (
        "\n\n".join(
            [
                "# The gateway's speed",
                f"`{command}` with `--litellm`, {datetime.now(UTC):%Y-%m-%d}; "
                f"{platform.system()}, 2 processors, Python {platform.python_version()}; {_nginx()}; "
                f"LiteLLM {figures.versions.get('LiteLLM', 'not measured')}. Load, proxies and upstream share the two "
                "processors. Each server runs by itself in turn, round by round; medians over the rounds.",
                _small(figures),
                _streams(figures),
            ]
        )
        + "\n"
    )


def _nginx() -> str:
    path = shutil.which("nginx")
    return subprocess.run([path, "-v"], capture_output=True, text=True).stderr.strip() if path else "no nginx"


def _small(figures: Figures) -> str:
    names = list(dict.fromkeys(name for name, _ in figures.shots))
    rows = ["| through | 1 connection: p50 | added | p99 | requests/s | 32 connections: p50 | p99 | requests/s |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    direct = _mid(figures.shots["direct", 1], "p50")
    for name in names:
        one, many = figures.shots[name, 1], figures.shots[name, 32]
        added = _mid(one, "p50") - direct
        rows.append(
            f"| {name} | {_mid(one, 'p50'):.2f} ms | {added:.2f} ms | {_mid(one, 'p99'):.2f} ms | "
            f"{_mid(one, 'rate'):,.0f} | {_mid(many, 'p50'):.2f} ms | {_mid(many, 'p99'):.2f} ms | "
            f"{_mid(many, 'rate'):,.0f} |"
        )
    rate, took = _mid(figures.two, "rate"), _mid(figures.two, "p50")
    two = f"With two workers at 32 connections: {rate:,.0f} requests/s, p50 {took:.2f} ms."
    ours = _mid(figures.shots["makegood", 32], "rate")
    beside = ""
    if "LiteLLM" in names:
        beside = f" {ours / _mid(figures.shots['LiteLLM', 32], 'rate'):.0f} times LiteLLM's requests/s."
    counted = (
        f"The folder holds {figures.recorded:,} attempts, as many as the upstream counted, each once, each answer with "
        "its tokens."
    )
    goals = f"Goals: {GOALS}.{beside}"
    return "\n\n".join(["## Small JSON answers, every attempt recorded", "\n".join(rows), two, counted, goals])


def _streams(figures: Figures) -> str:
    rows = ["| through | kept: first event p50 | added | p99 | new: first event p50 | added | p99 | streams |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for name in dict.fromkeys(name for name, _ in figures.first):
        cells = []
        for kept in (True, False):
            took, direct = figures.first[name, kept], median(figures.first["direct", kept])
            p99 = sorted(took)[len(took) * 99 // 100]
            cells.append(f"{median(took):.2f} ms | {median(took) - direct:.2f} ms | {p99:.2f} ms")
        rows.append(f"| {name} | {' | '.join(cells)} | {len(figures.first[name, True])} each |")
    return "\n\n".join(["## The first event of a stream", "\n".join(rows), _WAYS])


def _mid(shots: list[Shot], name: str) -> float:
    return median(getattr(one, name) for one in shots)
