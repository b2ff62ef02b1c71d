"""Noun: the place of a fault; where in the code something was raised, for a line to the keeper."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb


def fault_place(fault: BaseException) -> str:
    """Its class, file and line, without what it says: that may hold what must not be told."""
    frames = extract_tb(fault.__traceback__)
    return f"{type(fault).__name__} at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}"
