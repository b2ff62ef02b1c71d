"""Charts: SVG made here, escaped by construction, coloured by the page's style sheet so that dark and print follow."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from babel.dates import format_skeleton
from markupsafe import Markup

from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.series import Series, WasteBar
from makegood.reads.words import Words
from makegood.spans import from_us

MINUTE_US = 60_000_000
MODELS_SHOWN = 10
_STEPS = (30, 60, 180, 360, 720, 1440, 2880, 7200, 10080, 20160, 43200, 86400, 525600)
_CEILINGS = (5, 10, 20, 40, 60, 80, 100)
KINDS = ("failed", "unusable", "duplicate")
BOXES = ("charged", "unknown", "not_charged")


def tag(name: str, text: str | None = None, **attributes: object) -> ET.Element:
    """An SVG element; underscores in attribute names become dashes, `class_` is class, numbers get one decimal."""
    element = ET.Element(name, {_attribute(key): _number(value) for key, value in attributes.items()})
    element.text = text
    return element


def _attribute(key: str) -> str:
    return key if key == "viewBox" else key.rstrip("_").replace("_", "-")


def _number(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def picture(width: int, height: int, title: str, marks: Sequence[ET.Element]) -> Markup:
    """A whole SVG with its title as alternative text, ready for the page."""
    svg = tag("svg", viewBox=f"0 0 {width} {height}", role="img", class_="chart")
    svg.set("aria-label", title)
    svg.extend(marks)
    return Markup(ET.tostring(svg, encoding="unicode"))


def told(element: ET.Element, title: str) -> ET.Element:
    """The element with a title that shows on hovering."""
    element.append(tag("title", title))
    return element


@dataclass(frozen=True)
class Axis:
    """Minutes [first, end) since 1970 laid over [left, right]."""

    first: int
    end: int
    left: float
    right: float

    def x(self, minute: float) -> float:
        """Where a minute lies; what is outside is drawn at the rim."""
        share = (minute - self.first) / max(self.end - self.first, 1)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def box(self, first: float, end: float, least: float = 2.0) -> tuple[float, float]:
        """Left and width of a span, at least so wide that it can be seen."""
        low, high = self.x(first), self.x(end)
        width = max(high - low, least)
        return min(low, self.right - width), width

    def ticks(self, words: Words, most: int) -> list[tuple[float, str]]:
        """Round moments of the local clock with their words, at most about so many."""
        step = next((one for one in _STEPS if (self.end - self.first) <= one * most), _STEPS[-1])
        start = words.local(from_us(self.first * MINUTE_US))
        at = start.replace(hour=0, minute=0, second=0, microsecond=0)
        found = []
        # counted on the local clock, so that ticks stay on midnight across a change of clocks
        while (minute := int(at.timestamp()) // 60) <= self.end:
            if minute >= self.first:
                found.append((self.x(minute), _tick(at, step, words)))
            at = (at.replace(tzinfo=None) + timedelta(minutes=step)).replace(tzinfo=at.tzinfo)
        return found


def _tick(at: datetime, step: int, words: Words) -> str:
    if step < 1440 and (at.hour or at.minute):
        return f"{at:%H:%M}"
    return str(format_skeleton("MMMd" if step < 43200 else "yMMM", at.replace(tzinfo=None), locale=words.lang))


def ceiling(rates: Sequence[float]) -> int:
    """The round percent that the vertical axis must reach."""
    highest = max(rates, default=0.0) * 100
    return next((one for one in _CEILINGS if highest <= one), 100)


@dataclass(frozen=True)
class BarRow:
    """One bar: its name, its parts (code, size, tooltip) and what stands behind it."""

    name: str
    parts: tuple[tuple[str, float, str], ...]
    value: str


def bar_chart(title: str, rows: Sequence[BarRow], prefix: str) -> Markup:
    """Horizontal stacked bars; a part's class is `prefix` and its code."""
    width, left, right, height = 520, 176, 96, 30
    most = max((sum(size for _, size, _ in row.parts) for row in rows), default=0.0) or 1.0
    marks: list[ET.Element] = []
    for place, row in enumerate(rows):
        top, x = place * height + 6, float(left)
        marks.append(told(tag("text", legible(row.name, 22), x=left - 10, y=top + 13, class_="name end"), row.name))
        for code, size, tooltip in row.parts:
            wide = size / most * (width - left - right)
            if size:
                marks.append(
                    told(tag("rect", x=x, y=top, width=max(wide, 1.5), height=18, class_=f"{prefix}-{code}"), tooltip)
                )
            x += wide
        marks.append(tag("text", row.value, x=x + 8, y=top + 13, class_="value"))
    return picture(width, max(len(rows), 1) * height + 4, title, marks)


@dataclass(frozen=True)
class WasteChart:
    """A chart, what its bars measure, and which codes appear."""

    svg: Markup
    unit: str
    codes: tuple[str, ...]


def charged_chart(series: Series, words: Words) -> WasteChart | None:
    """What was charged and not delivered, by model and kind: in money where known, else in attempts."""
    bars = [bar for bar in series.waste if bar.box == "charged"]
    currency = _main_currency(bars)
    if currency:
        bars = [bar for bar in bars if bar.currency == currency and bar.amount_nano is not None]
    rows = _rows(bars, KINDS, words, currency)
    if not rows:
        return None
    title = words.say("Charged and undelivered, by model and kind")
    codes = tuple(kind for kind in KINDS if any(bar.kind == kind for bar in bars))
    return WasteChart(bar_chart(title, rows, "kind"), currency or words.say("attempts"), codes)


def box_chart(series: Series, words: Words) -> WasteChart | None:
    """Undelivered attempts by model and box."""
    bars = [bar for bar in series.waste if bar.box in BOXES]
    rows = _rows(bars, BOXES, words, None)
    if not rows:
        return None
    title = words.say("Undelivered attempts, by model and by what was charged")
    codes = tuple(box for box in BOXES if any(bar.box == box for bar in bars))
    return WasteChart(bar_chart(title, rows, "box"), words.say("attempts"), codes)


def _main_currency(bars: Sequence[WasteBar]) -> str | None:
    """The currency of most attempts with a known amount, or None when no amount is known."""
    counts: dict[str, int] = {}
    for bar in bars:
        if bar.amount_nano is not None:
            counts[bar.currency] = counts.get(bar.currency, 0) + bar.attempts
    return max(sorted(counts), key=lambda one: counts[one]) if counts else None


def _rows(bars: Sequence[WasteBar], codes: Sequence[str], words: Words, currency: str | None) -> list[BarRow]:
    """Bars by model, largest first; those beyond the most shown are joined in one."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for bar in bars:
        part = sums.setdefault((bar.provider, bar.model), dict.fromkeys(codes, 0))
        code = bar.kind if codes is KINDS else bar.box
        part[code] = part.get(code, 0) + (int(bar.amount_nano or 0) if currency else bar.attempts)
    ranked = sorted(sums.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    models = [model for _, model in sums]
    rows = [(model_name(key, models), parts) for key, parts in ranked[:MODELS_SHOWN]]
    rest = ranked[MODELS_SHOWN:]
    if rest:
        joined = {code: sum(parts.get(code, 0) for _, parts in rest) for code in codes}
        rows.append((words.many("{n} other model", "{n} other models", len(rest)), joined))
    return [_bar(name, parts, words, currency) for name, parts in rows]


def model_name(key: tuple[str, str], models: Sequence[str]) -> str:
    """The model; with its provider where two providers serve a model of that name."""
    provider, model = key
    return legible(model if models.count(model) < 2 and model else f"{provider} {model}".strip())


def _bar(name: str, parts: Mapping[str, int], words: Words, currency: str | None) -> BarRow:
    table = "kind" if set(parts) <= {*KINDS, "caller", "unclear"} else "box"

    def sized(value: int) -> str:
        return words.money(Decimal(value).scaleb(-9), currency) if currency else words.number(value)

    pieces = tuple((code, float(size), f"{label(words, table, code)}: {sized(size)}") for code, size in parts.items())
    return BarRow(name, pieces, sized(sum(parts.values())))
