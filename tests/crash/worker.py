"""Verb: work; what each of the processes does that a harness kills."""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from makegood.acts import post_wave, send_notices, send_parcels
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import Refused, StoreAway
from makegood.store import points
from makegood.store.book import Book
from tests.crash.outside import LetterBox
from tests.crash.plants import PLANTS
from tests.crash.world import AWAY, NOTICES, PARCELS, POSTED, REFUSED, World

_PAUSE = 0.004
Job = Callable[[datetime], int]


@dataclass(frozen=True)
class Work:
    """What is worked on: parts of several sizes, so that both ways of inserting are met; parcels and notices so many
    at once, and the fault that was planted, if any."""

    book: Book
    campaign: str
    outlet: Any
    letters: Path
    sizes: tuple[int, ...]
    many: int
    plant: str = ""


def work(world: World, slot: int, what: Work, seed: int) -> None:
    """Work until told to go home; never returns. What nobody expects ends the process with 1 and a traceback."""
    harness = os.getppid()
    try:
        if what.plant:
            PLANTS[what.plant]()
        points.watched_by(lambda point: world.reached(slot, point))
        dice = random.Random(seed)
        jobs = _jobs(world, slot, what, dice)
        while not world.ended and os.getppid() == harness:
            job = _wanted(world.doomed(slot)) or dice.choices(list(jobs), (2, 5, 1, 5))[0]
            if not _done(world, slot, what.book, jobs[job]):
                time.sleep(_PAUSE)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _done(world: World, slot: int, book: Book, job: Job) -> int:
    try:
        return job(world.begin(slot))
    except Refused:  # the clock moved while this worker waited for the lock; it tries again
        world.count(slot, REFUSED, 1)
        return 1
    except StoreAway:
        world.count(slot, AWAY, 1)
        book.close()
        return 0
    finally:
        world.rest(slot)


def _wanted(point: str | None) -> str | None:
    """The job that reaches the point at which this worker is to die."""
    if point is None:
        return None
    if point == "notice.made":
        return "make"
    return {"posting": "post", "chunk": "post", "outbox": "parcels", "notice": "notices"}[point.partition(".")[0]]


def _jobs(world: World, slot: int, what: Work, dice: random.Random) -> dict[str, Job]:
    name = f"worker-{slot}-{os.getpid()}"
    batch = send_parcels.Batch(name, what.many, 1)
    post = send_notices.Post(name, (LetterBox(what.letters),), _letter, many=what.many)

    def counted(cell: int, many: int) -> int:
        world.count(slot, cell, many)
        return many

    def settled(counts: Counter[str]) -> int:
        return sum(many for state, many in counts.items() if state != "waiting")

    def posted(now: datetime) -> int:
        if not world.may(slot, POSTED):
            return 0
        return counted(POSTED, post_wave.post_wave(what.book, what.campaign, now, dice.choice(what.sizes)).posted)

    def parcels(now: datetime) -> int:
        if not world.may(slot, PARCELS):
            return 0
        return counted(PARCELS, settled(send_parcels.send_parcels(what.book, what.outlet, batch, now)))

    def made(now: datetime) -> int:
        return send_notices.make_notices(what.book, now, what.many * 3)

    def noticed(now: datetime) -> int:
        if not world.may(slot, NOTICES):
            return 0
        return counted(NOTICES, settled(send_notices.send_notices(what.book, post, now)))

    return {"post": posted, "parcels": parcels, "make": made, "notices": noticed}


def _letter(notice: Notice) -> Letter:
    return Letter(notice, "", "", "", {})
