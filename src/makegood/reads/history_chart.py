"""History chart: own traffic above, and below it each version of what the page said, on one axis of time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from makegood.incidents.incident import Found
from makegood.reads.charts import Axis, ceiling, picture, tag, told
from makegood.reads.history_words import own_words, says_words, seen_words
from makegood.reads.page_history import PageStory, Telling
from makegood.reads.series import Bucket
from makegood.reads.timeline import Frame, areas
from makegood.reads.words import Words
from makegood.spans import Span, iso, to_us

WIDTH, LEFT, RIGHT = 960, 150, 948
TOP, PLOT, ROW, FOOT = 12, 60, 24, 30
MOST_ROWS = 12
_MINUTE_US = 60_000_000
_FARTHEST = timedelta(days=2)  # a version that came later than this after its incident stands at the rim
_BUCKETS = 240
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)


@dataclass(frozen=True)
class OwnTraffic:
    """(minute since 1970, attempts, faults) of a provider in order of time, and the incidents found in them.

    `unread` says why the folder could not be read, empty where it could; `aside` counts rows and files left out of it.
    """

    minutes: tuple[tuple[int, int, int], ...] = ()
    found: tuple[Found, ...] = ()
    unread: str = ""
    aside: int = 0

    def near(self, span: Span) -> tuple[Found, ...]:
        """The incidents that touch a span."""
        return tuple(one for one in self.found if one.span.start < span.end and span.start < one.span.end)


def around(story: PageStory, own: OwnTraffic, now: datetime) -> Span:
    """The stretch of time that a story's picture holds: what the page says, own incidents, and the looks nearby."""
    span = story.span(now)
    wide = Span(span.start - timedelta(minutes=30), span.end + timedelta(minutes=30))
    found = own.near(wide)
    looks = [one.seen for one in story.tellings if one.seen < span.end + _FARTHEST]
    first = min([span.start, *(one.span.start for one in found)])
    last = max([span.end, *(one.span.end for one in found), *looks])
    pad = max(timedelta(minutes=10), (last - first) / 20)
    return Span(first - pad, last + pad)


def history_chart(story: PageStory, own: OwnTraffic, now: datetime, words: Words) -> Markup:
    """The picture of one story: the failure rate of own traffic with its incidents shaded, then a bar for each version
    with a mark where it came to stand there.
    """
    whole = around(story, own, now)
    first, end = _minute(whole.start), _minute(whole.end) + 1
    width = next((one for one in _WIDTHS if end - first <= one * _BUCKETS), _WIDTHS[-1])
    buckets = _buckets(own, first, end, width)
    rates = [one.faults / one.attempts for one in buckets if one.attempts]
    frame = Frame(Axis(first, end, LEFT, RIGHT), {}, words, width, ceiling(rates))
    rows = story.tellings[-MOST_ROWS:]
    bottom = TOP + PLOT + 10 + len(rows) * ROW
    marks = _ticks(frame, bottom)
    marks += _own(frame, buckets, own.near(whole))
    for place, telling in enumerate(rows):
        stood = rows[place + 1].seen if place + 1 < len(rows) else now
        marks += _row(frame, telling, TOP + PLOT + 14 + place * ROW, stood)
    title = words.say("Own traffic above, and below it what each version of the status page said")
    return picture(WIDTH, bottom + FOOT, title, marks)


def _minute(moment: datetime) -> int:
    return to_us(moment) // _MINUTE_US


def _end(moment: datetime) -> int:
    """The first minute that is not before a moment."""
    return -(-to_us(moment) // _MINUTE_US)


def _buckets(own: OwnTraffic, first: int, end: int, width: int) -> list[Bucket]:
    sums: dict[int, tuple[int, int]] = {}
    for minute, attempts, faults in own.minutes:
        if first <= minute < end:
            start = first + (minute - first) // width * width
            so_far = sums.get(start, (0, 0))
            sums[start] = (so_far[0] + attempts, so_far[1] + faults)
    return [Bucket(start, *sums[start]) for start in sorted(sums)]


def _ticks(frame: Frame, bottom: int) -> list[ET.Element]:
    marks = []
    for x, text in frame.axis.ticks(frame.words, 8):
        marks.append(tag("line", x1=x, x2=x, y1=TOP, y2=bottom, class_="tick"))
        anchor = "middle" if LEFT + 16 < x < RIGHT - 24 else "end" if x > LEFT + 16 else "start"
        marks.append(tag("text", text, x=x, y=bottom + 18, class_="axis", text_anchor=anchor))
    return marks


def _own(frame: Frame, buckets: Sequence[Bucket], found: Sequence[Found]) -> list[ET.Element]:
    words, base = frame.words, TOP + PLOT
    marks = [
        tag("text", words.say("own traffic"), x=LEFT - 34, y=TOP + 20, class_="name end"),
        tag("text", f"{frame.top}%", x=LEFT - 6, y=TOP + 9, class_="axis small end"),
        tag("text", "0", x=LEFT - 6, y=base, class_="axis small end"),
    ]
    for one, sentence in zip(found, own_words(tuple(found), words), strict=True):
        x, wide = frame.axis.box(_minute(one.span.start), _end(one.span.end), 3.0)
        marks.append(told(tag("rect", x=x, y=TOP, width=wide, height=PLOT, class_="shade incident"), sentence))
    marks += areas(frame, buckets, TOP, PLOT)
    if not buckets:
        silence = words.say("no attempts in this time")
        marks.append(tag("text", silence, x=LEFT + 8, y=TOP + PLOT / 2, class_="axis"))
    marks.append(tag("line", x1=LEFT, x2=RIGHT, y1=base, y2=base, class_="base"))
    return marks


def _row(frame: Frame, telling: Telling, top: int, stood: datetime) -> list[ET.Element]:
    """One version: what it said as a bar, when it came to stand there as a mark, the time of that as its name.

    The bar of one that said "open" reaches to when the next was seen, or to now: until then it said so.
    """
    words = frame.words
    when = words.local(telling.seen)
    marks = [told(tag("text", f"{when:%m-%d %H:%M:%S}", x=LEFT - 10, y=top + 11, class_="axis end"), iso(telling.seen))]
    if telling.start is not None:
        end = telling.end or max(stood, telling.start)
        x, wide = frame.axis.box(_minute(telling.start), _end(end), 4.0)
        kind = telling.severity if telling.severity in ("major", "partial", "degraded") else "other"
        open_ = " open" if telling.end is None else ""
        bar = tag("rect", x=x, y=top, width=wide, height=14, class_=f"bulletin {kind}{open_}")
        marks.append(told(bar, says_words(telling, words)))
    first = _minute(telling.unseen) if telling.unseen else _minute(telling.seen)
    x, wide = frame.axis.box(first, _end(telling.seen), 3.0)
    edge = "silent" if telling.edits else "base"
    mark = tag("rect", x=x, y=top - 3, width=wide, height=20, class_=edge, fill="none")
    return [*marks, told(mark, seen_words(telling, words))]
