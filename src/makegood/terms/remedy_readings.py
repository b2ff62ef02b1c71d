"""Verb: every way to read what a remedy leaves open; each as a promise whose remedy is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from makegood.terms.pack import Promise
from makegood.terms.remedies import Linear, Minimum, PerUnit

_UNITS = {
    "completed": "only full units count",
    "started": "a unit that was begun counts as a full one",
    "exact": "part of a unit counts in proportion",
}
_WINDOWS = {
    "last": "only the last of the windows that were missed is paid for",
    "row": "every window of the row that was missed is paid for",
}
_MINIMUM = {
    "credit": "the credit itself is held against the minimum",
    "loss": "what was paid for the time that was down is held against the minimum",
}


@dataclass(frozen=True)
class RemedyWay:
    """One way to read the remedy: its name, what it says, the clause that leaves it open, the promise so read."""

    id: str
    says: str
    clause: str
    reason: str
    promise: Promise


_Choice = tuple[str, str, dict[str, Any]]


def remedy_ways(promise: Promise) -> tuple[RemedyWay, ...]:
    """Every way, the one that gives least first; none where the text decides."""
    open_ = list(_open(promise))
    found = []
    for chosen in product(*(choices for _, _, choices in open_)) if open_ else ():
        update = {key: value for _, _, changed in chosen for key, value in changed.items()}
        remedy = promise.remedy.model_copy(update=update)
        name, says = "+".join(one[0] for one in chosen), "; ".join(one[1] for one in chosen)
        clause, reason = open_[0][:2]
        found.append(RemedyWay(name, says, clause, reason, promise.model_copy(update={"remedy": remedy})))
    return tuple(found)


def _open(promise: Promise) -> Iterator[tuple[str, str, Sequence[_Choice]]]:
    """(clause, reason told, choices) of each thing left open."""
    grant, minimum = promise.remedy.grant, promise.remedy.minimum
    if isinstance(grant, PerUnit) and grant.counted == "unstated":
        yield grant.clause, "units_have_readings", _choices(_UNITS, grant, "grant", "counted")
    if isinstance(grant, Linear) and grant.windows == "unstated":
        yield grant.clause, "windows_have_readings", _choices(_WINDOWS, grant, "grant", "windows")
    if minimum is not None and minimum.of == "unstated":
        yield minimum.clause, "minimum_has_readings", _choices(_MINIMUM, minimum, "minimum", "of")


def _choices(named: dict[str, str], part: PerUnit | Linear | Minimum, section: str, field: str) -> list[_Choice]:
    return [
        (name if section == "grant" else f"minimum_of_{name}", says, {section: part.model_copy(update={field: name})})
        for name, says in named.items()
    ]
