"""Verb: tell which files a path stands for: itself, an attempts folder as a whole, or the files in a folder of logs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from makegood.errors import Unreadable
from makegood.records.attempts_folder import is_attempts_folder, is_bookkeeping

_MOST_FILES = 10_000


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Each path, with a folder of logs replaced by its files, those of folders in it too, in order of their names.

    An attempts folder stays one path, wherever it is met. Hidden files, links to folders and what a recorder keeps
    beside its rows are passed over. Raise Unreadable for a folder that holds nothing to read, or too much.
    """
    for path in paths:
        try:
            found = [path] if not path.is_dir() or is_attempts_folder(path) else _within(path)
        except OSError as fault:
            raise Unreadable(
                f"{fault.filename or path}: cannot be read ({fault.strerror}); check the rights."
            ) from fault
        if not found:
            raise Unreadable(f"{path}: is a folder without any file to read; name a folder of logs, or the logs.")
        yield from found


def _within(folder: Path) -> list[Path]:
    found: list[Path] = []
    for name, folders, files in os.walk(folder, onerror=_raise):
        place = Path(name)
        recorded = [one for one in sorted(folders) if is_attempts_folder(place / one)]
        found += [place / one for one in recorded]
        folders[:] = sorted(one for one in folders if one not in recorded and not one.startswith("."))
        found += [place / one for one in sorted(files) if not one.startswith(".") and not is_bookkeeping(one)]
        if len(found) > _MOST_FILES:
            raise Unreadable(f"{folder}: holds more than {_MOST_FILES:,} files; name a folder of logs in it.")
    return found


def _raise(fault: OSError) -> None:
    raise fault
