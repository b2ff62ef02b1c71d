"""Noun: a canary; a question whose right answer is known, with what class of answers that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from makegood.keys import content_hash

ONE_OF, YES_NO, NUMBER, EXACT, PATTERN = "one_of", "yes_no", "number", "exact", "pattern"
KINDS = (ONE_OF, YES_NO, NUMBER, EXACT, PATTERN)


@dataclass(frozen=True, slots=True)
class Canary:
    """`group` is the class of the right answer, by which a topic must be balanced. `options` of one_of and yes_no.

    `truth` is the option, the number as text, the text, or the regular expression (RE2) of a whole answer; `within`
    is how far a number may be off.
    """

    id: str
    topic: str
    group: str
    ask: str
    kind: str
    truth: str
    options: tuple[str, ...] = ()
    within: Decimal = Decimal(0)

    @property
    def mark(self) -> str:
        """A short hash of everything that the answer depends on; another question has another mark."""
        parts = [self.id, self.topic, self.group, self.ask, self.kind, self.truth, list(self.options), str(self.within)]
        return content_hash(parts)[:16]
