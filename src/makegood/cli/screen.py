"""Screen: how every command puts text, headings, lists and tables on a terminal; readable without colour."""

from __future__ import annotations

from collections.abc import Container, Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text


def hang(lead: str, text: Text, console: Console) -> None:
    """The text behind a lead, wrapped so that the lines stay behind it and none ends in blanks."""
    for line in text.wrap(console, max(console.width - len(lead), 20), overflow="fold"):
        line.rstrip()
        console.print(Text.assemble(lead, line), soft_wrap=True)
        lead = " " * len(lead)


def heading(title: str, console: Console) -> None:
    """The title of a part, after a blank line."""
    console.print()
    console.print(Text(title, style="bold underline"))


def listed(title: str, items: Iterable[str], console: Console) -> None:
    """The items under their title; nothing where there is none."""
    for number, item in enumerate(items):
        if number == 0:
            heading(title, console)
        hang("-  ", Text(item), console)


def table_of(heads: Iterable[str], figures: Container[int] = (), whole: Container[int] = ()) -> Table:
    """A table without rows; the columns `figures` (from 0) stand right, `whole` ones are never folded."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(heads):
        right, kept = place in figures, place in whole
        table.add_column(Text(head), justify="right" if right else "left", overflow="fold", no_wrap=kept)
    return table


def put_table(table: Table, console: Console) -> None:
    """Print the table without blanks at the ends of its lines."""
    for line in console.render_lines(table, pad=False):
        text = Text.assemble(*((part.text, part.style or "") for part in line))
        text.rstrip()
        console.print(text, soft_wrap=True)
