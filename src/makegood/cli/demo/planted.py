"""Planted: what the made month holds, known from making it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

BOXES = ("charged", "not_charged", "unknown", "caller")
KINDS = ("failed", "unusable", "duplicate")
CURRENCY = "USD"


@dataclass(frozen=True)
class Sums:
    """Attempts, their input and output tokens, and what was charged for them (a decimal as text, in CURRENCY).

    `amount` is None where nobody can know it.
    """

    attempts: int
    tokens: int
    amount: str | None


@dataclass(frozen=True)
class Box:
    """A box of waste, whole and by kind; what the caller wasted has no kinds."""

    whole: Sums
    kinds: dict[str, Sums]


@dataclass(frozen=True)
class PlantedIncident:
    """A planted failure; `model` None means every model of the provider, `page_opened` None that no page told of it."""

    what: str
    provider: str
    model: str | None
    start: str
    end: str
    page_opened: str | None


@dataclass(frozen=True)
class PlantedVerdict:
    """What terms must say of the month: owed or goodwill, and how much (a decimal as text, in CURRENCY)."""

    terms: str
    verdict: str
    amount: str


@dataclass(frozen=True)
class Planted:
    """The whole truth of one made month.

    `rows` has read, used, duplicate, quarantined, out_of_scope; `waste` a Box for each of BOXES; `bills` what each
    provider charged in the month, as text in CURRENCY; `files` the names of what was written, by what it is.
    """

    seed: int
    start: str
    end: str
    rows: dict[str, int]
    incidents: tuple[PlantedIncident, ...]
    waste: dict[str, Box]
    verdicts: tuple[PlantedVerdict, ...]
    bills: dict[str, str]
    files: dict[str, tuple[str, ...]]

    def as_json(self) -> dict[str, Any]:
        """Plain data for planted.json."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Planted:
        """The same from planted.json."""
        waste = {
            box: Box(Sums(**one["whole"]), {kind: Sums(**sums) for kind, sums in one["kinds"].items()})
            for box, one in data["waste"].items()
        }
        incidents = tuple(PlantedIncident(**one) for one in data["incidents"])
        verdicts = tuple(PlantedVerdict(**one) for one in data["verdicts"])
        files = {what: tuple(names) for what, names in data["files"].items()}
        made = {"waste": waste, "incidents": incidents, "verdicts": verdicts, "files": files}
        return cls(**{**data, **made})
