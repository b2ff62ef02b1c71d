"""Customers: who holds the accounts of the made month, as the file that `makegood import customers` takes."""

from __future__ import annotations

import csv
import io

from makegood.cli.demo.world import ACCOUNT_LIST

COLUMNS = ("account", "plan", "currency", "email", "lang", "billing", "status")
_PLANS = ("api", "pro", "api", "free", "api", "api", "pro")
_NO_EMAIL, _SUSPENDED, _CLOSED = (12, 25, 38), 21, 29  # places of the accounts that nothing reaches, and so on


def customers() -> str:
    """A CSV file with a row for each account, the same every time."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(_row(place, one.name) for place, one in enumerate(ACCOUNT_LIST))
    return text.getvalue()


def _row(place: int, account: str) -> tuple[str, ...]:
    plan, lang = _PLANS[place % len(_PLANS)], "ko" if place % 3 == 1 else "en"
    currency = "" if plan == "free" else "KRW" if lang == "ko" else "USD"
    email = "" if place in _NO_EMAIL else f"{account}@example.com"
    status = {_SUSPENDED: "suspended", _CLOSED: "closed"}.get(place, "active")
    return account, plan, currency, email, lang, f"cus_{place + 1:04d}", status
