"""Legible: what would reorder, hide or flood a line is written out or cut."""

import pytest

from makegood.reads.legible import NAME_LIMIT, legible


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("acme-prod", "acme-prod"),
        ("서울-결제팀 é ñ", "서울-결제팀 é ñ"),
        ("invoice\u202egnp.exe", "invoice\\u202egnp.exe"),
        ("a\u2066b\u2069c\u200bd\ufeff", "a\\u2066b\\u2069c\\u200bd\\ufeff"),
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("lone \ud800 half", "lone \\ud800 half"),
        (42, "42"),
    ],
)
def test_text_is_shown_as_it_is_or_written_out(given: object, seen: str) -> None:
    assert legible(given) == seen


def test_a_long_name_keeps_its_two_ends() -> None:
    seen = legible("begin" + "x" * 1000 + "end")
    assert seen.startswith("begin")
    assert seen.endswith("end")
    assert "…" in seen
    assert len(seen) <= NAME_LIMIT + 1
