"""Toll words: what is not known is never said to be nothing."""

from __future__ import annotations

from typing import Any

import pytest

from makegood.reads.toll_words import toll_rows, toll_sentences
from makegood.reads.words import Words

NUMBER = {"fraction": "3/1", "rounded": 3}
NONE = {"fraction": "0/1", "rounded": 0}
TOLL = {
    "basis": "total", "share": "100", "calls": NUMBER, "left": NUMBER, "taken": NONE, "extra": {},
    "extra_unknown": NONE, "spend": {"USD": "0.25"}, "spend_unknown": {"fraction": "3/2", "rounded": 2},
}  # fmt: skip


@pytest.mark.parametrize(
    ("retries", "said"),
    [
        (None, "not known"),
        ({"least": {}, "most": None}, "not known"),
        ({"least": {"USD": "0"}, "most": None}, "not known"),
        ({"least": {"USD": "0.5"}, "most": None}, "at least $0.50"),
        ({"least": {}, "most": {}}, "0"),
        ({"least": {"USD": "0.5"}, "most": {"USD": "2"}}, "$0.50 to $2.00"),
    ],
)
def test_what_failed_tries_are_charged(retries: dict[str, Any] | None, said: str):
    replay = {"readings": [{"told": "API page", "minutes": "60", "tolls": [TOLL | {"retries": retries}]}]}
    (row,) = toll_rows(replay, Words("en"))
    assert row[6] == said
    assert toll_sentences(replay, Words("en")) == [
        "API page, 1 hr, 100%: 3 calls fail. No tested alternative takes any of them. Such calls cost you, in this "
        f"log: $0.25, and 2 attempts of unknown cost. What is charged for tries that fail: {said}."
    ]
