"""Commands `makegood attempts`: seal a folder of recorded attempts, keep its head, and check it against one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.options import PrintedLang

app = typer.Typer(
    help="Folders of recorded attempts: seal, keep the head, verify.", no_args_is_help=True, rich_markup_mode=None
)
FAULTY = 1
FOLDER = typer.Argument(help="A folder that the gateway or a hook records to.")
_HASH = re.compile(r"[0-9a-f]{64}")


@app.command()
def seal(folder: Annotated[Path, FOLDER], *, lang: PrintedLang = "en") -> None:
    """Seal what stopped recorders left, and commit to each UTC day that has ended."""
    from makegood.acts.take_attempts import AttemptLog
    from makegood.reads.words import Words
    from makegood.records.attempts_folder import journals, parts
    from makegood.records.commitments import last_commitment

    words, path = Words(lang), _known(folder)
    before = len(parts(path))
    log = AttemptLog(path, lambda: datetime.now(UTC))
    try:
        log.seal()
    finally:
        log.close()
    sealed, left = len(parts(path)) - before, len(journals(path))
    typer.echo(words.many("{n} part was sealed.", "{n} parts were sealed.", sealed))
    if left:
        typer.echo(
            words.many(
                "{n} journal is being written and stays open.", "{n} journals are being written and stay open.", left
            )
        )
    last = last_commitment(path)
    if last is not None:
        typer.echo(
            words.say("Committed to the days up to {day}; head {head}", day=last.day.isoformat(), head=last.hash)
        )


@app.command()
def head(folder: Annotated[Path, FOLDER], *, lang: PrintedLang = "en") -> None:
    """Print the head to keep elsewhere: who holds it can show later that nothing before it was written afterwards."""
    from makegood.errors import Unreadable
    from makegood.reads.words import Words
    from makegood.records.commitments import last_commitment

    last = last_commitment(_known(folder))
    if last is None:
        raise Unreadable(
            f"{folder}: no day is committed to yet; the first is once a UTC day with attempts has ended and "
            "`makegood attempts seal` or a recorder has sealed it."
        )
    typer.echo(last.hash)
    said = Words(lang).say("Covers everything up to {day} (UTC). Keep it elsewhere.", day=last.day.isoformat())
    typer.echo(said, err=True)


@app.command()
def verify(
    folder: Annotated[Path, FOLDER],
    *,
    head: Annotated[
        str | None, typer.Option(help="A head that you kept: what was before it must be as it was.")
    ] = None,
    lang: PrintedLang = "en",
) -> None:
    """Check that no part, list or commitment was changed, removed or added; status 1 where one was."""
    from makegood.errors import BadUse
    from makegood.reads.verify_words import fault_words
    from makegood.reads.words import Words
    from makegood.records.check_commitments import check_commitments

    words = Words(lang)
    if head is not None and not _HASH.fullmatch(head.strip().lower()):
        raise BadUse("--head is a hash of 64 hexadecimal digits; `makegood attempts head` prints it.")
    found = check_commitments(_known(folder), None if head is None else head.strip().lower())
    for one in found.wrong:
        typer.echo(fault_words(one, words), err=True)
    if found.wrong:
        typer.echo(words.many("{n} thing is wrong.", "{n} things are wrong.", len(found.wrong)), err=True)
        raise typer.Exit(FAULTY)
    if found.lines:
        rows = words.many("{n} row", "{n} rows", sum(one.rows for one in found.lines))
        days = words.many("{n} day", "{n} days", len(found.lines))
        typer.echo(words.say("{days} committed to, {rows}: all as they were sealed.", days=days, rows=rows))
    else:
        typer.echo(words.say("No day is committed to yet."))
    if found.kept is not None:
        day = found.lines[found.kept - 1].day.isoformat()
        typer.echo(words.say("Everything up to {day} (UTC) was there when the head was kept.", day=day))
    elif found.lines:
        typer.echo(words.say("Only a head kept elsewhere shows that all of it was not written anew: give --head."))
    typer.echo(
        words.many(
            "Not committed to yet: {n} sealed row, and what is in open journals.",
            "Not committed to yet: {n} sealed rows, and what is in open journals.",
            sum(one.rows for one in found.since),
        )
    )


def _known(folder: Path) -> Path:
    from makegood.errors import Unreadable
    from makegood.records.attempts_folder import is_attempts_folder

    if not is_attempts_folder(folder):
        raise Unreadable(f"{folder}: is no folder that attempts were recorded to; name the folder of the recorder.")
    return folder
