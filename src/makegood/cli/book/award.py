"""Commands `makegood award`: single awards, by a claim's line or by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import PrintedLang

if TYPE_CHECKING:
    from makegood.cli.book.desk import Desk
    from makegood.ledger.posting import Posted
    from makegood.store.gifts import Given

app = typer.Typer(help="Single awards.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def give(
    account: Annotated[str, typer.Argument(help="The customer's account.")],
    amount: Annotated[str, typer.Argument(help='What it gets, such as "20 USD", "30 plan_days" or "1 usage_resets".')],
    *,
    key: Annotated[str, typer.Option(help="A key of your own, unique for ever, such as claim/17/1.")],
    because: Annotated[str, typer.Option(help="The reason; the customer is told it.")],
    cause: Annotated[str, typer.Option(help="The cause in the book that it makes good; then once only.")] = "",
    expires: Annotated[str | None, typer.Option(help="The moment from which it can no longer be used.")] = None,
    refund: Annotated[bool, typer.Option("--refund", help="Money back instead of credit.")] = False,
    propose: Annotated[bool, typer.Option("--propose", help="Above the limit: let another human sign it.")] = False,
    lang: PrintedLang = "en",
) -> None:
    """Give one account an award; above the limit another human has to sign it."""
    from makegood.acts.give_award import Gift, give_award
    from makegood.awards.award import Award
    from makegood.cli.book.amounts import amount_of
    from makegood.cli.book.desk import desk
    from makegood.ledger.basis import Basis
    from makegood.spans import iso, moment
    from makegood.store import causes

    whole, unit = amount_of(amount)
    with desk(lang) as at:
        id = causes.cause_named(at.book, cause).id if cause else ""
        basis = Basis(
            form_of(unit, refund), cause=id, reason=because, expires=iso(moment(expires)) if expires else None
        )
        award = Award(account, id, basis.form, unit, whole, 0, basis)
        given = give_award(at.book, at.actor, Gift(award, key, propose), at.now)
        if given.posted is None:
            say_waits(at, given)
        elif given.posted.repeat:
            at.say(
                "This key was used before with the same content: posting {position}.", position=given.posted.position
            )
        else:
            say_posted(at, given.posted)


@app.command()
def sign(
    key: Annotated[str, typer.Argument(help="The key under which it was proposed.")],
    *,
    hash: Annotated[str, typer.Option("--hash", help="The hash that was shown; 8 characters do.")],
    lang: PrintedLang = "en",
) -> None:
    """Sign an award, or the taking back of one, that somebody else proposed, and post it."""
    from makegood.acts.give_award import sign_award
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        given = sign_award(at.book, at.actor, key, hash, at.now)
        if given.posted is not None:
            say_posted(at, given.posted)


@app.command("list")
def list_waiting(*, lang: PrintedLang = "en") -> None:
    """List the awards, and the taking back of awards, that wait for another human."""
    from makegood.cli.book.desk import desk
    from makegood.reads.award_words import amount_words
    from makegood.reads.legible import legible
    from makegood.store import proposals

    with desk(lang, reading=True) as at:
        waiting = proposals.waiting(at.book)
        for one in waiting:
            amount = amount_words(one.unit, one.amount, at.words)
            told = f"{legible(one.key)}  {legible(one.account)}  {amount}  {one.by}  {one.hash}"
            if one.reverses is not None:
                told += "  " + at.words.say("takes back award {position}", position=one.reverses)
            typer.echo(told)
        if not waiting:
            at.say("Nothing waits for a signature.")


def say_waits(at: Desk, given: Given) -> None:
    """How it can be signed by another human."""
    at.say("It waits for another human: makegood award sign {key} --hash {hash}", key=given.key, hash=given.hash[:16])


def say_posted(at: Desk, posted: Posted) -> None:
    """What was given, or taken back."""
    from makegood.reads.award_words import amount_words
    from makegood.reads.legible import legible

    if posted.posting.kind != "reversal":
        at.say("Given: posting {position}.", position=posted.position)
        return
    at.say(
        "Taken back from {account}: {amount}, posting {position}.",
        account=legible(posted.posting.account),
        amount=amount_words(posted.posting.unit, posted.posting.amount, at.words),
        position=posted.position,
    )


def form_of(unit: str, refund: bool) -> str:
    """The form of an award by its unit."""
    return {"plan_days": "extension", "tokens": "quota", "usage_resets": "reset"}.get(
        unit, "refund" if refund else "credit"
    )
