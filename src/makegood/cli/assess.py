"""Assess: run the street on what was asked, show it, and write the report."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from makegood.cli.asked import Asked
from makegood.cli.output import write_out
from makegood.cli.terminal import show
from makegood.engine import Assessment
from makegood.engine import assess as engine_assess
from makegood.reads.assessment import as_data
from makegood.records.warehouse import Warehouse


def run(asked: Asked, after: Callable[[dict[str, object]], None] = lambda _: None) -> None:
    """Assess and show; `after` sees the published data last."""
    params = asked.params(datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="makegood-") as folder:
        warehouse = Warehouse(_spool(Path(folder)))
        try:
            assessment = _with_progress(lambda tell: engine_assess(params, warehouse, tell))
            data = as_data(assessment)
            if asked.out:
                write_out(asked.out, assessment, warehouse, asked.lang)
            _show(asked, data)
            after(data)
        finally:
            warehouse.close()


def _spool(folder: Path) -> Path:
    spool = folder / "spool"
    spool.mkdir()
    return spool


def _with_progress(work: Callable[[Callable[[str, int, int], None]], Assessment]) -> Assessment:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step[:40], completed=done, total=total)

        return work(tell)


def _show(asked: Asked, data: dict[str, object]) -> None:
    if asked.as_json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        return
    console = Console()
    show(data, console, asked.lang)
    if asked.out:
        console.print(str(asked.out / "report.html"), style="bold", soft_wrap=True, markup=False, highlight=False)
