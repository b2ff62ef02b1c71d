"""Series: what the charts are drawn from, read from the warehouse in integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import moment, to_us

MOST_BUCKETS, FEWEST_BUCKETS = 400, 24
ATTEMPTS_A_BUCKET = 20  # fewer make a rate that jumps
ZOOMS, ZOOM_BUCKETS = 12, 160
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 7200, 10080, 20160, 43200)
_MINUTE_US = 60_000_000
_PACKAGE = "makegood.reads"


@dataclass(frozen=True)
class Bucket:
    """Attempts and faults in [start, start + width) minutes; a bucket without attempts is left out."""

    start: int
    attempts: int
    faults: int


@dataclass(frozen=True)
class Rate:
    """One provider and model over time."""

    provider: str
    model: str
    buckets: tuple[Bucket, ...]

    @property
    def faults(self) -> int:
        """Faults over all buckets."""
        return sum(bucket.faults for bucket in self.buckets)


@dataclass(frozen=True)
class Zoom:
    """One incident and its surroundings, closer; `incident` is its id."""

    incident: str
    first: int
    end: int
    width: int
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True)
class WasteBar:
    """Undelivered attempts of one model, kind and box; `amount_nano` is None when no amount is known."""

    provider: str
    model: str
    kind: str
    box: str
    currency: str
    attempts: int
    tokens: int
    amount_nano: int | None


@dataclass(frozen=True)
class Series:
    """Minutes are whole minutes since 1970 UTC; [first, end) in steps of `width` minutes."""

    first: int = 0
    end: int = 0
    width: int = 1
    rates: tuple[Rate, ...] = ()
    zooms: tuple[Zoom, ...] = ()
    waste: tuple[WasteBar, ...] = ()


def read_series(warehouse: Warehouse, assessment: Mapping[str, Any] | None = None) -> Series:
    """Read what the report of this assessment draws; needs the tables `minutes` and `waste`.

    Without the assessment the axis spans the log alone and no incident is looked at closely.
    """
    assessment = assessment or {"params": {}, "incidents": []}
    first, end, attempts = _extent(warehouse, assessment)
    width = _width(end - first, min(MOST_BUCKETS, max(FEWEST_BUCKETS, attempts // ATTEMPTS_A_BUCKET)))
    first = first // width * width
    return Series(
        first=first,
        end=max(end, first + width) if attempts or end else 0,
        width=width,
        rates=_rates(warehouse, first, width),
        zooms=tuple(_zoom(warehouse, one) for one in _zoomed(assessment)),
        waste=tuple(_bar(row) for row in warehouse.query(statement(_PACKAGE, "waste_bars"))),
    )


def _bar(row: tuple[Any, ...]) -> WasteBar:
    provider, model, kind, box, currency, attempts, tokens, units, nano = row
    amount = None if units is None else units * 10**9 + nano
    return WasteBar(provider, model, kind, box, currency, attempts, tokens, amount)


def _extent(warehouse: Warehouse, assessment: Mapping[str, Any]) -> tuple[int, int, int]:
    """First and end minute that the time axis must hold, and the attempts in it."""
    ((low, high, attempts),) = warehouse.query(statement(_PACKAGE, "extent"))
    period = assessment["params"].get("period")
    spans = [(period["start"], period["end"])] if period else []
    spans += [(one["start"], one["end"]) for one in assessment["incidents"]]
    firsts = [minute_of(start) for start, _ in spans] + ([low] if low is not None else [])
    ends = [minute_of(end, up=True) for _, end in spans] + ([high + 1] if high is not None else [])
    return (min(firsts), max(ends), attempts) if firsts else (0, 0, 0)


def minute_of(when: str, up: bool = False) -> int:
    """The minute since 1970 that holds a time; with `up`, the first one not before it."""
    exact = to_us(moment(when))
    return -(-exact // _MINUTE_US) if up else exact // _MINUTE_US


def _width(minutes: int, buckets: int) -> int:
    """The shortest round width with which the minutes fit in so many buckets, one more for alignment."""
    fitting = (width for width in _WIDTHS if minutes <= width * (buckets - 1))
    return next(fitting, max(_WIDTHS[-1], -(-minutes // (buckets - 1))))


def _rates(warehouse: Warehouse, first: int, width: int) -> tuple[Rate, ...]:
    grouped: dict[tuple[str, str], list[Bucket]] = {}
    for provider, model, place, attempts, faults in warehouse.query(
        statement(_PACKAGE, "rates"), first=first, width=width
    ):
        grouped.setdefault((provider, model), []).append(Bucket(first + place * width, attempts, faults))
    rates = [Rate(*key, tuple(buckets)) for key, buckets in grouped.items()]
    return tuple(sorted(rates, key=lambda rate: (-rate.faults, rate.provider, rate.model)))


def _zoomed(assessment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The incidents worth a closer look: those seen in attempts, most faults first, in order of time."""
    seen = [one for one in assessment["incidents"] if one["faults"]]
    chosen = sorted(seen, key=lambda one: (-one["faults"], one["id"]))[:ZOOMS]
    return sorted(chosen, key=lambda one: (one["start"], one["id"]))


def _zoom(warehouse: Warehouse, incident: Mapping[str, Any]) -> Zoom:
    start, end = minute_of(incident["start"]), minute_of(incident["end"], up=True)
    around = max(15, (end - start) // 4)
    first, end = start - around, end + around
    thick = incident["attempts"] * (end - first) // max(end - start, 1) // ATTEMPTS_A_BUCKET
    width = _width(end - first, min(ZOOM_BUCKETS, max(FEWEST_BUCKETS, thick)))
    first = first // width * width
    scope = {name: incident["scope"].get(name) or "" for name in ("provider", "service", "model", "region")}
    rows = warehouse.query(statement(_PACKAGE, "zoom"), first=first, end=end, width=width, **scope)
    buckets = tuple(Bucket(first + place * width, attempts, faults) for place, attempts, faults in rows)
    return Zoom(incident["id"], first, end, width, buckets)
