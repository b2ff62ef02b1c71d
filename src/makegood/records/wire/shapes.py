"""Ground: foreign JSON taken as it comes; what has not the expected shape reads as nothing."""

from __future__ import annotations

from typing import Any

_MOST = 2**63 - 1


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def count(value: object) -> int:
    """The whole number from 0 to 2**63 - 1, or 0."""
    return value if type(value) is int and 0 <= value <= _MOST else 0
