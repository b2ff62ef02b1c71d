"""Verb: say whose money is on its way; such accounts keep the billing id that they have."""

from __future__ import annotations

from makegood.campaigns.state import fold
from makegood.store import campaigns, effects
from makegood.store.book import Book

_SIGNED = ("approved", "running", "paused", "stopped")


def set_moving_by(book: Book, person: str) -> set[str]:
    """Accounts of campaigns that this human drew and another signed, and of awards that this human gave or proposed,
    as long as not all of it has arrived at the billing system."""
    gifts = book.rows(
        "SELECT DISTINCT r.account FROM proposal AS r LEFT JOIN posting AS p ON p.key = r.key "
        "LEFT JOIN outbox AS o ON o.position = p.position WHERE r.by = %s AND (o.state IS NULL OR o.state <> 'done')",
        (person,),
    )
    found = {account for (account,) in gifts}
    for (campaign,) in book.rows("SELECT id FROM campaign WHERE by = %s ORDER BY number", (person,)):
        state = fold(campaigns.events(book, campaign)).state
        if state in _SIGNED or set(effects.counts(book, effects.OUTBOX, campaign)) - {"done"}:
            sql = "SELECT DISTINCT account FROM line WHERE campaign = %s"
            found |= {account for (account,) in book.rows(sql, (campaign,))}
    return found


def under_way(book: Book) -> set[str]:
    """Accounts with a posting that left and may have arrived; under another billing id it would arrive again."""
    sql = (
        "SELECT DISTINCT p.account FROM outbox AS o JOIN posting AS p ON p.position = o.position "
        "WHERE o.state IN ('taken', 'doubt') OR (o.state = 'waiting' AND o.tries > 0)"
    )
    return {account for (account,) in book.rows(sql)}
