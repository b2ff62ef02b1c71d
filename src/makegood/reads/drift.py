"""Drift: what is said of a model's answers as data; figures as whole numbers and text, no answer's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.incidents.drift.coin import Walk, magnitude
from makegood.incidents.drift.family import together
from makegood.incidents.drift.judge import Drift, Quality
from makegood.money import plain, quantized
from makegood.records.scope import Scope
from makegood.records.tally import Quarantined, Tally
from makegood.spans import iso

SCHEMA = "makegood/drift/1"


@dataclass(frozen=True)
class Watched:
    """A model under watch: its name and scope, what was judged of it, and its rows accounted for.

    `earlier` counts rows of the model that were asked under another plan, and do not count.
    """

    name: str
    scope: Scope
    drift: Drift
    tally: Tally
    quarantined: Sequence[Quarantined] = ()
    earlier: int = 0


def drift_data(watched: Sequence[Watched], now: datetime) -> dict[str, Any]:
    """The published data of all models: JSON-ready, with the e-values for whoever takes them further."""
    fell = together({one.name: one.drift.quality.drop.wealth for one in watched if one.drift.quality})
    return {
        "schema": SCHEMA,
        "now": iso(now),
        "models": [_model(one) for one in watched],
        "together": {"mean_e_value": _short(fell.mean), "dropped": list(fell.named)},
    }


def points(thousandths: int | Fraction) -> Decimal:
    """Thousandths of all questions in percentage points, with one decimal."""
    return quantized(Fraction(thousandths) / 10, 1, "half_even")


def found_at(drift: Drift, walk: Walk, only_balanced: bool) -> str | None:
    """The moment of the comparison at which a walk's alarm was raised."""
    if walk.crossed is None:
        return None
    pairs = drift.pairs if not only_balanced else quality_pairs(drift)
    return iso(pairs[walk.crossed - 1].new.time)


def quality_pairs(drift: Drift) -> tuple[Any, ...]:
    """The pairs that tell quality, in order."""
    told = [one for one in drift.pairs if one.canary.id in drift.balance.counted]
    return tuple(one for one in told if one.old.right is not None and one.new.right is not None)


def _model(one: Watched) -> dict[str, Any]:
    drift = one.drift
    return {
        "name": one.name,
        "scope": asdict(one.scope),
        "verdict": drift.verdict,
        "reference": drift.number,
        "since": iso(drift.since) if drift.since else None,
        "until": iso(drift.until) if drift.until else None,
        "rows": asdict(one.tally),
        "rows_of_earlier_plans": one.earlier,
        "set_aside": [{"file": each.file, "line": each.line, "reason": each.reason} for each in one.quarantined],
        "counts": asdict(drift.counts),
        "models": [{"name": name, "first": iso(first)} for name, first in drift.models],
        "set": {
            "balanced": len(drift.balance.counted),
            "left_out": drift.balance.left_out,
            "topics_of_one_class": list(drift.balance.lopsided),
        },
        "behaviour": {
            "comparisons": drift.behaviour.comparisons,
            "differing": drift.behaviour.differing,
            "answers": _walk(drift, drift.behaviour.answers, False),
            "forms_differing": drift.behaviour.forms_differing,
            "forms": _walk(drift, drift.behaviour.forms, False),
        },
        "quality": _quality(drift, drift.quality) if drift.quality else None,
        "quality_unknown": drift.unknown,
    }


def _quality(drift: Drift, quality: Quality) -> dict[str, Any]:
    return {
        "comparisons": quality.seen.all,
        "answers_before": quality.looked_at_before,
        "right_before": quality.right_before,
        "right_now": quality.right_now,
        "worse": quality.seen.worse,
        "better": quality.seen.better,
        "fall_points": plain(points(1000 * quality.fall)),
        "at_least_points": plain(points(quality.least)),
        "at_most_points": plain(points(quality.most)),
        "drop": _walk(drift, quality.drop, True),
        "rise": _walk(drift, quality.rise, True),
    }


def _walk(drift: Drift, walk: Walk, only_balanced: bool) -> dict[str, Any]:
    return {
        "won": walk.wins,
        "lost": walk.losses,
        "e_value": _short(walk.wealth),
        "alarm_at_comparison": walk.crossed,
        "alarm_at": found_at(drift, walk, only_balanced),
    }


def _short(amount: Fraction) -> str:
    """Three digits or more, whatever the size."""
    if amount == 0:
        return "0"
    places = max(0, 2 - int(magnitude(amount) // 1))
    return plain(quantized(amount, places, "half_even"))
