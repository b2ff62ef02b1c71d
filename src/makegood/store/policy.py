"""Verb: keep the limits that the owner set; what one human may grant alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction

from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.spans import to_us
from makegood.store.book import Book

# In minor units: what one human may grant to one account within WINDOW without another; ten times as much in a day.
SINGLE_LIMIT = "single_limit"
DEFAULTS = {"USD": 10_000, "EUR": 10_000, "GBP": 10_000, "KRW": 130_000, "JPY": 15_000, "plan_days": 31}
WINDOW = timedelta(days=30)
DAILY_TIMES = 10


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
    """How much of the limit this human has used alone: to one account within WINDOW, or to all within a day.

    1 is the whole of it. Units are summed by their shares, so that a grant is not split over currencies. What another
    human signed, or has yet to sign, does not count; what was taken back again does.
    """
    since = to_us(now - (WINDOW if account else timedelta(days=1)))
    only, params = (" AND p.account = %s", (account,)) if account else ("", ())
    sql = (
        "SELECT p.unit, CAST(SUM(p.amount) AS BIGINT) FROM proposal AS p JOIN posting AS g ON g.key = p.key "
        "LEFT JOIN signature AS s ON s.key = p.key "
        f"WHERE p.by = %s AND p.at_us > %s AND s.key IS NULL{only} GROUP BY p.unit"
    )
    given = {unit: (int(amount), limit(book, unit)) for unit, amount in book.rows(sql, (by, since, *params))}
    return sum((Fraction(amount, most) for amount, most in given.values() if most), Fraction(0))
