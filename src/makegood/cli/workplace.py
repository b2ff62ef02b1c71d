"""Workplace: a warehouse that goes when the work is done, and one sentence for what the machine cannot do."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from makegood.errors import BadUse, Unreadable
from makegood.records.warehouse import Warehouse

_LESS = "give fewer files at once, or set TMPDIR to a folder with more room"
_AGAIN = "write that file again, or leave it out"


@contextmanager
def a_warehouse() -> Iterator[Warehouse]:
    """A warehouse in a folder of its own; raise BadUse or Unreadable for what the engine or the machine cannot do."""
    with _told(), _workplace() as folder:
        spool = Path(folder) / "spool"
        spool.mkdir()
        warehouse = Warehouse(spool)
        try:
            yield warehouse
        finally:
            warehouse.close()


def _workplace() -> tempfile.TemporaryDirectory[str]:
    """A folder for temporary files that goes when the work is done; raise BadUse where there is no room."""
    try:
        return tempfile.TemporaryDirectory(prefix="makegood-")
    except OSError as fault:
        raise BadUse(f"no folder takes temporary files ({fault.strerror}); set TMPDIR to one with room.") from fault


@contextmanager
def _told() -> Iterator[None]:
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
