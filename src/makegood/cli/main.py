"""The command `makegood`: its options, and the exit status of every outcome."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.attempts import app as attempts_app
from makegood.cli.audit import audit
from makegood.cli.book.award import app as award_app
from makegood.cli.book.campaign import app as campaign_app
from makegood.cli.book.importing import app as import_app
from makegood.cli.book.ledger import app as ledger_app
from makegood.cli.book.people import app as people_app
from makegood.cli.book.work import work
from makegood.cli.demo_provider import demo_provider
from makegood.cli.drift import app as drift_app
from makegood.cli.gateway import gateway
from makegood.cli.options import (
    Account,
    Bulletins,
    Charges,
    Currency,
    End,
    Form,
    Map,
    Period,
    ReportLang,
    Start,
    Terms,
    Zone,
)
from makegood.cli.terms import app as terms_app
from makegood.cli.watch import app as watch_app
from makegood.errors import BadUse, MakegoodError, Refused

app = typer.Typer(
    name="makegood",
    help="The compensation desk for AI services: what failed, what it cost, what the terms owe, and the proof.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(terms_app, name="terms")
app.add_typer(attempts_app, name="attempts")
app.add_typer(import_app, name="import")
app.add_typer(campaign_app, name="campaign")
app.add_typer(ledger_app, name="ledger")
app.add_typer(award_app, name="award")
app.add_typer(people_app, name="people")
app.add_typer(drift_app, name="drift")
app.add_typer(watch_app, name="watch")
app.command()(work)
app.command()(audit)
app.command()(gateway)
app.command("demo-provider")(demo_provider)
BAD_USE, UNREADABLE, REFUSED, INTERRUPTED = 2, 3, 4, 130
MESSAGE_LIMIT = 4000


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """The compensation desk for AI services."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"makegood {installed('makegood')}")
        raise typer.Exit


@app.command()
def assess(
    paths: Annotated[list[Path], typer.Argument(help="Logs, in any known format.", metavar="PATH...")],
    form: Form = None,
    mapping: Map = None,
    period: Period = None,
    start: Start = None,
    end: End = None,
    zone: Zone = "UTC",
    account: Account = None,
    bulletins: Bulletins = None,
    charges: Charges = None,
    terms: Terms = None,
    bill: Annotated[str | None, typer.Option(help='The bill of the period, such as "12000 USD".')] = None,
    currency: Currency = None,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, assessment.json and evidence.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print assessment.json alone.")] = False,
    lang: ReportLang = "en",
) -> None:
    """Find what you paid for and did not get, when the service was broken, and what the terms say about it."""
    from makegood.cli.asked import Asked
    from makegood.cli.assess import run

    run(
        Asked(
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
    )


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the made month and its report.")] = Path("demo"),
    lang: ReportLang = "en",
) -> None:
    """Make a month with known faults, assess it, and compare what was found with what was planted."""
    from makegood.cli.demo.command import run

    run(out, lang)


def main() -> None:
    """Run the command; every expected failure is one sentence and an exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended leaves as little behind as Ctrl-C
    try:
        app(standalone_mode=True)
    except MakegoodError as fault:
        from makegood.reads.legible import legible

        sys.stderr.write(f"makegood: {legible(fault, MESSAGE_LIMIT)}\n")
        sys.exit(_status(fault))
    except UnicodeEncodeError as fault:
        if not any("\udc80" <= mark <= "\udcff" for mark in str(fault.object)):
            raise
        # such half characters stand for bytes of the command line or the environment that are no text
        sys.stderr.write("makegood: an argument or a setting holds bytes that are not UTF-8; write it in UTF-8.\n")
        sys.exit(BAD_USE)
    except KeyboardInterrupt:
        sys.exit(_stopped())
    except RuntimeError as fault:
        if str(fault) != "Query interrupted":  # what DuckDB makes of Ctrl-C during a query
            raise
        sys.exit(_stopped())
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:  # typer turns Ctrl-C into an exit of its own, without a word
            _stopped()
        raise


def _status(fault: MakegoodError) -> int:
    if isinstance(fault, Refused):
        return REFUSED
    return BAD_USE if isinstance(fault, BadUse) else UNREADABLE


def _stopped() -> int:
    sys.stderr.write("makegood: stopped; nothing was left half-written.\n")
    return INTERRUPTED
