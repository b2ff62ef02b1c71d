"""Alarm: an incident seen while it happens, before the rule that finds incidents can speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.records.scope import Scope

# FAILING: it goes on. PASSING: attempts pass again, but failing anew within the policy's gap would still be the same
# incident. OVER: it passed for the whole gap. SILENT: no attempt for the whole gap, so nobody knows how it ended.
FAILING, PASSING, OVER, SILENT = "failing", "passing", "over", "silent"
STATES = (FAILING, PASSING, OVER, SILENT)


@dataclass(frozen=True)
class Alarm:
    """`number` names it within one stream; it keeps its number while its scope widens and through flapping.

    `began` is when its first failed attempt ended, as far as can be told; `raised` the look that first told it;
    `last` just after the end of the latest failed attempt, which is the end of it once it is over. `leaves` are the
    scopes of the log that fail in it. `attempts` and `faults` are those of its leaves from `began` to `last`.
    """

    number: int
    scope: Scope
    leaves: tuple[Scope, ...]
    state: str
    began: datetime
    raised: datetime
    last: datetime
    attempts: int
    faults: int

    @property
    def open(self) -> bool:
        """Is it still going on, or may it go on?"""
        return self.state in (FAILING, PASSING)
