"""Verb: kill; four workers over one campaign, ended by SIGKILL at named points and at any moment, audited each time."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from makegood.adapters.file import FileOutlet
from makegood.store.book import Book
from makegood.store.effects import LEASE
from makegood.store.points import POINTS
from makegood.store.setup import alias_of
from tests.books import NOW
from tests.crash.auditor import Seen, closed
from tests.crash.outside import Gullible
from tests.crash.stage import Auditing, Server, alone, serving, started
from tests.crash.worker import Work, work
from tests.crash.world import NOTICES, PARCELS, POSTED, REFUSED, STAGES, World

WORKERS = 4
ANY = "at any moment"
KINDS = ("point", "any", "all", "still")
STILL = ("notice.taken", "notice.handed", "outbox.taken")
_STEP = timedelta(seconds=60)
_PATIENCE_S, _LONGEST_S, _STUCK_S = 1.5, 0.12, 0.1
# Kills come over the whole campaign, not at its beginning: this much of it is done when the last one comes.
_SPREAD = 0.9
_AHEAD = 10


@dataclass(frozen=True)
class Plan:
    """One campaign on one engine: `kills` over it, PostgreSQL stopped `stops` times, billing by the file outlet or by
    one that believes everything, a fault that is planted. `mix` weighs the KINDS of what happens to a worker."""

    engine: str
    kills: int
    accounts: int = 100_000
    stops: int = 0
    gullible: bool = False
    plant: str = ""
    seed: int = 0
    workers: int = WORKERS
    mix: tuple[int, ...] = (68, 26, 2, 4)
    sizes: tuple[int, ...] = (250, 500, 750)
    many: int = 200


@dataclass
class Outcome:
    """What a run came to; kills by point, faults, seconds of work, and what the auditor saw last."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    stops: int = 0
    stood_still: int = 0
    looks: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    posted: int = 0
    parcels: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    refused: int = 0

    @property
    def killed(self) -> int:
        """All workers that were killed."""
        return sum(self.kills.values())


def apart(*plans: Plan) -> list[Outcome]:
    """Run plans one after the other in a process of its own, which has no threads and no open connections to fork."""
    command = [sys.executable, "-m", "tests.crash.harness", json.dumps([asdict(one) for one in plans])]
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join([str(root / "src"), str(root)])
    done = subprocess.run(
        command,
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # a process group with stopped members is told to hang up when its leader goes
    )
    if done.returncode:
        raise RuntimeError(f"the harness itself ended with {done.returncode}: {done.stderr[-3000:]}")
    told = zip(plans, json.loads(done.stdout), strict=True)
    return [Outcome(**data | {"plan": plan, "kills": Counter(data["kills"])}) for plan, data in told]


def main() -> None:
    """Run the plans of the command line; their outcomes as JSON."""
    plans = [_plan_of(one) for one in json.loads(sys.argv[1])]
    with serving() as server:
        outcomes = [run(plan, server) for plan in plans]
    sys.stdout.write(json.dumps([vars(one) | {"plan": None} for one in outcomes]))


def _plan_of(data: dict[str, Any]) -> Plan:
    return Plan(**data | {name: tuple(data[name]) for name in ("sizes", "mix") if name in data})


def run(plan: Plan, server: Server) -> Outcome:
    """One campaign from its start to its end; faults end it early."""
    url = server.url(plan.engine)
    campaign = alone(lambda: started(url, plan.accounts))
    begun = time.monotonic()
    under_way = _Round(plan, server, url, campaign)
    try:
        under_way.kill_all()
        if not under_way.outcome.faults:
            under_way.finish()
    finally:
        under_way.close()
    under_way.outcome.seconds = time.monotonic() - begun
    return under_way.outcome


class _Round:
    """One campaign under way. This process never opens the book, so that what it forks begins with nothing open."""

    def __init__(self, plan: Plan, server: Server, url: str, campaign: str) -> None:
        self.plan, self.server = plan, server
        self.outcome = Outcome(plan)
        self.dice = random.Random(plan.seed)
        self.world = World(plan.workers, NOW)
        billing, letters = (server.folder / f"{alias_of(url)}.{name}" for name in ("billing", "letters"))
        self.outlet: Any = Gullible(billing) if plan.gullible else FileOutlet(billing)
        self.book = Book(alias_of(url), url)
        self.work = Work(self.book, campaign, self.outlet, letters, plan.sizes, plan.many, plan.plant)
        self.pids: dict[int, int] = {}
        self.seen = Seen()
        self.aside = 0
        self.auditor = Auditing(self.book, campaign, billing, letters)
        gc.collect()
        gc.freeze()
        for slot in range(self.plan.workers):
            self.fork(slot)

    def fork(self, slot: int) -> None:
        """A worker in this slot; it begins with the ids that the billing system is known to have."""
        self.outlet.look(SimpleNamespace(id="", scale=2))
        seed = self.dice.getrandbits(64)
        pid = os.fork()
        if pid == 0:
            work(self.world, slot, self.work, seed)
        self.pids[slot] = pid

    def kill_all(self) -> None:
        """Every kill of the plan, spread over the campaign, each followed by a look; ends at the first fault.

        However many are asked for, every point is tried.
        """
        stops = {self.plan.kills * (step + 1) // (self.plan.stops + 1) for step in range(self.plan.stops)}
        self.wait_for(0)
        while self.share < 1 and not self.outcome.faults:
            before = self.outcome.killed
            self.event()
            if any(before < stop <= self.outcome.killed for stop in stops):
                self.server.stop_at_once()
                self.outcome.stops += 1
            self.world.move(_STEP)
            self.look()
            if self.seen.over:
                return
            self.wait_for(self.share * _SPREAD)

    @property
    def share(self) -> float:
        """How much of the plan is done: its kills, and each point at least once."""
        tried = sum(self.outcome.kills[point] > 0 for point in POINTS)
        return min(self.outcome.killed / self.plan.kills, tried / len(POINTS))

    def event(self) -> None:
        """One worker dies at the point that was tried least, one at any moment, or all of them at once."""
        kind = self.dice.choices(KINDS, self.plan.mix)[0]
        slot = self.dice.randrange(self.plan.workers)
        if kind == "still":
            self.stand_still(slot)
            return
        if kind == "point":
            point = self.point()
            self.world.doom(slot, point)
            died = self.reap(slot, _PATIENCE_S)
            self.world.doom(slot, None)
            if died:
                self.killed(slot, point)
                return
        time.sleep(self.dice.random() * _LONGEST_S)
        for one in range(self.plan.workers) if kind == "all" else (slot,):
            self.signal(one, signal.SIGKILL)
            self.reap(one, 10)
            self.killed(one, ANY)

    def signal(self, slot: int, what: int) -> None:
        """Send it a signal, unless it failed by itself."""
        if slot in self.pids:
            os.kill(self.pids[slot], what)

    def stand_still(self, slot: int) -> None:
        """One worker stands still for longer than its lease, and goes on when others have taken what it held.

        A billing system that believes everything is spared what it could not survive.
        """
        point = self.dice.choice(STILL[: 2 if self.plan.gullible else 3])
        self.world.doom(slot, point, signal.SIGSTOP)
        stood = self.reap(slot, _PATIENCE_S, os.WUNTRACED)
        self.world.doom(slot, None)
        if stood:
            self.world.rest(slot)
            self.world.move(LEASE + _STEP)
            self.allow_all(2)
            time.sleep(_LONGEST_S)
            self.outcome.stood_still += 1
        self.signal(slot, signal.SIGCONT)

    def point(self) -> str:
        """The point that was tried least among those that can still be reached."""
        near = [one for one in POINTS if self.seen.state != "finished" or one.startswith(("outbox", "notice"))]
        if sum(self.seen.notices.values()) == self.seen.posted and self.seen.state == "finished":
            near.remove("notice.made")
        least = min(self.outcome.kills[one] for one in near)
        return self.dice.choice([one for one in near if self.outcome.kills[one] == least])

    def killed(self, slot: int, point: str) -> None:
        """Note it, and put another worker there."""
        self.outcome.kills[point] += 1
        self.world.rest(slot)
        self.fork(slot)

    def reap(self, slot: int, patience: float, how: int = 0) -> bool:
        """Wait for a worker to end (or to stand still); did it? One that failed by itself is a fault."""
        until = time.monotonic() + patience
        while slot in self.pids:
            pid, status = os.waitpid(self.pids[slot], os.WNOHANG | how)
            if pid and not os.WIFSTOPPED(status):
                del self.pids[slot]
                if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                    self.outcome.faults.append("wrong: a worker failed; its traceback is above")
            if pid:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.001)
        return True

    def look(self) -> None:
        """Let the auditor look."""
        self.seen = self.auditor.ask("look")
        self.outcome.looks += 1
        self.outcome.faults += self.seen.faults
        self.aside = self.seen.posted + self.seen.settled - self.world.total(*STAGES)

    def wait_for(self, share: float) -> None:
        """Let the workers get this far with the campaign; where nothing moves, the clock does.

        Posting runs ahead a little, so that whoever is doomed finds something to do.
        """
        lines, size = int(share * self.plan.accounts), sum(self.plan.sizes) // len(self.plan.sizes)
        ahead = _AHEAD * self.plan.many
        self.world.allow(POSTED, -(-max(0, lines + ahead - self.seen.posted) // size))
        self.world.allow(PARCELS, -(-max(0, lines - closed(self.seen.outbox)) // self.plan.many))
        self.world.allow(NOTICES, -(-max(0, lines - closed(self.seen.notices)) // self.plan.many))
        done, since, moved = -1, time.monotonic(), time.monotonic()
        while (now_done := self.aside + self.world.total(*STAGES)) < lines * 3 + ahead:
            now = time.monotonic()
            if now_done != done:
                done, since = now_done, now
            if now - since > _STUCK_S and now - moved > _STUCK_S:
                self.nudge()
                moved = now
            if now - since > 10 * _STUCK_S:
                self.allow_all(1)
                return  # whatever it is, the next look tells
            time.sleep(0.002)

    def nudge(self) -> None:
        """Let time pass, and whoever stopped a moment too late go on."""
        self.world.move(_STEP)
        for slot in self.pids:
            self.signal(slot, signal.SIGCONT)

    def allow_all(self, parts: int) -> None:
        """Let so many more parts of every stage be begun."""
        for stage in STAGES:
            self.world.allow(stage, parts)

    def finish(self) -> None:
        """No more kills: everything comes to its end, and is checked whole."""
        self.allow_all(self.plan.accounts)
        until = time.monotonic() + 300
        while not self.seen.over and not self.outcome.faults:
            self.nudge()
            time.sleep(0.25)
            self.look()
            if time.monotonic() > until:
                self.outcome.faults.append(f"lost: it does not come to an end: {self.seen}")
        self.world.end()
        for slot in range(self.plan.workers):
            if not self.reap(slot, 60):
                self.outcome.faults.append("lost: a worker does not come to an end")
        if not self.outcome.faults:
            self.outcome.faults += self.auditor.ask("whole")
        self.outcome.posted, self.outcome.parcels = self.seen.posted, sum(self.seen.outbox.values())
        self.outcome.notices = self.seen.notices
        self.outcome.refused = self.world.total(REFUSED)

    def close(self) -> None:
        """End whatever is left."""
        for pid in self.pids.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.auditor.end()
        gc.unfreeze()


if __name__ == "__main__":
    main()
