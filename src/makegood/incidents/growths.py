"""Growths: the streams of one provider as they grow, leaves and pools of them, each searched where it changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.counts import Counts
from makegood.incidents.growing import NEVER, Growing
from makegood.incidents.incident import Found
from makegood.incidents.kept import Kept, columns
from makegood.incidents.merge import merged
from makegood.incidents.policy import Policy
from makegood.incidents.pool import between, pool, without
from makegood.incidents.search import Parts, Search, Spans
from makegood.incidents.swing import DAY
from makegood.records.scope import Scope
from makegood.spans import from_us

DAY_US = 86_400_000_000


class Growths:
    """The leaves of one provider. `take` minutes as they come; `found` is what `find` says of all that are kept."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.put_away: list[Found] = []
        self._rows: dict[Scope, Kept] = {}
        self._leaves: dict[Scope, Growing] = {}
        self._pools: dict[tuple[Scope, ...], _Pool] = {}
        self._asked: set[tuple[Scope, ...]] = set()
        self._found: tuple[Found, ...] | None = None

    def take(self, counts: Counts) -> None:
        """More minutes of a leaf, in any order; one that is there already grows."""
        scope = counts.scope
        kept = self._rows.setdefault(scope, Kept(scope))
        since = kept.add(counts)
        self._leaves.setdefault(scope, Growing(self.policy, kept.counts)).change(kept.counts, since)
        for pooled in self._pools.values():
            pooled.since = min(pooled.since, since) if scope in pooled.leaves else pooled.since
        self._found = None

    def found(self) -> tuple[Found, ...]:
        """The incidents of all minutes, in order of time."""
        if self._found is None:
            self._asked = set()
            leaves = [self._rows[scope].counts for scope in sorted(self._rows, key=Scope.key)]
            self._found = merged(leaves, self.policy, self)
            self._pools = {name: pooled for name, pooled in self._pools.items() if name in self._asked}
        return self._found

    def all(self) -> list[Found]:
        """The incidents, with those whose rows are gone."""
        return [*self.put_away, *self.found()]

    def leaf(self, counts: Counts) -> Search:
        """The search of a leaf."""
        return self._leaves[counts.scope]

    def pooled(self, scope: Scope, parts: Parts, whole: bool = False) -> Search:
        """The search of leaves added up."""
        leaves = tuple(leaf.scope for leaf, _ in parts)
        name = (scope, *leaves) if whole else (Scope(), scope, *leaves)
        self._asked.add(name)
        pooled = self._pools.setdefault(name, _Pool(self.policy, scope, leaves))
        pooled.parts = parts
        return pooled

    def forget(self, day: int) -> None:
        """Put away what ended before a day (since 1970), with the rows before it; not amid an incident."""
        found = self.found()
        begin = from_us(day * DAY_US)
        every = [*found, *(one for leaf in self._searched() for one in leaf.kept)]
        if any(one.start_range.start < begin < one.span.end for one in every):
            return
        self.put_away += [one for one in found if one.span.end <= begin]
        for growing in self._searched():
            growing.forget(day)
        for scope, kept in list(self._rows.items()):
            kept.forget(day * DAY)
            if len(kept.counts.minute) == 0:
                del self._rows[scope], self._leaves[scope]
            else:
                self._leaves[scope].counts = kept.counts
        for pooled in self._pools.values():
            pooled.forget(day * DAY)
        self._found = tuple(one for one in found if one.span.end > begin)

    def _searched(self) -> list[Growing]:
        return [*self._leaves.values(), *(pooled.growing for pooled in self._pools.values())]


class _Pool:
    """Leaves added up, each without some spans of minutes; added up again from the first minute that changed."""

    def __init__(self, policy: Policy, scope: Scope, leaves: tuple[Scope, ...]) -> None:
        self.leaves = leaves
        self.parts: Parts = ()
        self.since = 0
        self.growing = Growing(policy, pool([Counts(scope, *(np.zeros((5, 0), np.int64)))], scope))
        self._without: tuple[Spans, ...] = ((),) * len(leaves)

    @property
    def counts(self) -> Counts:
        """All rows."""
        self._add_up()
        return self.growing.counts

    def usual(self) -> Floats:
        """The usual failure rate of each row."""
        self._add_up()
        return self.growing.usual()

    def found(self, whole: tuple[int, int], until: int | None = None) -> Sequence[Found]:
        """The incidents."""
        if until is not None and self.growing.settled(until, self.since):
            return self.growing.kept
        self._add_up()
        return self.growing.found(whole)

    def forget(self, minute: int) -> None:
        """Spans before a minute are left out no more, as their rows are gone."""
        self._without = tuple(tuple(span for span in spans if span[1] > minute) for spans in self._without)

    def _add_up(self) -> None:
        since = min([self.since, *self._moved()])
        if since == NEVER:
            return
        counts, scope = self.growing.counts, self.growing.counts.scope
        some = [
            (between(leaf, slice(int(np.searchsorted(leaf.minute, since)), None)), spans) for leaf, spans in self.parts
        ]
        tail = pool([without(leaf, spans) for leaf, spans in some], scope)
        head = between(counts, slice(0, int(np.searchsorted(counts.minute, since))))
        joined = (np.concatenate(pair) for pair in zip(columns(head), columns(tail), strict=True))
        self.growing.change(Counts(scope, *joined), since)
        self.since, self._without = NEVER, tuple(spans for _, spans in self.parts)

    def _moved(self) -> list[int]:
        """The first minute of each leaf that is left out now and was not, or the other way round."""
        pairs = zip(self._without, (spans for _, spans in self.parts), strict=True)
        return [first for before, now in pairs if before != now for first in _differ(before, now)]


def _differ(one: Spans, other: Spans) -> list[int]:
    """The first minute that lies in only one of two sets of spans, if any."""
    points = sorted({point for span in {*one} ^ {*other} for point in span})
    apart = (at for at in points if any(a <= at < b for a, b in one) != any(a <= at < b for a, b in other))
    return [first for first in [next(apart, None)] if first is not None]
