"""Verb: once; of several causes that met an account, keep the one that cost it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from makegood.campaigns.allocation import Excluded
from makegood.campaigns.audience import Candidate
from makegood.losses.hit import Hit

OTHER_CAUSE = "other_cause"


def once(candidates: Sequence[Candidate], unit: str) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...]]:
    """Each candidate with its worst hit alone, and the others left out with the name of the one that was kept.

    The worst is the one with most money lost in `unit`, then most faults, then the first by the cause's name.
    """
    kept, left = [], []
    for one in candidates:
        worst = min(one.hits, key=lambda hit: (-_lost(hit, unit), -hit.faults, hit.cause))
        kept.append(replace(one, hits=(worst,)))
        left += [Excluded(one.account, hit.cause, OTHER_CAUSE, worst.cause) for hit in one.hits if hit is not worst]
    return tuple(kept), tuple(left)


def _lost(hit: Hit, unit: str) -> Decimal:
    return next((amount for currency, amount in hit.wasted if currency == unit), Decimal(0))
