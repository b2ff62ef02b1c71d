"""The page for authors of terms names every part and field that a pack may hold, and every word a field takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makegood.terms.editor import json_schema

PAGE = (Path(__file__).parents[2] / "docs" / "terms-author.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", re.sub(r"(?ms)^```.*?^```$", "", PAGE)))))
EXAMPLE = set(re.findall(r"\b(\w+):", PAGE))  # what the example shows needs no row of its own


def words_of(schema: dict[str, Any]) -> Iterator[str]:
    """Names of fields and the constants that they take, all the way down."""
    yield from schema.get("properties", {})
    constants = schema.get("enum", []) + ([schema["const"]] if "const" in schema else [])
    yield from (word for word in constants if isinstance(word, str))
    for inside in schema.values():
        for one in inside.values() if isinstance(inside, dict) else inside if isinstance(inside, list) else ():
            if isinstance(one, dict):
                yield from words_of(one)


SCHEMA = json_schema()
PARTS = {"Pack": {"properties": SCHEMA["properties"]}, **SCHEMA["$defs"]}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_part_and_field_is_on_the_page(part: str) -> None:
    assert sorted(set(words_of(PARTS[part])) - WORDS - EXAMPLE) == []
