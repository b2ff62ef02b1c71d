"""Act: send what waits in the outbox; take it, let the outlet try, note what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from makegood.awards.backoff import given_up, next_try
from makegood.awards.deliver import deliver, differs
from makegood.awards.parcel import Outlet, Parcel, Sent
from makegood.errors import NoReadBack, Unreadable
from makegood.store import effects, journal, parcels, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.effects import OUTBOX, Became, Taken
from makegood.store.journal import REFUSED, WORKER, Actor, Record
from makegood.store.points import reach
from makegood.store.proven import CHANGED, unproven

PART, LANES = 200, 4
BEGUN_WITHIN = effects.LEASE / 2  # the other half is for the tries that are under way then
LATE = "the billing system is slow; not tried, so that it is not sent behind the back of who takes it next"
_NAMED = 20


def _stands_still() -> float:
    return 0


@dataclass(frozen=True)
class Batch:
    """How a worker works: its own name, how many parcels at once, and over how many connections.

    `clock` counts seconds, such as time.monotonic: by it no try begins when the lease is half over.
    """

    worker: str
    many: int = PART
    lanes: int = LANES
    clock: Callable[[], float] = _stands_still


def send_parcels(book: Book, outlet: Outlet, batch: Batch, now: datetime) -> Counter[str]:
    """Send at most a batch of what is due; how many went to which state, nothing where nothing was due.

    Taking and noting are a transaction each, and no transaction is open while the outlet speaks. Who dies in between
    leaves rows that another takes after their lease, looks for at the billing system, and sends only where they are
    not there. A posting that the log does not hold as it stands is not sent: it is noted as refused, for a human.
    """
    until = batch.clock() + BEGUN_WITHIN.total_seconds()
    with book.writing():
        taken = {one.position: one for one in effects.take(book, OUTBOX, batch.worker, batch.many, now)}
    reach("outbox.taken")
    if not taken:
        return Counter()
    changed = unproven(book, sorted(taken))
    positions = sorted(taken.keys() - changed)
    found = parcels.parcels(book, positions)
    work = [(one, taken[at]) for at, one in zip(positions, found, strict=True)]
    tried = _tried(outlet, work, batch.lanes, lambda: batch.clock() < until)
    reach("outbox.sent")
    became = [_became(taken[at], one, sent, now) for at, one, sent in zip(positions, found, tried, strict=True)]
    became += [Became(at, "refused", said=CHANGED) for at in sorted(changed)]
    counts = Counter(one.state for one in became)
    with acting(Doing(book, WORKER, "send_parcels", now, outlet.name, dict(counts))):
        if changed:
            why = {"says": CHANGED, "positions": sorted(changed)[:_NAMED]}
            journal.append(book, Record(WORKER, "send_parcels", outlet.name, REFUSED, why), now)
        effects.note(book, OUTBOX, batch.worker, became, now)
    reach("outbox.noted")
    return counts


def _tried(
    outlet: Outlet, work: Sequence[tuple[Parcel, Taken]], lanes: int, in_time: Callable[[], bool]
) -> list[Sent | None]:
    """What became of each try, None where it was not in time any more: by then another may look for it, and send it."""
    many: Callable[[Sequence[Parcel]], list[Sent | None]] | None = getattr(outlet, "send_many", None)
    if many is not None:
        return many([parcel for parcel, _ in work])

    def one(each: tuple[Parcel, Taken]) -> Sent | None:
        return deliver(outlet, each[0], each[1].fresh) if in_time() else None

    if lanes <= 1:
        return list(map(one, work))
    with ThreadPoolExecutor(lanes) as pool:
        return list(pool.map(one, work))


def _became(taken: Taken, parcel: Parcel, sent: Sent | None, now: datetime) -> Became:
    if sent is None:
        return Became(taken.position, "waiting", said=LATE, due=now)
    if sent.outcome == "done":
        return Became(taken.position, "done", sent.remote, sent.said)
    if sent.outcome == "refused" or given_up(taken.tries):
        said = sent.said if sent.outcome == "refused" else f"given up after {taken.tries} tries: {sent.said}"
        return Became(taken.position, "refused", sent.remote, said)
    due = next_try(taken.tries, now, parcel.id, sent.after)
    return Became(taken.position, "waiting", sent.remote, sent.said, due)


def read_back(book: Book, actor: Actor, outlet: Outlet, positions: Sequence[int], now: datetime) -> tuple[str, ...]:
    """Compare postings that were sent with what the billing system shows; a sentence for each that differs.

    What differs is marked so that a human looks at it; nothing is sent. A way out without read-back gives one
    sentence that says so. Raise Refused where the actor may not operate.
    """
    with acting(Doing(book, actor, "read_back", now, outlet.name, {"asked": len(positions)})):
        people.require(book, actor, "operate")
    faults: list[tuple[int, str]] = []
    try:
        for at, parcel in zip(sorted(positions), parcels.parcels(book, sorted(positions)), strict=True):
            fault = differs(outlet.name, parcel, outlet.look(parcel))
            if fault:
                faults.append((at, fault))
    except NoReadBack as fault:
        return (str(fault),)
    except Unreadable as fault:
        return (f"{outlet.name} could not be read back: {fault}",)
    if faults:
        with acting(Doing(book, actor, "read_back", now, outlet.name, {"differ": len(faults)})):
            effects.mark_different(book, OUTBOX, faults)
    return tuple(said for _, said in faults)
