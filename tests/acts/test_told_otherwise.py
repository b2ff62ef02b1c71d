"""Later assessments tell incidents otherwise: merged into one, or from INC-1 on again; no loss is paid twice for it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.import_assessment import Took, import_assessment
from makegood.acts.post_wave import post_wave
from makegood.acts.steer_campaign import steer_campaign
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.cause import Cause
from makegood.campaigns.filters import Filters
from makegood.campaigns.published import Told
from makegood.errors import BadUse
from makegood.losses.hit import Hit
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.store import causes
from makegood.store.book import Book
from tests.books import NOW, Cast, cast

FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20)),))
Incident = tuple[int, str | None, str]  # day of September, model, accounts of one letter


def take(book: Book, team: Cast, mark: str, *incidents: Incident) -> Took:
    """Import an assessment of these incidents, called INC-1, INC-2 and so on in it."""
    told, hits = [], []
    for number, (day, model, accounts) in enumerate(incidents, 1):
        span = Span(datetime(2026, 9, day, 6, tzinfo=UTC), datetime(2026, 9, day, 8, tzinfo=UTC))
        told.append(Cause("", "incident", span, Scope("acme", "chat", model), f"INC-{number}", mark * 64))
        hits += [Hit(one, f"INC-{number}", 10, 5, 100, (("USD", Decimal(5)),)) for one in accounts]
    return import_assessment(book, team.dana, Told(tuple(told), tuple(hits), None, mark * 64), mark, NOW)


def pay(book: Book, team: Cast, cause: str) -> set[str]:
    """Draw a campaign for a cause, sign and post it where there is something to; who gets something."""
    draft = Draft((cause,), "house", "1", "USD", 1_000_000, 0, 0)
    try:
        drawn = draw_campaign(book, team.dana, Drawing(draft, FLAT, Filters()), NOW)
    except BadUse:  # nobody would get anything
        return set()
    approve_campaign(book, team.ari, drawn.campaign, drawn.allocation.hash, NOW)
    steer_campaign(book, team.dana, drawn.campaign, "start", NOW)
    assert post_wave(book, drawn.campaign, NOW).posted == len(drawn.allocation.lines)
    return {one.account for one in drawn.allocation.lines}


def test_two_incidents_that_a_later_assessment_tells_as_one_are_paid_once(swept: Book):
    team = cast(swept)
    take(swept, team, "a", (10, "m1", "xy"), (10, "m2", "zw"))
    assert pay(swept, team, "INC-1") == {"x", "y"}
    assert pay(swept, team, "INC-2") == {"z", "w"}
    assert take(swept, team, "b", (10, None, "xyzwn")).causes == (("INC-1", "INC-1", True),)
    assert pay(swept, team, "INC-1") == {"n"}
    assert pay(swept, team, "INC-2") == set()


def test_a_cause_goes_by_its_id_in_the_book_though_a_later_assessment_counts_from_one_again(swept: Book):
    team = cast(swept)
    take(swept, team, "a", (10, "m1", "xy"))
    assert take(swept, team, "b", (20, "m1", "pq")).causes == (("INC-1", "INC-2", False),)
    assert [causes.cause_named(swept, name).id for name in ("INC-1", "INC-2")] == ["INC-1", "INC-2"]
    take(swept, team, "c", (20, "m1", "pq"), (25, "m1", "s"), (20, "m1", "u"), (20, "m1", "v"))
    assert causes.cause_named(swept, "INC-4").id == "INC-2"  # no cause has that id, so the newest assessment is asked


def test_an_incident_whose_edges_drift_from_telling_to_telling_stays_one_cause(swept: Book):
    team = cast(swept)
    take(swept, team, "a", (10, "m1", "x"))
    assert take(swept, team, "b", (10, None, "xy")).causes == (("INC-1", "INC-1", True),)
    assert pay(swept, team, "INC-1") == {"x", "y"}
    assert take(swept, team, "c", (10, "m2", "y")).causes == (("INC-1", "INC-1", True),)
    assert pay(swept, team, "INC-1") == set()
