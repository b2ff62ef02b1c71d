"""Verb: fold postings into balances; every account of the ledger by unit, summing to zero per unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from makegood.ledger.posting import Posting


def balances(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """(account of the ledger, unit) -> minor units, credits above zero; accounts at 0 stay in."""
    sums: dict[tuple[str, str], int] = {}
    for posting in postings:
        for account, unit, amount in posting.legs():
            sums[account, unit] = sums.get((account, unit), 0) + amount
    return sums


def unbalanced(sums: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The units whose balances, wherever they were read, do not sum to 0, with what they sum to; empty is sound."""
    units: dict[str, int] = {}
    for (_, unit), amount in sums.items():
        units[unit] = units.get(unit, 0) + amount
    return {unit: amount for unit, amount in units.items() if amount}
