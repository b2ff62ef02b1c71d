"""The screen: tables and lists as they stand on a terminal of a given width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from makegood.cli.screen import hang, listed, put_table, table_of


@pytest.fixture
def screen():
    return Console(file=io.StringIO(), width=30)


def lines_of(screen):
    return screen.file.getvalue().split("\n")


def test_a_table_has_no_blanks_at_its_ends_and_its_figures_stand_right(screen):
    table = table_of(("Box", "Row [dim]", "State"), figures=(1,))
    for row in (("charged", "1,204", "open"), ("caller", "7", "")):
        table.add_row(*(Text(cell) for cell in row))
    put_table(table, screen)
    assert lines_of(screen) == [
        "Box      Row [dim]  State",
        "charged      1,204  open",
        "caller           7",
        "",
    ]


def test_a_wide_cell_is_folded_and_a_whole_one_is_not(screen):
    table = table_of(("Terms", "Window"), whole=(0,))
    table.add_row(Text("amazon-bedrock"), Text("a month of the calendar"))
    put_table(table, screen)
    assert lines_of(screen) == [
        "Terms           Window",
        "amazon-bedrock  a month of the",
        "                calendar",
        "",
    ]


def test_a_list_stands_behind_its_marks_and_one_of_nothing_has_no_title(screen):
    listed("Notes", [], screen)
    listed("Notes", ["what goes on to the next line stays behind"], screen)
    hang("", Text("[red]not markup[/red]"), screen)
    lines = ["", "Notes", "-  what goes on to the next", "   line stays behind", "[red]not markup[/red]", ""]
    assert lines_of(screen) == lines
