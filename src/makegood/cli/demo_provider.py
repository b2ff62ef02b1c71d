"""Command: serve the demo provider on this machine until it is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def demo_provider(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8801,
    plan: Annotated[Path | None, typer.Option(help="A TOML file: prices, and when it misbehaves how.")] = None,
) -> None:
    """Serve a provider made up for trying things out: OpenAI's and Anthropic's forms, misbehaving as planned."""
    from makegood.gateway.demo.plan import Plan, read_plan
    from makegood.gateway.demo.provider import DemoProvider, serving

    async def serve() -> None:
        provider = DemoProvider(read_plan(plan) if plan else Plan())
        async with serving(provider, port) as address:
            typer.echo(f"demo provider '{provider.plan.name}': {address}/v1 as OpenAI, {address} as Anthropic")
            await asyncio.Event().wait()

    asyncio.run(serve())
