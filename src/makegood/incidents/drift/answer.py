"""Noun: the row of a canary that was asked; what was asked, when, and what the answer was, never its text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from makegood.errors import BadPeriod
from makegood.keys import canonical
from makegood.records.tally import Quarantined, Tally
from makegood.spans import iso, moment

REFERENCE, WATCH = "reference", "watch"
# What an answer is where it gives none of the answers asked for.
REFUSED, UNCLEAR = "(refused)", "(unclear)"
# How an answer was given: alone, dressed (in a code fence, emphasis, quotes), or in prose.
BARE, DRESSED, PROSE = "bare", "dressed", "prose"
_TEXT, _WHOLE = "text", "a whole number"


@dataclass(frozen=True, slots=True)
class Answer:
    """One canary asked. `plan` marks the questions, seed and settings it was asked under; `number` the reference.

    `fault` names why there is no answer; then `answer` and `form` are empty and `right` is None, as it is for what was
    refused or unclear. `answer` is a known option, a number, or "other:" and a salted hash. `text_hash` is the salted
    hash of the whole text. `cost_nano` is the declared price of its tokens in 1e-9 of the budget's currency.
    """

    time: datetime
    scope: str
    plan: str
    number: int
    part: str
    item: str
    status: int
    fault: str | None = None
    answer: str = ""
    form: str = ""
    right: bool | None = None
    model: str | None = None
    request_id: str | None = None
    text_hash: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    duration_ms: int = 0
    cost_nano: int | None = None

    @property
    def given(self) -> bool:
        """Did an answer come?"""
        return self.fault is None


_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("scope", "plan", "part", "item", "answer", "form"), ((str,), _TEXT)),
    **dict.fromkeys(("fault", "model", "request_id", "text_hash"), ((str, type(None)), "text or null")),
    **dict.fromkeys(("number", "status", "input_tokens", "output_tokens", "duration_ms"), ((int,), _WHOLE)),
    "cost_nano": ((int, type(None)), "a whole number or null"),
    "right": ((bool, type(None)), "true, false or null"),
}


def line_of(answer: Answer) -> str:
    """The row as one line of canonical JSON, ended."""
    data = {one.name: getattr(answer, one.name) for one in fields(Answer)}
    return canonical(data | {"time": iso(answer.time)}) + "\n"


@dataclass(frozen=True)
class Taken:
    """The answers of one plan and scope, and what became of every row that was read.

    In the order in which they were appended: a clock that is set back moves no comparison. `earlier` counts the rows of
    this scope, out of scope by the tally, that were asked under another plan.
    """

    answers: tuple[Answer, ...]
    tally: Tally
    quarantined: tuple[Quarantined, ...] = ()
    earlier: int = 0


def take(file: str, lines: Iterable[bytes], scope: str, plan: str | None = None) -> Taken:
    """Read rows as they were appended; those of another scope or plan are out of scope, a repeated line counts once.

    Without a plan those of any plan are taken.
    """
    kept: dict[bytes, Answer] = {}
    aside: list[Quarantined] = []
    read = repeated = outside = earlier = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        read += 1
        if line.rstrip() in kept:
            repeated += 1
            continue
        answer = _row(line)
        if isinstance(answer, str):
            aside.append(Quarantined(file, number, answer))
        elif answer.scope != scope or plan not in (None, answer.plan):
            outside += 1
            earlier += answer.scope == scope
        else:
            kept[line.rstrip()] = answer
    answers = tuple(kept.values())
    return Taken(answers, Tally(read, len(answers), repeated, len(aside), outside), tuple(aside), earlier)


def _row(line: bytes) -> Answer | str:
    """The row, or what is wrong with it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return f"is not JSON ({len(line)} bytes)"
    if not isinstance(data, dict):
        return "is no JSON object"
    known = {one.name for one in fields(Answer)}
    if set(data) != known:
        return f"does not hold the fields of an asked canary: {', '.join(sorted(known ^ {str(k) for k in data}))[:120]}"
    wrong = next((name for name in _KINDS if not _fits(data[name], _KINDS[name][0])), None)
    if wrong:
        return f"{wrong} is not {_KINDS[wrong][1]}"
    try:
        return Answer(**data | {"time": moment(str(data["time"]))})
    except BadPeriod:
        return "time cannot be read"


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    return type(value) in kinds
