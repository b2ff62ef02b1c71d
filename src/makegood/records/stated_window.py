"""Stated window: the span of impact that a bulletin's text tells, where it can be read in one way only."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from makegood.records.bulletin import Update
from makegood.spans import Span

# Only abbreviations with one meaning: CST, IST and BST each name several zones and are never guessed.
ZONES = dict.fromkeys(("UTC", "GMT"), 0) | {
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CDT": -5, "EST": -5, "EDT": -4,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "JST": 9, "KST": 9,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?"
)
# Names of zones that are recognised in order to refuse them stand here too: "10:00 PT" must not pass for UTC.
_ZONE = r"utc|gmt|[ecmp][sd]?t|ces?t|ees?t|[jki]st|bst|aes?t|aedt|sgt|hkt|(?:us/)?(?:pacific|eastern|central|mountain)"
_CLOCK = rf"\d{{1,2}}:\d{{2}}(?: ?[ap]m)?(?: (?:{_ZONE})\b)?"
_MOMENT = rf"(?:{_DATE},? (?:at )?)?{_CLOCK}(?: on {_DATE})?"
_WINDOW = re.compile(
    rf"(?:\b(?:on )?(?P<date>{_DATE}),? )?\b(?:between|from) (?:approximately |about |around |roughly )?"
    rf"(?P<start>{_MOMENT}) ?(?:and|to|until|till|through|-|–|—) ?(?P<end>{_MOMENT})",
    re.IGNORECASE,
)
_MORE = re.compile(rf"^,? (?:and )?(?:again )?(?:between|from) {_MOMENT}", re.IGNORECASE)
_PARTS = re.compile(rf"(\d{{1,2}}):(\d{{2}})(?: ?([ap])m)?(?: ({_ZONE})\b)?", re.IGNORECASE)
_DATE_PARTS = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?", re.IGNORECASE)
_LONGEST = timedelta(days=14)  # a longer one is more likely a year or month misread than an outage
_NEAR = timedelta(days=1)
_ROUNDED = timedelta(hours=1)  # "until about 18:30" written at 18:25
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li|/ul)\s*/?\s*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class StatedWindow:
    """The window, and whether its text names no zone, so that UTC (or the page's own zone) was assumed."""

    span: Span
    zone_assumed: bool


@dataclass(frozen=True)
class Clock:
    """A time of day as written: half is `a`, `p` or empty, zone an abbreviation or empty, date month, day, year."""

    hour: int
    minute: int
    half: str
    zone: str
    date: tuple[int, int, int | None] | None


def plain_text(markup: str) -> str:
    """The words of a piece of HTML: breaks become line ends, tags go, entities are undone."""
    text = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", markup))).replace("\xa0", " ")
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


def stated_window(updates: Iterable[Update], page: Span, zone_name: str = "UTC") -> StatedWindow | None:
    """The window that the newest telling update states; None when none does or it can be read in two ways.

    A date that is not written is the one nearest to the page's end that does not lie after the update;
    a zone that is not written is `zone_name` (a key of ZONES). The window must touch the page's span within a day.
    """
    for update in sorted(updates, key=lambda update: update.time, reverse=True):
        found = set(_windows(update, page.end, zone_name))
        if found:
            window = found.pop()
            sound = not found and window is not None and _touches(window.span, page)
            return window if sound else None
    return None


def _windows(update: Update, page_end: datetime, zone_name: str) -> Iterator[StatedWindow | None]:
    flat = " ".join(update.text.split())
    anchors = (min(update.time, page_end), update.time + _ROUNDED)
    for match in _WINDOW.finditer(flat):
        start, end = _clock(match["start"], match["date"]), _clock(match["end"], None)
        again = _MORE.match(flat[match.end() :])
        yield None if again or not start or not end else _placed(start, end, anchors, zone_name)


def _clock(text: str, date: str | None) -> Clock | None:
    parts = _PARTS.search(text)
    own = _DATE_PARTS.search(text[: parts.start()] + text[parts.end() :]) if parts else None
    own = own or (_DATE_PARTS.search(date) if date else None)
    if not parts:
        return None
    hour, minute, half = int(parts[1]), int(parts[2]), (parts[3] or "").lower()
    if minute > 59 or hour > (12 if half else 23):
        return None
    day = None
    if own:
        day = (_MONTHS.index(own[1].lower()) + 1, int(own[2]), int(own[3]) if own[3] else None)
    return Clock(hour, minute, half, (parts[4] or "").upper(), day)


def _placed(start: Clock, end: Clock, anchors: tuple[datetime, datetime], zone_name: str) -> StatedWindow | None:
    anchor, written = anchors
    named = end.zone or start.zone
    if (named or zone_name) not in ZONES or (start.zone or "UTC") not in ZONES:
        return None
    zone = fixed_zone(named or zone_name)
    start_zone = fixed_zone(start.zone) if start.zone else zone
    start = replace(start, half=start.half or end.half)  # "between 3:59 and 5:07 PM": the half is about both
    if start.date and not end.date:
        first = nearest(start, anchor, start_zone)
        last = _stepped(nearest(end, first, zone), first, 1) if first else None
    else:
        last = nearest(end, anchor, zone)
        if last and not end.date and last > written:  # no one writes of an end that lies ahead
            last -= timedelta(days=1)
        first = nearest(start, last, start_zone) if last else None
        first = _stepped(first, last, -1) if last and not start.date else first
    if first is None or last is None or not timedelta(0) < last - first <= _LONGEST:
        return None
    return StatedWindow(Span(first, last), zone_assumed=not named)


def fixed_zone(name: str) -> timezone:
    """The fixed offset of an abbreviation in ZONES."""
    return timezone(timedelta(hours=ZONES[name]))


def nearest(clock: Clock, anchor: datetime, zone: timezone) -> datetime | None:
    """The moment of that clock (and date, where it has one) nearest to the anchor, in UTC."""
    near = anchor.astimezone(zone)
    if clock.date is None:
        days = [near + timedelta(days=step) for step in (-1, 0, 1)]
        dates: list[tuple[int, int, int]] = [(day.year, day.month, day.day) for day in days]
    else:
        month, day, year = clock.date
        dates = [(y, month, day) for y in ([year] if year else [near.year - 1, near.year, near.year + 1])]
    hour = clock.hour % 12 + (12 if clock.half == "p" else 0) if clock.half else clock.hour
    moments = []
    for date in dates:
        try:
            moments.append(datetime(*date, hour, clock.minute, tzinfo=zone).astimezone(UTC))
        except (ValueError, OverflowError):
            continue
    return min(moments, key=lambda moment: abs(moment - anchor), default=None)


def _stepped(moment: datetime | None, limit: datetime, way: int) -> datetime | None:
    """The moment moved by a day where it does not lie after (way 1) or before (way -1) the limit."""
    return moment + timedelta(days=way) if moment and (moment - limit) * way <= timedelta(0) else moment


def _touches(window: Span, page: Span) -> bool:
    return window.start <= page.end + _NEAR and page.start - _NEAR <= window.end
