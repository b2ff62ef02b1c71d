"""Output: what assessments and audits print, and the folder of a report, written aside and moved into place."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from makegood.cli.asked import Asked
from makegood.errors import BadUse
from makegood.reads.evidence import evidence
from makegood.reads.report import report
from makegood.reads.series import read_series
from makegood.records.warehouse import Warehouse

# Characters that a terminal obeys or that reorder a line, and halves of characters that no file can hold.
_OBEYED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_FILES = ("assessment.json", "report.html")
Facts = Mapping[str, Any]


def as_json(data: Facts) -> str:
    """The published data as JSON text that is safe to look at in a terminal."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _OBEYED.sub(lambda one: f"\\u{ord(one[0]):04x}", text) + "\n"


def put(asked: Asked, data: Facts, show: Callable[[Facts, Console, str], None]) -> None:
    """Print the data as JSON where that was asked for, else as `show` puts it on the terminal."""
    if asked.as_json:
        _set_stream(encoding="utf-8")
        sys.stdout.write(as_json(data))
        return
    _set_stream(errors="replace")  # a terminal without the letters shows marks in their place
    show(data, Console(), asked.lang)


def _set_stream(encoding: str | None = None, errors: str | None = None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=errors)


def say_where(asked: Asked, page: str) -> None:
    """Print where the page stands that was written; nothing where none was, or beside JSON."""
    if asked.out and not asked.as_json:
        Console().print(str(asked.out / page), style="bold", soft_wrap=True, markup=False, highlight=False)


def write_out(out: Path, data: dict[str, Any], warehouse: Warehouse, lang: str) -> None:
    """Write report.html, assessment.json and evidence/*.csv of the data; files of other names in the folder stay."""
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write(out.absolute(), data, warehouse, lang)
    except (OSError, duckdb.IOException) as fault:
        reason = getattr(fault, "strerror", None) or str(fault).splitlines()[0][:200]
        raise BadUse(f"--out {out}: cannot be written ({reason}); make room or name another folder.") from fault
    finally:
        if new:
            with suppress(OSError):  # only a folder in which nothing came to stand is empty
                out.rmdir()


def _write(out: Path, data: dict[str, Any], warehouse: Warehouse, lang: str) -> None:
    aside = Path(tempfile.mkdtemp(prefix=".makegood-", dir=out))
    try:
        (aside / "evidence").mkdir()
        evidence(warehouse, aside / "evidence")
        (aside / "assessment.json").write_text(as_json(data), encoding="utf-8")
        (aside / "report.html").write_text(report(data, read_series(warehouse, data), lang), encoding="utf-8")
        with _undisturbed(out):
            for name in _FILES:
                if (out / name).is_dir():
                    raise IsADirectoryError(errno.EISDIR, f"{name} is a folder there")
            _move(aside / "evidence", out / "evidence")
            for name in _FILES:
                os.replace(aside / name, out / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _undisturbed(out: Path) -> Iterator[None]:
    """While files change places: no Ctrl-C between two of them, and no other run in the same folder."""
    if os.name != "posix":
        yield
        return
    import fcntl

    waiting = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    folder = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
        signal.pthread_sigmask(signal.SIG_SETMASK, waiting)


def _move(made: Path, place: Path) -> None:
    if place.exists():
        os.replace(place, made.parent / "evidence-before")
    os.replace(made, place)
