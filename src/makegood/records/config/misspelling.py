"""Verb: tell a misspelt field of a config by what is missing or unknown in its table, and the field that was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from makegood.records.config.shape import Shape

Place = Sequence[str | int]
_SHOWN = 60
_KINDS = ("missing", "extra_forbidden")


@dataclass(frozen=True)
class Misspelling:
    """Where it stands, why that is wrong (with {what} for the kind of config), and what was meant, empty if unknown."""

    place: Place
    reason: str
    meant: str


def misspelling(
    faults: Sequence[tuple[str, Place]], shape: type[Shape], tables: Mapping[str, Any]
) -> Misspelling | None:
    """What the first fault (kind and place, as pydantic tells them) is about; None for another kind."""
    kind, place = faults[0]
    if kind not in _KINDS:
        return None
    table = place[:-1]
    beside = {name: [str(at[-1]) for each, at in faults if each == name and at[:-1] == table] for name in _KINDS}
    missing, unknown = beside["missing"], beside["extra_forbidden"]
    for name in unknown:
        meant = _near(name, missing)
        if meant:
            return Misspelling((*table, name), f"is no field of {{what}}, and {meant} is needed and missing", meant)
    if kind == "missing":
        return (
            Misspelling(place, f"is needed and missing, and {_said(unknown[0])} is no field", "") if unknown else None
        )
    return Misspelling(place, "is no field of {what}", _near(str(place[-1]), _free(shape, table, tables)))


def _said(name: str) -> str:
    """A name of the file's own, which is no template."""
    return repr(name[:_SHOWN]).replace("{", "{{").replace("}", "}}")


def _near(name: str, among: Collection[str]) -> str:
    return next(iter(get_close_matches(name, among, 1)), "")


def _free(shape: type[Shape], table: Place, tables: Mapping[str, Any]) -> list[str]:
    """The fields of a table that it does not hold already."""
    shapes, held = [shape], tables
    for part in table:
        fields = [one.model_fields[str(part)] for one in shapes if str(part) in one.model_fields]
        shapes = [each for one in fields for each in _shapes(one.annotation)] or shapes
        try:
            held = held[part]  # type: ignore[index]
        except (LookupError, TypeError):
            return []
    return [name for one in shapes for name in one.model_fields if name not in held]


def _shapes(annotation: Any) -> Iterator[type[Shape]]:
    """The shapes within an annotation: of a list, a table of tables, or one that may be left out."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for one in get_args(annotation):
        yield from _shapes(one)
