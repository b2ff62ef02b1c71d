"""Verify words: what is wrong with a folder of recorded attempts, in either language."""

from __future__ import annotations

import re
from functools import cache

from makegood.reads.labels import SEALED, filled
from makegood.reads.legible import legible
from makegood.reads.words import Words
from makegood.records.tally import Quarantined

_LIMIT = 1000
_NAME = re.compile(r"\{(\w+)\}")


def fault_words(fault: Quarantined, words: Words) -> str:
    """The place and what is wrong there; a reason that no table knows stays English."""
    place = f"{fault.file}:{fault.line}" if fault.line else fault.file
    return legible(f"{place}: {_reason(fault.reason, words)}", _LIMIT)


def _reason(reason: str, words: Words) -> str:
    for code, pattern in _patterns():
        found = pattern.fullmatch(reason)
        if found:
            held = {name: _part(name, value, words) for name, value in found.groupdict().items()}
            return filled(words, "sealed", code, **held)
    return reason


def _part(name: str, value: str, words: Words) -> str:
    """What stands in a reason: of a fault within a fault the same holds, anything else stays as it is."""
    return _reason(value, words) if name == "fault" else value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each reason by its code, as it is written with what it holds; those that hold nothing come first."""
    texts = sorted(SEALED.items(), key=lambda one: "{" in one[1])
    return tuple((code, re.compile(_form(text), re.DOTALL)) for code, text in texts)


def _form(text: str) -> str:
    parts = _NAME.split(text)
    return "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+)" for at, part in enumerate(parts))
