"""Seal: the hash of what an assessment found, the same for whoever finds it again or reads it from a file."""

from __future__ import annotations

from typing import Any

from makegood.keys import content_hash

SCHEMA = "makegood/assessment/1"
# What the same rows always give, however they are ordered, split over files or delivered again.
_HASHED = ("incidents", "waste", "accounts", "readings", "verdicts", "overbilling")
# Added within version 1: an assessment made before has none, and keeps the hash that it was made with.
_ADDED = ("hits",)


def assessment_hash(data: dict[str, Any]) -> str:
    """SHA-256 over what was found: equal for the same rows in any order, over any files, each given any times."""
    found = {name: data[name] for name in _HASHED} | {"used": data["rows"]["used"]}
    found |= {name: data[name] for name in _ADDED if name in data}
    return content_hash(found | {"incidents": [_without_paths(one) for one in data["incidents"]]})


def _without_paths(incident: dict[str, Any]) -> dict[str, Any]:
    """The incident without the paths of the pages, which say where a file lay and nothing of what it said."""
    pages = [{name: value for name, value in one.items() if name != "source"} for one in incident["bulletins"]]
    return incident | {"bulletins": pages}
