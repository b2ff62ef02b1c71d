"""Verb: say each fault of a pack or a case in one sentence: where it stands, what is wrong, what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from makegood.terms.lines import Lined, Path

_NUMBER = "is not a number; write one such as 99.9"
_WHOLE = "is not a whole number; write one such as 5"
_EITHER = "is neither true nor false; write one of them"
_DAY = "is not a date; write it like 2026-06-30"
_TIME = "is not a time with its offset; write it like 2026-06-30T12:00:00Z"
_HOUR = "is not a time of day; write it like 23:59:59"
_LENGTH = "is not a length of time; write it like P3D or PT1H"
_TEXT = "is not a text; write it as one"
_LIST = "is not a list; write its items with leading dashes or in brackets"
_NAMED = "is not a set of named values; give each its name"
_EMPTY = "has fewer items than {min_length}; add what is missing"
_WRONG = "cannot be right here; compare it with a pack that comes with makegood"
_MENDS = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known here; remove it or correct its spelling",
    "union_tag_not_found": "does not say its {discriminator}; add it",
    "literal_error": "has a value that is not known; use {expected}",
    "enum": "has a value that is not known; use {expected}",
    "union_tag_invalid": "has a {discriminator} that is not known; use {expected_tags}",
    "none_required": "must stay empty here; remove it",
    "invalid_key": _TEXT,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_not_ascii": "holds letters outside a to z; use plain ones",
    "string_too_short": "has fewer characters than {min_length}; write more",
    "string_too_long": "has more characters than {max_length}; shorten it",
    "string_pattern_mismatch": "is not written as it must be; follow the pattern {pattern}",
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": "has more digits than {max_digits}; shorten it",
    "decimal_max_places": "has more decimals than {decimal_places}; shorten it",
    "decimal_whole_digits": "has more digits before the point than {whole_digits}; write a smaller number",
    "finite_number": _NUMBER,
    "fraction_type": "is not a fraction; write it like 1/3",
    "fraction_parsing": "is not a fraction; write it like 1/3",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "has too many digits; write a smaller number",
    "greater_than": "is not above {gt}; write a number above it",
    "greater_than_equal": "is below {ge}; write {ge} or more",
    "less_than": "is not below {lt}; write a number below it",
    "less_than_equal": "is above {le}; write {le} or less",
    "multiple_of": "is not a multiple of {multiple_of}; write one",
    "bool_type": _EITHER,
    "bool_parsing": _EITHER,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_past": "is not in the past; write an earlier date",
    "date_future": "is not in the future; write a later date",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_past": "is not in the past; write an earlier time",
    "datetime_future": "is not in the future; write a later time",
    "timezone_aware": _TIME,
    "timezone_offset": _TIME,
    "timezone_naive": "names an offset; write it without one",
    "time_type": _HOUR,
    "time_parsing": _HOUR,
    "time_delta_type": _LENGTH,
    "time_delta_parsing": _LENGTH,
    "too_short": _EMPTY,
    "too_long": "has more items than {max_length}; take some out",
    "set_item_not_hashable": "holds an item that is not a plain value; write plain ones",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "deque_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "named_tuple_type": _LIST,
    "dict_type": _NAMED,
    "mapping_type": _NAMED,
    "frozen_dict_type": _NAMED,
    "ordered_dict_type": _NAMED,
    "counter_type": _NAMED,
    "model_type": _NAMED,
    "model_attributes_type": _NAMED,
    "dataclass_type": _NAMED,
    "value_error": "cannot be read; {error}",
    "assertion_error": "cannot be read; {error}",
    "recursion_loop": "contains itself; write it out",
    "recursion_depth_exceeded": "is nested too deeply; write it flatter",
}
_ID = re.compile(r"[\w.+-]{1,60}")
_ID_PATTERN = "^[a-z0-9]["
_NOT_AN_ID = "is not an id; use small letters, digits, '-', '_' and '.'"
_LONGEST = 60


@dataclass(frozen=True)
class PackFault:
    """One fault of a pack: where it stands, in which clause or section, what is wrong and how to mend it."""

    file: str
    line: int
    clause: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return plain(f"{place}: {self.clause + ': ' if self.clause else ''}{self.reason}.")


def plain(sentence: str) -> str:
    """The sentence on one line, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in sentence)


def told(fault: ValidationError, lined: Lined, file: str) -> list[PackFault]:
    """Every fault of the data that the model found, by line; one sentence for each thing that is wrong."""
    found: dict[tuple[Path, str], PackFault] = {}
    for error in _own(fault.errors(include_url=False)):
        path = _path_in(lined.data, error["loc"])
        name = _name(path, error)
        # of the members of a union, the first to refuse the value speaks for all
        line = lined.line((*path, "kind") if error["type"] == "union_tag_invalid" else path)
        found.setdefault((path, name), PackFault(file, line, section(path, lined), _reason(name, error)))
    return sorted(found.values(), key=lambda one: one.line)


def section(path: Path, lined: Lined) -> str:
    """The path in words, "versions.2026-06-30.promise.remedy"; an item is called by its id where it has one."""
    words, data = [], lined.data
    for step in path:
        data = data[step] if _inside(data, step) else None
        words.append(step if isinstance(step, str) else _called(data) or f"[{step}]")
    return ".".join(word[:_LONGEST] for word in words)


def _called(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    given = [item[key] for key in ("version", "id", "name", "item") if isinstance(item.get(key), str)]
    return next((name for name in given if _ID.fullmatch(name)), "")


def _own(errors: list[Any]) -> list[Any]:
    """Without the lists that pydantic calls too short only because an item in them has a fault of its own."""
    around = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in around]


def _name(path: Path, error: Any) -> str:
    if error["type"] == "missing" and error["loc"]:
        return f"'{error['loc'][-1]}'"
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        within = f" of '{path[-2]}'" if len(path) > 1 and isinstance(path[-2], str) else ""
        return f"item {path[-1] + 1}{within}"
    return f"'{path[-1][:_LONGEST]}'"


def _reason(name: str, error: Any) -> str:
    kind, given = error["type"], error.get("ctx", {})
    mend = _MENDS.get(kind, _WRONG)
    if kind == "too_short" and given.get("min_length") == 1:
        mend = "is empty; give at least one item"
    if kind == "string_pattern_mismatch" and str(given.get("pattern")).startswith(_ID_PATTERN):
        mend = _NOT_AN_ID
    return f"{name} {mend.format(**given)}".rstrip(".")


def _inside(data: Any, step: str | int) -> bool:
    return step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))


def _path_in(data: Any, loc: tuple[str | int, ...]) -> Path:
    # a union puts its tag or its member into the path, which the text does not hold
    path: list[str | int] = []
    for step in loc:
        if _inside(data, step):
            data = data[step]
            path.append(step)
    return tuple(path)
