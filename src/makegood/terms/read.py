"""Verb: find a pack by id or file, say every fault in it with its line, pick the version by the date of the event."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from makegood.errors import BadTerms
from makegood.spans import zone
from makegood.terms.check_pack import unsound
from makegood.terms.faults import PackFault as PackFault
from makegood.terms.faults import section, told
from makegood.terms.lines import BadText, kind_of, read_lined, unprintable
from makegood.terms.pack import Pack, PackVersion, Version
from makegood.terms.parts import Part
from makegood.terms.shelf import PACKS as PACKS
from makegood.terms.shelf import shelf

_SUFFIXES = (".yaml", ".yml", ".toml")
_LARGEST = 1_000_000


def find(reference: str) -> Pack:
    """The pack with that id or alias, or in that file; raise BadTerms when there is none or it has a fault."""
    path, shipped = _path_of(reference)
    return _shipped(path) if shipped else read_pack(path)


def source_of(reference: str) -> str:
    """The file of the pack with that id or alias, or that file, as it is; raise BadTerms when there is none."""
    return text_of(_path_of(reference)[0], "a terms pack", _LARGEST)


def _path_of(reference: str) -> tuple[Path, bool]:
    """Where the pack stands, and whether it comes with makegood."""
    path = Path(reference)
    if path.suffix.casefold() in _SUFFIXES or _is_file(path):
        return path, False
    for one in shelf():
        if reference.casefold() in one.names:
            return one.path, True
    known = [name for one in shelf() for name in one.names]
    near = difflib.get_close_matches(reference.casefold(), known, 1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise BadTerms(
        f"'{reference[:80]}' is not a terms pack; {hint}'makegood terms list' names those that come with makegood, "
        "or give a .yaml or .toml file."
    )


@cache
def _shipped(path: Path) -> Pack:
    return read_pack(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


@cache
def packs() -> tuple[Pack, ...]:
    """The packs that come with makegood, by id."""
    return tuple(_shipped(one.path) for one in shelf())


def packs_of(providers: Iterable[str]) -> list[Pack]:
    """The shipped packs of those providers, as logs name them, without those that are weighed only when named."""
    names = tuple(providers)
    chosen = [one for one in shelf() if not one.on_request and any(one.applies_to(name) for name in names)]
    return [_shipped(one.path) for one in chosen]


def has_pack(provider: str) -> bool:
    """Is there a shipped pack that is weighed for that provider without being named?"""
    return any(one.applies_to(provider) for one in shelf() if not one.on_request)


def read_pack(path: Path) -> Pack:
    """Read one pack file, YAML or TOML by its suffix; raise BadTerms with its first fault."""
    pack, faults = pack_or_faults(path)
    if pack is None:
        others = len(faults) - 1
        more = f" {others} more {'fault follows' if others == 1 else 'faults follow'} it." if others else ""
        raise BadTerms(f"{faults[0]}{more}")
    return pack


def pack_or_faults(path: Path) -> tuple[Pack | None, list[PackFault]]:
    """The pack of a file and no faults, or None and every fault; raise BadTerms for a file that cannot be read."""
    return parse(text_of(path, "a terms pack", _LARGEST), str(path))


def text_of(path: Path, what: str, largest: int) -> str:
    """The text of a file of at most so many bytes; raise BadTerms when it is none."""
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise BadTerms(f"{path}: is a pipe or a device, not a file; give {what}.")
        if path.stat().st_size > largest:
            raise BadTerms(f"{path}: the file is larger than {largest // 1_000_000} MB; give {what}.")
        raw = path.read_bytes()
    except OSError as fault:
        raise BadTerms(f"{path}: the file cannot be read ({fault.strerror}); check the path.") from fault
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise BadTerms(f"{path}:{line}: the text is not UTF-8; save the file as UTF-8.") from fault


def parse(text: str, file: str) -> tuple[Pack | None, list[PackFault]]:
    """The pack in the text and no faults, or None and every fault that can be told, by line.

    The suffix of `file` says whether the text is TOML; else it is YAML.
    """
    try:
        lined = read_lined(text, kind_of(file))
    except BadText as fault:
        return None, [PackFault(file, fault.line, "", fault.reason)]
    if lined.data is None:
        return None, [PackFault(file, 1, "", "the file is empty; begin with 'terms', the id of the pack")]
    if hidden := list(unprintable(lined)):
        says = "a character that a terminal would obey or that hides what stands beside it is in the text; take it out"
        return None, [PackFault(file, lined.line(path), section(path, lined), says) for path in hidden]
    pack, faults, sound = None, [], dict[int, Part]()
    try:
        pack = Pack.model_validate(lined.data, context=sound)
    except ValidationError as fault:
        faults = told(fault, lined, file)
    for path, reason in unsound(lined.data, sound):
        faults.append(PackFault(file, lined.line(path), section(path, lined), reason))
    return (None, sorted(faults, key=lambda one: one.line)) if faults else (pack, [])


def pick(pack: Pack, event: datetime) -> PackVersion:
    """The version in force on the event's date in the window's zone, else the nearest one known.

    Weighing with a version that was not in force says `unknown`, with what it would have given as a reading.
    """
    best = min(pack.versions, key=lambda version: _distance(version, event))
    return PackVersion(pack, best)


def named_version(pack: Pack, asked: str | None) -> Version:
    """The version of that name, or under which people know it; the newest where none is asked for, else BadTerms."""
    if asked is None:
        return max(pack.versions, key=lambda one: one.effective.start)
    for version in pack.versions:
        if asked in (version.version, *version.also):
            return version
    known = ", ".join(one.version for one in pack.versions)
    raise BadTerms(f"'{asked[:40]}' is not a version of {pack.terms}; known are {known}.")


def in_force(version: Version, event: datetime) -> bool:
    """Was the version in force at the event?"""
    return _distance(version, event) == 0


def _distance(version: Version, event: datetime) -> int:
    day, span = event.astimezone(zone(version.zone)).date(), version.effective
    if span.holds(day):
        return 0
    return (span.start - day).days if day < span.start else (day - span.end).days + 1 if span.end else 0
