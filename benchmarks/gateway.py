"""The gateway's speed beside a direct call, nginx's proxy_pass and LiteLLM's proxy, in one run; writes gateway.md.

Run as `python -m benchmarks.gateway [--litellm COMMAND] [--rounds N] [--seconds N]`. Needs wrk and nginx;
LiteLLM's proxy (1.106 or later) in an environment of its own is left out where no command is given.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import time
import urllib.request
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import gateway_page, gateway_servers
from benchmarks.gateway_servers import BODY, NGINX, OURS, PATH, STREAMS, STUB, Server
from benchmarks.gateway_streams import Caller, path_of

PAGE = Path(__file__).with_name("gateway.md")
CONNECTIONS, STREAMS_A_ROUND = (1, 32), 60  # the first sixth of a round's streams is not counted
_TOOK = re.compile(r"(50|99)%\s+([\d.]+)(us|ms|s)")
_UNIT = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Shot:
    """One run of wrk: requests in all, a second, latency in milliseconds at the median and the 99th percentile."""

    requests: int
    rate: float
    p50: float
    p99: float
    refused: int


@dataclass
class Figures:
    """All that was measured; `shots` by (server, connections), `first` by (server, connections kept)."""

    shots: dict[tuple[str, int], list[Shot]] = field(default_factory=lambda: defaultdict(list))
    first: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[str, str] = field(default_factory=dict)
    recorded: int = 0
    asked: int = 0
    two: list[Shot] = field(default_factory=list)


def fire(port: int, connections: int, seconds: int, script: Path) -> Shot:
    """Run wrk with one thread."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10", "--latency", "-s", str(script)]
    told = subprocess.run([*command, f"http://127.0.0.1:{port}{PATH}"], capture_output=True, text=True, check=True)
    took = {name: float(figure) * _UNIT[unit] for name, figure, unit in _TOOK.findall(told.stdout)}
    requests = int(re.search(r"(\d+) requests in", told.stdout)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told.stdout)[1])  # type: ignore[index]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told.stdout)
    return Shot(requests, rate, took["50"], took["99"], int(bad[1]) if bad else 0)


def small_json(figures: Figures, here: Path, options: argparse.Namespace) -> None:
    """Small JSON answers, round by round, each server after the other."""
    script = _script(here)
    with ExitStack() as stack:
        stub = stack.enter_context(gateway_servers.stub(here))
        ports = {"direct": STUB, "nginx": stack.enter_context(gateway_servers.nginx(here)).port}
        upstream = f"http://127.0.0.1:{STUB}/v1"
        ours = stack.enter_context(gateway_servers.gateway(here, upstream))
        ports["makegood"] = ours.port
        if options.litellm:
            ports["LiteLLM"] = stack.enter_context(gateway_servers.litellm(here, options.litellm)).port
        for name, port in ports.items():
            if name != "makegood":
                fire(port, 4, 1 if name != "LiteLLM" else 5, script)
        for _ in range(options.rounds):
            for connections in CONNECTIONS:
                for name, port in ports.items():
                    before = _answered(stub)
                    shot = fire(port, connections, options.seconds, script)
                    assert shot.refused == 0, (name, shot)
                    figures.shots[name, connections].append(shot)
                    if name == "makegood":
                        time.sleep(0.5)  # what was under way when the load ended
                        asked = _answered(stub) - before - 1
                        assert 0 <= asked - shot.requests <= connections, (asked, shot)
                        assert shot.requests > 0
                        figures.asked += asked
    _count(figures, here / "attempts")


def _script(here: Path) -> Path:
    """What wrk sends: a small call by POST."""
    script = here / "post.lua"
    script.write_text(
        f"wrk.method = 'POST'\nwrk.body = '{BODY}'\nwrk.headers['Content-Type'] = 'application/json'\n"
        "wrk.headers['Authorization'] = 'Bearer none'\n"
    )
    return script


def two_workers(figures: Figures, here: Path, options: argparse.Namespace) -> None:
    """The same with two workers at 32 connections."""
    script = _script(here)
    with gateway_servers.stub(here), gateway_servers.gateway(here, f"http://127.0.0.1:{STUB}/v1", 2) as ours:
        fire(ours.port, 4, 1, script)
        figures.two = [fire(ours.port, 32, options.seconds, script) for _ in range(options.rounds)]
        assert not any(one.refused for one in figures.two), figures.two


def _answered(stub: Server) -> int:
    """How many requests the stub has had, this one included."""
    with urllib.request.urlopen(f"http://127.0.0.1:{stub.port}/status") as told:
        return int(told.read().split()[9])


def _count(figures: Figures, attempts: Path) -> None:
    """Every request that the stub had, and no other, stands in the folder, once and with its tokens."""
    recorded = answered = tokens = 0
    for reading, pattern in (("read_parquet", "*/*.parquet"), ("read_json_auto", "open/*.jsonl")):
        if files := [str(one) for one in attempts.glob(pattern)]:
            told = duckdb.sql(
                "SELECT COUNT(*), COUNT(DISTINCT attempt), SUM((status = 200)::INT), SUM(output_tokens) "
                f"FROM {reading}({files!r})"
            ).fetchall()[0]
            assert told[0] == told[1], "an attempt is recorded twice"
            recorded, answered, tokens = recorded + told[0], answered + told[2], tokens + told[3]
    assert tokens == 8 * answered, "tokens are lost"
    assert recorded == figures.asked, (recorded, figures.asked)
    figures.recorded = int(recorded)


def first_events(figures: Figures, here: Path, options: argparse.Namespace) -> None:
    """The delay of a stream's first event, one stream at a time, round by round; connections kept, then new."""
    for kept, close in ((True, ""), (False, "/close")):
        folder = here / ("kept" if kept else "new")
        folder.mkdir()
        with ExitStack() as stack:
            upstream = f"http://127.0.0.1:{STREAMS}{close}/3/5/v1"
            stack.enter_context(gateway_servers.streams(folder))
            stack.enter_context(gateway_servers.stub(folder))
            stack.enter_context(gateway_servers.nginx(folder))
            stack.enter_context(gateway_servers.gateway(folder, upstream))
            ways = {
                "direct": (STREAMS, path_of(3, 5, close)),
                "nginx": (NGINX, path_of(3, 5, f"/streams{close}")),
                "makegood": (OURS, PATH),
            }
            if options.litellm:
                proxy = stack.enter_context(gateway_servers.litellm(folder, options.litellm, upstream))
                ways["LiteLLM"] = (proxy.port, PATH)
            callers = {name: Caller(port, kept) for name, (port, _) in ways.items()}
            for _ in range(options.rounds):
                for name, (_, path) in ways.items():
                    took = [callers[name].first_event(path, 4) * 1000 for _ in range(STREAMS_A_ROUND)]
                    figures.first[name, kept] += took[STREAMS_A_ROUND // 6 :]
            for caller in callers.values():
                caller.close()


def main() -> None:
    """Measure, assert, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litellm", help="the executable of LiteLLM's proxy")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6)
    options = parser.parse_args()
    figures = Figures()
    if options.litellm:
        told = subprocess.run([options.litellm, "--version"], capture_output=True, text=True, check=True).stdout
        figures.versions["LiteLLM"] = told.rsplit("=", 1)[-1].strip()
    with tempfile.TemporaryDirectory() as folder:
        for name, step in (
            ("small JSON", lambda here: small_json(figures, here, options)),
            ("two workers", lambda here: two_workers(figures, here, options)),
            ("first events", lambda here: first_events(figures, here, options)),
        ):
            here = Path(folder) / name.replace(" ", "-")
            here.mkdir()
            print(name, flush=True)
            step(here)
    PAGE.write_text(gateway_page.page(figures, options), encoding="utf-8")
    print(median([one.rate for one in figures.shots["makegood", 32]]))


if __name__ == "__main__":
    main()
