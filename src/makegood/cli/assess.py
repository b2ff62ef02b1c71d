"""Assess: run the street on what was asked, show it, and write the report."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from makegood.cli.asked import Asked
from makegood.cli.output import write_out
from makegood.cli.terminal import show
from makegood.engine import assess as engine_assess
from makegood.reads.assessment import as_data
from makegood.records.take import Progress as Tell
from makegood.records.warehouse import Warehouse

After = Callable[[dict[str, Any]], None]
Made = TypeVar("Made")


def run(asked: Asked, after: After = lambda _: None, now: datetime | None = None) -> None:
    """Assess and show; `after` sees the published data last. `now` is the moment of judging, None this one."""
    params = asked.params(now or datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="makegood-") as folder:
        warehouse = Warehouse(_spool(Path(folder)))
        try:
            assessment = with_progress(lambda tell: engine_assess(params, warehouse, tell))
            data = as_data(assessment)
            if asked.out:
                write_out(asked.out, assessment, warehouse, asked.lang)
            _show(asked, data)
            after(data)
            _say_where(asked)
        finally:
            warehouse.close()


def _spool(folder: Path) -> Path:
    spool = folder / "spool"
    spool.mkdir()
    return spool


def with_progress(work: Callable[[Tell], Made]) -> Made:
    """What the work makes; while it does, what it tells is shown on standard error and wiped afterwards."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step[:40], completed=done, total=total)

        return work(tell)


def _show(asked: Asked, data: dict[str, Any]) -> None:
    if asked.as_json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        return
    show(data, Console(), asked.lang)


def _say_where(asked: Asked) -> None:
    if asked.out and not asked.as_json:
        Console().print(str(asked.out / "report.html"), style="bold", soft_wrap=True, markup=False, highlight=False)
