"""Commands `makegood people`: who may do what, and with which key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import PrintedLang

if TYPE_CHECKING:
    from makegood.cli.book.desk import Desk

app = typer.Typer(help="People of the book: rights and keys.", no_args_is_help=True, rich_markup_mode=None)
KEY_FILE = typer.Option("--key-file", help="Write the key to this new file, for you alone, and not to the screen.")
MAY = typer.Option("--may", help="A right: owner, import, draw, approve, operate or post; may be repeated.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    *,
    email: Annotated[str, typer.Option(help="Their e-mail; one mailbox is one human.")],
    may: Annotated[list[str] | None, MAY] = None,
    key_file: Annotated[Path | None, KEY_FILE] = None,
    lang: PrintedLang = "en",
) -> None:
    """Add a person and print their key, once. The first person of a new book owns it and needs no key to be added."""
    from makegood.acts.admit_person import FIRST, admit_person
    from makegood.cli.book.desk import desk, who_acts
    from makegood.store import people

    first = not (os.environ.get("MAKEGOOD_KEY") or os.environ.get("MAKEGOOD_KEY_FILE"))
    with desk(lang, make=True, reading=first) as at:
        actor = FIRST if first and not people.anyone(at.book) else who_acts(at)
        with _key_place(at, key_file) as tell:
            admitted = admit_person(at.book, actor, (name, email), may or (), at.now)
            rights = at.words.listed(admitted.rights) or "–"
            at.say("{name} is {person} and may: {rights}.", name=name, person=admitted.person, rights=rights)
            tell(admitted.secret)


@app.command("list")
def list_people(*, lang: PrintedLang = "en") -> None:
    """List everyone with their rights and keys."""
    from makegood.cli.book.desk import desk
    from makegood.store import people

    with desk(lang, reading=True) as at:
        for one in people.everyone(at.book):
            typer.echo(f"{one.id}  {one.name}  {one.email}  {', '.join(sorted(one.rights)) or '–'}")
            for key, ended in people.keys_of(at.book, one.id):
                typer.echo(f"      {key}  {at.words.say('ended') if ended else at.words.say('in use')}")


@app.command()
def grant(
    person: Annotated[str, typer.Argument(help="The person's id, such as P-2.")],
    *,
    may: Annotated[list[str], MAY],
    lang: PrintedLang = "en",
) -> None:
    """Give a person rights; only the owner may, and nobody to themselves."""
    from makegood.acts.change_rights import give_rights
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        give_rights(at.book, at.actor, person, may, at.now)
        at.say("{person} may now: {rights}.", person=person, rights=at.words.listed(may))


@app.command()
def revoke(
    person: Annotated[str, typer.Argument(help="The person's id, such as P-2.")],
    *,
    may: Annotated[list[str], MAY],
    lang: PrintedLang = "en",
) -> None:
    """Take rights from a person; the last owner stays one."""
    from makegood.acts.change_rights import take_rights
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        take_rights(at.book, at.actor, person, may, at.now)
        at.say("{person} may no longer: {rights}.", person=person, rights=at.words.listed(may))


@app.command()
def key(
    person: Annotated[str, typer.Argument(help="The person's id, such as P-2.")],
    *,
    key_file: Annotated[Path | None, KEY_FILE] = None,
    lang: PrintedLang = "en",
) -> None:
    """Make another key for a person and print it, once."""
    from makegood.acts.change_keys import issue_key
    from makegood.cli.book.desk import desk

    with desk(lang) as at, _key_place(at, key_file) as tell:
        tell(issue_key(at.book, at.actor, person, at.now))


@app.command("end-key")
def end_key(
    key: Annotated[str, typer.Argument(help="The key's id, such as K-2.")],
    *,
    lang: PrintedLang = "en",
) -> None:
    """End a key, at once and for ever."""
    from makegood.acts.change_keys import end_key as end
    from makegood.cli.book.desk import desk

    with desk(lang) as at:
        end(at.book, at.actor, key, at.now)
        at.say("{key} opens nothing any more.", key=key)


@app.command("limit")
def limit(
    amount: Annotated[str, typer.Argument(help='What one person may give alone, such as "100 USD" or "31 plan_days".')],
    *,
    lang: PrintedLang = "en",
) -> None:
    """Set what one human may give to one account in 30 days without another; only the owner may."""
    from makegood.acts.set_limit import set_limit
    from makegood.cli.book.amounts import amount_of
    from makegood.cli.book.desk import desk
    from makegood.reads.award_words import amount_words

    whole, unit = amount_of(amount)
    with desk(lang) as at:
        set_limit(at.book, at.actor, unit, whole, at.now)
        at.say("One person may now give {amount} alone.", amount=amount_words(unit, whole, at.words))


@contextmanager
def _key_place(at: Desk, path: Path | None) -> Iterator[Callable[[str], None]]:
    """A function that tells a key: to a file made before there is a key to lose, or to the screen."""
    from makegood.errors import BadUse

    if path is None:
        yield lambda secret: at.say("Their key, shown this once and kept nowhere: {secret}", secret=secret)
        return
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise BadUse(f"--key-file {path}: cannot be made ({fault.strerror}); name a new file.") from fault

    def write(secret: str) -> None:
        os.write(file, f"{secret}\n".encode())
        at.say("Their key is in {path}, and nowhere else.", path=path)

    try:
        yield write
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(file)
