"""Act: import customers; how to reach them, and what their plan can use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from makegood.campaigns.customer import Customer
from makegood.store import causes, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def import_customers(book: Book, actor: Actor, customers: Sequence[Customer], source: str, now: datetime) -> int:
    """Keep customers; how many are new or changed. Earlier rows stay, the newest of an account holds."""
    with acting(Doing(book, actor, "import_customers", now, source[:500])) as doing:
        people.require(book, actor, "import")
        changed = causes.add_customers(book, customers, actor.person, now)
        doing.detail |= {"given": len(customers), "changed": changed}
    return changed
