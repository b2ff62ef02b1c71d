"""Verb: say one line an event, to stderr; never a key, a header, a path or a text of a call."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime

Say = Callable[[str], None]
# What libraries log may repeat what a caller sent, so that only its kind is told.
_QUIET = ("aiohttp", "asyncio")
_MOST_A_MINUTE = 20


def say(line: str) -> None:
    """One line with its moment, UTC."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sys.stderr.write(f"{moment} {_one_line(line)}\n")
    sys.stderr.flush()


class _Kinds(logging.Handler):
    """Tells of a record its logger and the kind of its exception, and not its text."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"library_{record.levelname.lower()} logger={record.name} {_kind_of(record)}")


class _NoText(logging.Filter):
    """Takes the text out of a record before anybody sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _kind_of(record), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class _Seldom(logging.Filter):
    """Lets a few lines a minute through, so that who sends nonsense does not fill the log."""

    def __init__(self) -> None:
        super().__init__()
        self._minute, self._lines = -1, 0

    def filter(self, record: logging.LogRecord) -> bool:
        minute = int(record.created // 60)
        self._minute, self._lines = minute, 1 if minute != self._minute else self._lines + 1
        return self._lines <= _MOST_A_MINUTE


class _Bare(logging.Handler):
    """Tells that HTTP from a caller could not be read, or what else the server met, by its kind."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"http_{record.levelname.lower()} {record.getMessage()}")


def http_logger() -> logging.Logger:
    """A logger for a library that may repeat what callers send: it keeps the kind of a fault and drops the text."""
    logger = logging.getLogger("makegood.gateway.http")
    if not logger.filters:
        logger.addFilter(_NoText())
        logger.addFilter(_Seldom())
        logger.handlers, logger.propagate = [_Bare()], False
    return logger


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


def place_of(fault: BaseException | None) -> str:
    """File and line of the innermost frame; a line of source holds no value."""
    step = fault.__traceback__ if fault else None
    if step is None:
        return "-"
    while step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}"


def _kind_of(record: logging.LogRecord) -> str:
    fault = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return f"kind={type(fault).__name__ if fault else 'none'} at={place_of(fault)}"


def _one_line(line: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in line)[:2000]
