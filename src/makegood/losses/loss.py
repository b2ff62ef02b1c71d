"""Losses: what was paid for and not delivered, by box and kind, and by account."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

BOXES = ("charged", "not_charged", "unknown", "caller")
KINDS = ("failed", "unusable", "duplicate")


@dataclass(frozen=True)
class Sum:
    """Attempts, their tokens, and money by currency, unrounded; no amount at all means that it is not known."""

    attempts: int = 0
    tokens: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Box:
    """One of BOXES: its sum, and the sum of each kind of waste in it."""

    sum: Sum
    kinds: dict[str, Sum]


@dataclass(frozen=True)
class AccountLoss:
    """What one account met: all its attempts, the provider's faults, and what it paid for and did not get."""

    account: str
    attempts: int
    faults: int
    wasted: Sum


@dataclass(frozen=True)
class Losses:
    """The boxes; the accounts, most wasted first; how attempts were grouped to calls.

    `caller_in_doubt` counts the caller's own repetitions of which nobody knows whether they were charged.
    `unpriced` and `unpriced_in_doubt` count the attempts of the boxes charged and unknown that no amount is known of.
    `billed` counts the attempts of all boxes of which a charge that names them says whether they were charged.
    """

    boxes: dict[str, Box]
    accounts: tuple[AccountLoss, ...]
    grouping: tuple[tuple[str, int], ...]
    caller_in_doubt: int
    unpriced: int
    unpriced_in_doubt: int
    session_like: int
    billed: int = 0
