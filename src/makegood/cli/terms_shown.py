"""Terms shown: the list of terms, and one of them clause by clause, on the screen."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.text import Text

from makegood.cli.screen import hang, heading, put_table, table_of
from makegood.errors import BadUse
from makegood.reads.catalogue import Listed, listed
from makegood.reads.clauses import shown
from makegood.reads.words import Words
from makegood.terms.read import find, named_version, packs, source_of

_WIDE = 150


def show_list(lang: str) -> None:
    """A line a pack, with how long ago its text was last looked up; two lines where the screen is narrow."""
    words, console = Words(lang), Console(soft_wrap=True)
    lines = listed(packs(), datetime.now(UTC).date(), words)
    if console.is_terminal and console.width >= _WIDE:
        _table(lines, console, words)
    for one in lines if not console.is_terminal or console.width < _WIDE else ():
        promised = " · ".join((one.window, one.target, one.remedy, one.claim_by))
        head = Text.assemble((one.terms, "bold"), f"  {one.version}  {one.status}  {_age(one, words)}")
        console.print(head, promised, sep="  " if not console.is_terminal else "\n  ", highlight=False, markup=False)
    console.print()
    says = words.say("Status: P provider's own text read, S secondary source, T sibling terms, U not read.")
    hang("", Text(says), console)


def _table(lines: list[Listed], console: Console, words: Words) -> None:
    heads = (
        words.say("Terms"),
        words.say("Version"),
        words.say("Window"),
        words.say("Promised"),
        words.say("Remedy"),
        words.say("Claim by"),
        words.say("Status"),
        words.say("Age"),
    )
    table = table_of(heads, figures=(7,), whole=(0, 1, 7))
    for one in lines:
        cells = (one.version, one.window, one.target, one.remedy, one.claim_by, one.status, _age(one, words))
        table.add_row(Text(one.terms, style="bold"), *(Text(cell) for cell in cells))
    put_table(table, console)


def _age(one: Listed, words: Words) -> str:
    return "–" if one.stale_days is None else words.many("{n} day", "{n} days", one.stale_days)


def show_file(reference: str, version: str | None) -> None:
    """The pack's own file, byte for byte; raise BadTerms where there is none, BadUse where a version is named."""
    if version is not None:
        raise BadUse("--yaml prints the whole file with all of its versions; leave --version away.")
    typer.echo(source_of(reference).encode(), nl=False)


def show_terms(reference: str, version: str | None, lang: str) -> None:
    """One version in words; raise BadTerms for a pack or version that nobody knows."""
    words, console = Words(lang), Console()
    pack = find(reference)
    told = shown(pack, named_version(pack, version), words)
    hang("", Text(told.title, style="bold"), console)
    for label, value in told.head:
        hang(f"  {label}: ", Text(value), console)
    for title, parts in told.promises:
        _parts(words.say("What it says: {promise}", promise=title), parts, console)
    _parts(words.say("What the provider gives of itself"), told.programme, console)
    _listed(words.say("When nothing is promised"), told.goodwill, console)
    _listed(words.say("What was given before"), told.precedents, console)
    _listed(words.say("How it is read here"), [f"{says}  [{clause}]" for says, clause in told.readings], console)
    heading(words.say("Clause by clause"), console)
    for one in told.clauses:
        hang(f"  {one.id}: ", Text(one.says), console)
        hang("    ", Text(f"{one.source} ({one.status})", style="dim"), console)
        if one.note:
            hang("    ", Text(one.note, style="dim"), console)


def _parts(title: str, parts: tuple[tuple[str, str, str], ...], console: Console) -> None:
    if parts:
        heading(title, console)
    for label, sentence, clause in parts:
        hang(f"  {label}: ", Text.assemble(sentence, (f"  [{clause}]", "dim")), console)


def _listed(title: str, items: tuple[str, ...] | list[str], console: Console) -> None:
    if items:
        heading(title, console)
        for item in items:
            hang("  - ", Text(item), console)
