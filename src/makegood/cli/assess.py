"""Assess: run the street on what was asked, show it, and write the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from makegood.cli.asked import Asked
from makegood.cli.output import put, say_where, write_out
from makegood.cli.progress import with_progress
from makegood.cli.terminal import show
from makegood.cli.workplace import a_warehouse
from makegood.engine import assess as engine_assess
from makegood.reads.assessment import as_data

After = Callable[[dict[str, Any]], None]


def run(asked: Asked, after: After = lambda _: None, now: datetime | None = None) -> None:
    """Assess and show; `after` sees the published data last. `now` is the moment of judging, None this one."""
    params = asked.params(now or datetime.now(UTC))
    with a_warehouse() as warehouse:
        data = as_data(with_progress(lambda tell: engine_assess(params, warehouse, tell)))
        if asked.out:
            write_out(asked.out, data, warehouse, asked.lang)
        put(asked, data, show)
        after(data)
        say_where(asked, "report.html")
