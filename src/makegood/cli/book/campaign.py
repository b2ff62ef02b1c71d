"""Commands `makegood campaign`: draw, preview, approve, run, and everything until it is verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.book import campaign_lines
from makegood.cli.options import PrintedLang

if TYPE_CHECKING:
    from makegood.cli.book.desk import Desk

app = typer.Typer(help="Awards to many accounts for one cause, in waves.", no_args_is_help=True, rich_markup_mode=None)
ID = typer.Argument(help="The campaign's id, such as CMP-1.", metavar="ID")
BECAUSE = typer.Option(help="The reason, kept in the journal.")
NOT_WHOLE, NOT_YET = 1, 5


@app.command()
def draw(
    *,
    cause: Annotated[
        list[str] | None, typer.Option(help="A cause of the book, such as INC-7; may be repeated.")
    ] = None,
    terms: Annotated[str, typer.Option(help="A programme: a terms pack by id or file, such as goodwill-outage.")],
    budget: Annotated[str, typer.Option(help='What the campaign may cost at most, such as "50000 USD".')],
    days: Annotated[int, typer.Option(help="Days over which it goes out; 0 for all at once.")] = 14,
    canary: Annotated[
        str | None, typer.Option(help="The share that goes first, a day ahead of the rest; 1% unless --days is 0.")
    ] = None,
    holdout: Annotated[
        str, typer.Option(help="A share that gets nothing, to measure the effect; never of what is owed.")
    ] = "0%",
    over_budget: Annotated[
        str, typer.Option(help="When the wishes exceed the budget: scale them, or refuse.")
    ] = "scale",
    floor: Annotated[str | None, typer.Option(help="Leave out a share that would be below this.")] = None,
    cap: Annotated[str | None, typer.Option(help="What one account gets at most in all.")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="One award an account, for the cause that cost it most.")
    ] = False,
    since: Annotated[
        str | None, typer.Option("--from", help="Instead of --cause: all causes that begin from here on,")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="up to, not including, here.")] = None,
    lost_over: Annotated[
        str | None, typer.Option(help='Only accounts that lost more than this, such as "10 USD".')
    ] = None,
    faults_over: Annotated[str | None, typer.Option(help="Only accounts with more failed attempts than this.")] = None,
    plan: Annotated[list[str] | None, typer.Option(help="Only this plan; may be repeated.")] = None,
    not_plan: Annotated[list[str] | None, typer.Option(help="Not this plan; may be repeated.")] = None,
    only: Annotated[Path | None, typer.Option(help="Only the accounts of this file.")] = None,
    exclude: Annotated[Path | None, typer.Option(help="Not the accounts of this file, each with its reason.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Also accounts that no customer file names.")] = False,
    stop_errors: Annotated[
        str, typer.Option(help="Stop when more than this share of what left the book failed.")
    ] = "2%",
    stop_complaints: Annotated[str, typer.Option(help="Stop when more than this share of accounts objected.")] = "0.5%",
    lang: PrintedLang = "en",
) -> None:
    """Draw a campaign: who gets what, frozen and hashed, for another human to approve."""
    from makegood.campaigns.filters import Options
    from makegood.cli.book.desk import desk
    from makegood.cli.book.draw import Asked
    from makegood.cli.book.draw import draw as drawn

    options = Options(lost_over, faults_over, tuple(plan or ()), tuple(not_plan or ()), unknown=unknown)
    asked = Asked(
        tuple(cause or ()), terms, budget, days, canary, holdout, over_budget, floor, cap, once, since, until,
        stop_errors, stop_complaints, options, only, exclude,
    )  # fmt: skip
    with desk(lang) as at:
        made = drawn(asked, at)
        if made.repeat:
            at.say("The very same was drawn before: {campaign}.", campaign=made.campaign)
        _preview(at, made.campaign, None)


@app.command()
def preview(
    campaign: Annotated[str, ID],
    *,
    out: Annotated[
        Path | None, typer.Option(help="A page to write: the distribution, the waves, the oddest ten.")
    ] = None,
    lang: PrintedLang = "en",
) -> None:
    """Show what a campaign would do before anyone approves it, and the hash that an approval signs."""
    from makegood.cli.book.desk import desk

    with desk(lang, reading=True) as at:
        _preview(at, campaign, out)


app.command()(campaign_lines.lines)


@app.command()
def approve(
    campaign: Annotated[str, ID],
    *,
    hash: Annotated[
        str | None, typer.Option("--hash", help="The hash that the preview showed; 8 characters do.")
    ] = None,
    lang: PrintedLang = "en",
) -> None:
    """Approve a campaign: sign its hash. Another human than who drew it has to."""
    from makegood.acts.approve_campaign import approve_campaign
    from makegood.cli.book.desk import desk
    from makegood.store import campaigns

    with desk(lang) as at:
        signed = approve_campaign(
            at.book, at.actor, campaign, hash or campaigns.campaign_of(at.book, campaign).hash, at.now
        )
        at.say(
            "{person} signed {campaign} with the hash {hash}.", person=at.actor.person, campaign=campaign, hash=signed
        )


@app.command()
def run(campaign: Annotated[str, ID], *, lang: PrintedLang = "en") -> None:
    """Start an approved campaign and post what is due at once; `makegood work` posts the rest."""
    from makegood.acts.steer_campaign import steer_campaign
    from makegood.cli.book.desk import desk
    from makegood.cli.book.rounds import post_due
    from makegood.cli.book.shown import next_words

    with desk(lang) as at:
        steer_campaign(at.book, at.actor, campaign, "start", at.now)
        posted = post_due(at, campaign)
        awards = at.words.many("{n} award was posted", "{n} awards were posted", posted)
        at.say("{campaign} runs: {awards}.", campaign=campaign, awards=awards)
        typer.echo(next_words(at, campaign))


@app.command()
def pause(campaign: Annotated[str, ID], *, because: Annotated[str, BECAUSE] = "", lang: PrintedLang = "en") -> None:
    """Pause a running campaign; what is posted stays, what is left waits."""
    _steer(campaign, "pause", because, lang)


@app.command()
def resume(campaign: Annotated[str, ID], *, because: Annotated[str, BECAUSE] = "", lang: PrintedLang = "en") -> None:
    """Resume a campaign that was paused, or that a rule stopped once a human looked at why."""
    _steer(campaign, "resume", because, lang)


@app.command()
def cancel(campaign: Annotated[str, ID], *, because: Annotated[str, BECAUSE] = "", lang: PrintedLang = "en") -> None:
    """Cancel what is not yet posted, for ever; what is posted stays."""
    _steer(campaign, "cancel", because, lang)


@app.command()
def status(campaign: Annotated[str, ID], *, lang: PrintedLang = "en") -> None:
    """Show how a campaign stands: posted, left, next wave, what waits and what is in trouble."""
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import show_status

    with desk(lang, reading=True) as at:
        show_status(at, campaign)


@app.command("list")
def list_campaigns(*, lang: PrintedLang = "en") -> None:
    """List all campaigns, oldest first."""
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import show_campaigns

    with desk(lang, reading=True) as at:
        show_campaigns(at)


@app.command()
def verify(
    campaign: Annotated[str, ID],
    *,
    read_back: Annotated[bool, typer.Option("--read-back", help="Also ask the billing system what it shows.")] = False,
    billing: Annotated[str | None, typer.Option(help="The way out to ask, as with `makegood work`.")] = None,
    lang: PrintedLang = "en",
) -> None:
    """Hold allocation, postings, outbox and notices against each other; status 1 for a fault, 5 while not all is out.

    0 says that all of it is posted, sent and told, and agrees.
    """
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import show_check

    with desk(lang, reading=True) as at:
        whole = show_check(at, campaign, read_back, billing)
        if not whole:
            raise typer.Exit(NOT_YET if whole is None else NOT_WHOLE)


@app.command()
def complain(
    campaign: Annotated[str, ID],
    *,
    account: Annotated[str, typer.Option(help="The account that objects.")],
    says: Annotated[str, typer.Option(help="What it says, at most 2,000 characters.")],
    lang: PrintedLang = "en",
) -> None:
    """Take a customer's objection; it counts toward the rule that stops the campaign."""
    from makegood.acts.take_complaint import take_complaint
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        if take_complaint(at.book, at.actor, (campaign, account), says, at.now):
            at.say("The objection of {account} was noted.", account=account)
        else:
            at.say("{account} objected before; nothing was changed.", account=account)


@app.command()
def effect(
    campaign: Annotated[str, ID],
    *,
    stayed: Annotated[Path, typer.Option(help="The accounts that stayed, as a file with a column account.")],
    lang: PrintedLang = "en",
) -> None:
    """Compare how many stayed among the granted and among the held out, with a 95 % interval."""
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import show_effect

    with desk(lang, reading=True) as at:
        show_effect(at, campaign, stayed)


def _steer(campaign: str, kind: str, because: str, lang: str) -> None:
    from makegood.acts.steer_campaign import Move, steer_campaign
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import state_words

    with desk(lang) as at:
        standing = steer_campaign(at.book, at.actor, campaign, Move(kind, because), at.now)
        at.say("{campaign}: {state}.", campaign=campaign, state=state_words(standing.state, at.words))


def _preview(at: Desk, campaign: str, out: Path | None) -> None:
    from makegood.cli.book.shown import show_preview

    show_preview(at, campaign, out)
