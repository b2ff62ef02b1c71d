"""Terms: the commands that list, show, check and review terms, and that tell deadlines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.deadlines import deadlines
from makegood.cli.options import Bulletins, End, Lang, MonthsBill, Period, Start, Version, Zone

app = typer.Typer(
    help="List, show, check and review terms; tell deadlines.", no_args_is_help=True, rich_markup_mode=None
)
app.command()(deadlines)
DIFFERS = 1


@app.command(name="list")
def list_(
    lang: Lang = "en",
) -> None:
    """List the terms that come with makegood: version, window, target, remedy, claim by, status and age."""
    from makegood.cli.terms_shown import show_list

    show_list(lang)


@app.command()
def show(
    terms: Annotated[str, typer.Argument(help="A terms pack by id or file.", metavar="ID")],
    version: Version = None,
    as_file: Annotated[bool, typer.Option("--yaml", help="Print the pack's file as it is and nothing else.")] = False,
    lang: Lang = "en",
) -> None:
    """Show terms in words, clause by clause, with source, date and status; or the pack's file, to copy."""
    from makegood.cli.terms_shown import show_file, show_terms

    if as_file:
        show_file(terms, version)
    else:
        show_terms(terms, version, lang)


@app.command()
def check(
    pack: Annotated[str | None, typer.Argument(help="A terms pack by id or file.", metavar="PACK")] = None,
    more: Annotated[Path | None, typer.Argument(help="Worked cases for that pack.", metavar="CASES")] = None,
    cases: Annotated[Path | None, typer.Option(help="Worked cases of any packs, JSON or YAML.")] = None,
    lang: Lang = "en",
) -> None:
    """Check a pack and its worked cases, or run a file of cases; exit with 1 on any fault or difference."""
    from makegood.cli.terms_checked import check_terms

    if not check_terms(pack, more, cases, lang):
        raise typer.Exit(DIFFERS)


@app.command()
def review(
    contract: Annotated[
        str, typer.Argument(help="A contract written as a pack: a file, or an id.", metavar="CONTRACT")
    ],
    paths: Annotated[list[Path] | None, typer.Argument(help="Logs or status pages.", metavar="PATH")] = None,
    *,
    bulletins: Bulletins = None,
    of: Annotated[list[str] | None, typer.Option(help="Only this provider or product; may be repeated.")] = None,
    reading: Annotated[str, typer.Option(help="How a page counts: outage_only, all or major_only.")] = "outage_only",
    bill: MonthsBill = None,
    beside: Annotated[list[str] | None, typer.Option(help="A pack to compare with; may be repeated.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A fact the terms ask for, NAME=VALUE.")] = None,
    period: Period = None,
    start: Start = None,
    end: End = None,
    zone: Zone = "UTC",
    version: Version = None,
    out: Annotated[Path | None, typer.Option(help="Folder for review.html.")] = None,
    lang: Lang = "en",
) -> None:
    """Say what a contract leaves open, and replay it on given outages beside other packs."""
    from makegood.cli.asked import Asked
    from makegood.cli.terms_reviewed import Asking, review_terms

    asked = Asked(
        paths=tuple(paths or ()),
        period=period,
        start=start,
        end=end,
        zone=zone,
        bulletins=tuple(bulletins or ()),
        bill=bill,
        out=out,
        lang=lang,
    )
    asking = Asking(contract, asked, version, tuple(beside or ()), tuple(of or ()), tuple(fact or ()), reading)
    if not review_terms(asking):
        raise typer.Exit(DIFFERS)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a pack, for editors."""
    import json

    from makegood.terms.editor import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
