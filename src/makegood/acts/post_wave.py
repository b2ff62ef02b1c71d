"""Act: post the next part of a campaign's waves that is due; a part is one transaction, and is posted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from makegood.campaigns.allocation import GRANT, Line, StopRules
from makegood.campaigns.state import Event, Standing, fold
from makegood.campaigns.stop import stopped_by
from makegood.campaigns.waves import Wave, due, remaining, waves
from makegood.errors import BadState
from makegood.ledger.posting import EXPENSE, Posting, holder
from makegood.store import bases, campaigns, counts, effects, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.campaigns import Kept, PostedChunk
from makegood.store.journal import WORKER
from makegood.store.points import reach
from makegood.store.postings import Content

PART = 10_000


@dataclass(frozen=True)
class Part:
    """What was done: so many posted and skipped, or the state that the campaign went to; `more` is still due."""

    posted: int = 0
    skipped: int = 0
    state: str = "running"
    more: bool = False
    next_due: datetime | None = None


def post_wave(book: Book, campaign: str, now: datetime, size: int = PART) -> Part:
    """Post at most `size` lines that are due; stop by the campaign's rules first, finish it when nothing is left.

    A line whose loss was made good in the meantime is skipped and noted. Raise BadState where the lines are not those
    that were signed, Refused where the clock stands before the last posting.
    """
    with acting(Doing(book, WORKER, "post_wave", now, campaign)) as doing:
        part = _post(book, campaign, now, size, doing)
        reach("posting.before_commit")
    reach("posting.after_commit")
    return part


def _post(book: Book, campaign: str, now: datetime, size: int, doing: Doing) -> Part:
    kept = campaigns.campaign_of(book, campaign)
    standing = fold(campaigns.events(book, campaign))
    if standing.state != "running" or standing.started is None:
        doing.silent = True
        return Part(state=standing.state)
    if standing.approved_by == kept.by:  # no act lets that in, so that it was written past them
        raise BadState(
            f"{campaign} was signed by {kept.by}, who drew it; nothing is posted. Run `makegood ledger audit`."
        )
    posted = campaigns.chunks(book, campaign)
    spent = sum(one.spent for one in posted)
    planned = waves(kept.granted, kept.draft, standing.started)
    rule = stopped_by(_rules(kept, planned, posted), counts.since_resumed(book, kept))
    if rule:
        campaigns.add_event(book, campaign, Event("stopped", now, WORKER.person, {"rule": rule}))
        doing.detail["stopped"] = rule
        return Part(state="stopped")
    shift = standing.shift(now)
    ready = due(planned, posted, now, shift)
    if ready and ready[0].number and kept.draft.days and effects.waits(book, kept.id, _canary(planned)):
        doing.silent = True  # a canary that has not left the book shows nothing
        return Part(next_due=ready[0].due)
    if not ready:
        return _nothing_due(book, kept, standing, now, doing)
    first, end = ready[0].first, min(ready[0].end, ready[0].first + size)
    chunk = _post_lines(book, kept, first, end, now)
    if spent + chunk.spent > kept.budget:
        raise BadState(f"{campaign} would spend more than its budget; nothing is posted. Run `makegood ledger audit`.")
    campaigns.add_chunk(book, campaign, chunk)
    reach("chunk.noted")
    doing.detail |= {
        "first": first,
        "end": end,
        "posted": chunk.posted,
        "skipped": chunk.skipped,
        "wave": ready[0].number,
    }
    left = remaining(planned, [*posted, chunk], shift)
    if not left:
        _finish(book, kept, now)
        return Part(chunk.posted, chunk.skipped, "finished")
    return Part(chunk.posted, chunk.skipped, more=left[0].due <= now, next_due=left[0].due)


def _canary(planned: Sequence[Wave]) -> int:
    """How many lines the canary has, 0 where there is none."""
    return planned[0].end if planned and planned[0].number == 0 else 0


def _rules(kept: Kept, planned: Sequence[Wave], posted: Sequence[PostedChunk]) -> StopRules:
    """The rules of the draft; once the canary is out it speaks for itself, however small it is."""
    rules, canary = kept.draft.stop, _canary(planned)
    out = canary and sum(one.posted + one.skipped for one in posted) == canary
    return replace(rules, least=min(rules.least, canary)) if out else rules


def _nothing_due(book: Book, kept: Kept, standing: Standing, now: datetime, doing: Doing) -> Part:
    planned = waves(kept.granted, kept.draft, standing.started or now)
    left = remaining(planned, campaigns.chunks(book, kept.id), standing.shift(now))
    if left:
        doing.silent = True
        return Part(next_due=left[0].due)
    _finish(book, kept, now)
    return Part(state="finished")


def _finish(book: Book, kept: Kept, now: datetime) -> None:
    campaigns.check_granted(book, kept)
    campaigns.add_event(book, kept.id, Event("finished", now, WORKER.person))


def _post_lines(book: Book, kept: Kept, first: int, end: int, now: datetime) -> PostedChunk:
    campaigns.check_seal(kept, campaigns.signed(book, kept.id))
    lines = campaigns.sealed_lines(book, kept, first, end)
    if any(one.group != GRANT for one in lines):
        raise BadState(
            f"{kept.id} would grant to those who are held out; nothing is posted. Run `makegood ledger audit`."
        )
    own = [replace(one, campaign=kept.id) for one in kept.bases]
    bases.keep(book, own)
    contents = _contents(kept.id, lines, [one.hash for one in own])
    position = postings.put_fresh(book, contents, now)
    if position is not None:
        return PostedChunk(first, end, now, position, len(lines), 0, sum(one.cost for one in lines))
    by_key = {content[0]: one for content, one in zip(contents, lines, strict=True)}
    put = postings.put(book, [Posting(*one) for one in contents], now)
    skipped = [(by_key[one.key].number, position) for one, position in put.collisions]
    campaigns.skip(book, kept.id, skipped)
    spent = sum(by_key[one.key].cost for one in put.fresh)
    return PostedChunk(first, end, now, put.first, len(put.fresh), len(skipped), spent)


def _contents(campaign: str, lines: Sequence[Line], bases: Sequence[str]) -> list[Content]:
    """The postings of lines, as tuples of their fields; as objects a million of them would take twice as long."""
    key, debit = f"campaign/{campaign}", f"{EXPENSE}/{campaign}"
    return [
        (f"{key}/{to}/{cause}", "award", debit, holder(to), unit, amount, to, cause, 0, bases[basis], None, None)
        for _, to, cause, unit, amount, _, basis, _, _ in lines
    ]
