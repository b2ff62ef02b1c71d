"""Read a file of accounts: an audience found by a query over own logs, or a list to keep to or to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from makegood.campaigns.customer_file import account_of, currency_of
from makegood.campaigns.names import quotable
from makegood.campaigns.table_file import Row, Unusable, read_table
from makegood.errors import BadUse
from makegood.keys import content_hash
from makegood.losses.hit import Hit
from makegood.money import plain
from makegood.records.tally import Quarantined
from makegood.spans import Span, iso

COLUMNS = ("account", "cause", "reason", "lost", "currency", "faults")
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_COUNT = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Asked:
    """An account that a query found: for which cause (empty: the campaign's), what happened to it, and what it lost.

    Without a number of faults it is 1, and not `counted`: that the account stands in the file says that it was failed.
    """

    account: str
    cause: str = ""
    reason: str = ""
    lost: tuple[tuple[str, Decimal], ...] = ()
    faults: int = 1
    counted: bool = False

    def hit(self, cause: str) -> Hit:
        """What the account met, for a campaign of that cause where the row names none."""
        attempts = self.faults if self.counted else 0
        return Hit(self.account, self.cause or cause, attempts, self.faults, 0, self.lost, self.reason)


class Audience(NamedTuple):
    """The rows of a file in its order, those that could not be used, and what to know of the file."""

    asked: tuple[Asked, ...]
    quarantined: tuple[Quarantined, ...]
    notes: tuple[str, ...]


def read_audience(given: bytes | str, source: str) -> Audience:
    """The accounts of a CSV or JSON lines file named `source`; raise Unreadable where it is neither.

    Columns: account, and where known cause, reason, lost (a decimal) with its currency, and faults. Of two rows for one
    account and cause the first counts, and the other is returned as a fault.
    """
    table = read_table(given, source, COLUMNS)
    found: dict[tuple[str, str], Asked] = {}
    lines: dict[tuple[str, str], int] = {}
    refused: list[Quarantined] = []
    for row in table.rows:
        try:
            one = _asked(row)
            key = one.account, one.cause
            if key in lines:
                raise Unusable(f"the account {quotable(one.account)} stands in line {lines[key]} already")
        except Unusable as fault:
            refused.append(Quarantined(source, row.line, str(fault)))
            continue
        found[key] = one
        lines[key] = row.line
    return Audience(tuple(found.values()), tuple(refused), table.notes)


def audience_hash(name: str, span: Span, hits: Iterable[Hit]) -> str:
    """SHA-256 (hex) over what a cause of this name and span means: who was hit, why, how often, and for how much.

    The same for any order of the hits and of their currencies.
    """
    rows = [
        [one.account, one.attempts, one.faults, sorted([unit, plain(lost)] for unit, lost in one.wasted), one.says]
        for one in sorted(hits, key=lambda each: each.account)
    ]
    return content_hash([name, iso(span.start), iso(span.end), *rows])


def read_listed(given: bytes | str, source: str) -> dict[str, str]:
    """The accounts of a list and the reason of each, empty where none is given; raise Unreadable or BadUse.

    One bad row refuses the whole list: an account that was to be left out must not slip in because of it. An account
    may stand there twice; the first reason counts.
    """
    listed: dict[str, str] = {}
    for row in read_table(given, source, ("account", "reason")).rows:
        try:
            listed.setdefault(account_of(row), row.text("reason"))
        except Unusable as fault:
            raise BadUse(f"{source}:{row.line}: {fault}; mend the list, of which every row must count.") from fault
    return listed


def _asked(row: Row) -> Asked:
    account, currency = account_of(row), currency_of(row)
    lost, faults = row.text("lost"), row.text("faults")
    if lost and not _AMOUNT.fullmatch(lost):
        raise Unusable(f"lost {quotable(lost)} is not a decimal, 0 or more, such as 0.12")
    if lost and not currency:
        raise Unusable(f"lost {quotable(lost)} has no currency")
    if faults and not _COUNT.fullmatch(faults):
        raise Unusable(f"faults {quotable(faults)} is not a whole number, 0 or more")
    amounts = ((currency, Decimal(lost)),) if lost else ()
    return Asked(account, row.text("cause"), row.text("reason"), amounts, int(faults) if faults else 1, bool(faults))
