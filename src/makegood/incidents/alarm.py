"""Alarm: an incident seen while it happens, before the rule that finds incidents can speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.incidents.incident import Found
from makegood.records.scope import Scope

# FAILING: it goes on. PASSING: attempts pass again, but failing anew within the policy's gap would still be the same
# incident. OVER: it passed for the whole gap. SILENT: no attempt for the whole gap, so nobody knows how it ended.
FAILING, PASSING, OVER, SILENT = "failing", "passing", "over", "silent"
SLACK = timedelta(minutes=5)  # attempts of an incident may end so long after their start
STATES = (FAILING, PASSING, OVER, SILENT)


@dataclass(frozen=True)
class Alarm:
    """`number` names it within one stream; it keeps its number while its scope widens and through flapping.

    `began` is when its first failed attempt ended and `last` is just after its latest one did, to ten seconds and as
    far as can be told by then; once it is over, `last` is its end. `raised` is the look that first told it. `leaves`
    are the scopes of the log that fail in it, `attempts` and `faults` theirs from `began` to `last`. An alarm goes by
    the ends of attempts, an incident by their starts: what times out begins by so much later here.
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

    def speaks_of(self, found: Found) -> bool:
        """Is this the alarm of an incident that was found: in scope, and at the same time?"""
        near = found.span.start <= self.last and self.began <= found.span.end + SLACK
        return near and (self.scope.covers(found.scope) or found.scope.covers(self.scope))

    @property
    def open(self) -> bool:
        """Is it still going on, or may it go on?"""
        return self.state in (FAILING, PASSING)
