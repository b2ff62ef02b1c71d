"""Two operators at once, 500 interleavings: one outcome, nothing above the budget, no loss made good twice."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.give_award import Gift, give_award
from makegood.acts.import_assessment import import_assessment
from makegood.acts.post_wave import post_wave
from makegood.acts.steer_campaign import steer_campaign
from makegood.acts.take_back import take_back
from makegood.awards.award import Award
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.cause import Cause
from makegood.campaigns.filters import Filters
from makegood.campaigns.published import Told
from makegood.campaigns.state import fold
from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.losses.hit import Hit
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.store import campaigns, journal
from makegood.store.book import Book
from tests.books import NOW, Cast, cast

IN_TURNS, AT_ONCE = 220, 30  # on each engine
ACCOUNTS = 5
FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20), expires_days=90),))
EVENTS = {"start_campaign": "started", "pause_campaign": "paused", "resume_campaign": "resumed"} | {
    "cancel_campaign": "cancelled",
    "approve_campaign": "approved",
}
Step = Callable[[], str]


@dataclass
class Case:
    """One cause of a book, over which two operators meet; what each of their steps came to, by operator."""

    book: Book
    team: Cast
    cause: str
    now: datetime
    dice: random.Random
    told: list[list[tuple[str, str]]] = field(default_factory=lambda: [[], []])

    def scripts(self) -> list[list[Step]]:
        """What the two want: to steer the same campaign, two campaigns for one cause, or a campaign and claims."""
        kind = self.dice.choice(("one", "two", "claims"))
        budgets = {"one": (7_001, 7_001), "two": (7_001, 6_003), "claims": (7_001, 7_001)}[kind]
        first = _Operator(self, 0, budgets[0]).steers()
        return [first, _Claims(self).claims() if kind == "claims" else _Operator(self, 1, budgets[1]).steers()]

    def run(self, who: int, script: list[Step]) -> None:
        """Do the steps; what no operator may meet is raised."""
        for step in script:
            try:
                self.told[who].append((step(), "done"))
            except BadUse as fault:
                self.told[who].append((type(fault).__name__, "refused"))


class _Operator:
    """Draws a campaign of its own budget, has it signed by Ari, and steers it; a wave is posted by whoever likes."""

    def __init__(self, case: Case, who: int, budget: int) -> None:
        self.case, self.budget = case, budget
        self.actor = (case.team.dana, case.team.bea)[who]
        self.campaign, self.hash = "", ""

    def steers(self) -> list[Step]:
        dice = self.case.dice
        steps: list[Step] = [self.approves, self.moves("start"), *(self.posts(dice.randint(1, 4)) for _ in range(3))]
        for move in dice.choice(((), ("cancel",), ("pause", "resume"), ("pause", "resume", "cancel"), ("resume",))):
            steps.insert(dice.randint(len(steps) // 2, len(steps)), self.moves(move))
        return [self.draws, *(one for one in steps if dice.random() < 0.85)]

    def draws(self) -> str:
        draft = Draft((self.case.cause,), "house", "1", "USD", self.budget, 0, 0)
        drawn = draw_campaign(self.case.book, self.actor, Drawing(draft, FLAT, Filters()), self.case.now)
        self.campaign, self.hash = drawn.campaign, drawn.allocation.hash
        return "draw again" if drawn.repeat else "draw_campaign"

    def approves(self) -> str:
        approve_campaign(self.case.book, self.case.team.ari, self.campaign, self.hash, self.case.now)
        return "approve_campaign"

    def moves(self, move: str) -> Step:
        def step() -> str:
            steer_campaign(self.case.book, self.actor, self.campaign, move, self.case.now)
            return f"{move}_campaign"

        return step

    def posts(self, size: int) -> Step:
        def step() -> str:
            post_wave(self.case.book, self.campaign, self.case.now, size)
            return "post"

        return step


class _Claims:
    """Dana gives single awards for the same losses, and now and then takes one back to give another."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.given: list[int] = []

    def claims(self) -> list[Step]:
        accounts = [f"{self.case.cause}/{number}" for number in range(ACCOUNTS)]
        steps = [self.gives(account, 1) for account in self.case.dice.sample(accounts, 3)]
        again = self.case.dice.choice(accounts)
        return [*steps, *self.case.dice.choice(([], [self.takes_back, self.gives(again, 2), self.takes_back]))]

    def gives(self, account: str, turn: int) -> Step:
        def step() -> str:
            basis = Basis("credit", self.case.cause, reason="claim")
            award = Award(account, self.case.cause, "credit", "USD", 300, 300, basis)
            gift = Gift(award, f"claim/{self.case.cause}/{account}/{turn}")
            posted = give_award(self.case.book, self.case.team.dana, gift, self.case.now).posted
            self.given.append(posted.position)
            return "give_award"

        return step

    def takes_back(self) -> str:
        if not self.given:
            return "nothing"
        take_back(self.case.book, self.case.team.dana, self.given.pop(), "by mistake", self.case.now)
        return "take_back"


class Baton:
    """Whose turn it is: it changes hands, as the dice say, before each transaction of whoever holds it."""

    _of_thread = threading.local()

    def __init__(self, dice: random.Random) -> None:
        self._dice, self._free, self._live = dice, threading.Condition(), [0, 1]
        self._holder = dice.choice(self._live)

    @contextmanager
    def held(self, who: int) -> Iterator[None]:
        """This thread plays as `who`."""
        Baton._of_thread.play = (self, who)
        try:
            with self._free:
                assert self._free.wait_for(lambda: self._holder == who, 60)
            yield
        finally:
            Baton._of_thread.play = None
            with self._free:
                self._live.remove(who)
                self._pass()

    def _pass(self) -> None:
        if self._live:
            self._holder = self._dice.choice(self._live)
            self._free.notify_all()

    @classmethod
    def before_transaction(cls) -> None:
        """Perhaps let the other one go first."""
        play = getattr(cls._of_thread, "play", None)
        if play is not None:
            baton, who = play
            with baton._free:
                baton._pass()
                assert baton._free.wait_for(lambda: baton._holder == who, 60)


@dataclass
class Pair:
    """Two operators at one book, each a thread with a connection of its own."""

    book: Book
    team: Cast
    causes: list[str]
    threads: tuple[ThreadPoolExecutor, ThreadPoolExecutor]

    def meet(self, number: int, in_turns: bool) -> Case:
        """Play one case; the number is its seed."""
        dice = random.Random(number)
        case = Case(self.book, self.team, self.causes[number], NOW + timedelta(hours=number), dice)
        baton, barrier = Baton(random.Random(-number)), threading.Barrier(2)

        def play(who: int, script: list[Step]) -> None:
            if in_turns:
                with baton.held(who):
                    case.run(who, script)
            else:
                barrier.wait(60)
                case.run(who, script)

        jobs = [thread.submit(play, who, case_script) for who, (thread, case_script) in self._dealt(case)]
        for job in jobs:
            job.result(120)
        return case

    def _dealt(self, case: Case) -> Any:
        return enumerate(zip(self.threads, case.scripts(), strict=True))


@pytest.fixture
def pair(book: Book, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """A book with a cause for each case, and the points at which the baton changes hands."""
    team = cast(book)
    for name in ("writing", "reading"):
        monkeypatch.setattr(Book, name, _turning(getattr(Book, name)))
    threads = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    for thread in threads:
        thread.submit(_in_memory, book).result(60)
    yield Pair(book, team, _causes(book, team), threads)
    for thread in threads:
        thread.submit(book.close).result(60)
        thread.shutdown()


def _in_memory(book: Book) -> None:
    """What is tried here is order, so that this connection need not wait for the disk."""
    book.run("PRAGMA synchronous=OFF" if book.vendor == "sqlite" else "SET synchronous_commit = off")


def _turning(opened: Callable[[Book], Any]) -> Callable[[Book], Any]:
    @contextmanager
    def turning(book: Book) -> Iterator[None]:
        Baton.before_transaction()
        with opened(book):
            yield

    return turning


def _causes(book: Book, team: Cast) -> list[str]:
    """A cause for each case, a day each, that hit accounts of its own."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    names = [f"INC-{number + 1}" for number in range(IN_TURNS + AT_ONCE)]
    spans = [Span(start + timedelta(days=step), start + timedelta(days=step, hours=1)) for step in range(len(names))]
    causes = [
        Cause("", "incident", span, Scope("acme", "chat"), name, "a" * 64)
        for name, span in zip(names, spans, strict=True)
    ]
    hits = [Hit(f"{name}/{number}", name, 3, 2, 1, ()) for name in names for number in range(ACCOUNTS)]
    told = Told(tuple(causes), tuple(hits), Span(start, NOW), "a" * 64)
    took = import_assessment(book, team.dana, told, "assessment.json", NOW)
    assert [id for _, id, _ in took.causes] == names
    return names


def test_five_hundred_interleavings_have_one_outcome(pair: Pair):
    """On each engine, with the transactions in turns as the seed says, and the last ones at the same moment."""
    met: Counter[str] = Counter()
    for number in range(IN_TURNS + AT_ONCE):
        before = journal.last(pair.book)[0]
        case = pair.meet(number, in_turns=number < IN_TURNS)
        rows = _journal(pair.book, before)
        check_journal(case, rows)
        for campaign in sorted({subject for act, subject, _, _ in rows if act == "draw_campaign" and subject}):
            check_campaign(pair.book, campaign, rows)
        check_losses(pair.book, case.cause)
        met.update(word for told in case.told for word, _ in told)
        met.update(act for act, _, outcome, detail in rows if outcome == "done" and detail.get("skipped"))
    # every kind of thing happened, or the cases say little; post_wave is one that skipped what was made good meanwhile
    wanted = (*EVENTS, "draw again", "give_award", "take_back", "post_wave", "BadState", "Compensated")
    assert {one: met[one] for one in wanted if met[one] < 10} == {}


def check_journal(case: Case, rows: list[tuple[str, str, str, Any]]) -> None:
    """Each refusal and each act that somebody got an answer to is in the journal, once."""
    told = [one for each in case.told for one in each]
    assert sum(outcome == "refused" for _, outcome in told) == sum(outcome == "refused" for *_, outcome, _ in rows)
    answered = Counter(
        act for act, outcome in told if outcome == "done" and act not in ("post", "draw again", "nothing")
    )
    assert answered == Counter(act for act, _, outcome, _ in rows if outcome == "done" and act != "post_wave")


def check_campaign(book: Book, campaign: str, rows: list[tuple[str, str, str, Any]]) -> None:
    """Its events are those of the moves that won; it posted while it ran, within its budget, what its chunks say."""
    events = campaigns.events(book, campaign)
    fold(events)  # raises where one may not come after another
    done = [(act, detail) for act, subject, outcome, detail in rows if subject == campaign and outcome == "done"]
    won = [EVENTS[act] for act, _ in done if act in EVENTS]
    assert [one.kind for one in events if one.person != "worker"] == ["drawn", *won]
    state = ""
    for act, detail in done:
        assert act != "post_wave" or not detail.get("posted") or state in ("started", "resumed")
        state = EVENTS.get(act, state)
    kept, chunks = campaigns.campaign_of(book, campaign), campaigns.chunks(book, campaign)
    lines = {one.account: one for one in campaigns.lines(book, campaign, 0, kept.lines)}
    posted = book.rows("SELECT account, amount, position FROM posting WHERE debit = %s", (f"expense/{campaign}",))
    skips = campaigns.skips(book, campaign)
    assert len(posted) == sum(one.posted for one in chunks)
    assert len(skips) == sum(one.skipped for one in chunks)
    covered = {number for one in chunks for number in range(one.first, one.end)}
    assert covered == {lines[account].number for account, _, _ in posted} | skips.keys()
    assert all(lines[account].amount == amount for account, amount, _ in posted)
    assert sum(lines[account].cost for account, _, _ in posted) == sum(one.spent for one in chunks) <= kept.budget


def check_losses(book: Book, cause: str) -> None:
    """One award at most stands for a loss, and each has its row in the outbox."""
    standing = book.rows(
        "SELECT a.account, COUNT(*), COUNT(o.position) FROM posting AS a LEFT JOIN posting AS r "
        "ON r.reverses = a.position LEFT JOIN outbox AS o ON o.position = a.position "
        "WHERE a.cause = %s AND r.position IS NULL GROUP BY a.account",
        (cause,),
    )
    assert all((awards, boxed) == (1, 1) for _, awards, boxed in standing)


def _journal(book: Book, first: int) -> list[tuple[str, str, str, Any]]:
    rows = book.rows("SELECT act, subject, outcome, detail FROM journal WHERE number >= %s ORDER BY number", (first,))
    return [(act, subject, outcome, json.loads(detail)) for act, subject, outcome, detail in rows]
