"""Verb: when to try again; twice as long each time up to six hours, for about three days, spread without chance."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FIRST_S, LONGEST_S = 30, 6 * 3600
LONGEST_ASKED = timedelta(days=1)  # a billing system that asks for more than this is not believed
MOST_TRIES = 24  # the 23 waits between them come to 65 to 87 hours
_DOUBLINGS = 20


def next_try(tries: int, now: datetime, seed: str, after: timedelta | None = None) -> datetime:
    """The moment of the next try after `tries` that failed, the last of them at `now`.

    The wait is up to a quarter shorter than the doubling says, by the hash of `seed` (the parcel's id) and `tries`, so
    that many parcels that failed together do not come back together. `after` is the shortest wait that the other side
    asked for, believed up to LONGEST_ASKED.
    """
    whole = min(FIRST_S << min(max(tries - 1, 0), _DOUBLINGS), LONGEST_S) * 1_000_000
    digest = hashlib.sha256(f"{seed}|{tries}".encode()).digest()
    spread = int.from_bytes(digest[:8], "big") % (whole // 4 + 1)
    wait = timedelta(microseconds=whole - spread)
    if after is not None:
        wait = max(wait, min(after, LONGEST_ASKED) + timedelta(microseconds=spread))
    return now + wait


def given_up(tries: int) -> bool:
    """Have so many tries failed that a human must look?"""
    return tries >= MOST_TRIES
