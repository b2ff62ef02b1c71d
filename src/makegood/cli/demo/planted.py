"""Planted: what the made month holds, known from making it, and how an assessment compares with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from makegood.money import plain
from makegood.spans import iso, moment

BOXES = ("charged", "not_charged", "unknown", "caller")
KINDS = ("failed", "unusable", "duplicate")
CURRENCY = "USD"
EDGE = timedelta(minutes=2)


@dataclass(frozen=True)
class Sums:
    """Attempts, their input and output tokens, and what was charged for them (a decimal as text, in CURRENCY).

    `amount` is None where nobody can know it.
    """

    attempts: int
    tokens: int
    amount: str | None


@dataclass(frozen=True)
class Box:
    """A box of waste, whole and by kind; what the caller wasted has no kinds."""

    whole: Sums
    kinds: dict[str, Sums]


@dataclass(frozen=True)
class PlantedIncident:
    """A planted failure; `model` None means every model of the provider, `page_opened` None that no page told of it."""

    what: str
    provider: str
    model: str | None
    start: str
    end: str
    page_opened: str | None


@dataclass(frozen=True)
class Planted:
    """The whole truth of one made month.

    `rows` has read, used, duplicate, quarantined, out_of_scope; `waste` a Box for each of BOXES; `bills` what each
    provider charged in the month, as text in CURRENCY; `files` the names of what was written, by what it is.
    """

    seed: int
    start: str
    end: str
    rows: dict[str, int]
    incidents: tuple[PlantedIncident, ...]
    waste: dict[str, Box]
    bills: dict[str, str]
    files: dict[str, tuple[str, ...]]

    def as_json(self) -> dict[str, Any]:
        """Plain data for planted.json."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Planted:
        """The same from planted.json."""
        waste = {
            box: Box(Sums(**one["whole"]), {kind: Sums(**sums) for kind, sums in one["kinds"].items()})
            for box, one in data["waste"].items()
        }
        incidents = tuple(PlantedIncident(**one) for one in data["incidents"])
        files = {what: tuple(names) for what, names in data["files"].items()}
        return cls(**{**data, "waste": waste, "incidents": incidents, "files": files})


@dataclass(frozen=True)
class Line:
    """One comparison: what it is about, what was planted, what was found, and whether the two agree."""

    what: str
    planted: str
    found: str
    agrees: bool


def compare(planted: Planted, assessment: Mapping[str, Any]) -> list[Line]:
    """Lay an assessment (shape makegood/assessment/1) beside the truth: rows, incidents, then waste by box and kind.

    Incidents agree when both edges are within two minutes, waste and rows only when they are equal. Service and region
    of an incident are not compared: a scope may name what all its attempts have in common. What the caller wasted is
    compared as a whole only, and amounts nobody can know are not compared.
    """
    return [
        *_rows(planted.rows, assessment.get("rows") or {}),
        *_incidents(planted, [one for one in assessment.get("incidents") or () if one.get("basis") != "bulletin"]),
        *_waste(planted.waste, assessment.get("waste") or {}),
    ]


def _rows(planted: Mapping[str, int], found: Mapping[str, Any]) -> Iterator[Line]:
    for name, count in planted.items():
        told = found.get(name)
        yield Line(
            f"rows {name.replace('_', ' ')}", f"{count:,}", "nothing" if told is None else str(told), told == count
        )


def _incidents(planted: Planted, found: list[Mapping[str, Any]]) -> Iterator[Line]:
    left = list(found)
    for one in planted.incidents:
        match = max(left, key=lambda other: _overlap(one, other), default=None)
        if match is None or _overlap(one, match) <= timedelta(0):
            yield Line(one.what, _span(one.start, one.end), "nothing", False)
            continue
        left.remove(match)
        start, end = str(match["start"]), str(match["end"])
        near = all(abs(moment(a) - moment(b)) <= EDGE for a, b in ((one.start, start), (one.end, end)))
        yield Line(f"{one.what}: when", _span(one.start, one.end), _span(start, end), near)
        where = match.get("scope") or {}
        told = (where.get("provider"), where.get("model"))
        yield Line(
            f"{one.what}: where", _scope(one.provider, one.model), _scope(*told), told == (one.provider, one.model)
        )
        known = bool(match.get("bulletins"))
        yield Line(f"{one.what}: page", _page(bool(one.page_opened)), _page(known), known == bool(one.page_opened))
    others = "; ".join(_span(str(one["start"]), str(one["end"])) for one in left)
    yield Line("other incidents found in attempts", "none", others or "none", not left)


def _overlap(one: PlantedIncident, other: Mapping[str, Any]) -> timedelta:
    """Time in common, where the found incident names the provider of the planted one; else none."""
    if (other.get("scope") or {}).get("provider") != one.provider:
        return timedelta(0)
    first, last = max(moment(one.start), moment(str(other["start"]))), min(moment(one.end), moment(str(other["end"])))
    return max(timedelta(0), last - first)


def _span(start: str, end: str) -> str:
    first, last = moment(start), moment(end)
    return f"{iso(first.replace(microsecond=0))} to {iso(last.replace(microsecond=0))}"


def _scope(provider: str | None, model: str | None) -> str:
    return " · ".join(name for name in (provider, model) if name) or "everything"


def _page(acknowledged: bool) -> str:
    return "acknowledged" if acknowledged else "never acknowledged"


def _waste(planted: Mapping[str, Box], found: Mapping[str, Any]) -> Iterator[Line]:
    for name in BOXES:
        box, told = planted[name], found.get(name) or {}
        label = name.replace("_", " ")
        yield _sums(f"waste {label}", box.whole, told)
        if name != "caller":
            for kind in KINDS:
                yield _sums(f"waste {label}, {kind}", box.kinds[kind], (told.get("kinds") or {}).get(kind) or {})


def _sums(what: str, planted: Sums, found: Mapping[str, Any]) -> Line:
    amounts = found.get("amounts") or {}
    same = (found.get("attempts"), found.get("tokens")) == (planted.attempts, planted.tokens)
    if planted.amount is not None:
        same = same and _amounts(amounts) == _amounts({CURRENCY: planted.amount})
    money = ", ".join(f"{amount} {currency}" for currency, amount in sorted(amounts.items())) or "no amount"
    told = f"{found.get('attempts', '?')} attempts, {found.get('tokens', '?')} tokens, {money}"
    amount = "an amount nobody knows" if planted.amount is None else f"{planted.amount} {CURRENCY}"
    return Line(what, f"{planted.attempts} attempts, {planted.tokens} tokens, {amount}", told, same)


def _amounts(amounts: Mapping[str, Any]) -> dict[str, str] | None:
    """Amounts by currency in one spelling without those that are zero; None where one is no decimal."""
    try:
        read = {currency: plain(Decimal(str(amount))) for currency, amount in amounts.items()}
    except InvalidOperation:
        return None
    return {currency: amount for currency, amount in read.items() if amount != "0"}
