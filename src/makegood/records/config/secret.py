"""Verb: a secret by the name of the variable that holds it, or of the one that names a file with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from makegood.errors import BadUse

_MOST = 65_536  # characters


def secret_of(name: str, environment: Mapping[str, str]) -> str:
    """The value of NAME, or of the file that NAME_FILE names, its last line unended; empty where neither is set.

    Raise BadUse, which shows nothing of it, where both are set or the file cannot be read.
    """
    value, place = environment.get(name, ""), environment.get(f"{name}_FILE", "")
    if not place:
        return value
    if value.strip():
        raise BadUse(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        with Path(place).open(encoding="utf-8") as file:
            return file.read(_MOST).rstrip("\r\n")
    except (OSError, ValueError) as fault:
        raise BadUse(f"the file that {name}_FILE names cannot be read; name one that holds the key.") from fault
