"""Verb: keep the limits that the owner set; what one human may grant or take back alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction

from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.ledger.posting import Posting
from makegood.spans import to_us
from makegood.store.book import Book

# In minor units: what one human may grant to one account, or take back from it, within WINDOW without another; ten
# times as much in a day.
SINGLE_LIMIT = "single_limit"
DEFAULTS = {"USD": 10_000, "EUR": 10_000, "GBP": 10_000, "KRW": 130_000, "JPY": 15_000, "plan_days": 31}
WINDOW = timedelta(days=30)
DAILY_TIMES = 10
_MINUTE_US = 60_000_000


def limit(book: Book, unit: str) -> int:
    """The limit of a unit in minor units; 0 where none is set: then every grant needs another human."""
    found = book.rows("SELECT value FROM policy WHERE name = %s ORDER BY number", (f"{SINGLE_LIMIT}/{unit}",))
    return int(json.loads(found[-1][0])) if found else DEFAULTS.get(unit, 0)


def set_limit(book: Book, unit: str, amount: int, by: str, now: datetime) -> None:
    """Set the limit of a unit, in minor units."""
    if amount < 0:
        raise BadUse("a limit is not below zero; give 0 where every grant needs another human.")
    number = book.one("SELECT COUNT(*) FROM policy")[0]
    row = (number, f"{SINGLE_LIMIT}/{unit}", canonical(amount), by, to_us(now))
    book.add("policy", ("number", "name", "value", "by", "at_us"), [row])


def share(book: Book, by: str, now: datetime, account: str | None = None) -> Fraction:
    """How much of the limit this human has used alone: of one account within WINDOW, or of all within a day.

    1 is the whole of it; what was given and what was taken back count alike. Units are summed by their shares,
    so that a grant is not split over currencies. What another human signed, or has yet to sign, does not count; what
    was given and taken back again counts twice.
    """
    since = to_us(now - (WINDOW if account else timedelta(days=1)))
    since -= since % _MINUTE_US  # so that it stays the same for a minute, and Shares can be kept as long
    only, params = (" AND p.account = %s", (account,)) if account else ("", ())
    sql = (
        "SELECT p.unit, CAST(SUM(p.amount) AS BIGINT) FROM proposal AS p JOIN posting AS g ON g.key = p.key "
        "LEFT JOIN signature AS s ON s.key = p.key "
        f"WHERE p.by = %s AND p.at_us > %s AND s.key IS NULL{only} GROUP BY p.unit"
    )
    given = {unit: (int(amount), limit(book, unit)) for unit, amount in book.rows(sql, (by, since, *params))}
    return sum((Fraction(amount, most) for amount, most in given.values() if most), Fraction(0))


class Shares:
    """What people used of their limits alone, as share() says; reckoned once, and then added to.

    Who gives many awards keeps one from transaction to transaction, as long as nobody else acts in between.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Reckon anew from the book."""
        self._limits: dict[str, int] = {}
        self._used: dict[tuple[str, str | None], Fraction] = {}
        self._stamp: tuple[str, int] | None = None

    def hold_at(self, journal: str, now: datetime) -> None:
        """Forget all where the journal's last hash is not the one that was noted, or the minute is another."""
        if self._stamp != (journal, to_us(now) // _MINUTE_US):
            self.forget()

    def note(self, journal: str, now: datetime) -> None:
        """The journal's last hash after what was added here is committed."""
        self._stamp = (journal, to_us(now) // _MINUTE_US)

    def take(self, book: Book, by: str, posting: Posting, now: datetime) -> bool:
        """Use of the limits what the posting moves; False and nothing used where it is more than is left."""
        unit = posting.unit
        if unit not in self._limits:
            self._limits[unit] = limit(book, unit)
        if not self._limits[unit]:
            return False
        this = Fraction(posting.amount, self._limits[unit])
        to_one, to_all = ((by, account) for account in (posting.account, None))
        for one in (to_one, to_all):
            if one not in self._used:
                self._used[one] = share(book, by, now, one[1])
        if self._used[to_one] + this > 1 or self._used[to_all] + this > DAILY_TIMES:
            return False
        self._used[to_one] += this
        self._used[to_all] += this
        return True
