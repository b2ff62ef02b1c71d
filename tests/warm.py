"""The command as a person runs it, each time in a process of its own, forked from one that has imported everything.

Importing takes a command half a second; a fork takes none of it. Tests of signals, encodings and start-up use
`subprocess` itself.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
READY = ("assess", "terms", "book.work", "book.campaign", "book.ledger", "book.audited", "book.draw", "demo.command")


def run(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, seconds: float = 60
) -> subprocess.CompletedProcess[bytes]:
    """Run `makegood` with the arguments; `env` is the whole environment, as for subprocess.run."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        asked: dict[str, Any] = {
            "arguments": [os.fsdecode(os.fsencode(str(one))) for one in arguments],
            "cwd": str(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
            "out": out.name,
            "err": err.name,
        }
        status = _ask(asked, seconds)
        return subprocess.CompletedProcess(["makegood", *asked["arguments"]], status, out.read(), err.read())


def told(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    """The same with its output as text."""
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def put_together_once() -> None:
    """Let typer put the tree of commands together once in this process, not for each run: that takes it 35 ms."""
    import typer.main
    import typer.testing

    if not hasattr(typer.main.get_command, "cache_info"):
        typer.main.get_command = typer.testing._get_command = cache(typer.main.get_command)


@cache
def _server() -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.warm"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,  # an answer that was read ahead would not be seen by select
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
    )
    atexit.register(started.kill)
    return started


def _ask(asked: dict[str, Any], seconds: float) -> int:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    line = json.dumps(asked).encode() + b"\n"
    while line:
        line = line[server.stdin.write(line) :]
    child = int(server.stdout.readline())
    if not select.select([server.stdout], [], [], seconds)[0]:
        os.kill(child, signal.SIGKILL)
        server.stdout.readline()
        raise subprocess.TimeoutExpired(asked["arguments"], seconds)
    return int(server.stdout.readline())


def _serve() -> None:
    from importlib import import_module

    for name in READY:
        import_module(f"makegood.cli.{name}")
    put_together_once()
    import typer.main

    typer.main.get_command(import_module("makegood.cli.main").app)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(asked)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be(asked: dict[str, Any]) -> NoReturn:
    """Become the command: its own streams, folder, environment and arguments."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for name, stream in (("out", 1), ("err", 2)):
        os.dup2(os.open(asked[name], os.O_WRONLY | os.O_APPEND), stream)
    os.dup2(nothing, 0)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["makegood", *asked["arguments"]]
    sys.modules["__main__"].__package__ = None  # or usage would name this module
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    from makegood.cli.main import main

    status: int | str | None = 0
    try:
        main()
    except SystemExit as leaving:
        status = leaving.code
    except BaseException:
        import traceback

        traceback.print_exc()
        status = 1
    if isinstance(status, str):
        sys.stderr.write(status + "\n")
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status or 0)


if __name__ == "__main__":
    _serve()
