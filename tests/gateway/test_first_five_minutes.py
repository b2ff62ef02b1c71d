"""The walk of docs/gateway-first-five-minutes.md, line by line as it stands there, on other ports."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.gateway.demo.plan import read_plan
from tests.gateway.campaign import free_ports
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "gateway-first-five-minutes.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE = 60


def blocks(language: str) -> list[str]:
    """The page's blocks in one language."""
    return [block for named, block in _BLOCK.findall(PAGE) if named == language]


@pytest.fixture(scope="module")
def port() -> int:
    """A port that is free together with the two after it."""
    return free_ports(3)[0]


def _moved(text: str, port: int) -> str:
    return text.replace(":8080", f":{port}").replace(":8081", f":{port + 1}")


@contextmanager
def _running(folder: Path, command: str, port: int) -> Iterator[list[str]]:
    """The command in a terminal of its own; yields what it printed until it served."""
    line = f"{command.strip()} --port {port}".split()
    process = subprocess.Popen(
        [sys.executable, "-m", *line], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        said: list[str] = []
        for text in process.stdout:
            said.append(text.strip())
            if text.startswith("then:"):
                break
        _wait(port)
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_PATIENCE)


def _wait(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the gateway did not begin to serve")


def _typed(folder: Path, text: str, port: int) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", _moved(text, port)], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE,
        env=os.environ | {"PATH": path}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_the_page_to_a_recorded_saved_and_assessed_call(
    tmp_path: Path, port: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    start, assess, audit, _ = blocks("")
    call, failing = blocks("sh")
    with _running(tmp_path, start, port) as said:
        assert json.loads(_typed(tmp_path, call, port))["choices"][0]["message"]["content"]
        for example in blocks("python"):
            (tmp_path / "example.py").write_text(_moved(example, port), encoding="utf-8")
            runpy.run_path(str(tmp_path / "example.py"))
            assert len(capsys.readouterr().out.split()) > 5
        assert "x-makegood-upstream: two-openai" in _typed(tmp_path, failing, port)
        assert "choices" in json.loads((tmp_path / "answer.json").read_text())
        _billed(tmp_path, port)
        monkeypatch.chdir(tmp_path)
        told = _run(assess)
        assert "What detours really cost" in _run(audit)
        met = [json.loads(one) for one in httpx2.get(f"http://127.0.0.1:{port + 1}/-/ledger").text.splitlines()]
    report = json.loads((tmp_path / "report" / "assessment.json").read_text(encoding="utf-8"))
    _the_outage_is_found(report, said)
    _the_waste_is_what_was_charged(report, met)
    assert re.search(r"You paid \$\S+ for \d+ attempts that delivered nothing\.\n1 incident was found\.", told)


def _run(line: str) -> str:
    """A line that runs the command, run in this process."""
    _, *arguments = shlex.split(line)
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _billed(folder: Path, port: int) -> None:
    """Wait until the bill has a line for each request that either provider counted; it is written a moment after."""
    until = time.monotonic() + _PATIENCE
    ledgers = [httpx2.get(f"http://127.0.0.1:{port + one}/-/ledger").text.splitlines() for one in (1, 2)]
    counted = sum(map(len, ledgers))
    assert counted > 360 + 4
    while time.monotonic() < until:
        if len((folder / "gateway-demo" / "charges.csv").read_text().splitlines()) == 1 + counted:
            return
        time.sleep(0.05)
    raise AssertionError("the bill lacks calls")


def _the_outage_is_found(report: dict, said: list[str]) -> None:
    planted = re.search(r"demo-one was bad from (\d\d:\d\d) to (\d\d:\d\d) UTC", "\n".join(said))
    (incident,) = report["incidents"]
    for edge, moment in zip(("start", "end"), planted.groups(), strict=True):
        hour, minute = (int(part) for part in moment.split(":"))
        found = datetime.fromisoformat(incident[edge])
        off = (found.hour * 60 + found.minute - hour * 60 - minute) % 1440  # an end lies just after the last fault
        assert off in ((0,) if edge == "start" else (0, 1439)), (edge, found, moment)
    assert incident["scope"]["provider"] == "demo-one"


def _the_waste_is_what_was_charged(report: dict, met: list[dict]) -> None:
    undelivered = [one for one in met if one["did"] != "fine" and one["charged_nano"]]
    charged = report["waste"]["charged"]
    assert len(undelivered) > 3
    assert charged["attempts"] == len(undelivered)
    assert Decimal(charged["amounts"]["USD"]).scaleb(9) == sum(one["charged_nano"] for one in undelivered)


def test_the_plan_that_the_page_shows_is_one(tmp_path: Path):
    (example,) = blocks("toml")
    (tmp_path / "plan.toml").write_text(example, encoding="utf-8")
    plan = read_plan(tmp_path / "plan.toml")
    assert (plan.name, len(plan.listed), len(plan.shares), len(plan.spells)) == ("one", 2, 2, 1)
