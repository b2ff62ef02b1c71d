"""Act: import accounts that a query found, as hits of one cause of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from makegood.campaigns.audience_file import Audience, audience_hash
from makegood.campaigns.cause import AUDIENCE, Cause, is_incident
from makegood.campaigns.names import fault_of_name
from makegood.errors import BadUse, KeyReused
from makegood.records.scope import Scope
from makegood.spans import Span, to_us
from makegood.store import causes, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.causes import Imported
from makegood.store.journal import Actor


def import_audience(book: Book, actor: Actor, cause: tuple[str, Span], audience: Audience, now: datetime) -> int:
    """Keep the accounts under the cause (name, span); how many. The same again changes nothing.

    Raise KeyReused where the name is used for something else, BadUse where a row names another cause.
    """
    name, span = cause
    with acting(Doing(book, actor, "import_audience", now, name)) as doing:
        people.require(book, actor, "import")
        why = fault_of_name(name) or ("INC- begins the names of incidents" if is_incident(name) else None)
        if why or "/" in name:
            raise BadUse(f"a cause has a plain name such as SUSPENDED-2026Q3: {why or 'no / in it'}.")
        other = next((one.cause for one in audience.asked if one.cause not in ("", name)), None)
        if other is not None:
            raise BadUse(f"a row names the cause {other[:60]}, not {name}; import it under its own name.")
        hits = [one.hit(name) for one in audience.asked]
        hash = audience_hash(name, span, hits)
        if causes.assessment_known(book, hash):
            doing.silent = True
            return len(hits)
        if any(one.id == name for one in causes.causes(book)):
            raise KeyReused(
                f"{name} is a cause of this book with other accounts, reasons or figures; use another name.", "accounts"
            )
        causes.add_assessment(book, Imported(hash, name, span), actor.person, now)
        row = (name, AUDIENCE, to_us(span.start), to_us(span.end), None, None, None, None, to_us(now))
        book.add("cause", causes.CAUSE, [row])
        causes.tell(book, hash, Cause(name, AUDIENCE, span, Scope(), name, hash))
        causes.add_hits(book, hash, [replace(one, cause=name) for one in hits])
        doing.detail |= {"accounts": len(hits), "hash": hash}
    return len(hits)
