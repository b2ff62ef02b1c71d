"""Find: the incidents in per-minute counts."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.incidents.lane import lane
from makegood.incidents.merge import merged
from makegood.incidents.place import found_in
from makegood.incidents.policy import Policy


def find(counts: Sequence[Counts], policy: Policy = Policy()) -> tuple[Found, ...]:
    """The incidents of a log, from the counts of all its leaf scopes in any order; sorted by time, then scope."""
    leaves = sorted((leaf for leaf in counts if len(leaf.minute)), key=lambda leaf: leaf.scope.key())
    providers = sorted({leaf.scope.provider or "" for leaf in leaves})
    found = [
        one
        for name in providers
        for one in merged([leaf for leaf in leaves if (leaf.scope.provider or "") == name], policy)
    ]
    return tuple(sorted(found, key=lambda one: (one.span, one.scope.key())))


def find_one(counts: Counts, policy: Policy = Policy()) -> tuple[Found, ...]:
    """The incidents of one stream, in order of time; empty counts give none."""
    if len(counts.minute) == 0:
        return ()
    return found_in(lane(counts, policy), (int(counts.minute[0]), int(counts.minute[-1]) + 1))
