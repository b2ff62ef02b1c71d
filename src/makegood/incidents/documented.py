"""Verb: read the incidents to replay; makegood's own list of documented ones, or a day of any status page's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import as_file, files

from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import may_be_about_models
from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.spans import Span

_OWN = "documented.csv"
BY_TEXT = ", by its text"  # ends the name of a telling whose window the page states in words


@dataclass(frozen=True)
class Telling:
    """One telling of an incident: its window, and the peak share of requests that it says failed (None: not said)."""

    told: str
    span: Span
    peak: Fraction | None
    url: str | None


@dataclass(frozen=True)
class Past:
    """An incident that was: whose, what of it (region and model only where a page names them), and every telling."""

    id: str
    title: str
    scope: Scope
    tellings: tuple[Telling, ...]

    @property
    def span(self) -> Span:
        """From the earliest start to the latest end that any telling has."""
        return Span(min(one.span.start for one in self.tellings), max(one.span.end for one in self.tellings))


@cache
def documented() -> tuple[Bulletin, ...]:
    """Makegood's own list of documented incidents, each row with its source."""
    with as_file(files("makegood.incidents") / _OWN) as path:
        return tuple(replace(one, source=_OWN) for one in read_small(path).bulletins)


def past_of(bulletins: Iterable[Bulletin], now: datetime) -> tuple[Past, ...]:
    """The incidents that these tell of a provider's models, in order of time; what is no outage with times is left out.

    A bulletin whose text states another window than its page shows counts as two tellings.
    """
    groups: dict[tuple[str, str], list[Bulletin]] = {}
    for one in bulletins:
        if _is_replayed(one):
            groups.setdefault((one.scope.provider or "", one.incident), []).append(one)
    found = [made for group in groups.values() if (made := _past(group, now)) is not None]
    return tuple(sorted(found, key=lambda one: (one.span, one.id)))


def on_day(pasts: Sequence[Past], day: Day) -> tuple[Past, ...]:
    """Those that began on that UTC day; where none did, those that lasted into it."""
    begins = tuple(one for one in pasts if one.span.start.date() == day)
    last = timedelta(microseconds=1)  # spans are half-open
    return begins or tuple(one for one in pasts if one.span.start.date() <= day <= (one.span.end - last).date())


def _is_replayed(one: Bulletin) -> bool:
    outage = one.kind == "downtime" and one.severity not in ("none", "maintenance") and one.minutes is None
    return outage and may_be_about_models(one.scope.provider, one.component)


def _past(group: Sequence[Bulletin], now: datetime) -> Past | None:
    found: dict[tuple[Span, Fraction | None], Telling] = {}
    for one in group:
        told = one.id.removeprefix(one.incident).strip(" -") or one.component
        for name, span in ((told, one.span(now)), (f"{told}{BY_TEXT}", one.impact)):
            if span is not None and span.microseconds:
                found.setdefault((span, one.peak), Telling(name, span, one.peak, one.url))
    if not found:
        return None
    regions, models = {one.scope.region for one in group}, {one.scope.model for one in group}
    scope = Scope(
        group[0].scope.provider,
        model=models.pop() if len(models) == 1 else None,
        region=regions.pop() if len(regions) == 1 else None,
    )
    return Past(group[0].incident, group[0].title, scope, tuple(sorted(found.values(), key=lambda one: one.span)))
