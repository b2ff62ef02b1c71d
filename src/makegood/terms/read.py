"""Verb: find a pack by id or file, say every fault in it with its line, pick the version by the date of the event."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from makegood.errors import BadTerms
from makegood.spans import zone
from makegood.terms.lines import BadText, Lined, read_lined
from makegood.terms.lines import Path as Place
from makegood.terms.pack import Pack, PackVersion, Version
from makegood.terms.soundness import unsound

PACKS = Path(__file__).parent / "packs"
_LARGEST = 1_000_000
_MENDS = {
    "missing": "is missing; add it",
    "decimal_parsing": "is not a number; write one such as 99.9",
    "decimal_type": "is not a number; write one such as 99.9",
    "int_parsing": "is not a whole number; write one such as 5",
    "int_type": "is not a whole number; write one such as 5",
    "bool_parsing": "is neither true nor false; write one of them",
    "bool_type": "is neither true nor false; write one of them",
    "string_type": "is not a text; write it as one",
    "date_from_datetime_parsing": "is not a date; write it like 2026-06-30",
    "date_parsing": "is not a date; write it like 2026-06-30",
    "date_type": "is not a date; write it like 2026-06-30",
    "tuple_type": "is not a list; write its items with leading dashes",
    "dict_type": "is not a set of named values; write 'name: value' lines under it",
    "model_type": "is not a set of named values; write 'name: value' lines under it",
    "model_attributes_type": "is not a set of named values; write 'name: value' lines under it",
    "too_short": "is empty; give at least one item",
    "string_pattern_mismatch": "is not an id; use small letters, digits, '-', '_' and '.'",
    "union_tag_not_found": "does not say its 'kind'; add it",
}


@dataclass(frozen=True)
class PackFault:
    """One fault of a pack: where it stands, in which clause or section, what is wrong and how to mend it."""

    file: str
    line: int
    clause: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.clause + ': ' if self.clause else ''}{self.reason}."


def find(reference: str) -> Pack:
    """The pack with that id or alias, or in that YAML file; raise BadTerms when there is none or it has a fault."""
    path = Path(reference)
    if path.suffix.lower() in (".yaml", ".yml") or _is_file(path):
        return read_pack(path)
    for pack in packs():
        if reference.casefold() in (pack.terms, *pack.aliases):
            return pack
    known = [pack.terms for pack in packs()]
    near = difflib.get_close_matches(reference.casefold(), known, 1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise BadTerms(f"'{reference[:80]}' is not a terms pack; {hint}known are {', '.join(known)}, or give a .yaml file.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


@cache
def packs() -> tuple[Pack, ...]:
    """The packs that come with makegood, by id."""
    return tuple(read_pack(path) for path in sorted(PACKS.glob("*.yaml")))


def read_pack(path: Path) -> Pack:
    """Read one pack file; raise BadTerms with its first fault."""
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise BadTerms(f"{path}: is a pipe or a device, not a file; give a terms pack.")
        if path.stat().st_size > _LARGEST:
            raise BadTerms(f"{path}: the file is larger than a megabyte; give a terms pack.")
        raw = path.read_bytes()
    except OSError as fault:
        raise BadTerms(f"{path}: the file cannot be read ({fault.strerror}); check the path.") from fault
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise BadTerms(f"{path}:{line}: the text is not UTF-8; save the file as UTF-8.") from fault
    pack, faults = parse(text, str(path))
    if pack is None:
        others = len(faults) - 1
        more = f" {others} more {'fault follows' if others == 1 else 'faults follow'} it." if others else ""
        raise BadTerms(f"{faults[0]}{more}")
    return pack


def parse(text: str, file: str) -> tuple[Pack | None, list[PackFault]]:
    """The pack in the text and no faults, or None and every fault that can be told, by line."""
    try:
        lined = read_lined(text)
    except BadText as fault:
        return None, [PackFault(file, fault.line, "", fault.reason)]
    try:
        pack = Pack.model_validate(lined.data)
    except ValidationError as fault:
        found = [_field_fault(error, lined, file) for error in _own(fault.errors(include_url=False))]
        return None, sorted(set(found), key=lambda one: one.line)
    faults = [PackFault(file, lined.line(path), _section(path, lined), reason) for path, reason in unsound(pack)]
    return (None, sorted(faults, key=lambda one: one.line)) if faults else (pack, [])


def pick(pack: Pack, event: datetime) -> PackVersion:
    """The version in force on the event's date in the window's zone, else the nearest one known.

    Weighing with a version that was not in force says `unknown`, with what it would have given as a reading.
    """
    best = min(pack.versions, key=lambda version: _distance(version, event))
    return PackVersion(pack, best)


def in_force(version: Version, event: datetime) -> bool:
    """Was the version in force at the event?"""
    return _distance(version, event) == 0


def _distance(version: Version, event: datetime) -> int:
    where = zone(version.promise.window.zone) if version.promise else zone("UTC")
    day, span = event.astimezone(where).date(), version.effective
    if span.holds(day):
        return 0
    return (span.start - day).days if day < span.start else (day - span.end).days + 1 if span.end else 0


def _own(errors: list[Any]) -> list[Any]:
    """Without the lists that pydantic calls too short only because an item in them has a fault of its own."""
    around = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in around]


def _field_fault(error: Any, lined: Lined, file: str) -> PackFault:
    path = _path_in(lined.data, error["loc"])
    name, kind = str(error["loc"][-1]) if error["loc"] else "the file", error["type"]
    if kind == "extra_forbidden":
        reason = f"'{name}' is not a part of a pack here; remove it or correct its spelling"
    elif kind in ("literal_error", "union_tag_invalid"):
        expected = error["ctx"].get("expected") or error["ctx"].get("expected_tags")
        reason = f"'{name}' has a value that is not known; use {expected}"
    elif kind == "value_error":
        reason = f"'{name}' cannot be read; {error['ctx']['error']}"
    else:
        reason = f"'{name}' {_MENDS.get(kind) or 'cannot be right; ' + _lower(error['msg'])}"
    return PackFault(file, lined.line(path), _section(path, lined), reason)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _inside(data: Any, step: str | int) -> bool:
    return step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))


def _path_in(data: Any, loc: tuple[str | int, ...]) -> Place:
    # a discriminated union puts its tag into the path, which the text does not hold
    path: list[str | int] = []
    for step in loc:
        if _inside(data, step):
            data = data[step]
            path.append(step)
    return tuple(path)


def _section(path: Place, lined: Lined) -> str:
    words, data = [], lined.data
    for step in path:
        data = data[step] if _inside(data, step) else None
        name = (data.get("version") or data.get("id")) if isinstance(step, int) and isinstance(data, dict) else None
        words.append(str(name or step) if isinstance(step, str) or name else f"[{step}]")
    return ".".join(words)
