"""Commands `makegood ledger`: statements with their proofs, the audit, corrections, and what waits for a human."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.options import PrintedLang

app = typer.Typer(
    help="The ledger: statements, proofs, audit, corrections.", no_args_is_help=True, rich_markup_mode=None
)
FAULTY = 1


@app.command()
def statement(
    account: Annotated[str, typer.Argument(help="The customer's account.")],
    *,
    out: Annotated[Path | None, typer.Option(help="A page for the customer to write.")] = None,
    data: Annotated[Path | None, typer.Option(help="The statement as JSON, with proofs that anyone can check.")] = None,
    lang: PrintedLang = "en",
) -> None:
    """Show what an account was given, what is left, how far each posting has come, and the proof."""
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import write_text
    from makegood.reads.account import account as read_account
    from makegood.reads.customer_page import customer_page
    from makegood.reads.statement_words import statement_lines, told_statement

    with desk(lang, reading=True) as at:
        found = read_account(at.book, account, at.now)
        told = told_statement(found.statement, at.words, found.deliveries, found.expected)
        for line in statement_lines(told, at.words, None if data is None else str(data)):
            typer.echo(line)
        if data is not None:
            write_text(data, json.dumps(found.statement, ensure_ascii=False, indent=1) + "\n")
            typer.echo(str(data))
        if out is not None:
            write_text(out, customer_page(told, at.words))
            typer.echo(str(out))


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(help="A statement as JSON.")],
    *,
    head: Annotated[str | None, typer.Option(help="A head you trust, as SIZE:ROOT; else the statement's own.")] = None,
    proof: Annotated[Path | None, typer.Option(help="What `makegood ledger proof` wrote between both heads.")] = None,
    lang: PrintedLang = "en",
) -> None:
    """Check a statement and its proofs without the book; status 1 where something does not hold."""
    from makegood.cli.book.desk import read_file
    from makegood.errors import BadUse, UnknownFormat
    from makegood.ledger.statement import verify_statement
    from makegood.reads.words import Words

    words = Words(lang)
    try:
        data = json.loads(read_file(path))
    except (ValueError, RecursionError) as fault:
        raise UnknownFormat(f"{path}: this is no JSON; give what `makegood ledger statement --data` wrote.") from fault
    trusted = None
    if head is not None:
        size, _, root = head.partition(":")
        if not size.isdigit() or len(size) > 18 or len(root) != 64:
            raise BadUse("--head is SIZE:ROOT, such as 1200:9f86d0...; `makegood ledger head` prints it.")
        trusted = (int(size), root.lower())
    between = None if proof is None else read_file(proof).decode("utf-8", "replace").split()
    faults = verify_statement(data, trusted, between)
    for said in faults:
        typer.echo(said, err=True)
    if faults:
        raise typer.Exit(FAULTY)
    typer.echo(words.say("Every posting of the statement is in the log of its head."))


@app.command()
def audit(
    *,
    head: Annotated[
        str | None, typer.Option(help="A head you kept, as SIZE:ROOT; beside what this place noted.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as data and nothing else.")] = False,
    lang: PrintedLang = "en",
) -> None:
    """Hold everything in the book against everything else and name each fault; status 1 where there is one."""
    from makegood.cli.book.audited import run

    if not run(lang, head, as_json):
        raise typer.Exit(FAULTY)


@app.command()
def rebuild(*, lang: PrintedLang = "en") -> None:
    """Make what is kept for quick answers again from the postings: roots of blocks, rests of awards; the owner may."""
    from makegood.acts.rebuild import rebuild as rebuild_all
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        made = rebuild_all(at.book, at.actor, at.now)
        number = at.words.number
        at.say("{count} roots were made again.", count=number(made.blocks))
        at.say("{count} awards have moved, counted again.", count=number(made.lots))


@app.command("head")
def show_head(*, lang: PrintedLang = "en") -> None:
    """Print the head of the log as SIZE:ROOT, to be kept by somebody else."""
    from makegood.cli.book.desk import desk
    from makegood.store.log import head_of

    with desk(lang, reading=True) as at:
        head = head_of(at.book)
        typer.echo(f"{head.size}:{head.root.hex()}")


@app.command("proof")
def show_proof(
    first: Annotated[int, typer.Argument(help="The size of the older head.", metavar="FROM")],
    last: Annotated[int, typer.Argument(help="The size of the newer head.", metavar="TO")],
    *,
    lang: PrintedLang = "en",
) -> None:
    """Print the proof that the log of FROM postings is the beginning of that of TO, a hash a line."""
    from makegood.cli.book.desk import desk
    from makegood.errors import BadUse
    from makegood.ledger.merkle import Prover
    from makegood.store.log import StoredBlocks, head_of

    with desk(lang, reading=True) as at, at.book.reading():
        size = head_of(at.book).size
        if not 0 <= first <= last <= size:
            raise BadUse(f"the log holds {size} postings; ask from 0 to {size}, the smaller size first.")
        for one in Prover(last, StoredBlocks(at.book)).consistency(first):
            typer.echo(one.hex())


@app.command("take-back")
def take_back(
    position: Annotated[int, typer.Argument(help="The position of the award in the log, as a statement shows it.")],
    *,
    because: Annotated[str, typer.Option(help="The reason; the customer is told it.")],
    propose: Annotated[bool, typer.Option("--propose", help="Above the limit: let another human sign it.")] = False,
    lang: PrintedLang = "en",
) -> None:
    """Take back what is left of an award, by a reversal that names it; above the limit another human has to sign it."""
    from makegood.acts.take_back import propose_back
    from makegood.acts.take_back import take_back as take
    from makegood.cli.book.award import say_posted, say_waits
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        if not propose:
            say_posted(at, take(at.book, at.actor, position, because, at.now))
            return
        given = propose_back(at.book, at.actor, position, because, at.now)
        if given.posted is None:
            say_waits(at, given)
        else:
            say_posted(at, given.posted)


@app.command()
def use(
    account: Annotated[str, typer.Argument(help="The customer's account.")],
    amount: Annotated[str, typer.Argument(help='What is used, such as "5 USD" or "2 plan_days".')],
    *,
    key: Annotated[str, typer.Option(help="Your own key for this use; the same key again gives the first answer.")],
    product: Annotated[str, typer.Option(help="The product it is used for.")] = "",
    plan: Annotated[str, typer.Option(help="The plan it is used on.")] = "",
    lang: PrintedLang = "en",
) -> None:
    """Use credit: draw on an account's lots by priority, then expiry, then age; all of it or nothing."""
    from makegood.acts.use_credit import Spending, use_credit
    from makegood.cli.book.amounts import amount_of
    from makegood.cli.book.desk import desk
    from makegood.reads.award_words import amount_words

    whole, unit = amount_of(amount)
    with desk(lang) as at:
        spending = Spending(key, account, unit, whole, product, plan)
        for one in use_credit(at.book, at.actor, spending, at.now):
            drawn = amount_words(one.posting.unit, one.posting.amount, at.words)
            at.say(
                "{amount} drawn from award {lot}, posting {position}.",
                amount=drawn,
                lot=one.posting.lot,
                position=one.position,
            )


@app.command()
def trouble(
    *,
    again: Annotated[list[int] | None, typer.Option(help="Try this position again; may be repeated.")] = None,
    lang: PrintedLang = "en",
) -> None:
    """List what was refused, differs, is in doubt or is tried again on its way out, and let it be tried once more."""
    from makegood.acts.try_again import try_again
    from makegood.cli.book.desk import desk
    from makegood.cli.book.shown import show_trouble

    with desk(lang, reading=not again) as at:
        if again:
            count = try_again(at.book, at.actor, again, at.now)
            typer.echo(at.words.many("{n} row will be tried again.", "{n} rows will be tried again.", count))
        show_trouble(at)
