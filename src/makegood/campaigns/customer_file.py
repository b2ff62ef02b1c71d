"""Read a file of customers: who holds which account; bad rows are returned with their line and reason."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from makegood.campaigns.customer import STATUSES, Customer
from makegood.campaigns.names import fault_of_name, quotable
from makegood.campaigns.table_file import Row, Unusable, read_table
from makegood.errors import BadMoney
from makegood.money import NO_CURRENCY, check_currency
from makegood.records.tally import Quarantined

COLUMNS = ("account", "plan", "product", "currency", "email", "lang", "billing", "status")
LANGUAGES = ("en", "ko")
# The plain addresses of RFC 5321 (dot-string at domain), in ASCII; quoted local parts and bare hosts are nobody's.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}$)(?=[^@]{{1,64}}@){_LOCAL}@{_LABEL}(\.{_LABEL})+")


class Customers(NamedTuple):
    """The customers of a file in its order, the rows that could not be used, and what to know of the file."""

    customers: tuple[Customer, ...]
    quarantined: tuple[Quarantined, ...]
    notes: tuple[str, ...]


def read_customers(given: bytes | str, source: str) -> Customers:
    """The customers of a CSV or JSON lines file named `source`; raise Unreadable where it is neither.

    Of two rows for one account the first counts, and the other is returned as a fault. Empty cells are left at the
    defaults of a customer; a cell that a spreadsheet would take for a formula is text like any other.
    """
    table = read_table(given, source, COLUMNS)
    customers: dict[str, Customer] = {}
    lines: dict[str, int] = {}
    refused: list[Quarantined] = []
    for row in table.rows:
        try:
            one = _customer(row)
            if one.account in lines:
                raise Unusable(f"the account {quotable(one.account)} stands in line {lines[one.account]} already")
        except Unusable as fault:
            refused.append(Quarantined(source, row.line, str(fault)))
            continue
        customers[one.account] = one
        lines[one.account] = row.line
    return Customers(tuple(customers.values()), tuple(refused), table.notes)


def account_of(row: Row) -> str:
    """The account that a row names; raise Unusable where the row cannot be read or names none."""
    if row.fault:
        raise Unusable(row.fault)
    account = row.cells.get("account", "")
    why = fault_of_name(account)
    if why:
        raise Unusable(f"account {why}")
    return account


def currency_of(row: Row) -> str:
    """The ISO 4217 code that a row names, in capitals, or empty text; raise Unusable for any other."""
    code = row.text("currency")
    if not code:
        return ""
    known = _currency(code)
    if known == NO_CURRENCY:
        raise Unusable(f"currency {quotable(code)} is not an ISO 4217 currency")
    return known


@lru_cache(maxsize=1024)
def _currency(code: str) -> str:
    try:
        return check_currency(code)
    except BadMoney:
        return NO_CURRENCY


def _customer(row: Row) -> Customer:
    return Customer(
        account=account_of(row),
        plan=row.text("plan"),
        product=row.text("product"),
        currency=currency_of(row),
        email=_email(row),
        lang=_one_of(row, "lang", LANGUAGES),
        billing=row.text("billing"),
        status=_one_of(row, "status", STATUSES),
    )


def _email(row: Row) -> str:
    address = row.text("email")
    if address and not _ADDRESS.fullmatch(address):
        raise Unusable(f"email {quotable(address)} is not an address such as name@example.com")
    return address


def _one_of(row: Row, column: str, known: tuple[str, ...]) -> str:
    """The cell in small letters, the first of `known` where it is empty."""
    value = row.text(column).lower() or known[0]
    if value not in known:
        raise Unusable(f"{column} {quotable(value)} is none of {', '.join(known)}")
    return value
