"""Verb: count how a campaign goes; what was sent, what failed, what was complained about, what is spent."""

from __future__ import annotations

from dataclasses import replace

from makegood.campaigns.stop import Counts
from makegood.store import campaigns, effects
from makegood.store.book import Book
from makegood.store.campaigns import Kept

_COUNTED = ("sent", "failed", "granted", "complaints")


def counts_of(book: Book, kept: Kept) -> Counts:
    """All counts since the campaign was started."""
    posted = campaigns.chunks(book, kept.id)
    failed = effects.in_trouble(book, kept.id)
    return Counts(
        sent=effects.settled(book, kept.id) if failed else 0,  # a share of nothing stops nothing
        failed=failed,
        granted=sum(one.posted for one in posted),
        complaints=campaigns.complaints(book, kept.id),
        spent=sum(one.spent for one in posted),
        budget=kept.budget,
    )


def as_baseline(counts: Counts) -> dict[str, str]:
    """The counts as the event of resuming keeps them."""
    return {name: str(getattr(counts, name)) for name in _COUNTED}


def since_resumed(book: Book, kept: Kept) -> Counts:
    """The counts that are new since the campaign was last resumed; what is spent counts from the start."""
    now = counts_of(book, kept)
    resumed = [one for one in campaigns.events(book, kept.id) if one.kind == "resumed"]
    if not resumed:
        return now
    before = {name: int(resumed[-1].data.get(name, "0")) for name in _COUNTED}
    return replace(now, **{name: max(0, getattr(now, name) - before[name]) for name in _COUNTED})
