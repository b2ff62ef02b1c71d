"""Closeup: one incident near enough to see its edges, the doubt about them, and when the status page spoke."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from makegood.reads.charts import Axis, ceiling, picture, tag, told
from makegood.reads.labels import scope_words
from makegood.reads.sentences import acknowledgement, edges, incident_sentence
from makegood.reads.series import Series, Zoom, minute_of
from makegood.reads.timeline import Frame, areas, bulletin_mark
from makegood.reads.words import Words

WIDTH, HEIGHT, LEFT, RIGHT = 460, 158, 40, 452
TOP, PLOT, PAGE = 12, 88, 112

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Closeup:
    """A drawing of one incident; `number` is its place in the table."""

    number: int
    caption: str
    svg: Markup


def closeups(series: Series, assessment: Facts, words: Words) -> list[Closeup]:
    """One drawing for each incident that the series has zoomed in on."""
    zooms = {zoom.incident: zoom for zoom in series.zooms if zoom.buckets}
    return [
        Closeup(number, scope_words(words, one["scope"]), _closeup(zooms[one["id"]], one, assessment, words))
        for number, one in enumerate(assessment["incidents"], 1)
        if one["id"] in zooms
    ]


def _closeup(zoom: Zoom, incident: Facts, assessment: Facts, words: Words) -> Markup:
    rates = [bucket.faults / bucket.attempts for bucket in zoom.buckets if bucket.attempts]
    frame = Frame(Axis(zoom.first, zoom.end, LEFT, RIGHT), assessment, words, zoom.width, ceiling(rates))
    marks = [*_ticks(frame), *_edges(frame, incident), *areas(frame, zoom.buckets, TOP, PLOT)]
    marks += [
        tag("text", f"{frame.top}%", x=LEFT - 6, y=TOP + 8, class_="axis small end"),
        tag("text", "0", x=LEFT - 6, y=TOP + PLOT, class_="axis small end"),
        tag("line", x1=LEFT, x2=RIGHT, y1=TOP + PLOT, y2=TOP + PLOT, class_="base"),
    ]
    marks += [bulletin_mark(frame, bulletin, PAGE) for bulletin in incident["bulletins"]]
    if acknowledgement(incident, assessment) == "never":
        marks += _silence(frame, incident)
    return picture(WIDTH, HEIGHT, incident_sentence(incident, assessment, words), marks)


def _ticks(frame: Frame) -> list[ET.Element]:
    marks = []
    for x, text in frame.axis.ticks(frame.words, 5):
        marks.append(tag("line", x1=x, x2=x, y1=TOP, y2=PAGE + 20, class_="tick"))
        anchor = "middle" if LEFT + 16 < x < RIGHT - 20 else "end" if x > LEFT + 16 else "start"
        marks.append(tag("text", text, x=x, y=HEIGHT - 8, class_="axis", text_anchor=anchor))
    return marks


def _edges(frame: Frame, incident: Facts) -> list[ET.Element]:
    """The incident shaded, and the range in which each edge may lie hatched over it."""
    never = acknowledgement(incident, frame.assessment) == "never"
    x, wide = frame.axis.box(minute_of(incident["start"]), minute_of(incident["end"], up=True))
    marks = [tag("rect", x=x, y=TOP, width=wide, height=PLOT, class_="shade never" if never else "shade incident")]
    for low, high in (incident["start_range"], incident["end_range"]):
        left, span = frame.axis.box(minute_of(low), minute_of(high, up=True))
        band = tag("rect", x=left, y=TOP, width=span, height=PLOT, class_="doubtful")
        marks.append(told(band, edges(incident, frame.words)))
    return marks


def _silence(frame: Frame, incident: Facts) -> list[ET.Element]:
    x, wide = frame.axis.box(minute_of(incident["start"]), minute_of(incident["end"], up=True), 6.0)
    text = frame.words.say("never acknowledged by the status page")
    return [
        tag("rect", x=x, y=PAGE, width=wide, height=14, class_="silent"),
        tag("text", text, x=x + wide / 2, y=PAGE + 11, class_="silent-text", text_anchor="middle"),
    ]
