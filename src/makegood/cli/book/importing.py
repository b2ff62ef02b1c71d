"""Commands `makegood import`: assessments, customers, and accounts that a query over the own logs found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import PrintedLang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from makegood.reads.words import Words
    from makegood.records.tally import Quarantined

app = typer.Typer(
    help="Bring assessments, customers and accounts into the book.", no_args_is_help=True, rich_markup_mode=None
)
SHOWN = 20


@app.command()
def assessment(
    path: Annotated[Path, typer.Argument(help="The assessment.json that `makegood assess --out` wrote.")],
    *,
    lang: PrintedLang = "en",
) -> None:
    """Import an assessment: its incidents become causes of the book. The same one again changes nothing."""
    from makegood.acts.import_assessment import import_assessment
    from makegood.campaigns.published import parse_assessment, read_assessment
    from makegood.cli.book.desk import desk, read_file
    from makegood.store.acting import Doing, noted

    with desk(lang) as at:
        with noted(Doing(at.book, at.actor, "import_assessment", at.now, str(path))):
            told = read_assessment(parse_assessment(read_file(path), str(path)), str(path))
        took = import_assessment(at.book, at.actor, told, str(path), at.now)
        if took.repeat:
            at.say("This assessment was imported before; nothing was changed.")
        for name, cause, known in took.causes:
            if name == cause and not known:
                at.say("{cause} is a cause of this book now.", cause=cause)
            else:
                at.say("{name} of this assessment is {cause} in the book.", name=name, cause=cause)
        if not took.repeat:
            at.say("{hits} hits of accounts were kept.", hits=at.words.number(took.hits))
        _show_refused(told.quarantined, at.words)


@app.command()
def customers(
    path: Annotated[
        Path, typer.Argument(help="CSV or JSON lines: account, plan, product, currency, email, lang, billing, status.")
    ],
    *,
    lang: PrintedLang = "en",
) -> None:
    """Import customers: how to reach them and what their plan can use. Rows that cannot be used are named."""
    from makegood.acts.import_customers import import_customers
    from makegood.campaigns.customer_file import read_customers
    from makegood.cli.book.desk import desk, read_file

    found = read_customers(read_file(path), str(path))
    _check_any(len(found.customers), found.quarantined, path)
    with desk(lang) as at:
        changed = import_customers(at.book, at.actor, found.customers, str(path), at.now)
        given, changed_text = at.words.number(len(found.customers)), at.words.number(changed)
        at.say("{given} customers were read, {changed} of them new or changed.", given=given, changed=changed_text)
        for note in found.notes:
            typer.echo(f"  {note}")
        _show_refused(found.quarantined, at.words)


@app.command()
def audience(
    path: Annotated[
        Path, typer.Argument(help="CSV or JSON lines: account, and where known reason, lost, currency, faults.")
    ],
    *,
    name: Annotated[str, typer.Option("--name", help="What they met, such as SUSPENDED-2026Q3; a cause of the book.")],
    start: Annotated[str, typer.Option("--from", help="First moment or day of what they met (ISO 8601).")],
    end: Annotated[str, typer.Option("--to", help="First moment or day after it.")],
    lang: PrintedLang = "en",
) -> None:
    """Import accounts that a query over your own logs found, such as those suspended by mistake, as a cause."""
    from makegood.acts.import_audience import import_audience
    from makegood.campaigns.audience_file import read_audience
    from makegood.cli.book.desk import desk, read_file
    from makegood.cli.book.spans import span_of

    found = read_audience(read_file(path), str(path))
    _check_any(len(found.asked), found.quarantined, path)
    with desk(lang) as at:
        kept = import_audience(at.book, at.actor, (name, span_of(start, end)), found, at.now)
        accounts = at.words.many("{n} account was kept", "{n} accounts were kept", kept)
        at.say("{accounts} under the cause {cause}.", accounts=accounts, cause=name)
        for note in found.notes:
            typer.echo(f"  {note}")
        _show_refused(found.quarantined, at.words)


def _check_any(used: int, refused: Sequence[Quarantined], path: Path) -> None:
    """Raise Unreadable where no row of the file could be used: then it is the file that is wrong."""
    from makegood.errors import Unreadable

    if refused and not used:
        first = refused[0]
        raise Unreadable(f"{path}:{first.line}: {first.reason}; no row of this file could be used, check the file.")


def _show_refused(refused: Sequence[Quarantined], words: Words) -> None:
    if not refused:
        return
    typer.echo(words.many("{n} row could not be used:", "{n} rows could not be used:", len(refused)), err=True)
    for one in refused[:SHOWN]:
        typer.echo(f"  {one.file}:{one.line}: {one.reason}", err=True)
    if len(refused) > SHOWN:
        typer.echo(words.say("  and {count} more", count=words.number(len(refused) - SHOWN)), err=True)
