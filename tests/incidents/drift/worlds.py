"""Made worlds: sets of canaries and models that answer them, for the tests of drift."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from makegood.incidents.drift.answer import REFERENCE, WATCH, Answer
from makegood.incidents.drift.canary import YES_NO, Canary
from makegood.incidents.drift.judge import Drift, judge
from makegood.incidents.drift.plan import Plan, due_canaries

START = datetime(2026, 1, 1, tzinfo=UTC)
Says = Callable[[Canary, str, random.Random], str]


def yes_no_set(yes: int, no: int, topic: str = "prime") -> tuple[Canary, ...]:
    """Questions of one topic, so many of each class."""
    groups = ["yes"] * yes + ["no"] * no
    return tuple(Canary(f"{topic}-{n}", topic, g, f"? {n}", YES_NO, g, ("yes", "no")) for n, g in enumerate(groups))


def answer(one: Canary, said: str, part: str = WATCH, minute: int = 0, form: str = "bare") -> Answer:
    """A row; an answer in brackets is neither right nor wrong, an empty one a fault."""
    right = None if said.startswith("(") or not said else said == one.truth
    fault = None if said else "timeout"
    at = START + timedelta(minutes=minute)
    return Answer(at, "m", "plan", 1, part, one.id, 200 if said else 0, fault, said, form if said else "", right)


def saying(before: tuple[float, float], now: tuple[float, float]) -> Says:
    """Says yes with these chances: where yes is right and where no is, in the reference and after it."""

    def says(one: Canary, part: str, draw: random.Random) -> str:
        chance = (before if part == REFERENCE else now)[one.group == "no"]
        return "yes" if draw.random() < chance else "no"

    return says


def asked(canaries: Sequence[Canary], says: Says, watch: int, seed: int = 1) -> tuple[list[Answer], Plan]:
    """What the plan asks, answered."""
    plan, draw, rows, watched = Plan(f"seed {seed}"), random.Random(seed), [], 0
    while watched < watch:
        due = due_canaries(canaries, rows, plan)
        if not due.canaries:
            break
        for one in due.canaries[: watch - watched if due.part == WATCH else None]:
            rows.append(answer(one, says(one, due.part, draw), due.part, len(rows)))
            watched += due.part == WATCH
    return rows, plan


def judged(canaries: Sequence[Canary], says: Says, watch: int = 400, seed: int = 1) -> Drift:
    """The judgement on such answers."""
    rows, plan = asked(canaries, says, watch, seed)
    return judge(canaries, rows, plan)
