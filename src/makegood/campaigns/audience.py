"""Verb: audience; whom a campaign is for, and why each of the others is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from makegood.campaigns.allocation import Excluded
from makegood.campaigns.customer import Customer
from makegood.campaigns.filters import Filters
from makegood.campaigns.names import quotable
from makegood.errors import BadUse
from makegood.losses.hit import Hit
from makegood.money import plain

EXCLUDED, NOT_LISTED, NOT_HIT, UNKNOWN = "excluded", "not_listed", "not_hit", "unknown_customer"
CLOSED, OTHER_PLAN, LOST_NOTHING = "account_closed", "other_plan", "lost_nothing"
FAULTS, LOST = "too_few_faults", "lost_too_little"
# In the order in which they are looked at: the first that applies is the reason.
REASONS = (EXCLUDED, NOT_LISTED, NOT_HIT, UNKNOWN, CLOSED, OTHER_PLAN, LOST_NOTHING, FAULTS, LOST)

_DIGITS = 80  # more than any sum of amounts has, so that none is rounded


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a campaign is for, with its hits in the order of their causes.

    `customer` holds nothing but the account where no customer file names it.
    """

    account: str
    customer: Customer
    hits: tuple[Hit, ...]

    @property
    def faults(self) -> int:
        """Faults over all causes; an attempt that lies in two incidents counts in each."""
        return sum(hit.faults for hit in self.hits)

    @property
    def attempts(self) -> int:
        """Attempts over all causes."""
        return sum(hit.attempts for hit in self.hits)

    @property
    def tokens(self) -> int:
        """Wasted tokens over all causes."""
        return sum(hit.tokens for hit in self.hits)

    @property
    def wasted(self) -> dict[str, Decimal]:
        """What was charged for nothing over all causes, by currency."""
        sums: dict[str, Decimal] = {}
        with localcontext() as context:
            context.prec = _DIGITS
            for hit in self.hits:
                for currency, amount in hit.wasted:
                    sums[currency] = sums.get(currency, Decimal(0)) + amount
        return dict(sorted(sums.items()))


def audience(
    hits: Iterable[Hit], customers: Mapping[str, Customer], filters: Filters
) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...]]:
    """The candidates by account, and for each hit of every other account why it is left out, by account and cause.

    Each account that was hit, or that `filters.only` names, is in exactly one of the two. The hits of an account over
    all causes are looked at together; an account of `only` that no cause met is left out with an empty cause. Raise
    BadUse where an account is hit twice by one cause, since a cause is made good once.
    """
    met: dict[str, dict[str, Hit]] = {account: {} for account in filters.only or ()}
    for hit in hits:
        causes = met.setdefault(hit.account, {})
        if hit.cause in causes:
            raise BadUse(f"{quotable(hit.account)} is hit twice by {hit.cause}; add the two up first.")
        causes[hit.cause] = hit
    candidates: list[Candidate] = []
    excluded: list[Excluded] = []
    for account, causes in sorted(met.items()):
        own = tuple(causes[cause] for cause in sorted(causes))
        one = Candidate(account, customers.get(account, Customer(account)), own)
        why = _why_not(one, account in customers or not customers, filters)
        if why is None:
            candidates.append(one)
        else:
            excluded += [Excluded(account, cause, *why) for cause in sorted(causes) or ("",)]
    return tuple(candidates), tuple(excluded)


def _why_not(one: Candidate, known: bool, filters: Filters) -> tuple[str, str] | None:
    """The first reason to leave the account out and its detail, or None."""
    if filters.exclude is not None and one.account in filters.exclude:
        return EXCLUDED, filters.exclude[one.account]
    if filters.only is not None and one.account not in filters.only:
        return NOT_LISTED, ""
    if not one.hits:
        return NOT_HIT, ""
    if not known and not filters.unknown:
        return UNKNOWN, ""
    if one.customer.status == "closed":
        return CLOSED, ""
    plan = one.customer.plan.casefold()
    if plan in _small(filters.not_plans) or (filters.plans and plan not in _small(filters.plans)):
        return OTHER_PLAN, one.customer.plan
    return _too_little(one, filters)


def _small(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}


def _too_little(one: Candidate, filters: Filters) -> tuple[str, str] | None:
    wasted = one.wasted
    if not one.faults and not one.tokens and not any(wasted.values()):
        return LOST_NOTHING, ""
    if filters.faults_over is not None and one.faults <= filters.faults_over:
        return FAULTS, f"{one.faults} of over {filters.faults_over}"
    if filters.lost_over is None:
        return None
    lost = wasted.get(filters.lost_over.currency, Decimal(0))
    over = filters.lost_over
    return None if lost > over.amount else (LOST, f"{plain(lost)} of over {plain(over.amount)} {over.currency}")
