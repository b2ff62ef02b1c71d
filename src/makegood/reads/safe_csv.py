"""Safe CSV: cells that no spreadsheet takes for a formula and no terminal obeys."""

from __future__ import annotations

import csv
import re
from typing import TextIO

# What a spreadsheet takes for the start of a formula; the full-width forms count too.
_FORMULA = re.compile("[=+@\\-\t\r\n＝＋－＠]")
# What a terminal obeys or what reorders a line.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """The text as a cell: an apostrophe stands before a formula, U+FFFD for each character that would be obeyed."""
    shown = _OBEYED.sub("\ufffd", text)
    return f"'{shown}" if _FORMULA.match(text) else shown


class SafeCsv:
    """Writes rows of text to a file, each cell quoted and made safe."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def row(self, cells: tuple[str, ...]) -> None:
        """One more row."""
        self._writer.writerow([safe(cell) for cell in cells])
