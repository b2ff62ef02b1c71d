"""The line on which a field of a TOML text stands, or what is nearest around it."""

from __future__ import annotations

import pytest

from makegood.records.config.places import DEEPEST, line_of

TOML = '''account = "x"
[listen]
port = 1
[[callers]]
name = "a"
[[callers]]
name = "b"
[routes."gpt-4.1"]
budget.attempts = 2
[[routes."gpt-4.1".upstreams]]
upstream = "x"
[[routes."gpt-4.1".upstreams]]
weight = 0
[text]
said = """
port = 9
"""
after = [
  1,
  { "a b" = 2 },
]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("account",), 1),
        (("listen", "port"), 3),
        (("listen", "host"), 2),
        (("callers", 1, "name"), 7),
        (("routes", "gpt-4.1", "budget", "attempts"), 9),
        (("routes", "gpt-4.1", "upstreams", 1, "weight"), 13),
        (("text", "after"), 18),
        (("text", "after", 1, "a b"), 20),
        (("text", "port"), 14),
        (("nothing",), None),
        ((), None),
    ],
)
def test_the_line_of_a_field(place, line):
    assert line_of(TOML, place) == line


def test_a_text_nested_too_deeply_names_no_line():
    assert line_of("a = " + "[" * 2 * DEEPEST + "]" * 2 * DEEPEST, ("a",)) is None
