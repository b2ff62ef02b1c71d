"""Names: what an account, a plan or another short text may hold, whoever wrote it."""

from __future__ import annotations

import re

LONGEST = 255
# Control characters, line and paragraph separators, and half characters, which no database and no letter takes.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SHOWN = 40


def fault_of_name(text: str) -> str | None:
    """Why the text cannot be a name, as the end of a sentence, or None; a name is never empty."""
    return "is empty" if not text.strip() else fault_of_text(text)


def fault_of_text(text: str, longest: int = LONGEST) -> str | None:
    """Why the text cannot stand in one line of at most so many characters, as the end of a sentence, or None."""
    if len(text) > longest:
        return f"has {len(text)} characters, of which {longest} at most are let in"
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    kind = "a line break" if found[0] in "\r\n\x85\u2028\u2029" else f"a control character (U+{ord(found[0]):04X})"
    return f"holds {kind}"


def quotable(text: str) -> str:
    """The text in quotes as a sentence may show it: cut, and without what a terminal would obey."""
    cut = text[:_SHOWN] + ("..." if len(text) > _SHOWN else "")
    return "'" + "".join(mark if mark.isprintable() else "\ufffd" for mark in cut) + "'"
