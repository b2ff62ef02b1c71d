"""Verb: keep the limits that the owner set; what one human may grant alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

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


def granted(book: Book, by: str, unit: str, now: datetime, account: str | None = None) -> int:
    """What this human asked for alone: to one account within WINDOW, or to all within a day; in minor units.

    What another human signed does not count.
    """
    since = to_us(now - (WINDOW if account else timedelta(days=1)))
    only, params = (" AND p.account = %s", (account,)) if account else ("", ())
    sql = (
        "SELECT COALESCE(SUM(p.amount), 0) FROM proposal AS p LEFT JOIN signature AS s ON s.key = p.key "
        f"WHERE p.by = %s AND p.unit = %s AND p.at_us > %s AND s.key IS NULL{only}"
    )
    return int(book.one(sql, (by, unit, since, *params))[0])
