"""Mark: which of the attempts that a tail tells were the provider's fault, by the very rules that an assessment asks."""

from __future__ import annotations

from makegood.incidents.stream import Arrived
from makegood.losses.faults import RuleBook
from makegood.records.tail import Recent


class Marks:
    """The rule book, asked once for each distinct outcome."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book

    def arrived(self, recent: Recent) -> Arrived:
        """The attempts with their marks, as a stream takes them."""
        raise NotImplementedError
