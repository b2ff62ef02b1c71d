"""The command `makegood audit`: its options, and how they become an audit that is shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    form: Annotated[str | None, typer.Option("--format", help="Read every PATH as this format.")] = None,
    mapping: Annotated[Path | None, typer.Option("--map", help="A TOML file that names your columns.")] = None,
    period: Annotated[str | None, typer.Option(help="A month, such as 2026-02.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First moment that counts (ISO 8601).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="First moment that no longer counts.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone of period, weekdays and hours, such as Asia/Seoul.")] = "UTC",
    account: Annotated[str | None, typer.Option(help="Only this account; also names rows that name none.")] = None,
    bulletins: Annotated[list[Path] | None, typer.Option(help="A status page export; may be repeated.")] = None,
    charges: Annotated[list[Path] | None, typer.Option(help="A bill, cost or usage export; may be repeated.")] = None,
    terms: Annotated[list[str] | None, typer.Option(help="A terms pack by id or file; may be repeated.")] = None,
    bill: Annotated[str | None, typer.Option(help='The bill of a month, such as "12000 USD".')] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of amounts whose row names none.")] = None,
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
