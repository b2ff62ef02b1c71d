"""Audit charts: what stops with each thing as bars, and the log's traffic over time with the windows laid on it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from makegood.reads.charts import Axis, picture, tag, told
from makegood.reads.exposure_words import telling_words, thing_words
from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.series import Series, minute_of
from makegood.reads.words import Words

BARS_SHOWN, LANES_SHOWN = 12, 6
_WIDTH, _LEFT, _RIGHT, _TOP, _LANE, _GAP = 960, 200, 948, 26, 56, 14
_NAMES, _BAR, _SAID = 330, 25, 170

Facts = Mapping[str, Any]


def stops_chart(data: Facts, words: Words) -> Markup | None:
    """Calls that would stop with each thing, and those for which a tested alternative stands ready; None of nothing."""
    things = [one for one in data["things"] if one["whole"]["calls"]][:BARS_SHOWN]
    if not things:
        return None
    most = max(one["whole"]["calls"] for one in things)
    marks = [mark for place, one in enumerate(things) for mark in _bar(one, place * _BAR + 4, most, words)]
    return picture(_WIDTH, len(things) * _BAR + 6, words.say("Calls that stop if one thing fails"), marks)


def _bar(thing: Facts, top: int, most: int, words: Words) -> list[ET.Element]:
    stops, whole = thing["stops"]["calls"], thing["whole"]["calls"]
    name = f"{thing_words(thing)} ({label(words, 'dimension', thing['dimension'])})"
    marks = [told(tag("text", legible(name, 44), x=_NAMES - 10, y=top + 13, class_="name end"), name)]
    x = float(_NAMES)
    for code, calls, said in (
        ("charged", stops, words.say("stop")),
        ("not_charged", whole - stops, words.say("would be taken")),
    ):
        wide = calls / most * (_RIGHT - _NAMES - _SAID)
        if calls:
            bar = tag("rect", x=x, y=top, width=max(wide, 1.5), height=17, class_=f"box-{code}")
            marks.append(told(bar, f"{said}: {words.number(calls)}"))
        x += wide
    said = words.say("{stops} of {calls} calls stop", stops=words.number(stops), calls=words.number(whole))
    return [*marks, tag("text", said, x=x + 8, y=top + 13, class_="value")]


def traffic_chart(data: Facts, series: Series, words: Words) -> Markup | None:
    """Attempts over time at each provider that was hit, with the windows laid over them; None where none was laid."""
    laid = [one for one in data["replays"] if one["rule"]]
    names = sorted({name for one in laid for name in one["on"]})[:LANES_SHOWN]
    if not names or series.end <= series.first:
        return None
    axis = Axis(series.first, series.end, _LEFT, _RIGHT)
    bottom = _TOP + len(names) * (_LANE + _GAP)
    marks = []
    for x, text in axis.ticks(words, 9):
        marks.append(tag("line", x1=x, x2=x, y1=_TOP - 8, y2=bottom, class_="tick"))
        anchor = "middle" if x < _RIGHT - 24 else "end"
        marks.append(tag("text", text, x=x, y=bottom + 16, class_="axis", text_anchor=anchor))
    for place, name in enumerate(names):
        hit = [one for one in laid if name in one["on"]]
        marks += _lane((axis, words), _TOP + place * (_LANE + _GAP), (name, _buckets(series, name), series.width), hit)
    title = words.say("Attempts over time, with the windows of past incidents laid over them")
    return picture(_WIDTH, bottom + 26, title, marks)


def _buckets(series: Series, provider: str) -> dict[int, int]:
    """Attempts of a provider by first minute of the bucket."""
    found: dict[int, int] = {}
    for rate in series.rates:
        if rate.provider == provider:
            for bucket in rate.buckets:
                found[bucket.start] = found.get(bucket.start, 0) + bucket.attempts
    return found


def _lane(
    frame: tuple[Axis, Words], top: int, drawn: tuple[str, dict[int, int], int], hit: Sequence[Facts]
) -> list[ET.Element]:
    (axis, words), (name, buckets, width) = frame, drawn
    base, most = top + _LANE, max(buckets.values(), default=1)
    marks = [
        told(tag("text", legible(name, 22), x=_LEFT - 34, y=top + 20, class_="name end"), name),
        tag("text", words.number(most), x=_LEFT - 6, y=top + 9, class_="axis small end"),
        tag("text", "0", x=_LEFT - 6, y=base, class_="axis small end"),
    ]
    for one in hit:
        for reading in one["readings"]:
            if reading["observed"]:
                marks.append(_window(axis, (top, _LANE), reading, words))
    parts = []
    for start in sorted(buckets):
        level = base - buckets[start] / most * _LANE
        left, right = axis.x(start), axis.x(start + width)
        parts.append(f"M{left:.1f} {base}L{left:.1f} {level:.1f}L{right:.1f} {level:.1f}L{right:.1f} {base}Z")
    marks.append(tag("path", d="".join(parts), class_="traffic"))
    marks.append(tag("line", x1=_LEFT, x2=_RIGHT, y1=base, y2=base, class_="base"))
    return marks


def _window(axis: Axis, place: tuple[int, int], reading: Facts, words: Words) -> ET.Element:
    observed = reading["observed"]
    x, wide = axis.box(minute_of(observed["start"]), minute_of(observed["end"], up=True), 3.0)
    shade = tag("rect", x=x, y=place[0], width=wide, height=place[1], class_="shade incident")
    return told(shade, f"{telling_words(reading, words)}: {words.span(observed['start'], observed['end'])}")
