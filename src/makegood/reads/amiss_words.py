"""Words: that sealed parts of a recorder's folder are missing or changed, said above the figures that lack them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words

AMISS = frozenset({"parts_missing", "parts_changed"})


def amiss_words(data: Mapping[str, Any], words: Words) -> list[str]:
    """Of an assessment or an audit: the notes that every figure rests on, each as a sentence or two."""
    found = (one for one in data["notes"] if one["code"] in AMISS)
    return [legible(words.note(one["code"], one["params"], one["text"]), TEXT_LIMIT) for one in found]
