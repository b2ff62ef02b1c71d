"""Noun: a hit; what one account met in one incident."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Hit:
    """`attempts` of the account inside the incident and `faults` of the provider among them; what of it was charged.

    `tokens` and `wasted` (by currency, unrounded) are what was charged for nothing received there, the caller's own
    mistakes left out. Of an account that a query found, `says` is what happened to it in the words of the file,
    `wasted` what it lost, and `attempts` are 0 where the file gave no number of faults.
    """

    account: str
    cause: str
    attempts: int
    faults: int
    tokens: int
    wasted: tuple[tuple[str, Decimal], ...] = ()
    says: str = ""
