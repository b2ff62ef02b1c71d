"""Readings: the named ways to turn a status page's words into minutes of downtime; none of them is the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from makegood.records.bulletin import Bulletin
from makegood.spans import Span

_ALL, _PART = Fraction(1), Fraction(3, 10)
# How much a minute of each severity counts. `scaled` is ICPE 2025 (arXiv:2501.12469): a partial outage is 0.3 of a
# major one, as Statuspage itself computes uptime. `unknown` counts only where every report does.
WEIGHTS: dict[str, dict[str, Fraction]] = {
    "all": {"degraded": _ALL, "partial": _ALL, "major": _ALL, "unknown": _ALL},
    "outage_only": {"partial": _ALL, "major": _ALL},
    "major_only": {"major": _ALL},
    "scaled": {"partial": _PART, "major": _ALL},
    "unscaled": {"partial": _ALL, "major": _ALL},
}
# Readings differ also in what they do with bulletins that are not plainly downtime (access, login, billing, other).
DOUBTFUL = ("with_doubtful", "without_doubtful")
BASES = ("page", "stated")


@dataclass(frozen=True)
class Question:
    """What is asked: a period, the present moment (an open bulletin ends there), and which readings.

    `basis` is `page` (the page's own span) or `stated` (the window the text states, where it states one).
    `zone` cuts days and months.
    """

    period: Span
    now: datetime
    names: tuple[str, ...] = field(default=tuple(WEIGHTS))
    basis: str = "page"
    zone: str = "UTC"


@dataclass(frozen=True)
class LeftOut:
    """A bulletin of the period that a reading does not count, and why."""

    id: str
    why: str


@dataclass(frozen=True)
class Reading:
    """One named reading: `weight` of a severity, and whether doubtful kinds are counted."""

    name: str
    doubtful: bool

    @property
    def variant(self) -> str:
        """`with_doubtful` or `without_doubtful`."""
        return DOUBTFUL[0] if self.doubtful else DOUBTFUL[1]

    def weight(self, bulletin: Bulletin) -> Fraction:
        """How much a minute of the bulletin counts, 0 to 1."""
        return Fraction(0) if self.why_not(bulletin) else WEIGHTS[self.name][bulletin.severity]

    def why_not(self, bulletin: Bulletin) -> str | None:
        """Why the bulletin is left out, or None when it counts."""
        if bulletin.severity == "maintenance" or bulletin.kind == "maintenance":
            return "maintenance"
        if bulletin.severity == "none":
            return "no impact stated"
        if bulletin.kind != "downtime" and not self.doubtful:
            return f"not plainly downtime ({bulletin.kind})"
        if bulletin.severity not in WEIGHTS[self.name]:
            return f"severity {bulletin.severity} does not count in '{self.name}'"
        return None
