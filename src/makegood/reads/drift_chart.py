"""Drift chart: what the bets made of 1, comparison by comparison, and the line from which it is an alarm."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from makegood.incidents.drift.coin import Walk, magnitude, wealth
from makegood.incidents.drift.pairs import Pair
from makegood.reads.charts import picture, tag, told
from makegood.reads.words import Words

_WIDTH, _LEFT, _RIGHT, _TOP, _TALL, _FOOT = 900, 84, 884, 14, 200, 46
_TICKS, _LOWEST, _HIGHEST = 6, -3, 6  # powers of ten that the axis holds at most


@dataclass(frozen=True)
class _Scale:
    comparisons: int
    low: int
    high: int

    def x(self, at: int) -> float:
        """Where a comparison lies."""
        return _LEFT + (_RIGHT - _LEFT) * at / max(self.comparisons, 1)

    def y(self, power: float) -> float:
        """Where a power of ten lies; what is outside is drawn at the rim."""
        share = (min(max(power, self.low), self.high) - self.low) / (self.high - self.low)
        return _TOP + _TALL * (1 - share)


def wealth_chart(walk: Walk, pairs: Sequence[Pair], title: str, words: Words) -> Markup | None:
    """The wealth and its threshold over the comparisons; None before the first toss."""
    if not walk.points:
        return None
    grown = [(0, 0.0), *((one.at, magnitude(wealth(one.wins, one.losses))) for one in walk.points)]
    line = [
        (one.at, magnitude(wealth(one.needed, one.wins + one.losses - one.needed)))
        for one in walk.points
        if one.needed is not None
    ]
    powers = [power for _, power in (*grown, *line)]
    low = max(_LOWEST, math.floor(min(powers, default=0)))
    high = min(_HIGHEST, math.ceil(max(*powers, 1.0)))
    scale = _Scale(len(pairs), min(low, -1), high)
    marks = [*_powers(scale, words), *_moments(scale, pairs, words)]
    if line:
        marks.append(tag("path", d=_steps(scale, line, walk.crossed or len(pairs)), class_="wealth-line"))
    marks.append(tag("path", d=_steps(scale, grown, len(pairs)), class_="wealth"))
    if walk.crossed is not None:
        power = dict(grown)[walk.crossed]
        alarm = tag("circle", cx=scale.x(walk.crossed), cy=scale.y(power), r=5, class_="wealth-alarm")
        moment = words.moment(pairs[walk.crossed - 1].new.time)
        says = words.say("Shown by comparison {n}, on {when}.", n=words.number(walk.crossed), when=moment)
        marks.append(told(alarm, says))
    return picture(_WIDTH, _TOP + _TALL + _FOOT, title, marks)


def _powers(scale: _Scale, words: Words) -> list[ET.Element]:
    marks = []
    for power in range(scale.low, scale.high + 1):
        y = scale.y(power)
        text = words.number(10**power) if power >= 0 else f"1/{words.number(10**-power)}"
        marks.append(tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="base" if power == 0 else "tick"))
        marks.append(tag("text", text, x=_LEFT - 8, y=y + 4, class_="axis end"))
    return marks


def _moments(scale: _Scale, pairs: Sequence[Pair], words: Words) -> list[ET.Element]:
    """How manieth comparison, and the day of it."""
    marks = []
    for part in range(1, _TICKS + 1):
        at = round(Fraction(len(pairs) * part, _TICKS))
        if at:
            x, anchor = scale.x(at), "middle" if part < _TICKS else "end"
            day = words.day(pairs[at - 1].new.time)
            marks.append(tag("text", words.number(at), x=x, y=_TOP + _TALL + 18, class_="axis", text_anchor=anchor))
            marks.append(tag("text", day, x=x, y=_TOP + _TALL + 34, class_="axis small", text_anchor=anchor))
    return marks


def _steps(scale: _Scale, points: Sequence[tuple[int, float]], end: int) -> str:
    """A line that stays where it is until the next toss."""
    first, power = points[0]
    parts = [f"M{scale.x(first):.1f} {scale.y(power):.1f}"]
    for at, grown in points[1:]:
        parts.append(f"H{scale.x(at):.1f}V{scale.y(grown):.1f}")
    return "".join(parts) + f"H{scale.x(end):.1f}"
