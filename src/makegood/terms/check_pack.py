"""Verb: check a pack part by part, each that reads well, also where others around it do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from makegood.terms.check_facts import Declared, Fault
from makegood.terms.check_parts import CHECKS
from makegood.terms.check_worked import untried
from makegood.terms.conditions import FactRule
from makegood.terms.lines import Path
from makegood.terms.pack import Effective, Version, clauses_in
from makegood.terms.parts import Part

Sound = Mapping[int, Part]
_TOLD_APART_BY = {"facts": "name", "requires": "item"}
_NOT_LOOKED_INTO = ("clauses", "deadlines", "inputs", "expected")  # deadlines look after their own readings
_FIRST_PROMISE = "uptime"  # the id of a promise that gives none


def unsound(data: Any, sound: Sound) -> list[Fault]:
    """All that cannot be right although it reads well, each with its path, in no order that matters.

    `data` is the text of the pack as plain values; `sound` holds the parts that read well, by the identity of the
    value each was read from. What needs a part that does not read well is left for when it does.
    """
    given = _items(data, "versions")
    if not isinstance(data, dict):
        return []
    faults = [*_pack(data), *_versions(given, sound), *_twice(data, ())]
    for at, version in given:
        faults += ((("versions", at, *place), reason) for place, reason in _version(version))
        declared, clauses = _declared(version, sound), _under(version, "clauses") or {}
        for path, part in _wholes(version, ("versions", at), sound):
            faults += _parts(part, path, declared)
            for place, clause in clauses_in(part, path):
                if clause not in clauses:
                    told = f"clause '{clause[:60]}' is not listed under 'clauses'; add it there with source and status"
                    faults.append((place, told))
            leans = any(place[:3] == ("versions", at, "facts") or "window" in place for place, _ in faults)
            if isinstance(part, Version) and not leans:
                faults += ((("versions", at, *place), reason) for place, reason in untried(part))
    return faults


def _wholes(data: Any, path: Path, sound: Sound) -> Iterator[tuple[Path, Part]]:
    """The outermost parts that read well."""
    part = sound.get(id(data))
    if part is not None:
        yield path, part
        return
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _wholes(value, (*path, step), sound)


def _parts(part: Any, path: Path, declared: Declared) -> Iterator[Fault]:
    """Every part inside, each by the checks of its kind, and every text that says nothing."""
    if isinstance(part, tuple | list):
        for at, item in enumerate(part):
            yield from _parts(item, (*path, at), declared)
    elif isinstance(part, dict):
        for name, item in part.items():
            yield from _parts(item, (*path, name), declared)
    elif isinstance(part, str) and not part.strip():
        yield path, "the text is blank; write it or leave it out"
    elif isinstance(part, BaseModel):
        for kind, check in CHECKS:
            if isinstance(part, kind):
                yield from (((*path, *inside), reason) for inside, reason in check(part, declared))
        for name, field in type(part).model_fields.items():
            if name != "worked":
                yield from _parts(getattr(part, name), (*path, field.alias or name), declared)


def _under(data: Any, name: str) -> Any:
    return data.get(name) if isinstance(data, dict) else None


def _items(data: Any, name: str) -> list[tuple[int, Any]]:
    items = _under(data, name)
    return list(enumerate(items)) if isinstance(items, list) else []


def _declared(version: Any, sound: Sound) -> dict[str, FactRule | None]:
    """The facts of a version by name; None for one that is declared but does not read well."""
    found: dict[str, FactRule | None] = {}
    for _, item in _items(version, "facts"):
        rule, name = sound.get(id(item)), _under(item, "name")
        if isinstance(name, str):
            found.setdefault(name, rule if isinstance(rule, FactRule) else None)
    return found


def _pack(data: Any) -> Iterator[Fault]:
    for name in ("title", "provider", "providers"):
        yield from _parts(_under(data, name), (name,), {})
    if not _under(data, "providers") and _under(data, "on_request") in (None, "false"):
        yield ("providers",), "no name of a provider is given; add one, or say 'on_request: true'"
    seen = {str(_under(data, "terms"))}
    for at, alias in _items(data, "aliases"):
        if isinstance(alias, str) and alias in seen:
            yield ("aliases", at), f"'{alias[:60]}' names this pack already; remove it"
        seen.add(str(alias))


def _versions(given: list[tuple[int, Any]], sound: Sound) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, version in given:
        for name in [_under(version, "version"), *(name for _, name in _items(version, "also"))]:
            if isinstance(name, str) and name in seen:
                yield ("versions", at, "version"), f"version '{name[:60]}' is given twice; give each its own name"
            seen.add(str(name))
    dated = [(at, version, sound.get(id(_under(version, "effective")))) for at, version in given]
    known = [
        (at, str(_under(version, "version")), span)
        for at, version, span in dated
        if isinstance(span, Effective) and (span.end is None or span.start < span.end)
    ]
    for (one, _, first), (_, later, second) in pairwise(sorted(known, key=lambda each: each[2].start)):
        if first.end is None or first.end > second.start:
            mend = f"it overlaps version '{later[:60]}'; end it on or before the day that one begins"
            yield ("versions", one, "effective"), mend


def _twice(data: Any, path: Path) -> Iterator[Fault]:
    """Items of one list that carry the same id, or facts and items of a claim that carry the same name."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _twice(value, (*path, name)) if name not in _NOT_LOOKED_INTO else ()
    elif isinstance(data, list):
        key = _TOLD_APART_BY.get(str(path[-1]) if path else "", "id")
        seen: set[str] = set()
        for at, item in enumerate(data):
            name = _under(item, key)
            if name is None and path[-1:] == ("promises",):
                name = _FIRST_PROMISE
            if isinstance(name, str) and name in seen:
                yield (*path, at, key), f"'{name[:60]}' is given twice; give each its own {key}"
            seen.add(str(name))
            yield from _twice(item, (*path, at))


def _version(version: Any) -> Iterator[Fault]:
    """What the sections of a version say of each other."""
    names = {str(_under(rule, "name")) for _, rule in _items(version, "facts")}
    for index, rule in _items(version, "facts"):
        for at, other in _items(rule, "also"):
            if isinstance(other, str) and other in names:
                yield ("facts", index, "also", at), f"'{other[:60]}' names another fact already; remove it"
            names.add(str(other))
    promised = [str(_under(promise, "id") or _FIRST_PROMISE) for _, promise in _items(version, "promises")]
    stacking = _under(version, "stacking")
    order, among = (_items(stacking, name) for name in ("order", "among"))
    for at, name in among:
        if isinstance(name, str) and name not in promised:
            yield ("stacking", "among", at), f"'{name[:60]}' is no promise of this version; correct it"
    if order and len(set(promised)) == len(promised) and sorted(str(name) for _, name in order) != sorted(promised):
        yield ("stacking", "order"), "the order must list each promise once; correct its names"
    if not promised and not any(_under(version, name) for name in ("promises", "goodwill", "prepaid", "programme")):
        yield (), "neither 'promises' nor 'goodwill' is given; add the one that the text supports"
    if len(promised) > 1 and stacking is None:
        yield ("promises",), "several promises need a 'stacking' rule; say whether each stands by itself"
