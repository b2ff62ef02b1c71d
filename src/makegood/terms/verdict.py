"""Noun: a verdict; what the terms say about one period and scope, with everything that shows why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.money import exponent, plain, quantized, rounded
from makegood.records.scope import Scope
from makegood.spans import Span, iso
from makegood.terms.pack import Precedent
from makegood.terms.parts import Clause

VERDICTS = ("owed", "goodwill", "not_owed", "unknown", "ambiguous")
UNSTATED_RULES = ("half_up", "floor")
_SECOND = timedelta(seconds=1)
_SAFE_BITS = 13_000  # below 4,000 digits: CPython refuses to write longer whole numbers in decimal


@dataclass(frozen=True)
class Amount:
    """`exact` before rounding; `rules` holds (rule, rounded): the stated rule, else every usual one."""

    exact: Fraction
    currency: str
    rules: tuple[tuple[str, Decimal], ...]

    @property
    def rounded(self) -> Decimal | None:
        """The rounded amount when all rules agree, else None."""
        values = {value for _, value in self.rules}
        return values.pop() if len(values) == 1 else None

    def as_data(self) -> dict[str, Any]:
        """`exact` as decimal text where it is finite, else as a fraction; `rounded` one text a rule."""
        return {
            "currency": self.currency,
            "exact": exact_text(self.exact),
            "rounded": {rule: f"{value:f}" for rule, value in self.rules},
        }


def amount_of(exact: Fraction, currency: str, rule: str = "unstated") -> Amount:
    """Round once: by the rule, or by each usual one when the text states none."""
    rules = UNSTATED_RULES if rule == "unstated" else (rule,)
    return Amount(exact, currency, tuple((name, rounded(exact, currency, name)) for name in rules))


@dataclass(frozen=True)
class Extent:
    """A grant that is no money: an exact quantity in its unit, as minutes or days of service."""

    exact: Fraction
    unit: str

    def as_data(self) -> dict[str, Any]:
        """`exact` as decimal text where it is finite, else as a fraction."""
        return {"exact": exact_text(self.exact), "unit": self.unit}


@dataclass(frozen=True)
class Obligation:
    """Something that must be done; `by` is the first instant that is too late, None where the text gives no time."""

    item: str
    of: str
    says: str
    clause: str
    by: datetime | None = None

    def as_data(self) -> dict[str, Any]:
        """`by` as the last second in time."""
        return asdict(self) | {"by": last_second(self.by)}


@dataclass(frozen=True)
class Figure:
    """The measured figure in its unit, None where it is not defined; `counted_minutes` where the measure counts time.

    `parts` are named values that it was taken from; `row` is the row it falls in, where a figure is shown so.
    """

    name: str | None
    value: Fraction | None
    commitment_met: bool | None
    counted_minutes: int | None = None
    edges: tuple[Decimal, ...] = ()
    unit: str = "percent"
    parts: tuple[tuple[str, Fraction], ...] = ()
    row: str | None = None
    shown: str = "value"

    def decimal(self) -> str | None:
        """Six decimals, or as many more as it takes not to land on an edge that the exact value does not touch."""
        if self.value is None:
            return None
        places = 6
        while places < 60 and any(
            Fraction(edge) == Fraction(quantized(self.value, places, "half_up")) != self.value for edge in self.edges
        ):
            places += 1
        return f"{quantized(self.value, places, 'half_up'):f}"

    def as_data(self) -> dict[str, Any]:
        """`value` as exact fraction and as decimal, both in the unit; `parts` as exact text."""
        value = None if self.value is None else {"fraction": fraction_text(self.value), "decimal": self.decimal()}
        return {
            "name": self.name,
            "value": value,
            "commitment_met": self.commitment_met,
            "counted_minutes": self.counted_minutes,
            "unit": self.unit,
            "parts": {key: exact_text(part) for key, part in self.parts},
        }


@dataclass(frozen=True)
class Told:
    """One way to read what the text leaves open, whether it was used, and what comes out under it.

    `outcome` holds (name, text) pairs such as ("deadline", "2026-08-31T23:59:59Z").
    """

    id: str
    about: str
    used: bool
    says: str
    clause: str
    outcome: tuple[tuple[str, str], ...] = ()
    status: str | None = None


@dataclass(frozen=True)
class Step:
    """One link of the chain: what went in, under which clause, the arithmetic, what came out."""

    part: str
    clause: str
    input: tuple[tuple[str, str], ...]
    arithmetic: str
    outcome: str
    status: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`clause` is the one relied on. `computed` is what the table alone gives, `amount` what is due.

    `deadline` is the first instant that is too late; it is shown as the last second in time.
    `missing` lists what a claim must still contain; without a claim, all that it must. `promise` names which of the
    text's promises it is about; `quantity` is granted where the remedy is no money.
    """

    terms: str
    version: str
    scope: Scope
    period: Span
    verdict: str
    reasons: tuple[str, ...]
    clause: str
    said: Clause
    measure: Figure | None = None
    tier: str | None = None
    percent: Fraction | None = None
    computed: Amount | None = None
    amount: Amount | None = None
    form: str = "none"
    deadline: datetime | None = None
    missing: tuple[str, ...] = ()
    readings: tuple[Told, ...] = ()
    steps: tuple[Step, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    promise: str | None = None
    quantity: Extent | None = None
    duties: tuple[Obligation, ...] = ()
    pay_by: datetime | None = None
    expires: datetime | None = None

    def as_data(self) -> dict[str, Any]:
        """The published shape, in text, whole numbers, lists and dicts only."""
        return {
            "terms": self.terms,
            "version": self.version,
            "scope": asdict(self.scope),
            "period": {"start": iso(self.period.start), "end": iso(self.period.end)},
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "clause": self.clause,
            "clause_says": self.said.says,
            "clause_status": self.said.status,
            "source": self.said.source,
            "source_date": self.said.date.isoformat() if self.said.date else None,
            "measure": self.measure.as_data() if self.measure else None,
            "tier": self.tier,
            "percent": None if self.percent is None else exact_text(self.percent),
            "computed": self.computed.as_data() if self.computed else None,
            "amount": self.amount.as_data() if self.amount else None,
            "form": self.form,
            "deadline": last_second(self.deadline),
            "missing": list(self.missing),
            "readings": [asdict(told) | {"outcome": dict(told.outcome)} for told in self.readings],
            "steps": [asdict(step) | {"input": dict(step.input)} for step in self.steps],
            "precedents": [one.model_dump(mode="json") for one in self.precedents],
            "promise": self.promise,
            "quantity": self.quantity.as_data() if self.quantity else None,
            "duties": [one.as_data() for one in self.duties],
            "pay_by": last_second(self.pay_by),
            "expires": last_second(self.expires),
        }


def withdrawn(verdict: Verdict, kind: str, reasons: tuple[str, ...], told: Told | None = None) -> Verdict:
    """The verdict as `kind` with no amount due; what it would have been stays visible in the reading."""
    readings = (*verdict.readings, told) if told else verdict.readings
    return replace(verdict, verdict=kind, reasons=reasons, amount=None, quantity=None, form="none", readings=readings)


def last_second(deadline: datetime | None) -> str | None:
    """The last whole second in time, for a first instant that is too late."""
    return None if deadline is None else iso(deadline - _SECOND)


def exact_text(value: Fraction) -> str:
    """Decimal text where the fraction is a finite decimal, else "numerator/denominator"."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    places = value.denominator.bit_length()
    return plain(quantized(value, places, "floor")) if rest == 1 and places < 200 else fraction_text(value)


def fraction_text(value: Fraction) -> str:
    """ "numerator/denominator" in lowest terms; in hexadecimal where decimal would exceed 4,000 digits."""
    parts = (value.numerator, value.denominator)
    return "/".join(hex(part) if max(parts).bit_length() > _SAFE_BITS else str(part) for part in parts)


def zero(currency: str) -> Amount:
    """Nothing due, in the currency's own decimals."""
    return Amount(Fraction(0), currency, (("exact", Decimal(0).scaleb(-exponent(currency))),))
