"""Campaign page: everything a second person must see before signing, in two languages, and nothing that runs."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from html import unescape
from xml.etree import ElementTree

import pytest

from makegood.awards.award import REASONS as REFUSALS
from makegood.campaigns.allocate import BELOW_FLOOR, NOTHING, OVER_BUDGET, OVER_CAP
from makegood.campaigns.allocation import Allocation, Draft, Excluded
from makegood.campaigns.audience import REASONS as NOT_IN_AUDIENCE
from makegood.campaigns.distribution import Bin, Distribution
from makegood.campaigns.draw import draw
from makegood.campaigns.oddest import REASONS as ODD
from makegood.campaigns.oddest import Odd
from makegood.campaigns.simulate import Simulation, simulate
from makegood.ledger.basis import Basis
from makegood.losses.hit import Hit
from makegood.reads.campaign_page import campaign_page
from makegood.reads.campaign_words import campaign_lines, campaign_sentences, exclusion_words, odd_words
from makegood.reads.cost_chart import cost_chart
from makegood.reads.words import Words
from tests.campaigns.test_draw import Given

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENGLISH, KOREAN = Words("en"), Words("ko", "Asia/Seoul")
DRAFT = Draft(("INC-1",), "goodwill-outage", "2026-02", "USD", 90_000, 3, 50_000, 100_000, floor=300, cap=2500)
EVIL = "<script>alert(1)</script>"


def simulated() -> Simulation:
    awards = [Given(f"acct-{at:02}", amount=2000 + at, cost=2000 + at) for at in range(50)]
    extension = Basis("extension", "INC-1", "goodwill-outage")
    awards += [
        Given(f"plan-{at}", unit="plan_days", amount=30, cost=1000 + 100 * at, basis=extension) for at in range(9)
    ]
    awards.append(Given(EVIL, amount=500, cost=500))
    excluded = [Excluded("x", "INC-1", "account_closed"), Excluded("y", "INC-1", "too_few_faults", "1/5")]
    hits = [Hit(one.account, "INC-1", 90, 20, 0, (("USD", Decimal("4.5")),)) for one in awards]
    hits[3] = replace(hits[3], faults=1)
    return simulate(draw(DRAFT, awards, excluded), START, hits)


def text_of(html: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.S))))


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_the_page_shows_what_is_signed_and_runs_nothing(words: Words):
    found = simulated()
    html = campaign_page(found, words, "campaign-7")
    assert f"<code>{found.hash}</code>" in html
    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"<script|<link(?! rel=\"icon\" href=\"data:,\")|https?://|<img|@import|onload", html)
    assert "default-src 'none'" in html
    for svg in re.findall(r"<svg.*?</svg>", html, flags=re.S):
        ElementTree.fromstring(svg)
    text = text_of(html)
    for section in campaign_lines(found, words):
        assert section.title in text
        for row in section.rows:
            assert all(cell in text for cell in row)
    assert all(one in text for one in campaign_sentences(found, words))


def test_the_sentences_say_how_many_how_much_when_and_who_waits():
    found = simulated()
    first, cut, out, held = campaign_sentences(found, ENGLISH)
    assert re.fullmatch(r"5\d accounts get awards that cost \$\d+\.\d\d of a budget of \$900\.00\.", first)
    assert re.fullmatch(
        r"\d+ awards were cut to fit the budget or a cap; uncut, all .* would cost \$\d,\d{3}\.\d\d\.", cut
    )
    assert out == "3 awards go out alone first; the others follow, the last at Mar 5, 2026 09:00 UTC."
    assert re.fullmatch(r"5 accounts drawn by lot are held out, .*; \$\d+\.\d\d is kept back for them\.", held)
    korean = campaign_sentences(found, KOREAN)
    assert len(korean) == 4
    assert "2026년 3월 5일 18:00 Asia/Seoul" in korean[2]


def test_sums_in_the_tables_are_those_of_the_simulation():
    found = simulated()
    sections = {one.title: one for one in campaign_lines(found, ENGLISH)}
    forms, waves = sections["What is granted"].rows, sections["Waves"].rows
    assert [row[0] for row in forms] == ["credit", "extension"]
    assert sum(int(row[1]) for row in forms) == found.lines == sum(int(row[2]) for row in waves)
    assert waves[0][0] == "canary"
    assert waves[-1][4] == ENGLISH.money(Decimal(found.cost).scaleb(-2), "USD")
    assert dict(sections["Left out"].rows)["it met too few failed attempts"] == "1"
    assert dict(sections["As it was drawn"].rows)["Cap of an account"] == "$25.00"
    assert dict(sections["As it was drawn"].rows)["Canary"] == "5%"
    assert any(
        "for 1 failed attempt: 19.8 times what the middle award pays for as many" in why
        for _, _, why in sections["The oddest accounts"].rows
    )


def test_every_reason_has_words_in_both_languages():
    codes = (*NOT_IN_AUDIENCE, *REFUSALS, BELOW_FLOOR, OVER_BUDGET, OVER_CAP, NOTHING)
    for code in codes:
        english, korean = exclusion_words(code, ENGLISH), exclusion_words(code, KOREAN)
        assert english != code.replace("_", " ") or code == "account_closed"
        assert re.search("[가-힣]", korean), code
    line = draw(replace(DRAFT, holdout_ppm=0), [Given("a")], []).lines[0]
    for reason in ODD:
        odd = Odd(line, reason, None if reason == "no_fault" else Fraction(5, 2), 7, Decimal("0.004"))
        assert re.search("[가-힣]", odd_words(odd, "USD", KOREAN))
    assert exclusion_words("some_new_code", ENGLISH) == "some new code"


def test_what_is_odd_is_told_beside_the_middle_award_and_small_sums_like_all_others():
    line = draw(replace(DRAFT, holdout_ppm=0), [Given("a", amount=1980, cost=1980)], []).lines[0]
    odd = Odd(line, "per_loss_low", Fraction(71, 10), 7, Decimal("1.41"))
    assert odd_words(odd, "USD", ENGLISH) == (
        "$19.80 for a loss of $1.41; the middle award pays 7.1 times as much for the same loss"
    )
    tiny = replace(odd, reason="per_loss_high", lost=Decimal("0.0020848"))
    assert odd_words(tiny, "USD", ENGLISH).startswith("$19.80 for a loss of less than $0.01: 7.1 times what")
    assert "US$0.01 미만" in odd_words(tiny, "USD", KOREAN)


def test_the_same_form_in_two_currencies_is_told_apart():
    own = Basis("credit", "INC-1", "goodwill-outage")
    awards = [Given("a"), Given("b", unit="KRW", amount=25_000, cost=2000, basis=own)]
    forms = next(one for one in campaign_lines(simulate(draw(DRAFT, awards, []), START, []), ENGLISH) if one.rows).rows
    assert sorted(row[0] for row in forms) == ["credit (KRW)", "credit (USD)"]


def test_an_empty_campaign_has_a_page_without_tables_of_nothing():
    found = simulate(Allocation(DRAFT, (), (), ()), START)
    html = campaign_page(found, ENGLISH)
    assert "0 accounts get awards that cost $0.00" in text_of(html)
    assert [one.title for one in campaign_lines(found, ENGLISH)] == ["As it was drawn"]
    assert "<figure>" not in html


def test_the_chart_has_a_bar_for_every_bin_that_holds_any():
    costs = Distribution(((50, 7),), (Bin(0, 500, 90_000), Bin(500, 1000, 0), Bin(1000, 1500, 1)))
    svg = str(cost_chart(costs, "USD", ENGLISH))
    bars = re.findall(r'<rect [^>]*height="(\d+)"[^>]*><title>([^<]+)</title>', svg)
    assert bars == [("190", "$0.00 to below $5.00: 90,000 awards"), ("2", "$10.00 to below $15.00: 1 award")]
    assert cost_chart(Distribution((), ()), "USD", ENGLISH) is None
    assert "₩2,000: " in str(cost_chart(Distribution((), (Bin(2000, 2001, 1),)), "KRW", KOREAN))
