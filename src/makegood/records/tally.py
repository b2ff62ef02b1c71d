"""The tally: every input row accounted for, and the rows that could not be used, with their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quarantined:
    """A row that could not be used: where it stands and why; `line` is 0 for the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True)
class Tally:
    """read = used + duplicate + quarantined + out_of_scope, exactly."""

    read: int
    used: int
    duplicate: int
    quarantined: int
    out_of_scope: int

    def __post_init__(self) -> None:
        if self.read != self.used + self.duplicate + self.quarantined + self.out_of_scope:
            raise AssertionError(f"rows do not add up: {self}")
