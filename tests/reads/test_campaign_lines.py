"""Every line of a campaign and every account left out: what is told of each, in words, on both engines, and safely."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.give_award import give_award
from makegood.acts.import_customers import import_customers
from makegood.acts.post_wave import post_wave
from makegood.acts.steer_campaign import Move, steer_campaign
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import GRANT, Draft
from makegood.campaigns.customer import Customer
from makegood.campaigns.filters import Filters
from makegood.errors import BadUse
from makegood.reads.campaign_lines import Told, count_told, lines_told, schedule_of
from makegood.reads.line_words import COLUMNS, Cells, cells_of, labelled, row_of
from makegood.reads.safe_csv import SafeCsv, safe
from makegood.reads.words import Words
from makegood.spans import iso
from makegood.store.book import Book
from tests.books import NOW, Cast, behind, book, cast, hit_world, swept
from tests.reads.audit_world import gift

__all__ = ["book", "swept"]
FLAT = Programme(
    "house", "7", (Offer("credit", "USD", flat=Decimal(20), clause="sorry"),), reason="We are sorry.", least_faults=2
)
ACCOUNTS = 40
DAY = timedelta(days=1)


def drawn(book: Book, team: Cast, **more: object) -> str:
    """Half of what 40 accounts would get over four days; one is closed, those of one fault get nothing."""
    cause = hit_world(book, team.dana, ACCOUNTS)
    known = [
        Customer(f"acct-{n:06d}", currency="USD", status="closed" if n == 1 else "active") for n in range(ACCOUNTS)
    ]
    import_customers(book, team.dana, known, "customers.csv", NOW)
    draft = Draft((cause,), "house", "7", "USD", 40_000, 4, 50_000, holdout_ppm=200_000, **more)
    return draw_campaign(book, team.dana, Drawing(draft, FLAT, Filters()), NOW).campaign


def started(book: Book, team: Cast, campaign: str) -> None:
    """Signed and started two days after it was drawn."""
    approve_campaign(book, team.ari, campaign, book.one("SELECT hash FROM campaign")[0], NOW)
    steer_campaign(book, team.dana, campaign, "start", NOW + 2 * DAY)


def told(book: Book, campaign: str, at: int = 0, account: str | None = None) -> list[Told]:
    """All of it, so many days after the draw."""
    with book.reading():
        return list(lines_told(book, schedule_of(book, campaign, NOW + at * DAY), account))


def cells(book: Book, one: Told, lang: str = "en") -> Cells:
    """One of it in words."""
    return cells_of(one, schedule_of(book, "CMP-1", NOW).kept.draft, Words(lang))


def test_every_line_comes_in_order_and_then_who_is_left_out(swept: Book):
    campaign = drawn(swept, cast(swept))
    found = told(swept, campaign)
    kept = schedule_of(swept, campaign, NOW).kept
    lines = [one.line for one in found if one.line]
    assert [one.number for one in lines] == list(range(kept.lines))
    assert sum(one.cost for one in lines if one.group == GRANT) == kept.total
    assert len(found) == ACCOUNTS == count_told(swept, campaign)
    assert all(one.line is None for one in found[kept.lines :])
    assert [one.due for one in found[: kept.granted]] == sorted(one.due for one in found[: kept.granted])
    assert {one.due for one in found if one.wave == 0} == {NOW}
    assert {(one.wave, one.due - NOW) for one in found if one.wave} == {(n, n * DAY) for n in (1, 2, 3, 4)}


def test_a_line_tells_award_wish_loss_clause_and_reason(swept: Book):
    campaign = drawn(swept, cast(swept))
    first = told(swept, campaign)[0]
    number = int(first.line.account[-6:])
    assert cells(swept, first) == Cells(
        "0", first.line.account, "INC-1", "grant", "0", iso(NOW), "credit", "USD",
        f"{first.line.amount / 100:.2f}", f"{first.line.cost / 100:.2f}", "20.00", "USD",
        f"{Decimal(number + 1) / 100} USD", str(1 + number % 9), "sorry", "We are sorry.", "not yet posted",
    )  # fmt: skip
    assert first.line.cost < first.line.wish == 2000
    korean = cells(swept, first, "ko")
    assert (korean.group, korean.form, korean.state) == ("지급", "크레딧", "아직 지급되지 않음")


LEFT_OUT = [
    ("acct-000001", "the account is closed"),
    ("acct-000009", "it met too few failed attempts (1/2)"),
]


@pytest.mark.parametrize(("account", "why"), LEFT_OUT)
def test_who_is_left_out_is_told_why_and_what_was_met(swept: Book, account: str, why: str):
    campaign = drawn(swept, cast(swept))
    (one,) = told(swept, campaign, account=account)
    row = cells(swept, one)
    assert (row.account, row.group, row.reason, row.number, row.amount, row.state) == (
        account, "left out", why, "", "", "",
    )  # fmt: skip
    assert (row.lost, row.failed_attempts) == (("0.02 USD", "2") if account == "acct-000001" else ("0.1 USD", "1"))
    assert row_of(one, schedule_of(swept, campaign, NOW).kept.draft, Words())[-1] == f"left out: {why}"


def test_what_became_of_each_line(swept: Book):
    team = cast(swept)
    campaign = drawn(swept, team)
    started(swept, team, campaign)
    lines = [one.line for one in told(swept, campaign) if one.line and one.line.group == GRANT]
    give_award(swept, team.dana, gift(lines[0].account, 500, "claim/1", cause="INC-1"), NOW)
    post_wave(swept, campaign, NOW + 2 * DAY)
    found = told(swept, campaign, 2)
    states = [cells(swept, one).state for one in found if one.line]
    canary = sum(one.wave == 0 for one in found)
    assert states[0] == "skipped, because made good by posting 0"
    assert states[1:canary] == [f"posted at {n}" for n in range(1, canary)]
    assert set(states[canary : len(lines)]) == {"not yet posted"}
    assert set(states[len(lines) :]) == {"nothing is posted: held out"}
    assert found[canary].due == NOW + 3 * DAY, "a day after it started, not after it was drawn"
    assert found[0].due == NOW + 2 * DAY
    steer_campaign(swept, team.dana, campaign, "pause", NOW + 2 * DAY)
    assert told(swept, campaign, 4)[canary].due == NOW + 5 * DAY, "later by the two days that it stood still"
    steer_campaign(swept, team.dana, campaign, Move("cancel", "enough"), NOW + 4 * DAY)
    after = told(swept, campaign, 4)[canary]
    assert (cells(swept, after).state, after.due) == ("not posted: the campaign was cancelled", None)


def test_lines_that_were_changed_are_not_told(swept: Book):
    campaign = drawn(swept, cast(swept))
    (account,) = swept.one("SELECT account FROM line WHERE number = 3")
    behind(swept, "line", "UPDATE line SET amount = amount + 1 WHERE number = 3")
    for one in (None, account):
        with pytest.raises(BadUse, match="are not those that were drawn"):
            told(swept, campaign, account=one)


CELLS = [
    ("=1+1", "'=1+1"),
    ("+82 10", "'+82 10"),
    ("-5", "'-5"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("＝1", "'＝1"),
    ("\tx", "'\ufffdx"),
    ("a\nb\u202e", "a\ufffdb\ufffd"),
    ("서울-결제팀", "서울-결제팀"),
    ("acct=1", "acct=1"),
]


@pytest.mark.parametrize(("text", "cell"), CELLS)
def test_no_cell_is_a_formula_or_obeyed(text: str, cell: str):
    assert safe(text) == cell
    file = io.StringIO()
    SafeCsv(file).row((text, 'say "x"'))
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [[cell, 'say "x"']]


def test_a_screen_shows_only_what_is_known():
    assert labelled(Cells(account="a\x1b", reason="x"), Words()) == (("Account", "a\\u001b"), ("Reason", "x"))
    assert COLUMNS[:2] == ("number", "account")
