"""Assess: run the street on what was asked, show it, and write the report."""

from __future__ import annotations

import errno
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from makegood.cli.asked import Asked
from makegood.cli.output import as_json, write_out
from makegood.cli.terminal import show
from makegood.engine import assess as engine_assess
from makegood.errors import BadUse, Unreadable
from makegood.reads.assessment import as_data
from makegood.records.take import Progress as Tell
from makegood.records.warehouse import Warehouse

_LESS = "give fewer files at once, or set TMPDIR to a folder with more room"
_AGAIN = "write that file again, or leave it out"
After = Callable[[dict[str, Any]], None]
Made = TypeVar("Made")


def run(asked: Asked, after: After = lambda _: None, now: datetime | None = None) -> None:
    """Assess and show; `after` sees the published data last. `now` is the moment of judging, None this one."""
    params = asked.params(now or datetime.now(UTC))
    with told(), workplace() as folder:
        warehouse = Warehouse(_spool(Path(folder)))
        try:
            assessment = with_progress(lambda tell: engine_assess(params, warehouse, tell))
            data = as_data(assessment)
            if asked.out:
                write_out(asked.out, data, warehouse, asked.lang)
            _show(asked, data)
            after(data)
            _say_where(asked)
        finally:
            warehouse.close()


def workplace() -> tempfile.TemporaryDirectory[str]:
    """A folder for temporary files that goes when the work is done; raise BadUse where there is no room."""
    try:
        return tempfile.TemporaryDirectory(prefix="makegood-")
    except OSError as fault:
        raise BadUse(f"no folder takes temporary files ({fault.strerror}); set TMPDIR to one with room.") from fault


@contextmanager
def told() -> Iterator[None]:
    """What the engine or the machine cannot do, as one sentence."""
    try:
        yield
    except duckdb.OutOfMemoryException as fault:
        raise Unreadable(f"too large for this machine's memory or disk ({_first(fault)}); {_LESS}.") from fault
    except (duckdb.OperationalError, duckdb.InvalidInputException) as fault:
        raise Unreadable(f"a file could not be read to its end ({_first(fault)}); {_AGAIN}.") from fault
    except MemoryError as fault:
        raise Unreadable(f"too large for this machine's memory; {_LESS}.") from fault
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        raise BadUse(
            f"no room to write ({fault.strerror}); set TMPDIR or send the output where there is room."
        ) from fault


def _first(fault: Exception) -> str:
    return str(fault).splitlines()[0][:300]


def _spool(folder: Path) -> Path:
    spool = folder / "spool"
    spool.mkdir()
    return spool


def with_progress(work: Callable[[Tell], Made]) -> Made:
    """What the work makes; while it does, what it tells is shown on standard error and wiped afterwards."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step[:40], completed=done, total=total)

        return work(tell)


def _show(asked: Asked, data: dict[str, Any]) -> None:
    if asked.as_json:
        _set_stream(encoding="utf-8")
        sys.stdout.write(as_json(data))
        return
    _set_stream(errors="replace")  # a terminal without the letters shows marks in their place
    show(data, Console(), asked.lang)


def _set_stream(encoding: str | None = None, errors: str | None = None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=errors)


def _say_where(asked: Asked) -> None:
    if asked.out and not asked.as_json:
        Console().print(str(asked.out / "report.html"), style="bold", soft_wrap=True, markup=False, highlight=False)
