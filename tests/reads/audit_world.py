"""A small book with some of everything, for audits; the same on both engines, position by position."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.change_keys import end_key, issue_key
from makegood.acts.change_rights import give_rights, take_rights
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.expire_credits import expire_credits
from makegood.acts.give_award import Gift, give_award, sign_award
from makegood.acts.import_audience import import_audience
from makegood.acts.post_wave import post_wave
from makegood.acts.send_notices import Post, make_notices, send_notices
from makegood.acts.send_parcels import Batch, send_parcels
from makegood.acts.set_limit import set_limit
from makegood.acts.steer_campaign import Move, steer_campaign
from makegood.acts.take_back import take_back
from makegood.acts.take_complaint import take_complaint
from makegood.acts.use_credit import Spending, use_credit
from makegood.awards.award import Award
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.audience_file import Asked, Audience
from makegood.campaigns.filters import Filters
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import Refused
from makegood.ledger.basis import Basis
from makegood.spans import Span, iso
from makegood.store.book import Book
from makegood.store.witness import Witnessed, as_it_stands
from tests.books import NOW, Cast, cast, hit_world

FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20), expires_days=90),))
ACCOUNTS = 300


class Taker:
    """A billing system that takes everything."""

    name = "taker"

    def refuses(self, _: Parcel) -> str | None:
        return None

    def send(self, parcel: Parcel) -> Sent:
        return Sent("done", "", f"remote {parcel.id}")

    def look(self, _: Parcel) -> Seen | None:
        return None


class Ear:
    """A channel that hears everything."""

    name = "ear"

    def reaches(self, _: Notice) -> bool:
        return True

    def send(self, letter: Letter) -> Sent:
        return Sent("done", "", letter.notice.id)


@dataclass
class World:
    """The book, its people, its clock, what was noted of it half-way and at the end, and positions by what they are."""

    book: Book
    team: Cast
    now: datetime = NOW
    half: Witnessed | None = None
    noted: Witnessed | None = None
    at: dict[str, int] = field(default_factory=dict)

    def later(self, **more: int) -> datetime:
        """A moment after everything before."""
        self.now += timedelta(**(more or {"minutes": 1}))
        return self.now


def _draft(budget: int, **more: object) -> Drawing:
    return Drawing(Draft(("INC-1",), "house", "1", "USD", budget, canary_ppm=10_000, **more), FLAT, Filters())


def gift(account: str, amount: int, key: str, **more: object) -> Gift:
    cause = str(more.pop("cause", ""))
    basis = Basis("credit", cause, reason="We are sorry.", **more)
    return Gift(Award(account, cause, "credit", "USD", amount, amount, basis), key, propose=True)


def make_world(book: Book) -> World:
    """One campaign posted in full, one under way, one cancelled; single awards, uses, an expiry and a reversal."""
    world = World(book, cast(book))
    hit_world(book, world.team.dana, ACCOUNTS, world.later())
    _posted(world)
    _single(world)
    world.half = as_it_stands(book)
    _under_way(world)
    _people(world)
    _sent(world)
    world.at["size"] = book.one("SELECT COUNT(*) FROM posting")[0]
    world.noted = as_it_stands(book)
    return world


def _posted(world: World) -> None:
    book, team = world.book, world.team
    drawn = draw_campaign(book, team.dana, _draft(500_000, days=0, holdout_ppm=30_000), world.later())
    given = give_award(book, team.dana, gift("acct-000010", 5_000, "claim/1/1", cause="INC-1"), world.later())
    world.at["claim"] = given.posted.position
    approve_campaign(book, team.ari, drawn.campaign, drawn.allocation.hash, world.later())
    steer_campaign(book, team.dana, drawn.campaign, "start", world.later())
    while post_wave(book, drawn.campaign, world.later(), 80).state == "running":
        pass
    number = next(one.number for one in drawn.allocation.lines if one.account == "acct-000010")
    assert book.rows("SELECT campaign, number FROM skip") == [("CMP-1", number)]
    world.at["skipped"] = number


def _single(world: World) -> None:
    book, team = world.book, world.team
    proposed = give_award(book, team.dana, gift("acct-000020", 90_000, "claim/2/1"), world.later())
    world.at["signed"] = sign_award(book, team.bea, "claim/2/1", proposed.hash, world.later()).posted.position
    assert give_award(book, team.dana, gift("acct-000021", 80_000, "claim/3/1"), world.later()).waits
    used = use_credit(book, team.dana, Spending("order-1", "acct-000010", "USD", 1_000), world.later())
    world.at["use"] = used[0].position
    award = book.one("SELECT position, account FROM posting WHERE key LIKE 'campaign/CMP-1/acct-000030/%%'")
    world.at["reversed"], account = award
    world.at["reversal"] = take_back(book, team.dana, award[0], "given by mistake", world.later()).position
    again = give_award(book, team.dana, gift(account, 700, "claim/4/1", cause="INC-1"), world.later())
    world.at["again"] = again.posted.position
    soon = iso(world.now + timedelta(days=1))
    world.at["soon"] = give_award(
        book, team.dana, gift("acct-000040", 300, "claim/5/1", expires=soon), world.later()
    ).posted.position
    assert expire_credits(book, world.later(days=2)) == 1
    world.at["expiry"] = world.at["soon"] + 1


def _under_way(world: World) -> None:
    book, team = world.book, world.team
    drawn = draw_campaign(book, team.bea, _draft(400_000, days=3), world.later())
    approve_campaign(book, team.ari, drawn.campaign, drawn.allocation.hash, world.later())
    for move in ("start", "pause", "resume"):
        steer_campaign(book, team.dana, drawn.campaign, Move(move, "as planned"), world.later())
    assert post_wave(book, drawn.campaign, world.later()).posted == 1
    dropped = draw_campaign(book, team.dana, _draft(300_000, days=0), world.later())
    steer_campaign(book, team.dana, dropped.campaign, "cancel", world.later())


def _people(world: World) -> None:
    book, team = world.book, world.team
    try:
        draw_campaign(book, team.eve, _draft(1_000, days=0), world.later())
    except Refused:
        give_rights(book, team.olga, team.eve.person, ("draw", "import"), world.later())
    take_rights(book, team.olga, team.eve.person, ("import",), world.later())
    issue_key(book, team.eve, team.eve.person, world.later())
    end_key(book, team.eve, team.eve.key, world.later())
    set_limit(book, team.olga, "USD", 20_000, world.later())
    take_complaint(book, team.dana, ("CMP-1", "acct-000050"), "It came late.", world.later())
    span = Span(world.now - timedelta(days=90), world.now - timedelta(days=1))
    listed = Audience((Asked("acct-000060", reason="suspended by mistake"),), (), ())
    import_audience(book, team.dana, ("SUSPENDED", span), listed, world.later())


def _sent(world: World) -> None:
    book = world.book
    send_parcels(book, Taker(), Batch("w1", 120, 1), world.later())
    make_notices(book, world.later())
    post = Post("w1", (Ear(),), lambda notice: Letter(notice, "s", "t", "h", {}), many=40)
    send_notices(book, post, world.later())
