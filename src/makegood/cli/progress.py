"""Progress: what a long work tells of itself, on standard error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from makegood.records.take import Progress as Tell

Made = TypeVar("Made")


def with_progress(work: Callable[[Tell], Made]) -> Made:
    """What the work makes; while it does, what it tells is shown on standard error and wiped afterwards."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step[:40], completed=done, total=total)

        return work(tell)
