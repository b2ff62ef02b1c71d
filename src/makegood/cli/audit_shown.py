"""Audit, shown: an audit on one screen or in a pipe, readable without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from makegood.cli.screen import hang, heading, listed, put_table, table_of
from makegood.reads import exposure_words as told
from makegood.reads.amiss_words import amiss_words
from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.toll_words import toll_sentences
from makegood.reads.words import Words, words_for

THINGS_SHOWN, PATHS_SHOWN, REPLAYS_SHOWN, VERDICTS_SHOWN, NOTES_SHOWN = 12, 20, 12, 8, 10

Facts = Mapping[str, Any]


def show(data: Facts, console: Console, lang: str = "en") -> None:
    """Print the audit; text from the data is never read as markup. Raise BadUse for another language."""
    words = words_for(data, lang)
    console.print()
    hang("", Text(told.headline(data, words), style="bold"), console)
    for sentence in (*amiss_words(data, words), *told.subheads(data, words)):
        hang("", Text(sentence), console)
    _sides(data, console, words)
    _things(data, console, words)
    _paths(data, console, words)
    _replays(data, console, words)
    _detours(data, console, words)
    _notes(data, console, words)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int, console: Console) -> None:
    """A table whose first `left` columns stand left, the others right."""
    table = table_of(heads, figures=range(left, len(heads)))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    put_table(table, console)


def _sides(data: Facts, console: Console, words: Words) -> None:
    heading(words.say("Single points of failure"), console)
    heads = (
        words.say("If one fails"),
        words.say("Calls that stop"),
        words.say("Spend"),
        words.say("Share of spend"),
        words.say("Models"),
        words.say("Calls not told"),
    )
    _table(heads, [told.side_row(one, words) for one in data["sides"]], 1, console)


def _things(data: Facts, console: Console, words: Words) -> None:
    things = [one for one in data["things"] if one["stops"]["calls"]]
    if not things:
        return
    heading(words.say("What stops if one thing fails"), console)
    heads = (
        words.say("If this fails"),
        words.say("What stands ready"),
        words.say("Calls that stop"),
        words.say("Spend"),
    )
    rows = [
        (
            f"{told.thing_words(one)} ({label(words, 'dimension', one['dimension'])})",
            told.ready_words(one, words),
            f"{words.number(one['stops']['calls'])} ({told.share_words(one['stops']['share']['calls'], words)})",
            told.spend_words(one["stops"]["spend"], words),
        )
        for one in things[:THINGS_SHOWN]
    ]
    _table(heads, rows, 2, console)
    _more(len(things) - THINGS_SHOWN, console, words)


def _paths(data: Facts, console: Console, words: Words) -> None:
    if not data["paths"]:
        return
    heading(words.say("Declared paths"), console)
    heads = (
        words.say("Route"),
        words.say("Upstream"),
        words.say("Asked"),
        words.say("Attempts"),
        words.say("Answered"),
        words.say("Last answer"),
    )
    _table(heads, [told.path_row(one, words) for one in data["paths"][:PATHS_SHOWN]], 3, console)
    _more(len(data["paths"]) - PATHS_SHOWN, console, words)


def _replays(data: Facts, console: Console, words: Words) -> None:
    if not data["replays"]:
        return
    heading(words.say("Past incidents on your calls"), console)
    for one in data["replays"][:REPLAYS_SHOWN]:
        title = f"{legible(one['title'])}, {words.span(one['window']['start'], one['window']['end'])}"
        hang("", Text(title, style="bold"), console)
        for sentence in (*told.range_words(one, words), *told.laid_words(one, words, data["params"]["on"])):
            hang("   ", Text(sentence), console)
        _tolls(one, console, words)
        _verdicts(one, console, words)
        console.print()
    _more(len(data["replays"]) - REPLAYS_SHOWN, console, words)


def _tolls(replay: Facts, console: Console, words: Words) -> None:
    for sentence in toll_sentences(replay, words):
        hang("   -  ", Text(sentence), console)


def _verdicts(replay: Facts, console: Console, words: Words) -> None:
    rows = told.verdict_rows(replay, words)
    if not rows:
        return
    hang("   ", Text(words.say("What the terms would have paid"), style="dim"), console)
    for share, terms, window, verdict, gives, clause in rows[:VERDICTS_SHOWN]:
        lead = Text.assemble((f"{share} · {terms} · {window}: ", ""), (verdict, "bold"), f", {gives} [{clause}]")
        hang("   -  ", lead, console)
    _more(len(rows) - VERDICTS_SHOWN, console, words)


def _detours(data: Facts, console: Console, words: Words) -> None:
    heading(words.say("What detours really cost"), console)
    for sentence in told.detour_sentences(data, words):
        hang("", Text(sentence), console)
    rows = told.detour_rows(data, words)
    if rows:
        heads = (words.say("Incident"), words.say("Detours"), words.say("Answered"), words.say("Extra cost"))
        _table(heads, rows, 1, console)


def _notes(data: Facts, console: Console, words: Words) -> None:
    found = told.notes(data, words)
    listed(words.say("Notes"), found[:NOTES_SHOWN], console)
    _more(len(found) - NOTES_SHOWN, console, words)


def _more(count: int, console: Console, words: Words) -> None:
    if count > 0:
        text = words.many("{n} more is in audit.json.", "{n} more are in audit.json.", count)
        console.print(Text(text, style="dim"))
