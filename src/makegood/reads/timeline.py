"""Timeline: failure rate over time by model, incidents shaded, and what the status page showed beside it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from makegood.reads.charts import Axis, ceiling, model_name, picture, tag, told
from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.sentences import acknowledgement, incident_sentence
from makegood.reads.series import Bucket, Rate, Series, minute_of
from makegood.reads.words import Words

WIDTH, LEFT, RIGHT, TOP = 960, 200, 948, 34
LANE, GAP, PAGE = 44, 10, 26
LANES_SHOWN = 8

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """What every mark of the timeline needs to know."""

    axis: Axis
    assessment: Facts
    words: Words
    width: int  # minutes of a bucket
    top: int  # percent at the top of each lane


def timeline(series: Series, assessment: Facts, words: Words) -> Markup | None:
    """The chart, or None when there is no stretch of time to draw."""
    if series.end <= series.first:
        return None
    lanes = _lanes(series.rates, words)
    tops = [bucket.faults / bucket.attempts for lane in lanes for bucket in lane.buckets if bucket.attempts]
    frame = Frame(Axis(series.first, series.end, LEFT, RIGHT), assessment, words, series.width, ceiling(tops))
    providers = _pages(assessment)
    lanes_end = TOP + len(lanes) * (LANE + GAP)
    height = lanes_end + max(len(providers), 1) * (PAGE + 4) + 34
    marks = _grid(frame, height - 26)
    for place, lane in enumerate(lanes):
        marks += _lane(frame, lane, TOP + place * (LANE + GAP), [rate.model for rate in lanes])
    for place, provider in enumerate(providers):
        marks += _page(frame, provider, lanes_end + 8 + place * (PAGE + 4))
    marks += _numbers(frame)
    title = words.say("Failure rate over time by model, with incidents shaded and the status page's bulletins below")
    return picture(WIDTH, height, title, marks)


def _lanes(rates: Sequence[Rate], words: Words) -> list[Rate]:
    """The models with most faults; the rest joined in one lane."""
    if len(rates) <= LANES_SHOWN:
        return list(rates)
    joined: dict[int, Bucket] = {}
    rest = rates[LANES_SHOWN - 1 :]
    for bucket in (bucket for rate in rest for bucket in rate.buckets):
        so_far = joined.get(bucket.start, Bucket(bucket.start, 0, 0))
        joined[bucket.start] = Bucket(bucket.start, so_far.attempts + bucket.attempts, so_far.faults + bucket.faults)
    name = words.many("{n} other model", "{n} other models", len(rest))
    return [*rates[: LANES_SHOWN - 1], Rate("", name, tuple(joined[start] for start in sorted(joined)))]


def _pages(assessment: Facts) -> list[str]:
    """The providers whose incidents or bulletins are drawn in lanes of their own."""
    names = {one["scope"].get("provider") or "" for one in assessment["incidents"]}
    return sorted(names)[:LANES_SHOWN]


def _grid(frame: Frame, bottom: int) -> list[ET.Element]:
    marks = []
    for x, text in frame.axis.ticks(frame.words, 9):
        marks.append(tag("line", x1=x, x2=x, y1=TOP - 8, y2=bottom, class_="tick"))
        anchor = "middle" if x < RIGHT - 24 else "end"
        marks.append(tag("text", text, x=x, y=bottom + 16, class_="axis", text_anchor=anchor))
    return marks


def _lane(frame: Frame, rate: Rate, top: int, models: Sequence[str]) -> list[ET.Element]:
    base = top + LANE
    name = model_name((rate.provider, rate.model), models)
    marks = [
        told(tag("text", legible(name, 22), x=LEFT - 34, y=top + 20, class_="name end"), name),
        tag("text", legible(rate.provider, 22), x=LEFT - 34, y=top + 36, class_="axis end"),
        tag("text", f"{frame.top}%", x=LEFT - 6, y=top + 9, class_="axis small end"),
        tag("text", "0", x=LEFT - 6, y=base, class_="axis small end"),
        tag("line", x1=LEFT, x2=RIGHT, y1=top, y2=top, class_="rule"),
    ]
    for one in frame.assessment["incidents"]:
        if _covers(one["scope"], rate):
            marks.append(_shade(frame, one, top, LANE))
    marks += areas(frame, rate.buckets, top, LANE)
    marks.append(tag("line", x1=LEFT, x2=RIGHT, y1=base, y2=base, class_="base"))
    return marks


def _covers(scope: Facts, rate: Rate) -> bool:
    pairs = ((scope.get("provider"), rate.provider), (scope.get("model"), rate.model))
    return all(wanted is None or wanted == given for wanted, given in pairs) and bool(rate.provider)


def _shade(frame: Frame, incident: Facts, top: int, height: int) -> ET.Element:
    x, wide = frame.axis.box(minute_of(incident["start"]), minute_of(incident["end"], up=True), 3.0)
    kind = "never" if acknowledgement(incident, frame.assessment) == "never" else "incident"
    shade = tag("rect", x=x, y=top, width=wide, height=height, class_=f"shade {kind}")
    return told(shade, incident_sentence(incident, frame.assessment, frame.words))


def areas(frame: Frame, buckets: Sequence[Bucket], top: int, height: int) -> list[ET.Element]:
    """The rate as steps, one path for each stretch with traffic: silence is drawn neither as health nor as failure."""
    stretches: list[list[Bucket]] = []
    for bucket in buckets:
        if not stretches or bucket.start != stretches[-1][-1].start + frame.width:
            stretches.append([])
        stretches[-1].append(bucket)
    return [tag("path", d=_steps(frame, stretch, top, height), class_="rate") for stretch in stretches]


def _steps(frame: Frame, stretch: Sequence[Bucket], top: int, height: int) -> str:
    base = top + height
    parts = [f"M{frame.axis.x(stretch[0].start):.1f} {base}"]
    for bucket in stretch:
        level = base - min(bucket.faults / max(bucket.attempts, 1) * 100 / frame.top, 1.0) * height
        start, end = frame.axis.x(bucket.start), frame.axis.x(bucket.start + frame.width)
        parts.append(f"L{start:.1f} {level:.1f}L{end:.1f} {level:.1f}")
    return "".join(parts) + f"L{frame.axis.x(stretch[-1].start + frame.width):.1f} {base}Z"


def _page(frame: Frame, provider: str, top: int) -> list[ET.Element]:
    """One provider's status page: its bulletins as bars, and a gap marked where it stayed silent."""
    words = frame.words
    marks = [
        tag("text", legible(provider, 22), x=LEFT - 34, y=top + 9, class_="name end"),
        tag("text", words.say("status page"), x=LEFT - 34, y=top + 21, class_="axis small end"),
        tag("line", x1=LEFT, x2=RIGHT, y1=top + PAGE - 4, y2=top + PAGE - 4, class_="base"),
    ]
    for one in frame.assessment["incidents"]:
        if (one["scope"].get("provider") or "") != provider:
            continue
        marks += [bulletin_mark(frame, bulletin, top + 4) for bulletin in one["bulletins"]]
        if acknowledgement(one, frame.assessment) == "never":
            x, wide = frame.axis.box(minute_of(one["start"]), minute_of(one["end"], up=True), 6.0)
            hole = tag("rect", x=x, y=top + 4, width=wide, height=14, class_="silent")
            marks.append(told(hole, words.say("never acknowledged by the status page")))
            if x < RIGHT - 170:
                text = words.say("never acknowledged")
                marks.append(tag("text", text, x=x + wide + 6, y=top + 15, class_="silent-text"))
    return marks


def bulletin_mark(frame: Frame, bulletin: Facts, top: int) -> ET.Element:
    """One bulletin as a bar; an open one reaches to the end of the chart and has no closing edge."""
    first = minute_of(bulletin["start"])
    open_ = bulletin.get("end") is None
    end = frame.axis.end if open_ else minute_of(bulletin["end"], up=True)
    x, wide = frame.axis.box(first, end, 4.0)
    kind = bulletin["severity"] if bulletin["severity"] in ("major", "partial", "degraded") else "other"
    bar = tag("rect", x=x, y=top, width=wide, height=14, class_=f"bulletin {kind}{' open' if open_ else ''}")
    return told(bar, bulletin_words(bulletin, frame.words))


def bulletin_words(bulletin: Facts, words: Words) -> str:
    """Title, severity and the times that the page states."""
    severity = label(words, "severity", bulletin["severity"])
    title = legible(bulletin["title"])
    if bulletin.get("end") is None:
        return f"{title} ({severity}): " + words.say("since {start}, still open", start=words.time(bulletin["start"]))
    return f"{title} ({severity}): {words.span_bare(bulletin['start'], bulletin['end'])}"


def _numbers(frame: Frame) -> list[ET.Element]:
    """The incidents' numbers above the lanes, in the order of the table, pushed apart where they would overlap."""
    marks, free = [], LEFT - 8.0
    for number, one in enumerate(frame.assessment["incidents"], 1):
        x, wide = frame.axis.box(minute_of(one["start"]), minute_of(one["end"], up=True), 3.0)
        middle = max(x + wide / 2, free)
        if middle > RIGHT:
            break
        free = middle + 18
        kind = "never" if acknowledgement(one, frame.assessment) == "never" else "known"
        marks.append(tag("circle", cx=middle, cy=14, r=8, class_=f"badge {kind}"))
        marks.append(tag("text", str(number), x=middle, y=17.5, class_=f"badge-text {kind}"))
    return marks
