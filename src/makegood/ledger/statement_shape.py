"""Noun: the shape of a statement's data; what every field must be, so that nothing hostile gets further."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as fields_of

from makegood.errors import BadPeriod
from makegood.ledger.basis import Basis
from makegood.ledger.posting import FIELDS
from makegood.ledger.unit import MOST_MINOR
from makegood.spans import moment, to_us

VERSION = 1
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST = 300


def _text(value: object) -> bool:
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:  # half a surrogate pair: text that no hash can be taken of
        return False


def _number(value: object) -> bool:
    return type(value) is int and -MOST_MINOR < value < MOST_MINOR


def count(value: object) -> bool:
    """Whether it is a whole number from 0 that a 64-bit column holds."""
    return type(value) is int and 0 <= value < MOST_MINOR


def hash_hex(value: object) -> bool:
    """Whether it is a SHA-256 in hex."""
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


def hashes(value: object) -> bool:
    """Whether it is a list of such."""
    return isinstance(value, list | tuple) and all(hash_hex(one) for one in value)


def unhexed(proof: object) -> list[bytes]:
    """The hashes of a checked list as bytes."""
    return [bytes.fromhex(one) for one in proof] if isinstance(proof, list | tuple) else []


def us_of(value: object) -> int | None:
    """The microseconds since 1970 of a moment's text, None where it is none."""
    try:
        return to_us(moment(value)) if isinstance(value, str) else None
    except BadPeriod:
        return None


@dataclass(frozen=True, slots=True)
class _Must:
    """What a field must be: a check, and its name in a sentence."""

    be: Callable[[object], bool]
    named: str

    def or_null(self) -> _Must:
        return _Must(lambda value: value is None or self.be(value), f"{self.named} or null")


_TEXT, _COUNT = _Must(_text, "text"), _Must(count, "a whole number from 0")
_DICT = _Must(lambda value: isinstance(value, dict), "an object")
_MOMENT = _Must(lambda value: us_of(value) is not None, "a moment like 2026-02-01T00:00:00Z")
STATEMENT = {
    "version": _Must(lambda value: type(value) is int and value == VERSION, f"{VERSION}"),
    "book": _TEXT,
    "account": _TEXT,
    "at": _MOMENT,
    "head": _DICT,
    "entries": _Must(lambda value: isinstance(value, list), "a list"),
}
HEAD = {"size": _COUNT, "root": _Must(hash_hex, "64 hex digits")}
ENTRY = {
    "position": _COUNT,
    "at": _MOMENT,
    "posting": _DICT,
    "basis": _DICT,
    "proof": _Must(hashes, "a list of hashes of 64 hex digits"),
}
POSTING = dict.fromkeys(FIELDS, _TEXT) | {
    "amount": _COUNT,
    "turn": _COUNT,
    "lot": _COUNT.or_null(),
    "reverses": _COUNT.or_null(),
}
BASIS = dict.fromkeys((one.name for one in fields_of(Basis)), _TEXT) | {
    "expires": _TEXT.or_null(),
    "priority": _Must(_number, "a whole number"),
}


def misshapen(data: object, shape: dict[str, _Must], where: str) -> list[str]:
    """Where data is not an object of exactly these fields; everything in a statement is checked or refused."""
    if not isinstance(data, dict):
        return [f"{where} is not an object with the fields {', '.join(shape)}."]
    faults = [f"{where} holds {_name(one)}, which a statement does not have." for one in data if one not in shape]
    for name, must in shape.items():
        if name not in data:
            faults.append(f"{where} lacks '{name}'.")
        elif not must.be(data[name]):
            faults.append(f"{where}: '{name}' is not {must.named}.")
    return faults


def _name(key: object) -> str:
    return f"{key[:40]!r}" if isinstance(key, str) else "a field whose name is no text"


def plain(sentence: str) -> str:
    """No character of a hostile file reaches a terminal as a command."""
    return "".join(one if one.isprintable() else "?" for one in sentence)[:_LONGEST]
