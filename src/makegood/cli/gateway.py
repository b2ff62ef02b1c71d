"""Command: run the recording gateway, say what it would do, or show it with providers made up for that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.errors import BadUse

if TYPE_CHECKING:
    from makegood.gateway.config import Config

DEMO_FOLDER = Path("gateway-demo")


def gateway(
    config: Annotated[
        Path | None, typer.Option(help="The config, a TOML file; docs/gateway.md has an example.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say what the config does, and stop.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Run beside two providers made up for trying it out.")] = False,
    out: Annotated[Path, typer.Option(help="Folder of --demo, for its config and its attempts.")] = DEMO_FOLDER,
) -> None:
    """Relay calls to AI providers on one port, record every attempt, and ask another provider where one fails."""
    if demo:
        if config is not None or check:
            raise BadUse("--demo writes a config of its own; leave out --config and --check.")
        _demo(out)
        return
    if config is None:
        raise BadUse("name a config by --config, or try --demo.")
    from makegood.gateway.config import read_config

    read = read_config(config, os.environ)
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


def _demo(out: Path) -> None:
    import asyncio

    from makegood.gateway.config import read_config
    from makegood.gateway.demo.ready import made_ready
    from makegood.gateway.run import run

    async def serve() -> None:
        async with made_ready(out) as ready:
            typer.echo(f"two demo providers: {', '.join(ready.addresses)}")
            typer.echo("OpenAI clients: base_url http://127.0.0.1:8080/v1, model demo-small, any key")
            typer.echo("Anthropic clients: base_url http://127.0.0.1:8080, model demo-large, any key")
            await run(read_config(ready.config, os.environ), os.environ)

    asyncio.run(serve())
