"""Terms: the commands that list, show, check and review terms, and that tell deadlines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.deadlines import deadlines

app = typer.Typer(
    help="List, show, check and review terms; tell deadlines.", no_args_is_help=True, rich_markup_mode=None
)
app.command()(deadlines)
DIFFERS = 1


@app.command(name="list")
def list_(
    lang: Annotated[str, typer.Option(help="Language: en or ko.")] = "en",
) -> None:
    """List the terms that come with makegood: version, window, target, remedy, claim by, status and age."""
    from makegood.cli.terms_shown import show_list

    show_list(lang)


@app.command()
def show(
    terms: Annotated[str, typer.Argument(help="A terms pack by id or file.", metavar="ID")],
    version: Annotated[str | None, typer.Option("--version", help="A version of it; else the newest.")] = None,
    lang: Annotated[str, typer.Option(help="Language: en or ko.")] = "en",
) -> None:
    """Show terms in words, clause by clause, with source, date and status."""
    from makegood.cli.terms_shown import show_terms

    show_terms(terms, version, lang)


@app.command()
def check(
    pack: Annotated[str | None, typer.Argument(help="A terms pack by id or file.", metavar="PACK")] = None,
    more: Annotated[Path | None, typer.Argument(help="Worked cases for that pack.", metavar="CASES")] = None,
    cases: Annotated[Path | None, typer.Option(help="Worked cases of any packs, JSON or YAML.")] = None,
    lang: Annotated[str, typer.Option(help="Language: en or ko.")] = "en",
) -> None:
    """Check a pack and its worked cases, or run a file of cases; exit with 1 on any fault or difference."""
    from makegood.cli.terms_checked import check_terms

    if not check_terms(pack, more, cases, lang):
        raise typer.Exit(DIFFERS)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a pack, for editors."""
    import json

    from makegood.terms.editor import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
