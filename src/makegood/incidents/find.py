"""Find: the incidents in per-minute counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.incidents.lane import lane
from makegood.incidents.merge import merged
from makegood.incidents.place import found_in
from makegood.incidents.policy import Policy
from makegood.incidents.pool import pool


def find(counts: Sequence[Counts], policy: Policy = Policy()) -> tuple[Found, ...]:
    """The incidents of a log, from the counts of all its leaf scopes in any order; sorted by time, then scope.

    Method, for each stream of (attempts, faults) a minute, with the source of each part in its own file:

    1. `baseline`: the usual failure rate, from medians of hours, with the shape of day and weekend; `swing`: how far
       that rate wanders, and how fast, from percentiles of the stream itself.
    2. `scan`: runs of minutes by the likeliest path through two states over binomial counts (Kleinberg 2003), at three
       heights above the usual rate.
    3. `place`: a run must be material (attempts, faults, minutes, rate); less and nothing is said.
    4. `wander`: a run must be likelier as a run apart than as wandering, given what lies around it (log-Gaussian Cox
       process: Moller, Syversveen and Waagepetersen 1998). This is what holds false incidents down.
    5. `edges`: both edges by profile likelihood, with the range it leaves (Wilks 1938). The start is the first fault
       of the first bad minute, the end just after the last fault of the last. A minute without attempts has no
       likelihood: it moves no edge, and a range reaches over it to the next attempt, or to the provider's first or
       last one in the log. No incident is carried across a silence of `policy.gap` minutes.
    6. `merge`: parents are searched for what their leaves are too thin to show, and sightings that agree in time
       become one incident of their common scope. `attempts` and `faults` are those of that whole scope.

    What is said of a minute rests on the 28 days before its day, on its day and the next one, and on nothing later;
    a stream that is read as it grows says the same once the day after has passed.
    """
    ordered = sorted((leaf for leaf in counts if len(leaf.minute)), key=_key)
    leaves = [pool(list(same), scope) for scope, same in groupby(ordered, key=lambda leaf: leaf.scope)]
    found: list[Found] = []
    for _, some in groupby(leaves, key=lambda leaf: _key(leaf)[0]):
        found += merged(list(some), policy)
    return tuple(sorted(found, key=lambda one: (one.span, one.scope.key())))


def find_one(counts: Counts, policy: Policy = Policy()) -> tuple[Found, ...]:
    """The incidents of one stream, in order of time, by the method of `find`; empty counts give none."""
    if len(counts.minute) == 0:
        return ()
    return found_in(lane(counts, policy), (int(counts.minute[0]), int(counts.minute[-1]) + 1))


def _key(leaf: Counts) -> tuple[str, str, str, str]:
    return leaf.scope.key()
