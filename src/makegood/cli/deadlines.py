"""Deadlines: until when each claim of an assessment must be made, on the screen and as a calendar file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.errors import UnknownFormat, Unreadable

if TYPE_CHECKING:  # what these load would slow down the start of every other command
    from rich.console import Console

    from makegood.reads.calendar import Entry
    from makegood.reads.words import Words


def deadlines(
    path: Annotated[Path, typer.Argument(help="An assessment.json that makegood wrote.", metavar="ASSESSMENT")],
    ics: Annotated[Path | None, typer.Option(help="Calendar file to write; it warns a week and a day ahead.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone to show beside UTC, such as Asia/Seoul.")] = None,
    lang: Annotated[str, typer.Option(help="Language of terminal and calendar: en or ko.")] = "en",
) -> None:
    """Show until when each claim must be made and what it still lacks, and write a calendar of it."""
    from rich.console import Console

    from makegood.reads.calendar import calendar, entries
    from makegood.reads.words import Words, words_for
    from makegood.spans import zone as known

    assessment, now = _read(path), datetime.now(UTC)
    try:
        found = entries(assessment, now)
    except UnknownFormat as fault:
        raise UnknownFormat(f"{path}: {fault}") from fault
    words = words_for(assessment, lang) if zone is None else Words(lang, known(zone).key)
    _show(found, now, Console(), words)
    if ics is not None:
        made = calendar(found, now, words)
        if made is None:
            typer.echo(words.say("No time limit lies ahead, so no calendar was written."))
        else:
            from makegood.cli.written import write_file

            write_file("--ics", ics, made)
            typer.echo(str(ics))


def _read(path: Path) -> Any:
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise Unreadable(f"{path}: is a pipe or a device, not a file; give an assessment.json.")
        return json.loads(path.read_bytes())
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); check the path.") from fault
    except (ValueError, RecursionError) as fault:  # no JSON, no text, or nested without end
        raise UnknownFormat(f"{path}: this is no JSON; give the assessment.json that makegood wrote.") from fault


def _show(found: tuple[Entry, ...], now: datetime, console: Console, words: Words) -> None:
    from rich.text import Text

    from makegood.cli.screen import hang
    from makegood.reads.calendar import details, step_words, subject, time_left

    if not found:
        console.print(Text(words.say("Nothing in this assessment leads to a claim.")))
    for number, one in enumerate(found, 1):
        lead = f"{number}. "
        style = "bold" if one.open(now) else "dim"
        head = f"{step_words(one, words)}: {subject(one, words)}: {time_left(one, now, words)}"
        hang(lead, Text(head, style=style), console)
        for line in details(one, words):
            hang(" " * len(lead), Text(line), console)
