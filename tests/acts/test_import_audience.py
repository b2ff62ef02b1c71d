"""Whom a query found: kept with the reasons of the file, told by them alone, and audited."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.import_audience import import_audience
from makegood.acts.post_wave import post_wave
from makegood.acts.steer_campaign import steer_campaign
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import Draft
from makegood.campaigns.audience_file import read_audience
from makegood.campaigns.filters import Filters
from makegood.errors import BadUse, KeyReused
from makegood.reads.audit import audit
from makegood.reads.notice_words import letter
from makegood.spans import Span
from makegood.store import causes, parcels
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.parcels import Sender
from tests.books import NOW, behind, cast

NAME = "SUSPENDED-2026Q3"
SPAN = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
FLAT = Programme("house", "1", (Offer("credit", "USD", flat=Decimal(20)),))
ROWS = ("a,suspended 2026-08-11 by mistake,4.20,USD,", "b,,,,", "c,locked out,,,3", "d,,,,1")
TOLD = {
    "a": ("suspended 2026-08-11 by mistake\n\nWhat you lost\nYou lost $4.20.", "4.2"),
    "b": (f"Account b is among those to whom this happened: {NAME}.\n\nWhy", ""),
    "c": ("locked out\n\nWhat you lost\nIt happened 3 times.", ""),
    "d": (f"Account d is among those to whom this happened: {NAME}.\n\nWhat you lost\nIt happened 1 time.", ""),
}


def took(book: Book, actor: Actor, *rows: str, name: str = NAME) -> int:
    """Import these rows under a name."""
    text = "\n".join(("account,reason,lost,currency,faults", *rows)) + "\n"
    return import_audience(book, actor, (name, SPAN), read_audience(text, "suspended.csv"), NOW)


def test_the_letter_says_what_the_file_says_and_nothing_else(swept: Book):
    team = cast(swept)
    took(swept, team.dana, *ROWS)
    draft = Draft((NAME,), "house", "1", "USD", 1_000_000, 0, 0)
    drawn = draw_campaign(swept, team.dana, Drawing(draft, FLAT, Filters()), NOW)
    approve_campaign(swept, team.ari, drawn.campaign, drawn.allocation.hash, NOW)
    steer_campaign(swept, team.dana, drawn.campaign, "start", NOW)
    post_wave(swept, drawn.campaign, NOW)
    letters = {one.account: letter(one) for one in parcels.notices(swept, range(4), Sender())}
    for account, (says, lost) in TOLD.items():
        assert f"What happened\n{says}" in letters[account].text
        assert f"cause {NAME}" in letters[account].text
        assert "incident" not in letters[account].text
        assert [one["amount"] for one in letters[account].data.get("lost_amounts", [])] == [
            one for one in [lost] if one
        ]


def test_the_same_in_another_order_is_a_repeat_and_any_other_content_is_refused(swept: Book):
    dana = cast(swept).dana
    assert took(swept, dana, *ROWS) == took(swept, dana, *reversed(ROWS)) == 4
    for row in ("a,suspended,4.20,USD,", "a,,4.20,USD,", "a,suspended 2026-08-11 by mistake,4.20,USD,1"):
        with pytest.raises(KeyReused, match="other accounts, reasons or figures"):
            took(swept, dana, row, *ROWS[1:])
    assert [one.says for one in causes.hits(swept, [NAME])] == [
        "suspended 2026-08-11 by mistake", "", "locked out", "",
    ]  # fmt: skip


def test_a_list_cannot_call_itself_an_incident(swept: Book):
    with pytest.raises(BadUse, match="names of incidents"):
        took(swept, cast(swept).dana, *ROWS, name="INC-7")


CHANGES = [
    ("hit", "UPDATE hit SET says = 'at fault' WHERE account = 'a'", "audience_changed"),
    ("hit", "UPDATE hit SET wasted = '{\"USD\":\"999\"}' WHERE account = 'a'", "audience_changed"),
    ("hit", "UPDATE hit SET wasted = 'x' WHERE account = 'a'", "audience_changed"),
    ("hit", "DELETE FROM hit WHERE account = 'b'", "audience_changed"),
    ("hit", "UPDATE hit SET assessment = 'x' WHERE account = 'b'", "audience_changed"),
    ("cause", "UPDATE cause SET end_us = end_us + 1", "audience_changed"),
    ("telling", "UPDATE telling SET assessment = 'x'", "audience_without_act"),
    ("cause", "UPDATE cause SET kind = 'incident'", "row_missing"),
    ("cause", "DELETE FROM cause", "row_missing"),
]


@pytest.mark.parametrize(("table", "sql", "kind"), CHANGES)
def test_an_audit_names_a_list_that_was_changed(swept: Book, table: str, sql: str, kind: str):
    took(swept, cast(swept).dana, *ROWS)
    sound = audit(swept, NOW)
    assert (sound.findings, sound.looked_at["hit"], sound.looked_at["audience"]) == ((), 4, 1)
    behind(swept, table, sql)
    assert [(one.kind, one.where) for one in audit(swept, NOW).findings] == [(kind, f"cause {NAME}")]
