"""Review chart: what each pack would have given, window by window, as bars beside each other."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_skeleton
from markupsafe import Markup

from makegood.reads.charts import picture, tag, told
from makegood.reads.review_words import names, side_by_side
from makegood.reads.words import Words
from makegood.spans import Span
from makegood.terms.replay import Account, Played
from makegood.terms.worth import Worth

PACKS_DRAWN, WINDOWS_DRAWN = 6, 48
_LEFT, _TOP, _TALL, _FOOT, _WIDTH = 84, 14, 190, 46, 900
_MOST_LABELS = 12


@dataclass(frozen=True)
class ReviewChart:
    """The drawing, the packs in it in the order of their colours, whether it holds any that is not known."""

    svg: Markup
    packs: tuple[str, ...]
    unknown: bool
    left_out: int


def review_chart(accounts: Sequence[Account], currency: str, words: Words) -> ReviewChart | None:
    """Amounts of one currency; None where no pack gives any. The latest windows where there are very many."""
    giving = [any(currency in played.worth.most for played in one.played) for one in accounts]
    named = [pair for pair, gives in zip(zip(names(accounts), accounts, strict=True), giving, strict=True) if gives]
    labels, drawn = [name for name, _ in named[:PACKS_DRAWN]], [one for _, one in named[:PACKS_DRAWN]]
    rows = [(name, played) for name, played in side_by_side(drawn, words) if _speaks(played, currency)]
    if not rows:
        return None
    shown = rows[-WINDOWS_DRAWN:]
    highest = max(played.worth.most.get(currency, Decimal(0)) for one in drawn for played in one.played)
    scale = _Scale(_round(highest) if highest else Fraction(1), len(shown), len(drawn))
    marks = [*_axis(scale, currency, words), *_names(scale, shown, words)]
    for place, (name, each) in enumerate(shown):
        for at, played in enumerate(each):
            if played is not None:
                told_as = f"{labels[at]}, {name}", words
                marks += _bar(scale, (at, place), (played.worth, currency), told_as)
    title = words.say("What each would have given, window by window")
    unknown = any(played.worth.unknown for _, each in shown for played in each if played)
    svg = picture(_WIDTH, _TOP + _TALL + _FOOT, title, marks)
    return ReviewChart(svg, tuple(labels), unknown, len(rows) - len(shown))


def _speaks(played: Sequence[Played | None], currency: str) -> bool:
    return any(one.worth.most.get(currency) or one.worth.unknown for one in played if one is not None)


@dataclass(frozen=True)
class _Scale:
    """Whole pixels of amounts and places; the bars of a window stand side by side."""

    highest: Fraction
    windows: int
    packs: int

    def height(self, amount: Decimal) -> int:
        return int(Fraction(amount) * _TALL / self.highest)

    def group(self, place: int) -> int:
        """The left edge of a window."""
        return _LEFT + place * (_WIDTH - _LEFT) // self.windows

    @property
    def wide(self) -> int:
        """The width of a bar."""
        return min(46, max(3, (_WIDTH - _LEFT) * 4 // (5 * self.windows * self.packs)))


def _axis(scale: _Scale, currency: str, words: Words) -> list[ET.Element]:
    marks = []
    for quarter in range(0, 5, 2):
        y = _TOP + _TALL - quarter * _TALL // 4
        amount = Decimal(scale.highest.numerator) / Decimal(scale.highest.denominator) * quarter / 4
        marks.append(tag("line", x1=_LEFT, x2=_WIDTH, y1=y, y2=y, class_="base" if not quarter else "tick"))
        marks.append(tag("text", words.money(amount, currency), x=_LEFT - 8, y=y + 4, class_="axis end"))
    return marks


def _names(scale: _Scale, rows: Sequence[tuple[str, Sequence[Played | None]]], words: Words) -> list[ET.Element]:
    """The months in which windows begin, below the axis, as many as can be read."""
    step = -(-len(rows) // _MOST_LABELS)
    windows = [next(one.window for one in played if one is not None) for _, played in rows]
    return [
        tag(
            "text",
            _start_words(windows[place], words),
            x=scale.group(place) + 2,
            y=_TOP + _TALL + 18,
            class_="axis small",
        )
        for place in range(0, len(windows), step)
    ]


def _start_words(window: Span, words: Words) -> str:
    """The month in which it begins by its own zone, which may be a day away from this one."""
    later = timedelta(days=2) if window.end - window.start > timedelta(days=7) else timedelta(0)
    local = words.local(window.start + later).replace(tzinfo=None)
    return str(format_skeleton("yMMM", local, locale=words.lang))


def _round(amount: Decimal) -> Fraction:
    """The next amount of one, two or five with zeros behind it."""
    step = Decimal(1).scaleb(amount.adjusted())
    return Fraction(next(size for times in (1, 2, 5, 10) if (size := times * step) >= amount))


def _bar(scale: _Scale, at: tuple[int, int], what: tuple[Worth, str], told_as: tuple[str, Words]) -> list[ET.Element]:
    """Full up to the least, pale up to the most, hatched at the foot where something of it is not known."""
    (pack, place), (worth, currency), (name, words) = at, what, told_as
    least, most = (side.get(currency, Decimal(0)) for side in (worth.least, worth.most))
    x, floor = scale.group(place) + 2 + pack * scale.wide, _TOP + _TALL
    amount = (
        words.money(least, currency)
        if least == most
        else f"{words.money(least, currency)} – {words.money(most, currency)}"
    )
    marks = []
    if most > least:
        high = max(2, scale.height(most))
        marks.append(tag("rect", x=x, y=floor - high, width=scale.wide - 1, height=high, class_=f"pack-{pack} pale"))
    if least:
        high = max(2, scale.height(least))
        marks.append(tag("rect", x=x, y=floor - high, width=scale.wide - 1, height=high, class_=f"pack-{pack}"))
    if worth.unknown:
        marks.append(tag("rect", x=x, y=floor - 9, width=scale.wide - 1, height=9, class_="box-unknown"))
        amount = words.say("not known") if not most else words.say("at least {amount}", amount=amount)
    return [told(mark, f"{name}: {amount}") for mark in marks]
