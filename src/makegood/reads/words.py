"""Words: the same facts said in English or Korean; messages from a catalogue, figures and times by locale."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from makegood.errors import BadPeriod, BadUse
from makegood.money import NO_CURRENCY, plain, shown
from makegood.spans import moment, zone

LANGUAGES = ("en", "ko")
_HALF_MINUTE = timedelta(seconds=30)
_FARTHEST_ZONE = timedelta(hours=14)
_DATE_LENGTH = len("2026-02-01")
_UNITS = (("day", 1440), ("hour", 60), ("minute", 1))


@cache
def catalogue(lang: str) -> Catalog:
    """The messages of a language; English, whose messages are their own ids, has an empty one."""
    if lang == "en":
        return Catalog(locale="en")
    raw = (files("makegood.reads") / "locale" / f"{lang}.po").read_bytes()
    return read_po(io.BytesIO(raw), locale=lang)


@cache
def pack_catalogue(lang: str) -> Catalog:
    """The texts of the shipped packs in a language, by their English; empty for English."""
    place = files("makegood.reads") / "locale" / f"packs.{lang}.po"
    return read_po(io.BytesIO(place.read_bytes()), locale=lang) if place.is_file() else Catalog(locale="en")


@dataclass(frozen=True)
class Words:
    """One language and one time zone; `clock` is an IANA name, UTC unless the period names another."""

    lang: str = "en"
    clock: str = "UTC"

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise BadUse(f"'{self.lang[:20]}' is not a language known here; use en or ko.")

    def say(self, message: str, /, **params: object) -> str:
        """The message in this language with its named placeholders filled in."""
        found = catalogue(self.lang).get(message)
        text = found.string if found and isinstance(found.string, str) and found.string else message
        return text.format(**params) if params else text

    def many(self, one: str, other: str, n: int | Decimal, /, **params: object) -> str:
        """The message for a count; `{n}` is filled in as a number of this locale."""
        found = catalogue(self.lang).get(one)
        forms = found.string if found and isinstance(found.string, tuple | list) and found.string[0] else None
        text = forms[0] if forms else one if n == 1 else other
        return text.format(n=self.number(n), **params)

    def note(self, code: str, params: Mapping[str, Any], english: str) -> str:
        """A note by its code where the catalogue has it (context "note"), else its English text."""
        found = catalogue(self.lang).get(code, context="note")
        try:
            return str(found.string).format(**params) if found and found.string else english
        except (KeyError, IndexError, ValueError):
            return english

    def of_terms(self, text: str) -> str:
        """A text of some terms in this language; one that nobody has translated stays as it is."""
        found = pack_catalogue(self.lang).get(text)
        return found.string if found and isinstance(found.string, str) and found.string else text

    def number(self, value: int | Decimal | str) -> str:
        """A number with this locale's marks; a decimal keeps the places it has."""
        exact = Decimal(value)
        exponent = exact.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) else 0
        form = "#,##0" + ("." + "0" * places if places > 0 else "")
        return str(format_decimal(exact, format=form, locale=self.lang))

    def money(self, amount: Decimal | str, currency: str) -> str:
        """An amount in its currency's own decimals, finer when it is tiny."""
        exact = Decimal(amount)
        if currency == NO_CURRENCY:
            return self.say("{amount} (currency not named)", amount=self.number(plain(exact))) if exact else "0"
        return shown(exact, currency, self.lang)

    def amounts(self, amounts: Mapping[str, str]) -> str | None:
        """Amounts by currency, joined; None when the amount is not known."""
        if not amounts:
            return None
        return " + ".join(self.money(amount, currency) for currency, amount in sorted(amounts.items()))

    def percent(self, decimal: str | Decimal | int) -> str:
        """A figure that is already in percent, with the places it has."""
        return f"{self.number(decimal)}%"

    def share(self, part: int, whole: int) -> str:
        """A share of a count in percent with one decimal; never 0 % or 100 % unless exactly so."""
        if whole <= 0:
            return "–"
        if part in (0, whole):
            return self.percent(100 if part else 0)
        tenths = (2000 * part + whole) // (2 * whole)
        return self.percent(Decimal(min(max(tenths, 1), 999)).scaleb(-1))

    def listed(self, items: Iterable[str]) -> str:
        """Items as a list in a sentence: a, b and c."""
        return str(format_list(list(items), locale=self.lang))

    def minutes(self, minutes: int | Decimal | str) -> str:
        """A length of time in days, hours and minutes; below ten minutes with the decimals it has."""
        exact = Decimal(minutes)
        if abs(exact) < 10 and exact != exact.to_integral_value():
            return str(format_unit(exact.quantize(Decimal("0.1")), "duration-minute", "short", locale=self.lang))
        rest = int(exact.to_integral_value())
        parts = []
        for name, size in _UNITS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(format_unit(count, f"duration-{name}", "short", locale=self.lang))
        return " ".join(parts) or str(format_unit(0, "duration-minute", "short", locale=self.lang))

    def day(self, when: str | datetime) -> str:
        """A calendar day; a bare date stays the day it names."""
        return self._formed(self._day_of(when), "yMMMd")

    def time(self, when: str | datetime) -> str:
        """Day and time of day to the minute, without the zone."""
        local = self.local(when)
        return f"{self._formed(local, 'yMMMd')} {local:%H:%M}"

    def moment(self, when: str | datetime) -> str:
        """Day, time and zone."""
        return f"{self.time(when)} {self.zone_name()}"

    def exact(self, when: str | datetime) -> str:
        """Day, time to the second, and zone."""
        local = self.local(when)
        return f"{self._formed(local, 'yMMMd')} {local:%H:%M:%S} {self.zone_name()}"

    def two(self, first: str | datetime, last: str | datetime) -> tuple[str, str]:
        """Two moments to the second for one sentence: zone and, where it is the same, the day are said once."""
        start, end = self.local(first), self.local(last)
        clock = f"{end:%H:%M:%S}"
        later = clock if start.date() == end.date() else f"{self._formed(end, 'yMMMd')} {clock}"
        return f"{self._formed(start, 'yMMMd')} {start:%H:%M:%S}", f"{later} {self.zone_name()}"

    def span(self, start: str | datetime, end: str | datetime) -> str:
        """From and to, each to the nearest minute, with the zone; a day or year that is the same is said once."""
        first, last = (self.local(when) + _HALF_MINUTE for when in (start, end))
        until = f"{last:%H:%M}"
        if first.year != last.year:
            until = self.time(last)
        elif first.date() != last.date():
            until = f"{self._formed(last, 'MMMd')} {until}"
        return f"{self.time(first)} – {until} {self.zone_name()}"

    def span_bare(self, start: str | datetime, end: str | datetime) -> str:
        """From and to without the zone, for a table whose head names it."""
        return self.span(start, end).removesuffix(f" {self.zone_name()}")

    def period(self, start: str | datetime, end: str | datetime) -> str:
        """The month by its name where the span is a month in some zone of the world, else from and to."""
        first, last = (self.local(when).astimezone(UTC) for when in (start, end))
        middle = first + (last - first) / 2
        month_start = middle.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        month_end = (month_start + timedelta(days=32)).replace(day=1)
        if abs(first - month_start) <= _FARTHEST_ZONE and abs(last - month_end) <= _FARTHEST_ZONE:
            return self._formed(middle, "yMMMM")
        return self.span(start, end)

    def clock_span(self, start: str | datetime, end: str | datetime) -> str:
        """Times of day alone, with days where they differ; for ranges of an edge."""
        first, last = self.local(start), self.local(end)
        if first.date() == last.date():
            return f"{first:%H:%M}" if first == last else f"{first:%H:%M}–{last:%H:%M}"
        return f"{self._formed(first, 'MMMd')} {first:%H:%M} – {self._formed(last, 'MMMd')} {last:%H:%M}"

    def local(self, when: str | datetime) -> datetime:
        """The moment on this clock."""
        at = when if isinstance(when, datetime) else moment(when)
        return at.astimezone(_zone(self.clock))

    def zone_name(self) -> str:
        """UTC, or the zone's IANA name: unlike an abbreviation it means one thing only."""
        return "UTC" if self.clock in ("UTC", "Etc/UTC") else self.clock

    def _day_of(self, when: str | datetime) -> datetime:
        if isinstance(when, str) and len(when) == _DATE_LENGTH:
            return datetime.fromisoformat(when).replace(tzinfo=UTC)
        return self.local(when)

    def _formed(self, at: datetime, skeleton: str) -> str:
        return str(format_skeleton(skeleton, at.replace(tzinfo=None), locale=self.lang))


def words_for(assessment: Mapping[str, Any], lang: str) -> Words:
    """Words on the clock of the assessment's period; UTC without one. Raise BadUse for another language."""
    period = assessment["params"].get("period") or {}
    return Words(lang, period.get("zone") or "UTC")


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name)
    except BadPeriod:
        return ZoneInfo("UTC")
