"""Verb: what a grant gives for a figure and a base, unrounded, then reduced, capped, checked and rounded once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from makegood.terms.basis import basis, not_negative, paid_for
from makegood.terms.case import Case
from makegood.terms.conditions import Condition, all_hold
from makegood.terms.found import Found
from makegood.terms.gauge import UNIT_SECONDS
from makegood.terms.pack import Promise
from makegood.terms.remedies import (
    Grant,
    GreaterOf,
    Itself,
    Linear,
    PerPart,
    PerUnit,
    Remainder,
    Row,
    Tiers,
    Time,
    Yield,
)
from makegood.terms.several_periods import row_of
from makegood.terms.verdict import Step, exact_text


@dataclass(frozen=True)
class Gross:
    """What a grant gives before limits: an exact amount in `unit` (a currency, or minutes, days, credits).

    `exact` is None where the base is not known. `name` is how the row is called, `row` its range in words, `percent`
    of the base. `time` is what the amount is the fee of, where it is so granted.
    """

    exact: Fraction | None
    unit: str | None
    money: bool
    name: str | None
    percent: Fraction | None
    clause: str
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    row: str | None = None
    time: tuple[Fraction, str] | None = None


def rows_for(grant: Tiers, value: Fraction | None, case: Case) -> tuple[Row, ...]:
    """The rows for the figure: one in a sound table, none in a gap, several in an overlap."""
    return tuple(
        row
        for row in grant.tiers
        if all_hold(row.when, case.facts) and (row.range is None or (value is not None and row.range.holds(value)))
    )


def row_unknown(grant: Tiers, value: Fraction | None, case: Case) -> Condition | None:
    """What must still be told to know which row the figure falls in; None where that is not what is missing."""
    near = (row for row in grant.tiers if row.range is None or (value is not None and row.range.holds(value)))
    rows = (row for row in near if all_hold(row.when, case.facts) is None)
    return next((one for row in rows for one in row.when if one.tell(case.facts) is None), None)


def currency_of(grant: Grant) -> str | None:
    """The currency of the fixed sums that a grant speaks of; None where it speaks of none."""
    parts = grant.tiers if isinstance(grant, Tiers) else (grant,) if isinstance(grant, PerUnit) else ()
    return next((part.sum.currency for part in parts if part.sum is not None), None)


def rows_beside(grant: Tiers, value: Fraction) -> tuple[Row, ...]:
    """The rows next to a gap: the one that begins next above the figure and the one that ends next below it."""
    ranged = [(row, row.range) for row in grant.tiers if row.range is not None]
    over = [(row, ends.lower) for row, ends in ranged if ends.lower is not None and Fraction(ends.lower) >= value]
    under = [(row, ends.upper) for row, ends in ranged if ends.upper is not None and Fraction(ends.upper) <= value]
    nearest = sorted(over, key=lambda pair: pair[1])[:1]
    return tuple(row for row, _ in (*nearest, *sorted(under, key=lambda pair: pair[1])[-1:]))


def by_row(promise: Promise, case: Case, found: Found, row: Row) -> Gross:
    """What one row of a table gives."""
    words = row.range.words() if row.range else None
    step = Step("tier", row.clause, (), words or "any", _yield_words(row))
    due = _yielded(promise, case, found, row)
    reasons = (row.reason,) if row.reason else ()
    return replace(
        due, name=row.name or words, clause=row.clause, reasons=reasons, steps=(step, *due.steps), row=words or row.name
    )


def granted(promise: Promise, grant: Grant, case: Case, found: Found) -> Gross:
    """What a grant without a table gives."""
    if isinstance(grant, GreaterOf):
        return _greater(promise, grant, case, found)
    if isinstance(grant, Tiers):
        rows = rows_for(grant, found.value, case)
        if len(rows) != 1:
            return Gross(Fraction(0), basis(promise, case, found).unit, True, None, Fraction(0), _base_clause(promise))
        return by_row(promise, case, found, rows[0])
    due = _plain(promise, grant, case, found)
    reasons = (grant.reason,) if grant.reason else ()
    return replace(due, name=grant.name, clause=grant.clause, reasons=reasons)


def _plain(promise: Promise, grant: Grant, case: Case, found: Found) -> Gross:
    value = found.value or Fraction(0)
    if isinstance(grant, PerUnit):
        units = _units(grant, value, _edge(promise, grant, case, found))
        step = Step(
            "units", grant.clause, (("figure", exact_text(value)),), f"{grant.counted} units", exact_text(units)
        )
        due = _yielded(promise, case, found, grant, units)
        return replace(due, steps=(step, *due.steps))
    if isinstance(grant, Linear) and promise.several is not None:
        return _by_windows(promise, grant, case, found)
    if isinstance(grant, Linear):
        scale = 1 if promise.measure.unit == "share" else 100
        share = value / scale if grant.of == "value" else 1 - value / scale
        return _times(promise, grant, case, (found, share))
    if isinstance(grant, Remainder):
        return replace(_of_base(promise, case, found, 1 - value), percent=None)
    if isinstance(grant, PerPart):
        return _per_part(promise, grant, case, found)
    if isinstance(grant, Itself):
        return _itself(promise, grant, case, found)
    return Gross(None, None, False, None, None, promise.remedy.form_clause)


def _per_part(promise: Promise, grant: PerPart, case: Case, found: Found) -> Gross:
    hit = [part for _, part in found.parts if grant.range.holds(part)]
    if grant.times is None:
        return replace(_of_base(promise, case, found, len(hit) * Fraction(grant.percent or 0) / 100), percent=None)
    unit, edge = UNIT_SECONDS[promise.measure.unit], Fraction(grant.threshold or 0)
    seconds = unit * sum((max(Fraction(0), part - edge) for part in hit), Fraction(0))
    return _multiple(promise, case, replace(found, down=seconds), Fraction(grant.times))


def _by_windows(promise: Promise, grant: Linear, case: Case, found: Found) -> Gross:
    """The base, the fee of one window, for each window that is paid for; no amount where a figure is absent."""
    rule, several = promise.commitment, promise.several
    assert rule is not None
    assert several is not None
    names, held = row_of(rule, several, case), basis(promise, case, found)
    names = names if grant.windows == "row" else names[-1:]
    absent = next((name for name in names if name not in case.figures), None)
    if absent is not None or held.size is None:
        remark = "bill_not_given" if absent is None else f"figure_not_given:{absent}"
        return Gross(None, held.unit, held.money, None, None, grant.clause, remarks=(remark,))
    shares = [case.figures[name] if grant.of == "value" else 100 - case.figures[name] for name in names]
    due = _of_base(promise, case, found, sum(shares, Fraction(0)) / 100)
    shown = tuple((name, exact_text(share)) for name, share in zip(names, shares, strict=True))
    arithmetic, outcome = " + ".join(text for _, text in shown), exact_text(sum(shares, Fraction(0)))
    step = Step("windows", grant.clause, shown, arithmetic, outcome)
    return replace(due, steps=(step, *due.steps))


def _times(promise: Promise, grant: Linear, case: Case, at: tuple[Found, Fraction]) -> Gross:
    """The share of the base, as many times as holds for this case; no amount where that is not known."""
    found, share = at
    if not grant.times:
        return _of_base(promise, case, found, share)
    told = {one.times: one for one in grant.times if all_hold(one.when, case.facts)}
    if len(told) != 1:
        held, absent = basis(promise, case, found), grant.times[0].when[0].fact
        return Gross(None, held.unit, held.money, None, None, grant.clause, remarks=(f"fact_not_given:{absent}",))
    times, one = told.popitem()
    due = _of_base(promise, case, found, share * Fraction(times))
    step = Step("multiple", one.clause, (), f"{exact_text(share)} * {times}", exact_text(share * Fraction(times)))
    return replace(due, steps=(step, *due.steps))


def _itself(promise: Promise, grant: Itself, case: Case, found: Found) -> Gross:
    money = case.money(grant.fact) if grant.fact else None
    if money is not None:
        not_negative(money)
        step = Step("amount", grant.clause, ((grant.fact or "", str(money)),), str(money.amount), str(money.amount))
        return Gross(Fraction(money.amount), money.currency, True, None, None, grant.clause, steps=(step,))
    if grant.fact and grant.if_not_given == "nothing":
        return Gross(Fraction(0), None, True, None, None, grant.clause)
    if grant.fact or found.value is None:
        return Gross(None, None, True, None, None, grant.clause, remarks=(f"fact_not_given:{grant.fact}",))
    held = basis(promise, case, found)
    return Gross(found.value, held.unit, held.money, None, None, grant.clause)


def _greater(promise: Promise, grant: GreaterOf, case: Case, found: Found) -> Gross:
    each = [granted(promise, one, case, found) for one in grant.grants]
    known = [one for one in each if one.exact is not None]
    reasons = (grant.reason,) if grant.reason else ()
    if len(known) < len(each):  # what is not known may be the greater
        remarks = tuple(remark for one in each for remark in one.remarks)
        return Gross(None, None, True, grant.name, None, grant.clause, reasons, remarks or ("bill_not_given",))
    if len({one.unit for one in known if one.unit}) > 1:
        rate = ("fact_not_given:exchange_rate",)
        return Gross(None, None, True, grant.name, None, grant.clause, reasons, rate)
    best = max(known, key=lambda one: one.exact or Fraction(0))
    shown = tuple((one.name or f"grant {at + 1}", exact_text(one.exact or Fraction(0))) for at, one in enumerate(known))
    step = Step("greater_of", grant.clause, shown, "max", exact_text(best.exact or Fraction(0)))
    return replace(best, name=grant.name or best.name, clause=grant.clause, reasons=reasons, steps=(*best.steps, step))


def _edge(promise: Promise, grant: PerUnit, case: Case, found: Found) -> Fraction:
    if grant.threshold_percent is None:
        return Fraction(grant.threshold or 0)
    window = found.window or case.period.seconds
    return window * Fraction(grant.threshold_percent) / 100 / UNIT_SECONDS[promise.measure.unit]


def _units(grant: PerUnit, value: Fraction, edge: Fraction) -> Fraction:
    over = {"value": value, "excess": value - edge, "shortfall": edge - value}[grant.of]
    units = max(Fraction(0), over) / Fraction(grant.unit_size)
    whole = {"exact": units, "started": Fraction(ceil(units)), "completed": Fraction(floor(units))}
    return whole.get(grant.counted, whole["completed"])


def _yielded(promise: Promise, case: Case, found: Found, part: Yield, units: Fraction = Fraction(1)) -> Gross:
    """A percentage, a sum, a quantity or a multiple, so many times."""
    clause = _base_clause(promise)
    if part.unread:
        held = basis(promise, case, found)
        return Gross(None, held.unit, held.money, None, None, clause, remarks=("grant_not_read",))
    if part.sum is not None:
        exact = units * Fraction(part.sum.amount)
        step = Step("amount", clause, (), f"{exact_text(units)} * {part.sum.amount}", exact_text(exact))
        return Gross(exact, part.sum.currency, True, None, None, clause, steps=(step,))
    if part.quantity is not None:
        exact = units * Fraction(part.quantity.quantity)
        step = Step("quantity", clause, (), f"{exact_text(units)} * {part.quantity.quantity}", exact_text(exact))
        return Gross(exact, part.quantity.unit, False, None, None, clause, steps=(step,))
    if part.times is not None:
        return _multiple(promise, case, found, units * Fraction(part.times))
    if part.fee_of is not None:
        return _fee_of(promise, case, found, (part.fee_of, units))
    return _of_base(promise, case, found, units * Fraction(part.percent or 0) / 100)


def _of_base(promise: Promise, case: Case, found: Found, share: Fraction) -> Gross:
    held, percent, clause = basis(promise, case, found), 100 * share, _base_clause(promise)
    if held.size is None:
        return Gross(None, held.unit, held.money, None, percent, clause, remarks=("bill_not_given",))
    exact = held.size * share
    arithmetic = f"{exact_text(held.size)} * {exact_text(percent)} / 100"
    step = Step("base", clause, (("bill", held.shown),), arithmetic, exact_text(exact))
    return Gross(exact, held.unit, held.money, None, percent, clause, steps=(step,))


def _multiple(promise: Promise, case: Case, found: Found, times: Fraction) -> Gross:
    """So many times what was paid for the time that was down; of a base that is time or a number, so many times it."""
    held, clause, base = basis(promise, case, found), _base_clause(promise), promise.remedy.base
    if held.size is None or base is None:
        return Gross(None, held.unit, held.money, None, None, clause, remarks=("bill_not_given",))
    if base.paid_for == "calendar_month" and not case.dated:
        return Gross(None, held.unit, held.money, None, None, clause, remarks=("fact_not_given:month",))
    if base.kind != "money":
        exact, arithmetic = held.size * times, f"{exact_text(held.size)} * {exact_text(times)}"
    else:
        paid, down = paid_for(base, promise, case, found), found.down or Fraction(0)
        exact = held.size * down / paid * times
        arithmetic = f"{exact_text(held.size)} * {exact_text(down)} s / {exact_text(paid)} s * {exact_text(times)}"
    step = Step("multiple", clause, (("bill", held.shown),), arithmetic, exact_text(exact))
    return Gross(exact, held.unit, held.money, None, None, clause, steps=(step,))


def _fee_of(promise: Promise, case: Case, found: Found, at: tuple[Time, Fraction]) -> Gross:
    """What was paid for so much time, where the base is known, and the time itself."""
    (unit, size), units = at[0].named()[0], at[1]
    held, base = basis(promise, case, found), promise.remedy.base
    clause, time = _base_clause(promise), units * Fraction(size)
    if base is None or held.size is None:
        step = Step("quantity", clause, (), f"{exact_text(units)} * {size} {unit}", exact_text(time))
        return Gross(time, unit, False, None, None, clause, steps=(step,), time=(time, unit))
    paid = paid_for(base, promise, case, found)
    share = time if unit == "months" else time * UNIT_SECONDS[unit] / paid
    arithmetic = f"{exact_text(held.size)} * {exact_text(share)}"
    step = Step("base", clause, (("bill", held.shown),), arithmetic, exact_text(held.size * share))
    return Gross(held.size * share, held.unit, held.money, None, None, clause, steps=(step,), time=(time, unit))


def _base_clause(promise: Promise) -> str:
    return promise.remedy.base.clause if promise.remedy.base else promise.remedy.form_clause


def _yield_words(row: Row) -> str:
    if row.unread:
        return "not read"
    if row.sum is not None:
        return f"{row.sum.amount} {row.sum.currency}"
    if row.quantity is not None:
        return f"{row.quantity.quantity} {row.quantity.unit}"
    if row.fee_of is not None:
        return " ".join(f"the fee of {size} {unit}" for unit, size in row.fee_of.named())
    return f"{row.times} x" if row.times is not None else f"{row.percent} %"
