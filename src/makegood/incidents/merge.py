"""Merge: lift what was found in leaf scopes to the scope that failed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from itertools import product

import numpy as np

from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.incidents.place import minutes
from makegood.incidents.policy import Policy
from makegood.incidents.pool import between, within, without
from makegood.incidents.search import Afresh, Search, Searches, Spans
from makegood.records.scope import Scope, common
from makegood.spans import Span

SLACK = timedelta(minutes=2)
SAME_SHARE, SURELY_HIT = 0.5, 3.0


@dataclass(frozen=True)
class Sighting:
    """Something found, and the leaf scopes that it was found in."""

    found: Found
    leaves: tuple[Scope, ...]


def merged(leaves: Sequence[Counts], policy: Policy, searches: Searches | None = None) -> tuple[Found, ...]:
    """The incidents of one provider: found in leaves, then in parents of what is left, then joined where they agree.

    What a leaf shows by itself is taken out of its parents, so that a parent raises only what its leaves are too thin
    to show; hence a failure of one model stays that model's, however much it moves the rate of the whole provider.
    `searches` does the searching; without it every stream is searched afresh.
    """
    searches = searches or Afresh(policy)
    whole = _whole(leaves)
    each = [searches.leaf(leaf) for leaf in leaves]
    seen = [Sighting(found, (one.counts.scope,)) for one in each for found in one.found(whole)]
    for parent in parents([leaf.scope for leaf in leaves]):
        under = [one for one in each if parent.covers(one.counts.scope)]
        left = searches.pooled(parent, [(one.counts, _taken(one.counts.scope, seen)) for one in under])
        for found in left.found(whole):
            hit = _hit(under, seen, found)
            seen.append(Sighting(replace(found, scope=common(hit)), hit))
    return tuple(_one(group, leaves, searches, whole) for group in _groups(seen))


def _whole(leaves: Sequence[Counts]) -> tuple[int, int]:
    """First minute and the one after the last, over all leaves."""
    return min(int(leaf.minute[0]) for leaf in leaves), max(int(leaf.minute[-1]) for leaf in leaves) + 1


def parents(leaves: Sequence[Scope]) -> list[Scope]:
    """Scopes above more than one leaf, narrow ones first; of those above the same leaves only the narrowest."""
    above: set[Scope] = set()
    for scope in leaves:
        above |= {replace(scope, region=None), replace(scope, model=None), Scope(scope.provider, scope.service)}
        above.add(Scope(scope.provider))
    under: dict[Scope, list[int]] = {parent: [] for parent in above}
    for at, scope in enumerate(leaves):
        for parent in _covering(scope):
            if parent in under:
                under[parent].append(at)
    narrow: dict[tuple[int, ...], Scope] = {}
    for parent in sorted(above, key=lambda scope: (scope.pattern().count("*"), scope.key())):
        narrow.setdefault(tuple(under[parent]), parent)
    return [parent for places, parent in narrow.items() if len(places) > 1]


def _covering(scope: Scope) -> set[Scope]:
    """Every scope that covers this one: each of its fields kept or left open."""
    return {Scope(*fields) for fields in product(*((value, None) for value in astuple(scope)))}


def _taken(leaf: Scope, seen: Sequence[Sighting]) -> Spans:
    """The minutes of a leaf in which something was, or may have been, already found in it."""
    founds = [one.found for one in seen if leaf in one.leaves]
    return tuple(minutes(Span(found.start_range.start, found.end_range.end)) for found in founds)


def _hit(under: Sequence[Search], seen: Sequence[Sighting], found: Found) -> tuple[Scope, ...]:
    """Leaves that failed with the parent: surely so by a likelihood ratio, else those with any fault at all."""
    low, high = minutes(found.span)
    failing, sure = [], []
    for one in under:
        rows = slice(*np.searchsorted(one.counts.minute, [low, high]).tolist())
        attempts, faults = within([without(between(one.counts, rows), _taken(one.counts.scope, seen))], low, high)
        if not faults:
            continue
        failing.append(one.counts.scope)
        due = attempts * float(one.usual()[rows].mean())
        if faults > due and faults * np.log(faults / due) - (faults - due) >= SURELY_HIT:
            sure.append(one.counts.scope)
    return tuple(sure or failing)


def _groups(seen: Sequence[Sighting]) -> list[list[Sighting]]:
    """Sightings that agree in time, joined through one another, in order of time."""
    groups: list[list[Sighting]] = []
    for one in sorted(seen, key=_order):
        alike = [group for group in groups if any(_agree(one.found, other.found) for other in group)]
        groups = [group for group in groups if group not in alike]
        groups.append([other for group in alike for other in group] + [one])
    return sorted((sorted(group, key=_order) for group in groups), key=lambda group: _order(group[0]))


def _order(one: Sighting) -> tuple[Span, tuple[str, str, str, str]]:
    return one.found.span, one.found.scope.key()


def _agree(one: Found, other: Found) -> bool:
    """Do they overlap for half of the time they fill, or do both edges fall into each other's ranges?"""
    shared = one.span.cut(other.span)
    if shared is None:
        return False
    fills = max(one.span.end, other.span.end) - min(one.span.start, other.span.start)
    return (shared.end - shared.start) >= SAME_SHARE * fills or (
        _touch(one.start_range, other.start_range) and _touch(one.end_range, other.end_range)
    )


def _touch(one: Span, other: Span) -> bool:
    return one.start - SLACK < other.end and other.start - SLACK < one.end


def _one(group: Sequence[Sighting], leaves: Sequence[Counts], searches: Searches, whole: tuple[int, int]) -> Found:
    """One incident from sightings that agree: edges from their leaves together, counts from the whole scope."""
    names = {scope for one in group for scope in one.leaves}
    scope = common(sorted(names, key=Scope.key))
    best = max(group, key=lambda one: (one.found.faults, _order(one))).found
    if len(names) > 1:
        together = searches.pooled(scope, [(leaf, ()) for leaf in leaves if leaf.scope in names], whole=True)
        again = [found for found in together.found(whole, minutes(best.span)[1]) if _agree(found, best)]
        best = max(again, key=lambda found: (found.faults, found.span), default=best)
    attempts, faults = within([leaf for leaf in leaves if scope.covers(leaf.scope)], *minutes(best.span))
    return replace(best, scope=scope, attempts=attempts, faults=faults)
