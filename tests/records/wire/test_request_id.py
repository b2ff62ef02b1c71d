"""A provider's id of a request is found by whatever name the provider gives it; by one list, for whoever records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.records.wire.request_id import NAMES, request_id

OWN = Path(__file__).resolve().parents[3] / "src" / "makegood"


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_read(name: str):
    assert request_id({"date": "today", name: "id-1"}) == "id-1"
    assert request_id({f"llm_provider-{name}": "id-2"}, "llm_provider-") == "id-2"


def test_the_first_that_says_something_is_taken():
    assert request_id({}) is None
    assert request_id({"x-request-id": "", "request-id": "b", "apim-request-id": "c"}) == "b"


def test_nobody_else_keeps_a_list_of_them():
    named = re.compile(r"[\"'](?:" + "|".join(NAMES) + r")[\"']", re.IGNORECASE)
    faces = [path for room in ("gateway", "hooks", "watch") for path in (OWN / room).glob("*.py")]
    assert len(faces) > 40
    assert [path.name for path in faces if named.search(path.read_text(encoding="utf-8"))] == []
