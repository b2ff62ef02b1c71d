"""Verb: say one line an event, to stderr; never a key, a header, a path or a text of a call."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

Say = Callable[[str], None]
# What libraries log may repeat what a caller sent, so that only its kind is told.
_QUIET = ("aiohttp", "asyncio")


def say(line: str) -> None:
    """One line with its moment, UTC."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sys.stderr.write(f"{moment} {_one_line(line)}\n")
    sys.stderr.flush()


class _Kinds(logging.Handler):
    """Tells of a record its logger and the kind of its exception, and not its text."""

    def emit(self, record: logging.LogRecord) -> None:
        found = record.exc_info if isinstance(record.exc_info, tuple) else None
        kind = found[0].__name__ if found and found[0] else "none"
        say(f"library_{record.levelname.lower()} logger={record.name} kind={kind} at={_place(found)}")


class _Sentences(logging.Handler):
    """Passes on what the project's own recorder says."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"recorder_{record.levelname.lower()} {record.getMessage()}")


def quiet_libraries() -> None:
    """Let nothing that a library logs reach the log but its kind."""
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [_Kinds()], False
    own = logging.getLogger("makegood")
    own.handlers, own.propagate = [_Sentences()], False


_Found = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


def _place(found: _Found) -> str:
    """File and line of the innermost frame; a line of source holds no value."""
    step = found[2] if found else None
    if step is None:
        return "-"
    while step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}"


def _one_line(line: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in line)[:2000]
