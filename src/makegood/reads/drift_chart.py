"""Drift chart: what was won beyond chance, comparison by comparison, and the line from which it is an alarm."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from markupsafe import Markup

from makegood.incidents.drift.coin import Walk
from makegood.incidents.drift.pairs import Pair
from makegood.reads.charts import picture, tag, told
from makegood.reads.words import Words

_WIDTH, _LEFT, _RIGHT, _TOP, _TALL, _FOOT = 900, 84, 884, 14, 200, 46
_TICKS, _LEAST = 6, 5  # ticks of the comparisons; answers that the height holds at least
_LINES = 8  # heights that are written at most


@dataclass(frozen=True)
class _Scale:
    comparisons: int
    low: Fraction
    high: Fraction

    def x(self, at: int) -> float:
        """Where a comparison lies."""
        return _LEFT + (_RIGHT - _LEFT) * at / max(self.comparisons, 1)

    def y(self, beyond: Fraction) -> float:
        """Where so many answers beyond chance lie."""
        return _TOP + _TALL * (1 - float((beyond - self.low) / (self.high - self.low)))

    def step(self) -> int:
        """Answers from one written height to the next: 1, 2 or 5 and zeros."""
        steps: Iterator[int] = (digit * 10**zeros for zeros in count() for digit in (1, 2, 5))
        return next(step for step in steps if (self.high - self.low) / step < _LINES)


def walk_chart(walk: Walk, pairs: Sequence[Pair], title: str, words: Words) -> Markup | None:
    """The walk and its threshold over the comparisons; None before the first toss."""
    if not walk.points:
        return None
    gone = [(0, Fraction(0)), *((one.at, one.beyond) for one in walk.points)]
    line = [(one.at, one.needed) for one in walk.points if one.needed is not None]
    heights = [height for _, height in (*gone, *line)]
    scale = _Scale(len(pairs), min(heights), max(*heights, Fraction(_LEAST)))
    marks = [*_heights(scale, words), *_moments(scale, pairs, words)]
    if line:
        marks.append(tag("path", d=_steps(scale, line, walk.crossed or len(pairs)), class_="walk-line"))
    marks.append(tag("path", d=_steps(scale, gone, len(pairs)), class_="walk"))
    if walk.crossed is not None:
        alarm = tag("circle", cx=scale.x(walk.crossed), cy=scale.y(dict(gone)[walk.crossed]), r=5, class_="walk-alarm")
        moment = words.moment(pairs[walk.crossed - 1].new.time)
        says = words.say("Shown by comparison {n}, on {when}.", n=words.number(walk.crossed), when=moment)
        marks.append(told(alarm, says))
    return picture(_WIDTH, _TOP + _TALL + _FOOT, title, marks)


def _heights(scale: _Scale, words: Words) -> list[ET.Element]:
    marks, step = [], scale.step()
    for height in range(-(-scale.low // step) * step, scale.high // 1 + 1, step):
        y = scale.y(Fraction(height))
        marks.append(tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="tick" if height else "base"))
        marks.append(tag("text", words.number(height), x=_LEFT - 8, y=y + 4, class_="axis end"))
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


def _steps(scale: _Scale, points: Sequence[tuple[int, Fraction]], end: int) -> str:
    """A line that stays where it is until the next toss."""
    first, height = points[0]
    parts = [f"M{scale.x(first):.1f} {scale.y(height):.1f}"]
    for at, height in points[1:]:
        parts.append(f"H{scale.x(at):.1f}V{scale.y(height):.1f}")
    return "".join(parts) + f"H{scale.x(end):.1f}"
