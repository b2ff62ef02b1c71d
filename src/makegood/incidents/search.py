"""Search: a stream of counts and the incidents in it; whoever merges them need not know how it is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from makegood.incidents.baseline import Floats
from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.incidents.lane import Lane, lane
from makegood.incidents.place import found_in
from makegood.incidents.policy import Policy
from makegood.incidents.pool import pool, without
from makegood.records.scope import Scope

Spans = tuple[tuple[int, int], ...]
Parts = Sequence[tuple[Counts, Spans]]


class Search(Protocol):
    """One stream. `found` gives its incidents in order of time; with `until`, at least those that begin before it."""

    @property
    def counts(self) -> Counts:
        """All its rows."""

    def usual(self) -> Floats:
        """The usual failure rate of each row."""

    def found(self, whole: tuple[int, int], until: int | None = None) -> Sequence[Found]:
        """The incidents, in a log whose minutes are `whole`."""


class Searches(Protocol):
    """How the streams of one provider are searched."""

    def leaf(self, counts: Counts) -> Search:
        """The search of a leaf."""

    def pooled(self, scope: Scope, parts: Parts, whole: bool = False) -> Search:
        """The search of leaves added up, each without some spans of minutes; `whole` says that no span is left out."""


@dataclass(frozen=True)
class _Once:
    counts: Counts
    policy: Policy

    @cached_property
    def _lane(self) -> Lane:
        return lane(self.counts, self.policy)

    def usual(self) -> Floats:
        return self._lane.usual

    def found(self, whole: tuple[int, int], until: int | None = None) -> Sequence[Found]:  # noqa: ARG002
        return found_in(self._lane, whole) if len(self.counts.minute) else ()


@dataclass(frozen=True)
class Afresh:
    """Searches every stream from its first row to its last."""

    policy: Policy

    def leaf(self, counts: Counts) -> Search:
        """The search of a leaf."""
        return _Once(counts, self.policy)

    def pooled(self, scope: Scope, parts: Parts, whole: bool = False) -> Search:  # noqa: ARG002
        """The search of leaves added up."""
        return _Once(pool([without(leaf, spans) for leaf, spans in parts], scope), self.policy)
