"""Cost chart: how many awards of a campaign cost how much, as bars."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from markupsafe import Markup

from makegood.campaigns.distribution import Bin, Distribution
from makegood.ledger.unit import major
from makegood.reads.charts import picture, tag, told
from makegood.reads.words import Words

_LEFT, _TOP, _TALL, _FOOT, _WIDTH = 0, 26, 190, 30, 900
_WIDEST, _MOST_LABELS = 120, 10


def cost_chart(costs: Distribution, unit: str, words: Words) -> Markup | None:
    """A bar a bin, its count above it and its lowest cost below; None without awards. `unit` is the budget's."""
    if not costs.bins:
        return None
    most = max(one.count for one in costs.bins)
    wide = min(_WIDEST, (_WIDTH - _LEFT) // len(costs.bins))
    floor = _TOP + _TALL
    marks = [tag("line", x1=_LEFT, x2=_WIDTH, y1=floor, y2=floor, class_="base")]
    step = -(-len(costs.bins) // _MOST_LABELS)
    for place, one in enumerate(costs.bins):
        x = _LEFT + place * wide
        marks += _bar(one, (x, wide), most, bin_words(one, unit, words), words)
        if place % step == 0:
            text = words.money(major(one.low, unit), unit)
            marks.append(tag("text", text, x=x + 2, y=floor + 18, class_="axis small"))
    return picture(_WIDTH, floor + _FOOT, words.say("How many awards cost how much"), marks)


def bin_words(one: Bin, unit: str, words: Words) -> str:
    """The costs of a bin: one amount, or from one to below another."""
    low = words.money(major(one.low, unit), unit)
    if one.high == one.low + 1:
        return low
    return words.say("{low} to below {high}", low=low, high=words.money(major(one.high, unit), unit))


def _bar(one: Bin, at: tuple[int, int], most: int, name: str, words: Words) -> list[ET.Element]:
    """Whole pixels; a bin of any awards can be seen."""
    if not one.count:
        return []
    x, wide = at
    height = max(2, one.count * _TALL // most)
    count = words.number(one.count)
    top = _TOP + _TALL - height
    bar = tag("rect", x=x + 2, y=top, width=max(1, wide - 4), height=height, class_="pack-0")
    said = words.many("{n} award", "{n} awards", one.count)
    return [told(bar, f"{name}: {said}"), tag("text", count, x=x + 2, y=top - 6, class_="value")]
