"""Verb: know who acts; people, the keys they hold, and what each may do."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from makegood.errors import BadUse, Refused
from makegood.spans import to_us
from makegood.store.book import Book
from makegood.store.journal import WORKER, Actor

RIGHTS = ("owner", "import", "draw", "approve", "operate", "post")
_PREFIX = "mgk_"
_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[a-z0-9.-]{1,253}")


@dataclass(frozen=True)
class Person:
    """A human with the rights held now; `added_by` and `keyed_by` are the people who let them in."""

    id: str
    name: str
    email: str
    added_by: str
    rights: frozenset[str]
    keyed_by: frozenset[str]


def mailbox(email: str) -> str:
    """One form of an address, so that one human is not two people: lower case, no +tag, no dots before the @.

    The name before the @ is of plain letters, as a look-alike, a quotation or a comment would make a second one.
    """
    local, _, domain = email.strip().casefold().rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    box = local.partition("+")[0].replace(".", "")
    if not box or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadUse(f"'{email[:60]}' is not an e-mail address; write it like ada@example.com.")
    return f"{box}@{domain}"


def checked_rights(rights: Iterable[str]) -> tuple[str, ...]:
    """The rights; raise BadUse for one that does not exist."""
    wanted = tuple(dict.fromkeys(rights))
    for right in wanted:
        if right not in RIGHTS:
            raise BadUse(f"'{right[:20]}' is not a right; use {', '.join(RIGHTS)}.")
    return wanted


def anyone(book: Book) -> bool:
    """Does the book know any person yet?"""
    return bool(book.rows("SELECT 1 FROM person LIMIT 1"))


def person_of(book: Book, person: str) -> Person:
    """The person of that id; raise BadUse where there is none."""
    found = book.rows("SELECT id, name, email, added_by FROM person WHERE id = %s", (person,))
    if not found:
        raise BadUse(f"nobody here has the id '{person[:40]}'; `makegood people list` names everyone.")
    held: dict[str, bool] = dict(
        book.rows('SELECT "right", given FROM right_given WHERE person = %s ORDER BY number', (person,))
    )
    keyed = book.rows("SELECT DISTINCT by FROM person_key WHERE person = %s AND NOT ended", (person,))
    rights = frozenset(right for right, given in held.items() if given)
    id, name, email, added_by = found[0]
    return Person(id, name, email, added_by, rights, frozenset(by for (by,) in keyed))


def everyone(book: Book) -> list[Person]:
    """All people, in the order they were added."""
    return [person_of(book, one) for (one,) in book.rows("SELECT id FROM person ORDER BY at_us, id")]


def add_person(book: Book, who: tuple[str, str], by: str, now: datetime) -> str:
    """Add (name, e-mail); the id. Raise Refused where that mailbox is somebody's already."""
    name, email = who
    box = mailbox(email)
    known = book.rows("SELECT id FROM person WHERE mailbox = %s", (box,))
    if known:
        raise Refused(f"{email} is the mailbox of {known[0][0]} already; one human is one person here.")
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise BadUse("a person has a name of 1 to 200 printable characters.")
    count = book.one("SELECT COUNT(*) FROM person")[0]
    person = f"P-{count + 1}"
    columns = ("id", "name", "email", "mailbox", "added_by", "at_us")
    book.add("person", columns, [(person, name.strip(), email.strip(), box, by or person, to_us(now))])
    return person


def give(book: Book, person: str, rights: Iterable[str], by: str, now: datetime) -> None:
    """Give rights."""
    _set_rights(book, [(person, right, True) for right in checked_rights(rights)], by, now)


def take(book: Book, person: str, rights: Iterable[str], by: str, now: datetime) -> None:
    """Take rights away."""
    _set_rights(book, [(person, right, False) for right in checked_rights(rights)], by, now)


def _set_rights(book: Book, wanted: list[tuple[str, str, bool]], by: str, now: datetime) -> None:
    start = book.one("SELECT COUNT(*) FROM right_given")[0]
    columns = ("number", "person", "right", "given", "by", "at_us")
    rows = [(start + step, *one, by, to_us(now)) for step, one in enumerate(wanted)]
    book.add("right_given", columns, rows)


def issue_key(book: Book, person: str, by: str, now: datetime) -> str:
    """Make a key for the person and return its secret, which is kept nowhere."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    start = book.one("SELECT COUNT(*) FROM person_key")[0]
    row = (start, f"K-{start + 1}", person, digest_of(secret), False, by, to_us(now))
    book.add("person_key", ("number", "id", "person", "digest", "ended", "by", "at_us"), [row])
    return secret


def holder_of(book: Book, key: str) -> str:
    """The person whose key this is, empty where nobody's."""
    found = book.rows("SELECT person FROM person_key WHERE id = %s LIMIT 1", (key,))
    return found[0][0] if found else ""


def keys_of(book: Book, person: str) -> list[tuple[str, bool]]:
    """The ids of a person's keys, in the order they were issued, and whether each has ended."""
    rows = book.rows("SELECT id, ended FROM person_key WHERE person = %s ORDER BY number", (person,))
    held: dict[str, bool] = {}
    for key, ended in rows:
        held[key] = held.get(key, False) or bool(ended)
    return list(held.items())


def end_key(book: Book, key: str, by: str, now: datetime) -> None:
    """End a key; raise BadUse where it does not exist or has ended."""
    rows = book.rows("SELECT person, digest, ended FROM person_key WHERE id = %s", (key,))
    if not rows or any(ended for _, _, ended in rows):
        raise BadUse(f"no key {key[:20]} is in use; `makegood people list` names the keys.")
    start = book.one("SELECT COUNT(*) FROM person_key")[0]
    row = (start, key, rows[0][0], rows[0][1], True, by, to_us(now))
    book.add("person_key", ("number", "id", "person", "digest", "ended", "by", "at_us"), [row])


def actor_of(book: Book, secret: str) -> Actor:
    """Who holds the secret; raise Refused where nobody does, or the key has ended."""
    rows = book.rows("SELECT id, person, ended FROM person_key WHERE digest = %s", (digest_of(secret.strip()),))
    if not rows or any(ended for _, _, ended in rows):
        raise Refused("this key opens nothing here; set MAKEGOOD_KEY to the key that was printed for you.")
    return Actor(rows[0][1], rows[0][0])


def require(book: Book, actor: Actor, right: str) -> None:
    """Raise Refused where the actor may not do this; the worker may only work."""
    if actor == WORKER:
        raise Refused(f"the worker may not {right}; a person has to.")
    key_in_use(book, actor)
    if right not in person_of(book, actor.person).rights:
        if right == "owner":
            raise Refused(f"{actor.person} is no owner of this book; the owner has to do this.")
        raise Refused(f"{actor.person} has no right to {right}; the owner can give it (`makegood people grant`).")


def key_in_use(book: Book, actor: Actor) -> None:
    """Raise Refused where the key that the actor came with has ended in the meantime."""
    if book.rows("SELECT 1 FROM person_key WHERE id = %s AND ended", (actor.key,)):
        raise Refused(f"the key {actor.key} of {actor.person} has ended; use the key that is in use now.")


def independent(book: Book, signer: Actor, other: str) -> None:
    """Raise Refused unless the signer is another human than `other`, and was not let in by `other`.

    Nor by anybody whom `other` let in, and so on: who can make one person to sign with can make two in a row.
    """
    if signer.person == other:
        raise Refused(f"{signer.person} cannot approve what {other} drew: another human has to sign.")
    if other in _let_in_by(book, signer.person):
        raise Refused(
            f"{signer.person} was let in by {other}, who drew this; somebody whom {other} did not let in has to sign."
        )


def _let_in_by(book: Book, person: str) -> set[str]:
    """Who let the person in or made a key of theirs, who did that for those, and so on to the first owner."""
    found: set[str] = set()
    left = [person]
    while left:
        one = person_of(book, left.pop())
        new = {one.added_by, *one.keyed_by} - found
        found |= new
        left += new
    return found


def digest_of(secret: str) -> str:
    """What is kept of a key's secret: its SHA-256 (hex)."""
    return hashlib.sha256(secret.encode()).hexdigest()
