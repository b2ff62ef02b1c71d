"""Restless: what of a page changes at nearly every look, such as a clock in its texts, and how much of it was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from makegood.records.page_change import GROWTH, PageChange
from makegood.records.page_version import PageVersion

LOOKED_AT, MOST_OF = 30, 24  # so many of the last versions must have changed in a place for it to be restless
_DAY = timedelta(days=1)
_COMES_AND_GOES = frozenset({"posted", "removed", "dropped", "closed"})
Place = tuple[str, str, str]


def places(changes: Sequence[PageChange]) -> frozenset[Place]:
    """Where a version differs from the one before: what, incident, component.

    Of incidents that come or go the title stands for the id, as ids may be made anew for each look. Where nothing that
    is compared differs, it is in what could not be read.
    """
    fleeting = {one.incident for one in changes if one.what in _COMES_AND_GOES}
    found = [(one.what, one.title if one.incident in fleeting else one.incident, one.component) for one in changes]
    return frozenset(found or [("refused", "", "")])


def restless(versions: Sequence[PageVersion]) -> frozenset[Place]:
    """The places in which at least 24 of the last 30 versions of one page differ from the ones before them.

    What a page does as an incident goes on, such as one more update, counts only where each of them stood at a single
    look: nobody writes updates at every look for so long.
    """
    changed = [later for earlier, later in pairwise(versions) if later.says != earlier.says]
    last = changed[-LOOKED_AT:]
    if len(last) < LOOKED_AT:
        return frozenset()
    counts = Counter(place for one in last for place in places(one.changes))
    brief = all(later.unseen == earlier.seen for earlier, later in pairwise(last))
    return frozenset(place for place, times in counts.items() if times >= MOST_OF and (brief or place[0] not in GROWTH))


def kept_lately(versions: Sequence[PageVersion], now: datetime) -> int:
    """Bytes of one page that were kept in the last day; the same bytes stand there once."""
    return sum({one.sha: one.size for one in versions if one.seen > now - _DAY}.values())
