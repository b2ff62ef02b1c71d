"""Verb: run worked cases through the engine and name every difference from what must come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from makegood.money import quantized
from makegood.spans import iso, moment, zone
from makegood.terms.case import Case
from makegood.terms.given import given_moments, read_inputs
from makegood.terms.pack import Pack, PackVersion
from makegood.terms.read import pick
from makegood.terms.verdict import Amount, Figure, Verdict
from makegood.terms.weigh import weigh
from makegood.terms.worked import Expected, Worked

_SECOND = timedelta(seconds=1)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOTHING = (None, Decimal(0))
_OF_UNKNOWN = {
    "eligible": (False, "unknown"),
    "credit": _NOTHING,
    "credit_exact": _NOTHING,
    "credit_percent": _NOTHING,
}


@dataclass(frozen=True)
class Tried:
    """`differences` is one text a field that comes out otherwise; `remarks` what the runner had to choose or leave."""

    differences: tuple[str, ...]
    remarks: tuple[str, ...]
    verdict: Verdict


def differences(pack: Pack, worked: Worked) -> list[str]:
    """One text a field that comes out otherwise, "credit: expected 10.00, got 9.99"; empty when all agree."""
    return list(tried(pack, worked).differences)


def tried(pack: Pack, worked: Worked) -> Tried:
    """Weigh one worked case; raise BadTerms for inputs that cannot be read."""
    event = _event(pack, worked)
    terms, agreed, remarks = _version(pack, worked, event)
    read = read_inputs(terms, worked.inputs, agreed)
    if read.unused:
        remarks += (f"not used: {', '.join(read.unused)}",)
    each = [(name, case, weigh(terms, case)) for name, case in read.cases]
    leading = max(each, key=lambda one: (one[2].verdict == "owed", one[2].verdict == "ambiguous"))
    got = _outcome(leading[2], leading[1], terms)
    if len(each) > 1:
        got["value"] = {name: _figure_value(verdict.measure) for name, _, verdict in each}
        got["commitment_met"] = {name: verdict.measure and verdict.measure.commitment_met for name, _, verdict in each}
    return Tried(
        tuple(_compare(worked.expected, got, leading[2])), (*remarks, *_chosen(worked, leading[2])), leading[2]
    )


def _event(pack: Pack, worked: Worked) -> datetime | None:
    """The start of what the case is about; where only facts are given, the first moment among them."""
    inputs = worked.inputs
    if inputs.period is not None:
        return inputs.period.start
    spans = [one.start for one in (inputs.outage, inputs.stop, *inputs.outages, *inputs.stops) if one and one.start]
    if spans:
        return min(spans)
    rules = [rule for version in pack.versions for rule in version.facts]
    moments = given_moments(rules, inputs)
    if moments:
        return min(moments)
    named = [inputs.month] if inputs.month else sorted(one.month for one in inputs.months if one.month)
    return moment(f"{named[0]}-01") if named else None


def _version(pack: Pack, worked: Worked, event: datetime | None) -> tuple[PackVersion, bool, tuple[str, ...]]:
    """The version named by the case, which then rules it; else the one of the event's date, with a remark."""
    asked = worked.terms_version
    if asked is not None:
        for version in pack.versions:
            if asked in (version.version, *version.also):
                return PackVersion(pack, version), True, ()
        near = [version for version in pack.versions if version.version in asked or asked in version.version]
        if len(near) == 1:
            return PackVersion(pack, near[0]), True, ()
    if event is None:
        return PackVersion(pack, pack.versions[-1]), True, ("no date is given: the newest version is taken",)
    chosen = pick(pack, event)
    remark = () if asked is None else (f"version '{asked[:40]}' is not known: {chosen.version.version} by its date",)
    return chosen, False, remark


def _compare(expected: Expected, got: dict[str, object], verdict: Verdict) -> Iterator[str]:
    for name in sorted(expected.model_fields_set):
        want, have = getattr(expected, name), got[name]
        if verdict.verdict == "unknown" and name in _OF_UNKNOWN:
            # on what is not known nothing is paid, and nobody is entitled yet
            have = want if want in _OF_UNKNOWN[name] else have
        elif name == "reasons":
            have = _told_reasons(want or (), verdict)
        elif name == "value":
            want, have = _values(want, have)
        elif name == "tier" and isinstance(want, str) and isinstance(have, str):
            have = want if _same_range(want, have) else have
        elif name == "credit" and isinstance(want, Decimal):
            have = _one_amount(verdict.amount, want)
        elif name == "credit_percent" and isinstance(want, Decimal) and isinstance(have, Fraction):
            have = quantized(have, _places(want), "half_up")
        elif name in ("deadline", "pay_by", "expires") and isinstance(want, str):
            want, have = _dates(want, have)
        elif name == "readings":
            amounts = {told.id: _first_amount(told.outcome) for told in verdict.readings}
            have = {key: amounts.get(key) for key in want or {}}
        if want != have:
            yield f"{name}: expected {_words(want)}, got {_words(have)}"


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "none"
    return "nothing" if value is None else str(value)


def _told_reasons(want: tuple[str, ...], verdict: Verdict) -> tuple[str, ...]:
    """A claim in time is only worth a word where the case is about time."""
    if "claim_in_time" in want:
        return verdict.reasons
    return tuple(reason for reason in verdict.reasons if reason != "claim_in_time")


def _values(want: object, have: object) -> tuple[object, object]:
    """Both as text, the reckoned one to the decimals that are expected."""
    if isinstance(want, dict) and isinstance(have, dict):
        got = {_part(key, want): value for key, value in have.items()}
        return want, {key: _values(one, got.get(key))[1] for key, one in want.items()}
    if isinstance(want, str) and isinstance(have, Fraction):
        try:
            return want, f"{quantized(have, _places(Decimal(want)), 'half_up'):f}"
        except ArithmeticError:
            return want, str(have)
    return want, have


def _same_range(one: str, two: str) -> bool:
    """Is it the same row, whichever way its numbers are written: 99, 99.0?"""
    return _NUMBER.sub(_plain, one) == _NUMBER.sub(_plain, two)


def _plain(number: re.Match[str]) -> str:
    return f"{Decimal(number[0]).normalize():f}"


def _part(key: str, want: dict[str, str]) -> str:
    """A clock hour may be named by its number alone."""
    return key if key in want or key[10:11] != "T" else key[11:13]


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _dates(want: str, have: object) -> tuple[object, object]:
    """A bare date is compared with the last day in time, in the zone of the terms."""
    if not isinstance(have, tuple):
        return want, have
    last, where = have
    if len(want) == 10:
        return want, last.astimezone(zone(where)).date().isoformat()
    return iso(moment(want)), iso(last)


def _outcome(verdict: Verdict, case: Case, terms: PackVersion) -> dict[str, object]:
    figure, computed = verdict.measure, verdict.computed
    where = terms.version.promises[0].window.named_zone(case.zone) if terms.version.promises else "UTC"
    return {
        "measure": figure.name if figure else None,
        "value": _figure_value(figure),
        "counted_minutes": figure.counted_minutes if figure else None,
        "commitment_met": figure.commitment_met if figure else None,
        "tier": verdict.tier,
        "credit_percent": verdict.percent,
        "credit_exact": _six(computed),
        "credit": dict(verdict.amount.rules) if verdict.amount else None,
        "currency": computed.currency if computed else case.bill.currency if case.bill else None,
        "quantity": Decimal(0) + _number(verdict.quantity.exact) if verdict.quantity else None,
        "unit": verdict.quantity.unit if verdict.quantity else None,
        "form": verdict.form,
        "eligible": {"owed": True, "ambiguous": "ambiguous"}.get(verdict.verdict, False),
        "verdict": verdict.verdict,
        "reasons": verdict.reasons,
        "readings": None,
        "deadline": (verdict.deadline - _SECOND, where) if verdict.deadline else None,
        "pay_by": (verdict.pay_by - _SECOND, where) if verdict.pay_by else None,
        "expires": (verdict.expires - _SECOND, where) if verdict.expires else None,
        "duties": tuple(_duty(one.item, one.by, where) for one in verdict.duties),
        "missing": verdict.missing,
    }


def _duty(item: str, by: datetime | None, where: str) -> str:
    return item if by is None else f"{item}_by:{(by - _SECOND).astimezone(zone(where)).date().isoformat()}"


def _figure_value(figure: Figure | None) -> object:
    if figure is None or figure.value is None:
        return None
    return {"row": figure.row, "parts": dict(figure.parts)}.get(figure.shown, figure.value)


def _number(value: Fraction) -> Decimal:
    return quantized(value, 6, "half_up").normalize()


def _six(amount: Amount | None) -> Fraction | Decimal | None:
    if amount is None:
        return None
    finite = 10**30 % amount.exact.denominator == 0
    return amount.exact if finite else quantized(amount.exact, 6, "half_up")


def _one_amount(amount: Amount | None, want: Decimal) -> Decimal | None:
    """The one amount; of several the usual rounding, where a case that names no rule expects it."""
    if amount is None or amount.rounded is not None:
        return amount.rounded if amount else None
    usual = dict(amount.rules).get("half_up")
    return usual if usual == want else None


def _chosen(worked: Worked, verdict: Verdict) -> tuple[str, ...]:
    amount, want = verdict.amount, worked.expected.credit
    if amount is None or amount.rounded is not None or not isinstance(want, Decimal):
        return ()
    return (f"no rounding is stated, {want} is half up of {', '.join(str(value) for _, value in amount.rules)}",)


def _first_amount(outcome: tuple[tuple[str, str], ...]) -> Decimal | None:
    amounts = [text.split()[0] for name, text in outcome if name in ("amount", "half_up")]
    return Decimal(amounts[0]) if amounts else None
