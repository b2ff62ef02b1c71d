"""Noun: a finding of a review; which primitive, how grave, where in the contract, what is missing, what to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from makegood.terms.pack import Promise

Severity = Literal["open", "weak", "fine"]
SEVERITIES: tuple[Severity, ...] = ("open", "weak", "fine")


class Saying(NamedTuple):
    """Of one kind of finding: its primitive, how grave it is, what is missing or odd, and what to write instead.

    Both are one English sentence with {names} in it; primitive 0 takes the one of the finding.
    """

    primitive: int
    severity: Severity
    says: str
    write: str


@cache
def primitives() -> Mapping[int, str]:
    """Number and short name of each primitive that a text of terms is made of."""
    return {int(number): str(name) for number, name in _read()["primitives"].items()}


@cache
def sayings() -> Mapping[str, Saying]:
    """Every kind of finding by its code."""
    return {code: Saying(**fields) for code, fields in _read()["findings"].items()}


@cache
def _read() -> dict[str, dict[str, Any]]:
    text = (files("makegood.terms") / "findings.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return found


@dataclass(frozen=True)
class Finding:
    """One thing that a contract leaves open, or says.

    `open`: a verdict will be unknown or have readings because of it; `weak`: it costs a side clarity or money;
    `fine`: as it should be, or open without harm. `section` is the part of the version that it is about, `promise`
    the promise, None where it is about all of them, `clause` the clause that speaks of it, where one does.
    """

    code: str
    primitive: int
    section: str
    promise: str | None = None
    clause: str | None = None
    params: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The primitive's short name."""
        return primitives()[self.primitive]

    @property
    def severity(self) -> Severity:
        """`open`, `weak` or `fine`."""
        return sayings()[self.code].severity

    @property
    def says(self) -> str:
        """What is missing or odd, one English sentence."""
        return sayings()[self.code].says.format(**dict(self.params))

    @property
    def write(self) -> str:
        """What to write, one English sentence."""
        return sayings()[self.code].write.format(**dict(self.params))


def finding(
    code: str, section: str, promise: Promise | None = None, clause: str | None = None, **params: object
) -> Finding:
    """A finding of that kind about a section of the promise, or of the version where it is about all promises."""
    place = section if promise is None else ".".join(part for part in ("promises", promise.id, section) if part)
    filled = tuple((name, str(value)) for name, value in params.items())
    return Finding(code, sayings()[code].primitive, place, promise.id if promise else None, clause, filled)
