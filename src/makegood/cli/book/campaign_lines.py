"""Command `makegood campaign lines`: who gets what from a campaign, on the screen or as a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import PrintedLang

if TYPE_CHECKING:
    from makegood.cli.book.desk import Desk
    from makegood.reads.campaign_lines import Schedule, Told

SHOWN = 20


def lines(
    campaign: Annotated[str, typer.Argument(help="The campaign's id, such as CMP-1.", metavar="ID")],
    *,
    out: Annotated[Path | None, typer.Option(help="A CSV file to write, with every line and all columns.")] = None,
    account: Annotated[str | None, typer.Option(help="Only the lines of this account.")] = None,
    lang: PrintedLang = "en",
) -> None:
    """List who gets what from a campaign, who is left out and why, and what became of each line."""
    from makegood.cli.book.desk import desk
    from makegood.errors import BadUse
    from makegood.reads.campaign_lines import count_told, lines_told, schedule_of

    with desk(lang, reading=True) as at, at.book.reading():
        schedule = schedule_of(at.book, campaign, at.now)
        found = lines_told(at.book, schedule, account)
        if account is not None:
            own = list(found)
            if not own:
                raise BadUse(
                    f"{account[:60]} is neither granted anything by {campaign} nor left out; look at the name."
                )
            found = iter(own)
        if out is not None:
            _write(at, schedule, found, out)
        elif account is not None:
            _show_whole(at, schedule, found)
        else:
            _show_first(at, schedule, found, count_told(at.book, campaign))


def _write(at: Desk, schedule: Schedule, found: Iterator[Told], out: Path) -> None:
    from makegood.errors import BadUse
    from makegood.reads.line_words import COLUMNS, cells_of
    from makegood.reads.safe_csv import SafeCsv

    draft, count = schedule.kept.draft, 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8", newline="") as file:
            table = SafeCsv(file)
            table.row(COLUMNS)
            for one in found:
                cells = cells_of(one, draft, at.words)
                table.row(tuple(getattr(cells, name) for name in COLUMNS))
                count += 1
    except OSError as fault:
        raise BadUse(f"{out} cannot be written ({fault.strerror}); choose another place.") from fault
    rows = at.words.many("{n} row was written to {path}.", "{n} rows were written to {path}.", count, path=out)
    typer.echo(rows)


def _show_whole(at: Desk, schedule: Schedule, found: Iterator[Told]) -> None:
    from rich.console import Console

    from makegood.cli.book.shown import show_section
    from makegood.reads.campaign_words import Section
    from makegood.reads.line_words import cells_of, labelled

    for one in found:
        rows = labelled(cells_of(one, schedule.kept.draft, at.words), at.words)
        show_section(Console(), Section(schedule.kept.id, (), rows))


def _show_first(at: Desk, schedule: Schedule, found: Iterator[Told], whole: int) -> None:
    from rich.console import Console

    from makegood.cli.book.shown import show_section
    from makegood.reads.campaign_words import Section
    from makegood.reads.line_words import head_of, row_of

    id = schedule.kept.id
    rows = tuple(row_of(one, schedule.kept.draft, at.words) for one in islice(found, SHOWN))
    show_section(Console(), Section(id, head_of(at.words), rows, (2, 3)))
    if whole > len(rows):
        left = at.words.number(whole - len(rows))
        at.say(
            "and {count} more; all of them: makegood campaign lines {campaign} --out lines.csv", count=left, campaign=id
        )
