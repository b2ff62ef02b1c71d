"""Insiders with the database in their hands: what they change past the product is found by its next act."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.check_witness import as_it_stands, check_witness
from makegood.acts.give_award import sign_award
from makegood.acts.post_wave import post_wave
from makegood.acts.send_parcels import Batch, send_parcels
from makegood.acts.steer_campaign import steer_campaign
from makegood.campaigns.allocation import BLOCK_LINES, Seal, block_digest
from makegood.campaigns.state import Event
from makegood.errors import BadState, Refused, StoreAway
from makegood.keys import canonical
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import FIELDS, content_text, leaf_data
from makegood.store import campaigns, postings
from makegood.store.book import Book
from makegood.store.journal import WORKER
from tests.acts.office import ACCOUNTS, Office, Taking, office
from tests.books import NOW

LIMIT = 10_000
_CHANGES = {
    "the amount of a line": ("line", "UPDATE line SET amount = amount * 10 WHERE number = 3"),
    "the account of a line": ("line", "UPDATE line SET account = 'acct-mine' WHERE number = 3"),
    "the group of a line": ("line", "UPDATE line SET \"group\" = 'grant' WHERE \"group\" = 'holdout'"),
    "the cost of a line": ("line", "UPDATE line SET cost = 0 WHERE number = 3"),
    "a line less": ("line", "DELETE FROM line WHERE number = 3"),
    "the budget": ("campaign", "UPDATE campaign SET budget = budget + 1"),
    "the draft": ("campaign", "UPDATE campaign SET draft = replace(draft, '1000000', '1000001')"),
    "the bases": ("campaign", "UPDATE campaign SET bases = replace(bases, '2027-', '2037-')"),
    "those held out": ("campaign", "UPDATE campaign SET granted = lines"),
    "those granted": ("campaign", "UPDATE campaign SET granted = granted - 1"),
    "nobody granted": ("campaign", "UPDATE campaign SET granted = 0"),
    "lines fewer": ("campaign", "UPDATE campaign SET lines = granted, granted = granted - 1"),
    "the hash": ("campaign", "UPDATE campaign SET hash = replace(hash, 'a', 'b')"),
    "the signature": ("campaign_event", "UPDATE campaign_event SET data = '{\"hash\":\"0\"}' WHERE kind = 'approved'"),
}
_FIGURES = {
    "the total": "UPDATE campaign SET total = total - 1",
    "who are granted": "UPDATE campaign SET granted = granted - 1",
    "the budget": "UPDATE campaign SET budget = budget - 1",
}


@pytest.fixture
def at(swept: Book) -> Office:
    """The office on each engine."""
    return office(swept)


@pytest.mark.parametrize("what", _CHANGES)
def test_a_campaign_is_changed_after_it_was_signed(at: Office, what: str):
    campaign = at.started(holdout_ppm=250_000)
    at.behind(*_CHANGES[what])
    with at.refuses(BadState, "makegood ledger audit", "post_wave", WORKER):
        for _ in range(3):
            post_wave(at.book, campaign, NOW)
    assert at.book.one("SELECT COUNT(*) FROM outbox")[0] == at.book.one("SELECT COUNT(*) FROM posting")[0] == 0


def test_those_held_out_are_granted_in_small_parts(at: Office):
    campaign = at.started(holdout_ppm=250_000)
    at.behind(*_CHANGES["those held out"])
    for _ in range(ACCOUNTS * 3 // 4):
        assert post_wave(at.book, campaign, NOW, 1).posted == 1
    with at.refuses(BadState, "those who are held out", "post_wave", WORKER):
        post_wave(at.book, campaign, NOW, 1)


def test_a_signed_campaign_that_nobody_changed_is_posted(at: Office):
    campaign = at.started(holdout_ppm=250_000)
    assert post_wave(at.book, campaign, NOW).posted == ACCOUNTS * 3 // 4


def test_a_line_and_its_seal_and_the_hash_are_changed_together(at: Office):
    campaign = at.started()
    at.behind("line", "UPDATE line SET amount = amount * 10 WHERE number = 3")
    kept = campaigns.campaign_of(at.book, campaign)
    blocks = (block_digest(campaigns.lines(at.book, campaign, 0, BLOCK_LINES)),)
    forged = Seal(kept.seal.head, blocks, kept.seal.excluded)
    row = (canonical([forged.head, list(blocks), forged.excluded]), forged.hash)
    at.behind("campaign", "UPDATE campaign SET seal = %s, hash = %s", row)
    campaigns.check_whole(at.book, campaigns.campaign_of(at.book, campaign))  # it fits in itself
    with at.refuses(BadState, "not what was signed", "post_wave", WORKER):
        post_wave(at.book, campaign, NOW)
    steer_campaign(at.book, at.team.dana, campaign, "pause", NOW)


def test_a_seal_is_changed_between_signature_and_start(at: Office):
    campaign, hash = at.drawn()
    approve_campaign(at.book, at.team.ari, campaign, hash, NOW)
    at.behind("campaign", "UPDATE campaign SET hash = replace(hash, 'a', 'b'), budget = 5000000")
    with at.refuses(BadState, "not what was signed", "start_campaign", at.team.dana):
        steer_campaign(at.book, at.team.dana, campaign, "start", NOW)


@pytest.mark.parametrize("what", [one for one, (table, _) in _CHANGES.items() if table == "line"])
def test_a_line_is_changed_between_draw_and_signature(at: Office, what: str):
    campaign, hash = at.drawn(holdout_ppm=250_000)
    at.behind(*_CHANGES[what])
    with at.refuses(BadState, "no longer what was drawn", "approve_campaign", at.team.ari):
        approve_campaign(at.book, at.team.ari, campaign, hash, NOW)


@pytest.mark.parametrize("what", _FIGURES)
def test_the_signer_is_shown_other_figures(at: Office, what: str):
    campaign, hash = at.drawn(holdout_ppm=250_000)
    at.behind("campaign", _FIGURES[what])
    with at.refuses(BadState, "no longer what was drawn|not what was signed", "approve_campaign", at.team.ari):
        approve_campaign(at.book, at.team.ari, campaign, hash, NOW)


def test_the_drawer_writes_another_name_over_their_own(at: Office):
    campaign, hash = at.drawn(at.team.bea)
    at.behind("campaign", "UPDATE campaign SET by = 'P-2'")
    with at.refuses(BadState, "no longer what was drawn", "approve_campaign", at.team.bea):
        approve_campaign(at.book, at.team.bea, campaign, hash, NOW)
    at.behind("campaign_event", "UPDATE campaign_event SET person = 'P-2'")
    with at.refuses(BadState, "no longer what was drawn", "approve_campaign", at.team.bea):
        approve_campaign(at.book, at.team.bea, campaign, hash, NOW)  # the journal knows


def test_a_proposal_is_raised_after_it_was_shown(at: Office):
    shown = at.gives("big/1", LIMIT + 1, propose=True)
    ((data,),) = at.book.rows("SELECT data FROM proposal")
    raised = canonical(json.loads(data) | {"amount": 999_999})
    at.behind("proposal", "UPDATE proposal SET data = %s, amount = 999999", (raised,))
    with at.refuses(BadState, "look at it again", "sign_award", at.team.ari):
        sign_award(at.book, at.team.ari, "big/1", shown.hash, NOW)


_LEAVES = {
    "its amount": ("posting", "UPDATE posting SET amount = amount * 10 WHERE position = 1"),
    "its account": ("posting", "UPDATE posting SET account = 'acct-mine' WHERE position = 1"),
    "its moment": ("posting", "UPDATE posting SET at_us = at_us - 1 WHERE position = 1"),
    "its basis": ("posting", "UPDATE posting SET basis = 77 WHERE position = 1"),
    "its key": ("posting", "UPDATE posting SET key = 'mine' WHERE position = 1"),
}


@pytest.mark.parametrize("what", _LEAVES)
def test_a_posting_is_changed_before_it_leaves(at: Office, what: str):
    for number in range(3):
        at.gives(f"a/{number}", 100, f"acct-{number:06d}")
    at.behind(*_LEAVES[what])
    outlet = Taking()
    assert send_parcels(at.book, outlet, Batch("w"), NOW) == {"done": 2, "refused": 1}
    assert [one.account for one in outlet.taken] == ["acct-000000", "acct-000002"]
    person, _, act, detail = at.refusals()[-1]
    assert (person, act, detail["positions"]) == ("worker", "send_parcels", [1])
    assert "does not hold this posting" in detail["says"]


def test_a_posting_and_its_hash_are_changed_before_it_leaves(at: Office):
    for number in range(3):
        at.gives(f"a/{number}", 100, f"acct-{number:06d}")
    forged = postings.read(at.book, "position = 1")[0].leaf[::-1]
    at.behind("posting", "UPDATE posting SET leaf = %s WHERE position = 1", (forged,))
    outlet = Taking()
    assert send_parcels(at.book, outlet, Batch("w"), NOW) == {"refused": 3}, "their tree is broken, none is proven"
    assert outlet.taken == []
    assert at.refusals()[-1][3]["positions"] == [0, 1, 2]


def test_reasons_are_changed_before_they_leave(at: Office):
    at.gives("a/1", 100, expires="2026-12-01T00:00:00Z")
    at.behind("basis", "UPDATE basis SET data = replace(data, '2026-12-01', '2036-12-01')")
    assert send_parcels(at.book, Taking(), Batch("w"), NOW) == {"refused": 1}
    assert at.refusals()[-1][2] == "send_parcels"


def test_a_posting_is_slipped_in_behind_the_log(at: Office):
    at.gives("a/1", 100)
    (first,) = postings.read(at.book, "position = 0")
    slipped = replace(first.posting, key="slipped", account="acct-mine")
    leaf = leaf_hash(leaf_data(content_text(slipped), first.at_us))
    row = (1, *(getattr(slipped, name) for name in FIELDS[:7]), None, 0, 0, None, None, first.at_us, leaf)
    at.book.add("posting", postings.COLUMNS, [row])
    at.book.run(
        "INSERT INTO outbox (position, state, tries, due_us, taken_by, taken_until_us, remote, said) "
        "SELECT 1, state, tries, due_us, taken_by, taken_until_us, remote, said FROM outbox"
    )
    outlet = Taking()
    assert send_parcels(at.book, outlet, Batch("w"), NOW) == {"done": 1, "refused": 1}
    assert [one.account for one in outlet.taken] == ["acct-000001"]
    with at.refuses(BadState, "changed under a writer", "give_award", at.team.dana):
        at.gives("a/2", 100)


def test_a_posting_is_taken_out(at: Office):
    for number in range(3):
        at.gives(f"a/{number}", 100, f"acct-{number:06d}")
    at.behind("posting", "DELETE FROM posting WHERE position = 1")
    outlet = Taking()
    assert send_parcels(at.book, outlet, Batch("w"), NOW) == {"refused": 3}
    assert outlet.taken == []


def test_the_approval_of_who_drew_it_is_written_past_the_acts(at: Office):
    campaign, hash = at.drawn()
    with at.book.writing():
        for kind, data in (("approved", {"hash": hash}), ("started", {})):
            campaigns.add_event(at.book, campaign, Event(kind, NOW, at.team.dana.person, data))
    with at.refuses(BadState, "who drew it", "post_wave", WORKER):
        post_wave(at.book, campaign, NOW)


def test_the_end_of_the_journal_is_torn_off(at: Office):
    at.gives("a/1", 100)
    noted = as_it_stands(at.book)
    at.behind("journal", "DELETE FROM journal WHERE number = %s", (noted.rows - 1,))
    with at.refuses(Refused, "older copy", "check_witness", at.team.dana):
        check_witness(at.book, at.team.dana, noted, NOW)
    with at.refuses(Refused, "its past was changed", "check_witness", at.team.dana):
        check_witness(at.book, at.team.dana, noted, NOW)  # its refusal has taken the empty place


_VERBS = {
    "sqlite": ("UPDATE {} SET at_us = 0", "DELETE FROM {}", "INSERT OR REPLACE INTO {} SELECT * FROM {}"),
    "postgresql": ("UPDATE {} SET at_us = 0", "DELETE FROM {}", "TRUNCATE {}"),
}


def test_facts_are_changed_without_taking_the_triggers_away(at: Office):
    at.posted()
    for table in ("posting", "journal", "campaign_event", "right_given", "person_key"):
        for verb in _VERBS[at.book.vendor]:
            with pytest.raises(StoreAway, match=f"{table} is append-only"):
                at.book.run(verb.format(table, table))


def test_the_clock_of_the_next_day_is_no_way_round_what_was_changed(at: Office):
    campaign = at.started()
    at.behind("line", "UPDATE line SET amount = amount * 10 WHERE number = 3")
    for day in range(3):
        with at.refuses(BadState, "not those that were signed", "post_wave", WORKER):
            post_wave(at.book, campaign, NOW + timedelta(days=day))
    assert not at.gives("a/1", 5, now=NOW + timedelta(days=3)).waits, "others go on"
