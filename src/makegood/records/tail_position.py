"""Position: how far an attempts folder was read, kept as text by whoever follows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from makegood.errors import BadUse


@dataclass(frozen=True)
class Writer:
    """What was told of one writer: all of its part, or its journal up to a byte, a line and the last attempt's id."""

    offset: int = 0
    lines: int = 0
    last: str | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Position:
    """`since` is the first day that is looked at."""

    since: date
    writers: Mapping[str, Writer]

    def text(self) -> str:
        """The position as one line of JSON."""
        sealed = sorted(name for name, one in self.writers.items() if one.sealed)
        some = {name: [one.offset, one.lines, one.last] for name, one in self.writers.items() if not one.sealed}
        return json.dumps({"since": self.since.isoformat(), "sealed": sealed, "open": some}, sort_keys=True)

    @staticmethod
    def of(text: str) -> Position:
        """The position out of its text; raise BadUse when it is none."""
        try:
            data = json.loads(text)
            writers = {str(name): Writer(sealed=True) for name in data["sealed"]}
            for name, (offset, lines, last) in data["open"].items():
                if not (isinstance(offset, int) and isinstance(lines, int) and isinstance(last, str | None)):
                    raise ValueError(name)
                writers[name] = Writer(offset, lines, last)
            return Position(date.fromisoformat(data["since"]), writers)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise BadUse("the position in the attempts folder is not readable; leave it out to begin anew.") from fault
