"""Mark: which of the attempts that a tail tells were the provider's fault, by the rules that an assessment asks."""

from __future__ import annotations

import numpy as np

from makegood.incidents.arrived import Arrived
from makegood.losses.faults import RuleBook, RuleRow
from makegood.records.tail import Recent

PROVIDER = "provider"


class Marks:
    """The rule book, asked once for each distinct outcome."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._known: dict[tuple[str, int, str, int, int], tuple[RuleRow, ...]] = {}

    def arrived(self, recent: Recent) -> Arrived:
        """The attempts with their marks, as a stream takes them."""
        fault = np.zeros(len(recent.outcome), bool)
        for number, outcome in enumerate(recent.outcomes):
            for row in self._rules(outcome):
                held = (recent.time_us >= row.from_us) & (recent.time_us < row.until_us)
                fault |= held & (recent.outcome == number)
        return Arrived(recent.scopes, recent.scope, recent.time_us, recent.end_us, fault)

    def _rules(self, outcome: tuple[str, int, str, int, int]) -> tuple[RuleRow, ...]:
        """The spans in which such an attempt is the provider's fault."""
        if outcome not in self._known:
            rows = self.book.table([outcome[:4]])
            self._known[outcome] = tuple(row for row in rows if row.empty == outcome[4] and row.fault == PROVIDER)
        return self._known[outcome]
