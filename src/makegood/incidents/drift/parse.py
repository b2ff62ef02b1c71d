"""Verb: read an answer kindly; what it says apart from how it says it.

A study of 2023 counted code as worse because it came in a code fence. Here a fence, emphasis, quotes or prose around
the answer change the form, and the answer is still read; a refusal is no wrong answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

import duckdb

from makegood.incidents.drift.answer import BARE, DRESSED, PROSE, REFUSED, UNCLEAR
from makegood.incidents.drift.canary import EXACT, NUMBER, PATTERN, YES_NO, Canary
from makegood.money import plain

_MOST_LINES = 200
MOST_READ = 20_000  # characters of an answer that are looked at: its beginning and its end
_FENCE = re.compile(r"^```[^\n`]*\n(.*?)\n?```$", re.DOTALL)
_BOXED = re.compile(r"\\boxed\{([^{}]{1,200})\}")
_LEAD = re.compile(r"^(?:(?:the |final |my )*(?:answer|result)(?: is)?|정답|답)(?:은|는)?\s*[:：]?\s+", re.IGNORECASE)
_SAID = re.compile(r"(?:answer|result|정답|답)(?:은|는)?(?:\s+is)?\s*[:：]?\s*([^\n]{1,200})", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.])[-+−]?\d+(?:\.\d+)?(?!\w)")
_NOT = re.compile(r"(?:\bnot|n't|\bnever|\bneither)\s+(?:\w+\s+)?$", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(?:I|we)(?:['’]m| am| are) (?:sorry|unable|not able)|\b(?:I|we) (?:can['’]?t|cannot|won['’]t|will not)\b"
    r"|\bas an AI\b|죄송|도와드릴 수 없|답변할 수 없|답할 수 없",
    re.IGNORECASE,
)
_HALF = re.compile("[\ud800-\udfff]")  # half a character, as JSON can hold it
_EITHER = re.compile(r"\S+\s+(?:or|and|또는)\b", re.IGNORECASE)
_ALSO = {"yes": ("y", "true", "예", "네"), "no": ("n", "false", "아니요", "아니오")}
_DRESS = " \t\r\n*_`\"'“”‘’()[]<>$"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`answer` is an option, a number, the free text, or REFUSED or UNCLEAR; `right` is None for the last two.

    `free` says that the answer is text of the model's own, which is not for keeping.
    """

    answer: str
    form: str
    right: bool | None
    free: bool = False


def parse(canary: Canary, text: str, refused: bool = False) -> Parsed:
    """What the text answers; `refused` is the provider's own word that it is a refusal."""
    whole = text if len(text) <= MOST_READ else text[: MOST_READ // 2] + text[-MOST_READ // 2 :]
    whole = _HALF.sub("\ufffd", whole)
    found = None if refused else _found(canary, whole.strip())
    if found is None:
        unsaid = REFUSED if refused or _REFUSAL.search(whole) else UNCLEAR
        return Parsed(unsaid, PROSE, None)
    answer, form = found
    return Parsed(answer, form, _right(canary, answer), canary.kind in (EXACT, PATTERN))


def _found(canary: Canary, text: str) -> tuple[str, str] | None:
    """The answer and its form: the whole text, its dress taken off, or somewhere in prose."""
    undressed = _undressed(text)
    for candidate, form in ((text.rstrip(".。!"), BARE), (undressed, DRESSED), (_LEAD.sub("", undressed), PROSE)):
        answer = _as_is(canary, candidate)
        if answer is not None:
            return answer, form
    answer = _in_prose(canary, text)
    if answer is None and canary.kind in (EXACT, PATTERN) and undressed and "\n" not in undressed:
        return undressed, BARE if undressed == text.rstrip(".。!") else DRESSED
    return None if answer is None else (answer, PROSE)


def _undressed(text: str) -> str:
    fence = _FENCE.match(text)
    inner = fence[1] if fence else text
    boxed = _BOXED.findall(inner)
    if boxed and len(_BOXED.sub("", inner).strip(_DRESS + ".")) == 0:
        inner = boxed[-1]
    return inner.strip(_DRESS).rstrip(".。!").strip(_DRESS)


def _as_is(canary: Canary, text: str) -> str | None:
    """The answer, where the text is one and nothing else."""
    if canary.kind == NUMBER:
        return _number(text) if _NUMBER.fullmatch(text) else None
    if canary.kind == EXACT:
        return canary.truth if _same(text, canary.truth) else None
    if canary.kind == PATTERN:
        return text if _matches(canary.truth, text) else None
    return next((option for option in canary.options if _names(canary, option, text)), None)


def _in_prose(canary: Canary, text: str) -> str | None:
    """What prose states: after "answer is", on a line of its own, at its beginning, or the only answer it names."""
    lines = [undressed for line in text.splitlines() if (undressed := _undressed(line))]
    for said in reversed([*_BOXED.findall(text), *_SAID.findall(text)]):
        answer = _first(canary, _undressed(said))
        if answer is not None:
            return answer
    for line in reversed(lines[-_MOST_LINES:]):
        answer = _as_is(canary, line)
        if answer is not None:
            return answer
    if lines and canary.kind != NUMBER and (answer := _first(canary, lines[0])) is not None:
        return answer
    return _only(canary, text)


def _first(canary: Canary, text: str) -> str | None:
    """The answer with which the text begins."""
    if canary.kind == NUMBER:
        found = _NUMBER.match(text)
        return _number(found[0]) if found else None
    if canary.kind in (EXACT, PATTERN):
        return _as_is(canary, text)
    if _EITHER.match(text):
        return None
    word = re.split(r"[\s—–]", text, maxsplit=1)[0].strip(_DRESS + ".,:;!。")
    return next((one for one in canary.options if _names(canary, one, word)), None)


def _only(canary: Canary, text: str) -> str | None:
    """The one answer that the text names; what it denies of two options speaks for the other."""
    if canary.kind in (EXACT, PATTERN):
        return None
    if canary.kind == NUMBER:
        last = (text.strip().splitlines() or [""])[-1].rpartition("=")[2]
        found = {_number(one) for one in _NUMBER.findall(last)}
        return found.pop() if len(found) == 1 else None
    named: set[str] = set()
    for option in canary.options:
        for place in re.finditer(rf"(?<!\w){re.escape(option)}(?!\w)", text, re.IGNORECASE):
            denied = _NOT.search(text[: place.start()][-40:])
            if not denied:
                named.add(option)
            elif len(canary.options) == 2:
                named.add(next(one for one in canary.options if one != option))
    return named.pop() if len(named) == 1 else None


def _names(canary: Canary, option: str, text: str) -> bool:
    also = _ALSO.get(option.casefold(), ()) if canary.kind == YES_NO else ()
    return text.casefold() in {option.casefold(), *also}


def _same(text: str, other: str) -> bool:
    return " ".join(text.split()).casefold() == " ".join(other.split()).casefold()


def _number(text: str) -> str | None:
    try:
        return plain(Decimal(text.replace(",", "").replace("−", "-")).normalize())
    except InvalidOperation:
        return None


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _matches(pattern: str, text: str) -> bool:
    row = _engine().execute("SELECT regexp_full_match($text, $pattern)", {"text": text, "pattern": pattern}).fetchone()
    return bool(row and row[0])


def _right(canary: Canary, answer: str) -> bool:
    if canary.kind == NUMBER:
        return abs(Decimal(answer) - Decimal(canary.truth)) <= canary.within
    if canary.kind == PATTERN:
        return _matches(canary.truth, answer)
    return answer == canary.truth
