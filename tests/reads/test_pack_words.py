"""The texts of the shipped packs: each has its Korean, and a text that nobody translated stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from makegood.reads.words import Words, pack_catalogue
from makegood.terms.read import packs

_TEXTS = ("says", "to", "trigger", "remedy", "who", "per")
_APART = ("clauses", "worked", "rules", "rules_ko")  # clauses and rules carry their Korean themselves


def texts(part: object) -> Iterator[str]:
    """Every text of a part and the parts inside it."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name in _TEXTS and isinstance(value, str):
                yield value
            elif name not in _APART:
                yield from texts(value)
    elif isinstance(part, tuple):
        for one in part:
            yield from texts(one)


def test_every_text_of_a_shipped_pack_has_its_korean():
    korean = pack_catalogue("ko")
    silent = {
        f"{pack.terms}: {text}"
        for pack in packs()
        for version in pack.versions
        for text in texts(version)
        if not korean.get(text)
    }
    assert silent == set()


def test_a_text_nobody_translated_and_english_stay_as_they_are():
    assert Words("ko").of_terms("Acme support") == "Acme support"
    assert Words().of_terms("the month's bill") == "the month's bill"
