"""Command: run the recording gateway, say what it would do, or show it with providers made up for that."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.errors import BadUse

if TYPE_CHECKING:
    from makegood.gateway.config import Config

DEMO_FOLDER, DEMO_PORT = Path("gateway-demo"), 8080


def gateway(
    config: Annotated[
        Path | None, typer.Option(help="The config, a TOML file; docs/gateway.md has an example.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say what the config does, and stop.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Run beside two providers made up for trying it out.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of --demo, for its config and its attempts; else gateway-demo.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port of --demo, else 8080; its providers take the two after it.", min=1024, max=65533),
    ] = None,
) -> None:
    """Relay calls to AI providers on one port, record every attempt, and ask another provider where one fails."""
    if demo:
        if config is not None or check:
            raise BadUse("--demo writes a config of its own; leave out --config and --check.")
        _demo(out or DEMO_FOLDER, port or DEMO_PORT)
        return
    if out is not None or port is not None:
        raise BadUse("--out and --port go with --demo; a config has its own under attempts and [listen].")
    if config is None:
        raise BadUse("name a config by --config, or try --demo.")
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])  # until it can be taken
    from makegood.gateway.config import read_config

    read = read_config(config, os.environ, keyless=check)
    if check:
        from makegood.gateway.check import told

        typer.echo("\n".join(told(read)))
        return
    _run(read)


def _run(read: Config) -> None:
    if read.said.workers > 1:
        from makegood.gateway.workers import run_workers

        run_workers(read, os.environ)
    else:
        from makegood.gateway.run import run_one

        run_one(read, os.environ)


def _demo(out: Path, port: int) -> None:
    import asyncio

    from makegood.gateway.demo.show import show

    asyncio.run(show(out, port, os.environ, typer.echo))
