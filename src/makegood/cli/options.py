"""Options: those that several commands take, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Form = Annotated[str | None, typer.Option("--format", help="Read every PATH as this format.")]
Map = Annotated[Path | None, typer.Option("--map", help="A TOML file that names your columns.")]
Period = Annotated[str | None, typer.Option(help="A month, such as 2026-02.")]
Start = Annotated[str | None, typer.Option("--from", help="First moment that counts (ISO 8601).")]
End = Annotated[str | None, typer.Option("--to", help="First moment that no longer counts.")]
Zone = Annotated[str, typer.Option(help="Time zone of the period, such as Asia/Seoul.")]
Account = Annotated[str | None, typer.Option(help="Only this account; also names rows that name none.")]
Bulletins = Annotated[list[Path] | None, typer.Option(help="A status page export; may be repeated.")]
Charges = Annotated[list[Path] | None, typer.Option(help="A bill, cost or usage export; may be repeated.")]
Terms = Annotated[list[str] | None, typer.Option(help="A terms pack by id or file; may be repeated.")]
MonthsBill = Annotated[str | None, typer.Option(help='The bill of a month, such as "12000 USD".')]
Currency = Annotated[str | None, typer.Option(help="Currency of amounts whose row names none.")]
Version = Annotated[str | None, typer.Option("--version", help="A version of it; else the newest.")]
Lang = Annotated[str, typer.Option(help="Language: en or ko.")]
ReportLang = Annotated[str, typer.Option(help="Language of terminal and report: en or ko.")]
PrintedLang = Annotated[str, typer.Option(help="Language of what is printed: en or ko.")]
