"""Words: what is missing of the evidence, said above the figures: sealed parts, attempts of a charge, the period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words

AMISS = frozenset(
    {"parts_missing", "parts_changed", "charges_unexplained", "charges_all_unexplained", "period_outside_log"}
)


def amiss_words(data: Mapping[str, Any], words: Words) -> list[str]:
    """Of an assessment or an audit: the notes that stand above all figures, each as a sentence or two."""
    found = (one for one in data["notes"] if one["code"] in AMISS)
    return [legible(words.note(one["code"], one["params"], one["text"]), TEXT_LIMIT) for one in found]
