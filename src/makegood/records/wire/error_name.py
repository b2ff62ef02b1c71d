"""Verb: the provider's own name of an error, out of the shapes that bodies of errors have; never its message.

Shapes: OpenAI `{"error": {"type", "code", "message"}}`, Anthropic `{"type": "error", "error": {"type", "message"}}`,
Azure `{"error": {"code", "innererror"}}`, Google `{"error": {"code", "status"}}` also in a list, AWS `{"__type"}`,
vLLM `{"object": "error", "type", "code"}`, Ollama `{"error": "text"}`; the event of OpenAI Responses
`{"type": "error", "code"}`.
"""

from __future__ import annotations

import re

from makegood.records.names import name_of
from makegood.records.wire.shapes import mapping

_LONG = re.compile(r"[A-Za-z0-9]{12,}")
_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TURNS = 2
# Named so, the error was the provider's; that must not be lost behind another name in the same body.
_LACK_OF_ROOM = ("overloaded", "server_busy", "no_capacity", "nocapacity", "system_capacity", "slow_down")


def error_name(document: object) -> str | None:
    """The name of the error in this body or event: a lack of room first, then code, type, status; None if unnamed."""
    if isinstance(document, list):
        document = document[0] if document else None
    whole = mapping(document)
    error = whole.get("error")
    if isinstance(error, str):
        return name_of(error)
    names = _names(mapping(error)) or _names(whole)
    room = [name for name in names if any(word in name.lower() for word in _LACK_OF_ROOM)]
    worded = [name for name in names if not name.isdigit()]
    return next(iter(room + worded + names), None)


def _names(error: dict[str, object]) -> list[str]:
    said = [error.get(field) for field in ("code", "type", "status", "__type")]
    texts = [str(one) if type(one) is int else one for one in said]
    names = [name_of(one) for one in texts if isinstance(one, str) and one != "error"]
    return [name for name in names if name and not _is_code(name)]


def _is_code(name: str) -> bool:
    """Whether it is no name in words but an address or a code of letters and digits mixed; it may be what was sent."""
    return "@" in name or any(len(_TURN.findall(run)) >= _TURNS for run in _LONG.findall(name))
