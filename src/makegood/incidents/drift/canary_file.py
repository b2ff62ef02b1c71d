"""Verb: read a set of canaries, a JSON object a line; and write one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb

from makegood.incidents.drift.canary import EXACT, KINDS, NUMBER, ONE_OF, PATTERN, YES_NO, Canary
from makegood.keys import canonical
from makegood.records.tally import Quarantined

MOST_TEXT, MOST_OPTIONS, MOST_PATTERN = 8_000, 64, 200
_FIELDS = ("id", "topic", "class", "ask", "answer")
_ANSWER_FIELDS = {
    ONE_OF: {"kind", "is", "options"},
    YES_NO: {"kind", "is"},
    NUMBER: {"kind", "is", "within"},
    EXACT: {"kind", "is"},
    PATTERN: {"kind", "is"},
}


@dataclass(frozen=True)
class CanarySet:
    """The questions in the order of the file, and the lines that hold none."""

    canaries: tuple[Canary, ...]
    quarantined: tuple[Quarantined, ...] = ()


class _Wrong(Exception):
    """What is wrong with a line, as the end of a sentence."""


def read_set(file: str, lines: Iterable[bytes]) -> CanarySet:
    """Read {"id", "topic", "class", "ask", "answer": {"kind", "is", ...}} a line; a faulty line is set aside."""
    kept: dict[str, Canary] = {}
    aside: list[Quarantined] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = _canary(line)
            if one.id in kept:
                raise _Wrong(f"the id {one.id[:40]} stands above already")
            kept[one.id] = one
        except _Wrong as wrong:
            aside.append(Quarantined(file, number, str(wrong)))
    return CanarySet(tuple(kept.values()), tuple(aside))


def set_lines(canaries: Iterable[Canary]) -> str:
    """The set as it is read."""
    return "".join(canonical(_data(one)) + "\n" for one in canaries)


def _data(one: Canary) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": one.kind, "is": one.truth}
    if one.kind == ONE_OF:
        answer["options"] = list(one.options)
    if one.within:
        answer["within"] = str(one.within)
    return {"id": one.id, "topic": one.topic, "class": one.group, "ask": one.ask, "answer": answer}


def _canary(line: bytes) -> Canary:
    try:
        data = json.loads(line, parse_float=str)
    except (ValueError, RecursionError):
        raise _Wrong(f"is not JSON ({len(line)} bytes)") from None
    if not isinstance(data, dict) or set(data) != set(_FIELDS):
        raise _Wrong(f"is no object of {', '.join(_FIELDS)}")
    answer = data["answer"]
    if not isinstance(answer, dict) or answer.get("kind") not in KINDS:
        raise _Wrong(f"answer.kind is none of {', '.join(KINDS)}")
    kind = str(answer["kind"])
    if not {"kind", "is"} <= set(answer) <= _ANSWER_FIELDS[kind]:
        raise _Wrong(f"an answer of kind {kind} has the fields {', '.join(sorted(_ANSWER_FIELDS[kind]))}")
    named = {name: _text(data, name) for name in _FIELDS[:4]}
    one = Canary(named["id"], named["topic"], named["class"], named["ask"], kind, *_truth(kind, answer))
    if kind == PATTERN:
        _check_pattern(one.truth)
    return one


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_TEXT:
        raise _Wrong(f"{name} is no text of 1 to {MOST_TEXT} characters")
    if any("\ud800" <= mark <= "\udfff" for mark in value):
        raise _Wrong(f"{name} holds half a character")
    return value


def _truth(kind: str, answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...], Decimal]:
    if kind == NUMBER:
        return str(_number(answer, "is")), (), _number(answer, "within") if "within" in answer else Decimal(0)
    truth = _text(answer, "is")
    if kind not in (ONE_OF, YES_NO):
        return truth, (), Decimal(0)
    options = answer.get("options", ["yes", "no"])
    if not isinstance(options, list) or not 2 <= len(options) <= MOST_OPTIONS:
        raise _Wrong(f"answer.options is no list of 2 to {MOST_OPTIONS} texts")
    texts = tuple(_text({"option": one}, "option").strip() for one in options)
    if len({one.casefold() for one in texts}) != len(texts) or truth not in texts:
        raise _Wrong("answer.options holds an option twice, or does not hold answer.is")
    return truth, texts, Decimal(0)


def _number(answer: Mapping[str, Any], name: str) -> Decimal:
    value = answer[name]
    try:
        number = Decimal(value if isinstance(value, int | str) and not isinstance(value, bool) else "nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 30 or (name == "within" and number < 0):
        raise _Wrong(f"answer.{name} is no number")
    return number


def _check_pattern(pattern: str) -> None:
    """Only what RE2 takes, whose time grows with the text and not beyond."""
    if len(pattern) > MOST_PATTERN:
        raise _Wrong(f"answer.is is a pattern of more than {MOST_PATTERN} characters")
    try:
        with duckdb.connect() as engine:
            engine.execute("SELECT regexp_full_match('', $pattern)", {"pattern": pattern})
    except duckdb.Error:
        raise _Wrong("answer.is is no regular expression that RE2 takes") from None
