"""Noun: a cause; one incident as the book knows it, whichever assessment told of it."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.records.scope import Scope
from makegood.spans import Span

AUDIENCE = "audience"  # the kind of a cause that a file of accounts told of


def is_incident(id: str) -> bool:
    """Is this the id of an incident? Every other cause is named by whoever imported its accounts, and never so."""
    return id.startswith("INC-")


@dataclass(frozen=True)
class Cause:
    """`id` is unique in the book; `told_as` is the incident's name in the assessment whose hash is `assessment`."""

    id: str
    kind: str
    span: Span
    scope: Scope
    told_as: str
    assessment: str
