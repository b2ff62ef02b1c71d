"""Written: what a command leaves in files, written aside and moved into place, so that nothing is ever half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from makegood.errors import BadUse

Content = str | Callable[[TextIO], None]


def write_folder(out: Path, files: Mapping[str, Content]) -> None:
    """Write files into the folder of --out, once all are whole; those of other names stay.

    Raise BadUse where there is no room or no right.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".makegood-", dir=out, ignore_cleanup_errors=True) as aside:
            for name, content in files.items():
                with Path(aside, name).open("w", encoding="utf-8", newline="") as file:
                    _write(content, file)
            for name in files:
                os.replace(Path(aside, name), out / name)
    except OSError as fault:
        raise BadUse(f"--out {out}: cannot be written ({fault.strerror}); make room or name another folder.") from fault


def write_file(option: str, path: Path, content: bytes) -> None:
    """Write the one file that an option names; raise BadUse where it is no file, or there is no room or no right."""
    if path.exists() and not path.is_file():
        raise BadUse(f"{option} {path}: is a folder or a device; name a file.")
    aside = path.with_name(f".{path.name}.partial")
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as fault:
        raise BadUse(f"{option} {path}: cannot be written ({fault.strerror}); name another file.") from fault
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _write(content: Content, file: TextIO) -> None:
    if isinstance(content, str):
        file.write(content)
    else:
        content(file)
