"""The command `makegood audit`: its options, and how they become an audit that is shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.options import (
    Account,
    Bulletins,
    Charges,
    Currency,
    End,
    Form,
    Map,
    MonthsBill,
    Period,
    Start,
    Terms,
)


def audit(
    paths: Annotated[
        list[Path], typer.Argument(help="Attempts folders or logs, in any known format.", metavar="PATH...")
    ],
    *,
    replay: Annotated[
        list[str] | None, typer.Option(help="A day (2025-06-10) or a file of incidents to replay.")
    ] = None,
    incidents: Annotated[list[Path] | None, typer.Option(help="The list that days are looked up in.")] = None,
    on: Annotated[str | None, typer.Option(help="The provider of the log that incidents are laid on.")] = None,
    gateway: Annotated[Path | None, typer.Option(help="A gateway's config, whose paths are looked at.")] = None,
    tested_answers: Annotated[int, typer.Option(help="Usable answers that make an alternative tested.")] = 20,
    tested_days: Annotated[int, typer.Option(help="In how many last days of the log.")] = 30,
    form: Form = None,
    mapping: Map = None,
    period: Period = None,
    start: Start = None,
    end: End = None,
    zone: Annotated[str, typer.Option(help="Time zone of period, weekdays and hours, such as Asia/Seoul.")] = "UTC",
    account: Account = None,
    bulletins: Bulletins = None,
    charges: Charges = None,
    terms: Terms = None,
    bill: MonthsBill = None,
    currency: Currency = None,
    out: Annotated[Path | None, typer.Option(help="Folder for audit.html and audit.json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print audit.json alone.")] = False,
    lang: Annotated[str, typer.Option(help="Language of terminal and page: en or ko.")] = "en",
) -> None:
    """Show single points of failure, and what past outages would have cost on your own calls."""
    from makegood.cli.asked import Asked
    from makegood.cli.audit_run import Auditing, run

    asked = Asked(
        paths=tuple(paths),
        form=form,
        mapping=mapping,
        period=period,
        start=start,
        end=end,
        zone=zone,
        account=account,
        bulletins=tuple(bulletins or ()),
        charges=tuple(charges or ()),
        terms=tuple(terms or ()),
        bill=bill,
        currency=currency,
        out=out,
        as_json=as_json,
        lang=lang,
    )
    run(Auditing(asked, tuple(replay or ()), tuple(incidents or ()), on, gateway, (tested_answers, tested_days)))
