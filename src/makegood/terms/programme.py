"""Noun: a programme as a pack declares it; what a provider gives of itself to the accounts that a cause met."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from makegood.errors import BadMoney
from makegood.ledger.unit import PLAN_DAYS, TOKENS, USAGE_RESETS
from makegood.money import NO_CURRENCY, check_currency
from makegood.terms.parts import DIGITS, Name, Part, Size
from makegood.terms.remedies import Fixed
from makegood.terms.worked import Count, Number, Positive, listed

GrantForm = Literal["credit", "refund", "extension", "quota", "reset"]
AccountStatus = Literal["active", "suspended", "closed"]
# The one unit of a form that is no money; credit and refund are given in any currency.
UNIT_OF_FORM = {"extension": PLAN_DAYS, "quota": TOKENS, "reset": USAGE_RESETS}
WastePercent = Annotated[Decimal, Field(gt=0, le=1000, max_digits=30, decimal_places=15), DIGITS]


class UnitWorth(Part):
    """What one whole unit of an offer takes from a budget in that currency; 0 where it costs nothing."""

    amount: Fixed
    currency: str


class DeclaredOffer(Part):
    """One form of the grant, for the accounts that can use it.

    An offer of money is for accounts that are billed in its `unit`. Of the plans, named as in the list of accounts,
    those of `plans` can use it, all where none is named, and those of `not_plans` cannot. It gives `flat`, or
    `waste_percent` of what was charged for nothing received, never less than `at_least` nor more than `at_most`; all
    in whole units, as 20 for 20 USD. What is given can be used for `product` or `plan` alone where they are named, for
    `expires_days` days, and goes before what has a higher `priority`.
    """

    form: GrantForm
    unit: str
    plans: tuple[str, ...] = ()
    not_plans: tuple[str, ...] = ()
    flat: Size | None = None
    waste_percent: WastePercent | None = None
    at_least: Size | None = None
    at_most: Size | None = None
    worth: UnitWorth | None = None
    expires_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    product: str | None = None
    plan: str | None = None
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    clause: Name

    @property
    def for_anyone(self) -> bool:
        """Can every account use it, as far as its plan and product go?"""
        return not (self.plans or self.not_plans or self.product or self.plan)


def _currency(code: str) -> str:
    try:
        known = check_currency(code) == code != NO_CURRENCY
    except BadMoney:
        known = False
    if not known:
        raise ValueError(f"'{code[:20]}' is no currency, use a code such as USD, EUR, KRW or JPY")
    return code


CurrencyCode = Annotated[str, AfterValidator(_currency)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenWaste(_Given):
    """What was charged for nothing received, in one currency."""

    currency: CurrencyCode
    amount: Positive


class GivenAccount(_Given):
    """The account of a worked case, what it met, and what was charged for nothing received there.

    Without a `currency` it has no bills.
    """

    plan: str = ""
    product: str = ""
    currency: CurrencyCode | None = None
    status: AccountStatus = "active"
    faults: Count = 1
    wasted: Annotated[tuple[GivenWaste, ...], BeforeValidator(listed)] = ()


class ExpectedGrant(_Given):
    """What must come out, in whole units, or the reason why nothing is given; a field not given is not compared."""

    form: GrantForm | None = None
    unit: str | None = None
    amount: Number | None = None
    cost: Number | None = None
    excluded: Name | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> ExpectedGrant:
        if not self.model_fields_set:
            raise ValueError("nothing is expected, give 'amount' with its 'unit', or 'excluded'")
        return self


class GrantCase(_Given):
    """One worked case of a programme; `budget` is the currency that `cost` is told in, the grant's own unless named."""

    id: str
    title: str = ""
    account: GivenAccount
    budget: CurrencyCode | None = None
    expected: ExpectedGrant
    working: str | None = None
    terms: str | None = None
    terms_version: str | None = None
    topic: tuple[str, ...] = ()
    trap: str | None = None
    confidence: str | None = None


class DeclaredProgramme(Part):
    """Offers in the order of preference: an account gets the first that it can use.

    An account counts from `least_faults` failed attempts on and with one of `statuses`. An amount is rounded once by
    `rounding`. `says` is the reason as customers are told it, a sentence.
    """

    says: Annotated[str, Field(min_length=1, max_length=300)]
    least_faults: Annotated[int, Field(ge=0, le=10**9)] = 1
    statuses: Annotated[tuple[AccountStatus, ...], Field(min_length=1)] = ("active", "suspended")
    rounding: Literal["half_up", "half_even", "floor", "up"] = "half_up"
    offers: Annotated[tuple[DeclaredOffer, ...], Field(min_length=1)]
    worked: tuple[GrantCase, ...] = ()
    clause: Name
