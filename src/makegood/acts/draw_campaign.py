"""Act: draw a campaign; who gets what, frozen and hashed, for another human to approve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.awards.award import Award, Holder
from makegood.awards.decide import decide
from makegood.awards.programme import Programme
from makegood.campaigns.allocation import GRANT, Allocation, Draft, Excluded
from makegood.campaigns.audience import Candidate, audience
from makegood.campaigns.draw import draw
from makegood.campaigns.filters import Filters
from makegood.campaigns.once import once
from makegood.errors import BadUse
from makegood.store import campaigns, causes, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor

MADE_GOOD = "made_good"
MOST_DAYS = 3_660
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Drawing:
    """What is drawn: the draft with the causes' ids in the book, the programme, the filters, once an account or not."""

    draft: Draft
    programme: Programme
    filters: Filters
    once: bool = False


@dataclass(frozen=True)
class Drawn:
    """The campaign's id, its allocation, and whether the very same was drawn before and is still alive."""

    campaign: str
    allocation: Allocation
    repeat: bool


def draw_campaign(book: Book, actor: Actor, drawing: Drawing, now: datetime) -> Drawn:
    """Draw and keep; raise Refused where the actor may not, BadUse where the draft cannot be, or exceeds its budget,
    or grants nothing.

    What is granted expires so many days after the last day of the waves, so that nobody has less time than another
    for being late in the order. The same draw on the same day gives the first answer.
    """
    with acting(Doing(book, actor, "draw_campaign", now)) as asked:
        asked.silent = True
        people.require(book, actor, "draw")
    allocation = _drawn(book, drawing, now)
    with acting(Doing(book, actor, "draw_campaign", now)) as doing:
        people.require(book, actor, "draw")
        _check_granted(allocation)
        campaign, repeat = campaigns.keep(book, allocation, actor.person, now)
        doing.subject, doing.silent = campaign, repeat
        doing.detail = {"hash": allocation.hash, "total": str(allocation.total), "lines": len(allocation.lines)}
    return Drawn(campaign, allocation, repeat)


def _check_granted(allocation: Allocation) -> None:
    if not any(one.group == GRANT for one in allocation.lines):
        reasons = Counter(one.reason.replace("_", " ") for one in allocation.excluded)
        told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(4)) or "no account was hit"
        raise BadUse(f"nobody would get anything ({told}), so no campaign was drawn; change the filters or the terms.")


def _drawn(book: Book, drawing: Drawing, now: datetime) -> Allocation:
    with book.reading():
        hits = causes.hits(book, drawing.draft.causes)
        customers = causes.customers(book)
        done = causes.compensated(book, drawing.draft.causes)
    open_hits = [one for one in hits if (one.account, one.cause) not in done]
    excluded = [
        Excluded(one.account, one.cause, MADE_GOOD, f"posting {done[one.account, one.cause]}")
        for one in hits
        if (one.account, one.cause) in done
    ]
    candidates, left_out = audience(open_hits, customers, drawing.filters)
    excluded += left_out
    if drawing.once:
        candidates, others = once(candidates, drawing.draft.unit)
        excluded += others
    awards, refused = _decided(drawing, candidates, _last_day(drawing.draft, now), bool(customers))
    return draw(drawing.draft, awards, [*excluded, *refused])


def _last_day(draft: Draft, now: datetime) -> datetime:
    if draft.days > MOST_DAYS:
        raise BadUse(f"a campaign lasts {MOST_DAYS} days at most; give fewer days.")
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today + _DAY * (1 + draft.days)


def _decided(
    drawing: Drawing, candidates: Sequence[Candidate], end: datetime, known: bool
) -> tuple[list[Award], list[Excluded]]:
    awards, refused = [], []
    for candidate in candidates:
        holder = _holder(candidate, "" if known else drawing.draft.unit)
        for hit in candidate.hits:
            found = decide(drawing.programme, hit, holder, drawing.draft.unit, end)
            if isinstance(found, Award):
                awards.append(found)
            else:
                refused.append(Excluded(hit.account, hit.cause, found.reason, found.detail))
    return awards, refused


def _holder(candidate: Candidate, default: str) -> Holder:
    """Who holds the account; its currency is that of its bills, else the one it was charged in, else the default."""
    customer = candidate.customer
    charged = list(candidate.wasted)
    currency = customer.currency or (charged[0] if len(charged) == 1 else default)
    return Holder(customer.plan, customer.product, currency, customer.status)
