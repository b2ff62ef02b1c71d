"""Act: the salt of a folder's hashes; made at its first use, whole or not at all, for its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from makegood.acts.attempts.sealing import flush_file
from makegood.errors import Unreadable

_BYTES = 32


def salt_of(path: Path, made: bytes | None = None) -> bytes:
    """At least 32 bytes, kept as hex digits; raise Unreadable where the file holds something else, OSError beside.

    Where there is none it becomes `made`, or else a fresh one. The caller holds a lock of the folder. A file that was
    begun and never ended has another name.
    """
    if not path.exists():
        aside = path.with_suffix(".part")
        aside.unlink(missing_ok=True)
        aside.touch(0o600)
        aside.write_text((made or secrets.token_bytes(_BYTES)).hex() + "\n", encoding="ascii")
        flush_file(aside)
        os.replace(aside, path)
    try:
        if not path.is_file():
            raise ValueError(path)
        salt = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError as fault:
        raise Unreadable(f"{path}: is no salt; put the file back as it was, or remove it for a new one.") from fault
    if len(salt) < _BYTES:
        raise Unreadable(f"{path}: is shorter than a salt; put the file back, or remove it for a new one.")
    return salt
