"""Beside: the comparison as tables on the terminal, and its outcome in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from makegood.cli.demo.compare import OTHERS, ROWS, TERMS, WASTE, Line
from makegood.cli.demo.world import PLANS
from makegood.cli.screen import heading
from makegood.reads.labels import label
from makegood.reads.words import Words

_WIDEST, _PART, _GAP = 112, 24, 2


def show_beside(lines: Sequence[Line], console: Console, words: Words) -> None:
    """Print what was planted and what was found, line by line, then how many agree."""
    names = _names(words)
    heading(words.say("What was planted, and what was found"), console)
    for number, (about, group) in enumerate(groupby(lines, lambda line: line.about)):
        console.print(Text(names.get(about, about), style="bold"))
        console.print(_table(list(group), number == 0, (console, words, names)))
    console.print()
    differing = sum(not line.agrees for line in lines)
    if differing:
        text = words.many("{n} line differs.", "{n} lines differ.", differing)
        console.print(Text(text, style="bold red"))
    else:
        text = words.many("{n} line, and it agrees.", "{n} lines, and all agree.", len(lines))
        console.print(Text(text, style="bold green"))


def _table(lines: Sequence[Line], headed: bool, shown: tuple[Console, Words, Mapping[str, str]]) -> Table:
    console, words, names = shown
    marks = {True: Text(words.say("agrees"), "green"), False: Text(words.say("differs"), "bold red")}
    last = max(mark.cell_len for mark in marks.values())
    cell = (min(console.width, _WIDEST) - _PART - last - 3 * _GAP) // 2
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim", show_header=headed)
    table.add_column("", width=_PART, overflow="fold")
    for name in (words.say("Planted"), words.say("Found")):
        table.add_column(name, width=max(cell, 8), overflow="fold")
    table.add_column("", width=last, no_wrap=True)
    for line in lines:
        cells = (Text(names.get(text, text)) for text in (line.planted, line.found))
        table.add_row(_part(line, words, names), *cells, marks[line.agrees])
    return table


def _part(line: Line, words: Words, names: Mapping[str, str]) -> Padding:
    if line.about != WASTE:
        return Padding(Text(names.get(line.part, line.part)), (0, 0, 0, 2))
    box, _, kind = line.part.partition(".")
    if kind:
        return Padding(Text(label(words, "kind", kind)), (0, 0, 0, 4))
    return Padding(Text(label(words, "box", box)), (0, 0, 0, 2))


def _names(words: Words) -> dict[str, str]:
    """What a comparison speaks of, in this language."""
    failures = (
        words.say("A quarter of OpenAI's requests fail for thirteen hours"),
        words.say("Anthropic is out altogether"),
        words.say("One model of Google fails in part, and no status page tells of it"),
    )
    return dict(zip((plan.what for plan in PLANS), failures, strict=True)) | {
        ROWS: words.say("Rows"),
        OTHERS: words.say("Other incidents in the attempts"),
        WASTE: words.say("Waste: attempts / tokens / amount"),
        TERMS: words.say("Terms"),
        "read": words.say("read"),
        "used": words.say("used"),
        "duplicate": words.say("delivered twice"),
        "quarantined": words.say("set aside"),
        "out_of_scope": words.say("out of scope"),
        "when": words.say("when (UTC)"),
        "where": words.say("where"),
        "page": words.say("status page"),
        "acknowledged": words.say("acknowledged"),
        "never acknowledged": words.say("never acknowledged"),
        "nothing": words.say("nothing"),
    }
