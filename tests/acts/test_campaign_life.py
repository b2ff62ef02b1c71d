"""A campaign's life on both engines: drawn, approved by another, posted in waves, finished."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.post_wave import post_wave
from makegood.acts.send_parcels import Batch, send_parcels
from makegood.acts.steer_campaign import steer_campaign
from makegood.acts.take_back import take_back
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.filters import Filters
from makegood.campaigns.state import fold
from makegood.errors import BadState, BadUse, Refused
from makegood.store import campaigns, postings
from makegood.store.book import Book
from makegood.store.journal import Actor
from tests.books import NOW, cast, hit_world

FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20), expires_days=90),))


class Taking:
    """An outlet that takes everything."""

    name = "taking"

    def refuses(self, parcel: Parcel) -> str | None:
        """Nothing."""

    def send(self, parcel: Parcel) -> Sent:
        """Taken."""
        return Sent("done", remote=parcel.id)

    def look(self, parcel: Parcel) -> Seen | None:
        """Nothing is there before it is sent."""


class Refusing(Taking):
    """An outlet that takes nothing."""

    def refuses(self, parcel: Parcel) -> str | None:
        """Everything."""
        return f"this billing system takes nothing like {parcel.id}"


def drawing(cause: str, budget: int = 1_000_000, days: int = 0, **more: object) -> Drawing:
    """Twenty dollars to everyone."""
    return Drawing(Draft((cause,), "house", "1", "USD", budget, days, 10_000, **more), FLAT, Filters())


def running(book: Book, accounts: int, **more: object) -> str:
    """A campaign over so many accounts, drawn by Dana, signed by Ari, started."""
    team = cast(book)
    drawn = draw_campaign(book, team.dana, drawing(hit_world(book, team.dana, accounts), **more), NOW)
    approve_campaign(book, team.ari, drawn.campaign, drawn.allocation.hash, NOW)
    steer_campaign(book, team.dana, drawn.campaign, "start", NOW)
    return drawn.campaign


def test_it_posts_every_line_once_and_finishes(book: Book):
    campaign = running(book, 250)
    while post_wave(book, campaign, NOW, 40).state == "running":
        pass
    assert fold(campaigns.events(book, campaign)).state == "finished"
    found = postings.read(book, "kind = 'award'")
    assert len({one.posting.account for one in found}) == len(found) == 250
    assert {one.posting.amount for one in found} == {2000}
    assert book.one("SELECT COUNT(*) FROM outbox")[0] == 250
    assert post_wave(book, campaign, NOW).state == "finished"
    assert len(postings.read(book, "kind = 'award'")) == 250


def test_waves_come_a_day_apart_and_a_pause_moves_what_is_left(book: Book):
    campaign = running(book, 100, days=3)
    assert post_wave(book, campaign, NOW).posted == 1  # the canary
    assert post_wave(book, campaign, NOW).posted == 0
    day = timedelta(days=1)
    assert post_wave(book, campaign, NOW + day).posted == 0  # nobody knows yet whether the canary arrived
    send_parcels(book, Taking(), Batch("w"), NOW)
    assert post_wave(book, campaign, NOW + day).posted == 33
    assert post_wave(book, campaign, NOW + day).posted == 0
    assert [one.kind for one in campaigns.events(book, campaign)] == ["drawn", "approved", "started"]


def test_a_canary_that_is_refused_stops_the_rest_until_a_human_resumes(book: Book):
    campaign = running(book, 100, days=3)
    post_wave(book, campaign, NOW)
    send_parcels(book, Refusing(), Batch("w"), NOW)
    day = timedelta(days=1)
    assert post_wave(book, campaign, NOW + day).state == "stopped"
    assert campaigns.events(book, campaign)[-1].data == {"rule": "errors:1/1"}
    dana = Actor("P-2", "K-2")
    steer_campaign(book, dana, campaign, "resume", NOW + day)
    assert post_wave(book, campaign, NOW + day).posted == 33


def test_the_budget_scales_the_wishes_to_the_cent(book: Book):
    campaign = running(book, 7, budget=10_001)
    while post_wave(book, campaign, NOW).state == "running":
        pass
    assert sum(one.posting.amount for one in postings.read(book, "kind = 'award'")) == 10_001


def test_nobody_approves_what_they_drew(book: Book):
    team = cast(book)
    drawn = draw_campaign(book, team.bea, drawing(hit_world(book, team.dana, 5)), NOW)
    with pytest.raises(Refused, match="another human"):
        approve_campaign(book, team.bea, drawn.campaign, drawn.allocation.hash, NOW)
    refused = book.rows("SELECT person, act, outcome FROM journal WHERE outcome = 'refused'")
    assert refused == [(team.bea.person, "approve_campaign", "refused")]


def test_a_campaign_that_nobody_approved_is_not_started(book: Book):
    team = cast(book)
    drawn = draw_campaign(book, team.dana, drawing(hit_world(book, team.dana, 5)), NOW)
    with pytest.raises(BadState, match="cannot be started"):
        steer_campaign(book, team.dana, drawn.campaign, "start", NOW)
    assert post_wave(book, drawn.campaign, NOW).posted == 0


@pytest.mark.parametrize("days", [3_661, 3_000_000, 10**11])
def test_a_campaign_past_all_calendars_is_bad_use(swept: Book, days: int):
    team = cast(swept)
    with pytest.raises(BadUse, match="3660 days at most"):
        draw_campaign(swept, team.dana, drawing(hit_world(swept, team.dana, 2), days=days), NOW)


def test_what_was_taken_back_as_a_whole_can_be_drawn_again_though_nothing_else_changed(swept: Book):
    team = cast(swept)
    cause = hit_world(swept, team.dana, 1)
    first = draw_campaign(swept, team.dana, drawing(cause), NOW)
    approve_campaign(swept, team.ari, first.campaign, first.allocation.hash, NOW)
    steer_campaign(swept, team.dana, first.campaign, "start", NOW)
    assert post_wave(swept, first.campaign, NOW).state == "finished"
    take_back(swept, team.dana, 0, "for another cause", NOW)
    again = draw_campaign(swept, team.dana, drawing(cause), NOW)
    assert (again.repeat, again.allocation.hash) == (False, first.allocation.hash)
    assert again.campaign != first.campaign
