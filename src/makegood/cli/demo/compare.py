"""Compare: an assessment laid beside what was planted, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from makegood.cli.demo.planted import BOXES, CURRENCY, KINDS, Box, Planted, PlantedIncident, PlantedVerdict, Sums
from makegood.money import plain
from makegood.spans import moment

EDGE = timedelta(minutes=2)
NOTHING = "nothing"
_COUNTED = ("attempts", "tokens")
ROWS, OTHERS, WASTE, TERMS = "rows", "other incidents", "waste", "terms"


@dataclass(frozen=True)
class Line:
    """One comparison: what it is about and which part of it, what was planted, what was found, do the two agree?

        `about` is _COUNTED = ("attempts", "tokens")
    ROWS, OTHERS, WASTE, TERMS or what a planted incident is called; a part of waste is a box or "box.kind".
    """

    about: str
    part: str
    planted: str
    found: str
    agrees: bool


def compare(planted: Planted, assessment: Mapping[str, Any]) -> list[Line]:
    """Lay an assessment (shape makegood/assessment/1) beside the truth: rows, incidents, waste, what the terms say.

    Incidents agree when both edges are within two minutes, all else only when it is equal. Service and region of an
    incident are not compared: a scope may name what all its attempts have in common. What the caller wasted is
    compared as a whole only, and amounts nobody can know are not compared.
    """
    return [
        *_rows(planted.rows, assessment.get("rows") or {}),
        *_incidents(planted, [one for one in assessment.get("incidents") or () if one.get("basis") != "bulletin"]),
        *_waste(planted.waste, assessment.get("waste") or {}),
        *_verdicts(planted.verdicts, assessment.get("verdicts") or ()),
    ]


def _rows(planted: Mapping[str, int], found: Mapping[str, Any]) -> Iterator[Line]:
    for name, count in planted.items():
        yield Line(ROWS, name, _count(count), _count(found.get(name)), found.get(name) == count)


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else NOTHING


def _incidents(planted: Planted, found: list[Mapping[str, Any]]) -> Iterator[Line]:
    left = list(found)
    for one in planted.incidents:
        match = max(left, key=lambda other: _overlap(one, other), default=None)
        if match is None or _overlap(one, match) <= timedelta(0):
            yield Line(one.what, "when", _span(one.start, one.end), NOTHING, False)
            continue
        left.remove(match)
        yield from _met(one, match)
    others = "; ".join(_span(str(one["start"]), str(one["end"])) for one in left)
    yield Line(OTHERS, "when", NOTHING, others or NOTHING, not left)


def _met(one: PlantedIncident, match: Mapping[str, Any]) -> Iterator[Line]:
    start, end = str(match["start"]), str(match["end"])
    near = all(abs(moment(a) - moment(b)) <= EDGE for a, b in ((one.start, start), (one.end, end)))
    yield Line(one.what, "when", _span(one.start, one.end), _span(start, end), near)
    where = match.get("scope") or {}
    told = (where.get("provider"), where.get("model"))
    yield Line(one.what, "where", _scope(one.provider, one.model), _scope(*told), told == (one.provider, one.model))
    known = bool(match.get("bulletins"))
    yield Line(one.what, "page", _page(bool(one.page_opened)), _page(known), known == bool(one.page_opened))


def _overlap(one: PlantedIncident, other: Mapping[str, Any]) -> timedelta:
    """Time in common, where the found incident names the provider of the planted one; else none."""
    if (other.get("scope") or {}).get("provider") != one.provider:
        return timedelta(0)
    first, last = max(moment(one.start), moment(str(other["start"]))), min(moment(one.end), moment(str(other["end"])))
    return max(timedelta(0), last - first)


def _span(start: str, end: str) -> str:
    first, last = moment(start), moment(end)
    return f"{_time(first)} – {_time(last) if first.date() != last.date() else f'{last:%H:%M:%S}'}"


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"


def _scope(provider: str | None, model: str | None) -> str:
    return " · ".join(name for name in (provider, model) if name) or "everything"


def _page(acknowledged: bool) -> str:
    return "acknowledged" if acknowledged else "never acknowledged"


def _waste(planted: Mapping[str, Box], found: Mapping[str, Any]) -> Iterator[Line]:
    for name in BOXES:
        box, told = planted[name], found.get(name) or {}
        yield _sums(name, box.whole, told)
        if name != "caller":
            for kind in KINDS:
                yield _sums(f"{name}.{kind}", box.kinds[kind], (told.get("kinds") or {}).get(kind) or {})


def _sums(part: str, planted: Sums, found: Mapping[str, Any]) -> Line:
    """Attempts / tokens / amount; the amount is left out where nobody can know it."""
    amounts = found.get("amounts") or {}
    same = (found.get("attempts"), found.get("tokens")) == (planted.attempts, planted.tokens)
    wanted, told = [_count(planted.attempts), _count(planted.tokens)], [_count(found.get(it)) for it in _COUNTED]
    if planted.amount is not None:
        same = same and _amounts(amounts) == _amounts({CURRENCY: planted.amount})
        wanted.append(_named({CURRENCY: planted.amount}))
        told.append(_named(amounts))
    return Line(WASTE, part, " / ".join(wanted), " / ".join(told), same)


def _named(amounts: Mapping[str, Any]) -> str:
    """Amounts by currency; zero has none."""
    read = _amounts(amounts)
    found = sorted((amounts if read is None else read).items())
    return ", ".join(f"{amount} {currency}" for currency, amount in found) or "0"


def _amounts(amounts: Mapping[str, Any]) -> dict[str, str] | None:
    """Amounts by currency in one spelling without those that are zero; None where one is no decimal."""
    try:
        read = {currency: plain(Decimal(str(amount))) for currency, amount in amounts.items()}
    except InvalidOperation:
        return None
    return {currency: amount for currency, amount in read.items() if amount != "0"}


def _verdicts(planted: Sequence[PlantedVerdict], found: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Each planted verdict beside all that the same terms gave; verdicts of other terms are lines of their own."""
    for one in planted:
        wanted = [(one.verdict, _named({CURRENCY: one.amount}))]
        told = [_said(other) for other in found if other.get("terms") == one.terms]
        yield Line(TERMS, one.terms, _listed(wanted), _listed(told), told == wanted)
    names = {one.terms for one in planted}
    for other in found:
        if other.get("terms") not in names:
            yield Line(TERMS, str(other.get("terms")), NOTHING, _listed([_said(other)]), False)


def _said(verdict: Mapping[str, Any]) -> tuple[str, str]:
    amount = verdict.get("amount")
    told = _named({str(amount.get("currency")): amount.get("exact")}) if amount else "an amount not known"
    return str(verdict.get("verdict")), told


def _listed(told: Sequence[tuple[str, str]]) -> str:
    return "; ".join(", ".join(one) for one in told) or NOTHING
