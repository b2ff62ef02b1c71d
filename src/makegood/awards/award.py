"""Noun: an award, what one account is granted for one cause and why; or the reason why it is granted nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from makegood.ledger.basis import Basis


@dataclass(frozen=True, slots=True)
class Holder:
    """What a decision needs to know of who holds the account; empty where it is not known.

    `plan` and `product` are those of the account, `currency` that of its bills (ISO 4217).
    """

    plan: str = ""
    product: str = ""
    currency: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Award:
    """`amount` is in minor units of `unit`, above zero; `cost` in minor units of the budget, 0 where it costs nothing.

    `cause` is the cause's id in the book: with the account it is the loss that is made good, once.
    """

    account: str
    cause: str
    form: str
    unit: str
    amount: int
    cost: int
    basis: Basis

    def within(self, campaign: str) -> Award:
        """The same award as a part of that campaign."""
        return replace(self, basis=_of_campaign(self.basis, campaign))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an account is granted nothing: one of REASONS, and what of it, such as 2/5 of the failed attempts.

    The detail of `no_usable_form` names each offer with why it was passed over, one of SKIPS, apart by blanks:
    "credit.USD:other_currency extension.plan_days:other_plan".
    """

    reason: str
    detail: str = ""


REASONS = (
    "status_not_eligible",
    "too_few_faults",
    "no_usable_form",
    "nothing_charged",
    "below_smallest_unit",
    "no_worth_in_budget_currency",
)
SKIPS = ("other_currency", "currency_not_known", "other_plan", "plan_cannot_use", "other_product")


@lru_cache(maxsize=1024)
def _of_campaign(basis: Basis, campaign: str) -> Basis:
    # one object for all awards that share it, so that its hash is reckoned once
    return replace(basis, campaign=campaign)
