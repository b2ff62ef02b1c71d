"""Insiders: what people with keys of their own try; each is refused in a sentence, and stands in the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from makegood.acts.admit_person import admit_person
from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.change_keys import end_key, issue_key
from makegood.acts.change_rights import give_rights
from makegood.acts.check_witness import as_it_stands, check_witness
from makegood.acts.draw_campaign import draw_campaign
from makegood.acts.give_award import give_award, sign_award
from makegood.acts.give_together import Till
from makegood.acts.import_customers import import_customers
from makegood.acts.post_wave import post_wave
from makegood.acts.send_parcels import Batch, send_parcels
from makegood.acts.set_limit import set_limit
from makegood.acts.steer_campaign import steer_campaign
from makegood.acts.take_back import propose_back, take_back
from makegood.acts.use_credit import Spending, use_credit
from makegood.campaigns.customer import Customer
from makegood.campaigns.published import read_assessment
from makegood.errors import BadState, BadUse, Compensated, KeyReused, Refused
from makegood.reads.audit import audit
from makegood.store import causes, people, proposals
from makegood.store.acting import Doing, noted
from makegood.store.book import Book, open_book
from makegood.store.effects import LEASE
from makegood.store.journal import WORKER, Actor
from tests.acts.dumps import dumped_and_restored
from tests.acts.office import ACCOUNTS, Office, Taking, drawing, gift, office
from tests.books import NOW, Makers
from tests.campaigns.assessments import sealed

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LIMIT = 10_000  # US cents that one human may give alone


@pytest.fixture
def at(swept: Book) -> Office:
    """The office on each engine."""
    return office(swept)


def test_the_drawer_signs_what_they_drew(at: Office):
    campaign, hash = at.drawn(at.team.bea)
    with at.refuses(Refused, "another human has to sign", "approve_campaign", at.team.bea):
        approve_campaign(at.book, at.team.bea, campaign, hash, NOW)


def test_the_drawer_signs_with_a_second_key(at: Office):
    campaign, hash = at.drawn(at.team.bea)
    second = people.actor_of(at.book, issue_key(at.book, at.team.bea, at.team.bea.person, NOW))
    assert second != at.team.bea
    with at.refuses(Refused, "another human has to sign", "approve_campaign", second):
        approve_campaign(at.book, second, campaign, hash, NOW)


@pytest.mark.parametrize("email", ["DANA@Example.COM", "dana+two@example.com", "d.a.n.a@example.com."])
def test_one_human_is_admitted_as_two(at: Office, email: str):
    with at.refuses(Refused, "mailbox of P-2", "admit_person", at.team.olga):
        admit_person(at.book, at.team.olga, ("Dana the second", email), ("approve",), NOW)


def test_an_owner_draws_and_lets_in_who_signs(at: Office):
    otto = at.admit(at.team.olga, "Otto", "owner", "draw")
    campaign, hash = at.drawn(otto)
    friend = at.admit(otto, "Friend", "approve")
    with at.refuses(Refused, "let in by", "approve_campaign", friend):
        approve_campaign(at.book, friend, campaign, hash, NOW)
    assert approve_campaign(at.book, at.team.ari, campaign, hash, NOW) == hash


def test_an_owner_draws_and_a_friend_lets_in_the_friend_who_signs(at: Office):
    otto = at.admit(at.team.olga, "Otto", "owner", "draw")
    campaign, hash = at.drawn(otto)
    between = at.admit(otto, "Between", "owner")
    friend = at.admit(between, "Friend", "approve")
    with at.refuses(Refused, "let in by", "approve_campaign", friend):
        approve_campaign(at.book, friend, campaign, hash, NOW)


def test_an_owner_draws_and_signs_with_a_key_made_for_another(at: Office):
    otto = at.admit(at.team.olga, "Otto", "owner", "draw")
    campaign, hash = at.drawn(otto)
    as_ari = people.actor_of(at.book, issue_key(at.book, otto, at.team.ari.person, NOW))
    assert as_ari.person == at.team.ari.person
    with at.refuses(Refused, "let in by", "approve_campaign", as_ari):
        approve_campaign(at.book, as_ari, campaign, hash, NOW)


@pytest.mark.parametrize("cut", [lambda one: one[::-1], lambda one: one[:7], lambda one: one[:0], lambda one: one[1:]])
def test_another_hash_than_the_one_shown_is_signed(at: Office, cut: Callable[[str], str]):
    campaign, hash = at.drawn()
    with at.refuses(BadUse, "sign what it shows", "approve_campaign", at.team.ari):
        approve_campaign(at.book, at.team.ari, campaign, cut(hash), NOW)


def test_a_campaign_is_changed_by_drawing_it_anew_under_an_old_signature(at: Office):
    _, signed = at.drawn()
    richer, _ = at.drawn(budget=2_000_000)
    with at.refuses(BadUse, "sign what it shows", "approve_campaign", at.team.ari):
        approve_campaign(at.book, at.team.ari, richer, signed, NOW)


def test_who_may_not_draws_or_signs(at: Office):
    campaign, hash = at.drawn()
    with at.refuses(Refused, "has no right to draw", "draw_campaign", at.team.eve):
        draw_campaign(at.book, at.team.eve, drawing(at.cause), NOW)
    with at.refuses(Refused, "has no right to approve", "approve_campaign", at.team.eve):
        approve_campaign(at.book, at.team.eve, campaign, hash, NOW)
    with at.refuses(Refused, "the worker may not approve", "approve_campaign", WORKER):
        approve_campaign(at.book, WORKER, campaign, hash, NOW)


def test_it_is_started_without_a_signature(at: Office):
    campaign, _ = at.drawn()
    with at.refuses(BadState, "drawn cannot be started", "start_campaign", at.team.dana):
        steer_campaign(at.book, at.team.dana, campaign, "start", NOW)
    assert post_wave(at.book, campaign, NOW).posted == 0


@pytest.mark.parametrize("move", ["resume", "start"])
def test_what_was_cancelled_is_taken_up_again(at: Office, move: str):
    campaign = at.started()
    steer_campaign(at.book, at.team.bea, campaign, "cancel", NOW)
    with at.refuses(BadState, "cancelled cannot be", f"{move}_campaign", at.team.dana):
        steer_campaign(at.book, at.team.dana, campaign, move, NOW)
    assert post_wave(at.book, campaign, NOW).posted == 0


def test_a_grant_is_split_over_several_keys(at: Office):
    assert not at.gives("split/1", LIMIT - 1).waits
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("split/2", 2)
    assert not at.gives("split/3", 1).waits
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("split/4", 1, now=NOW + 29 * DAY)
    assert not at.gives("split/5", 1, now=NOW + 31 * DAY).waits


def test_a_grant_is_split_over_accounts_on_one_day(at: Office):
    for number in range(10):
        assert not at.gives(f"split/{number}", LIMIT, f"acct-{number:06d}").waits
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("split/10", 1, "acct-000010", now=NOW + 23 * timedelta(hours=1))
    assert not at.gives("split/10", 1, "acct-000010", now=NOW + 25 * timedelta(hours=1)).waits


def test_a_grant_is_split_over_currencies(at: Office):
    assert not at.gives("split/USD", LIMIT // 2).waits
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("split/EUR", LIMIT // 2 + 1, unit="EUR")
    assert not at.gives("split/EUR", LIMIT // 2, unit="EUR").waits
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("split/days", 1, unit="plan_days")


def test_a_grant_is_taken_back_on_paper_to_make_room_for_more(at: Office):
    first = at.gives("round/1", LIMIT // 2).posted
    assert first is not None
    take_back(at.book, at.team.dana, first.position, "a mistake", NOW)
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("round/2", 1)


def test_what_has_no_limit_needs_another_human_from_the_first(at: Office):
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("tokens/1", 1, unit="tokens")


def test_a_proposal_is_signed_by_its_author_or_for_another_hash(at: Office):
    pia = at.admit(at.team.olga, "Pia", "post", "approve")
    waits = give_award(at.book, pia, gift("big/1", LIMIT + 1, propose=True), NOW)
    assert waits.waits
    with at.refuses(Refused, "another human has to sign", "sign_award", pia):
        sign_award(at.book, pia, "big/1", waits.hash, NOW)
    with at.refuses(BadState, "look at it again", "sign_award", at.team.ari):
        sign_award(at.book, at.team.ari, "big/1", waits.hash[:7], NOW)
    assert sign_award(at.book, at.team.ari, "big/1", waits.hash, NOW).posted is not None


LIFTS: dict[str, tuple[str, Callable[[Office], Any], str]] = {
    "a limit": ("dana", lambda at: set_limit(at.book, at.team.dana, "USD", 10**9, NOW), "set_limit"),
    "a right": ("eve", lambda at: give_rights(at.book, at.team.eve, "P-5", ["post"], NOW), "give_rights"),
    "an owner's right": ("olga", lambda at: give_rights(at.book, at.team.olga, "P-1", ["post"], NOW), "give_rights"),
    "a friend": ("dana", lambda at: admit_person(at.book, at.team.dana, ("F", "f@x.org"), (), NOW), "admit_person"),
    "another's key": ("dana", lambda at: issue_key(at.book, at.team.dana, "P-3", NOW), "issue_key"),
}


@pytest.mark.parametrize("what", LIFTS)
def test_somebody_helps_themselves_to_more(at: Office, what: str):
    who, attempt, act = LIFTS[what]
    with at.refuses(Refused, "is no owner of this book|nobody gives rights to themselves", act, getattr(at.team, who)):
        attempt(at)


def test_a_key_that_has_ended_is_used_on(at: Office):
    campaign, hash = at.drawn()
    secret = issue_key(at.book, at.team.ari, at.team.ari.person, NOW)
    old = people.actor_of(at.book, secret)
    end_key(at.book, at.team.olga, old.key, NOW)
    with at.refuses(Refused, "has ended", "approve_campaign", old):
        approve_campaign(at.book, old, campaign, hash, NOW)
    with at.refuses(Refused, "has ended", "issue_key", old):
        issue_key(at.book, old, old.person, NOW)
    nobody = Actor("nobody")
    with at.refuses(Refused, "opens nothing here", "open", nobody), noted(Doing(at.book, nobody, "open", NOW)):
        people.actor_of(at.book, secret)


def test_the_clock_is_set_back(at: Office):
    at.gives("now/1", 5)
    with at.refuses(Refused, "nothing is posted into the past", "give_award", at.team.dana):
        at.gives("then/1", 5, now=NOW - MINUTE)
    campaign = at.started()
    at.gives("later/1", 5, now=NOW + DAY)
    with at.refuses(Refused, "nothing is posted into the past", "post_wave", WORKER):
        post_wave(at.book, campaign, NOW + MINUTE)


@pytest.mark.parametrize("amount", [101, 99, 10_000])
def test_a_key_is_used_again_for_another_amount(at: Office, amount: int):
    at.gives("claim/1/1", 100)
    with at.refuses(KeyReused, rf"another amount \(100 then, {amount} now\)", "give_award", at.team.dana):
        at.gives("claim/1/1", amount)


def test_a_loss_is_paid_twice(at: Office):
    at.gives("claim/1/1", 100, cause=at.cause)
    with at.refuses(Compensated, "made good by posting 0", "give_award", at.team.dana):
        at.gives("claim/2/1", 100, cause=at.cause)
    for spelled in (at.cause.lower(), f"{at.cause} ", "INC-01"):
        with at.refuses(BadUse, "no cause", "give_award", at.team.dana):
            at.gives("claim/3/1", 100, cause=spelled)


def test_a_loss_that_a_campaign_made_good_is_paid_by_a_claim(at: Office):
    at.posted()
    with at.refuses(Compensated, "made good by posting", "give_award", at.team.dana):
        at.gives("claim/1/1", 100, cause=at.cause)


def test_a_key_is_taken_before_the_book_needs_it(at: Office):
    campaign, _ = at.drawn()
    for key in (f"campaign/{campaign}/acct-000001/{at.cause}", "reversal/0", "use/x/0", "expiry/0/0"):
        with at.refuses(BadUse, "one that the book makes", "give_award", at.team.dana):
            at.gives(key, 1)


def test_more_is_taken_back_than_is_left(at: Office):
    first, second = at.gives("a/1", 60).posted, at.gives("a/2", 40).posted
    assert first is not None
    assert second is not None
    use_credit(at.book, at.team.dana, Spending("cart-1", "acct-000001", "USD", 70), NOW)
    with at.refuses(BadState, "nothing is left", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, first.position, "all of it", NOW)
    assert take_back(at.book, at.team.dana, second.position, "the rest", NOW).posting.amount == 30
    with at.refuses(KeyReused, "another because", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, second.position, "once more", NOW)
    with at.refuses(BadUse, "no award stands at", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, 3, "the reversal itself", NOW)


def test_a_loss_is_paid_twice_by_taking_back_what_was_left_of_its_award(at: Office):
    first = at.gives("claim/1", 1_000, cause=at.cause).posted
    use_credit(at.book, at.team.dana, Spending("cart-1", "acct-000001", "USD", 990), NOW)
    assert take_back(at.book, at.team.dana, first.position, "given by mistake", NOW).posting.amount == 10
    with at.refuses(Compensated, "made good by posting 0", "give_award", at.team.dana):
        at.gives("claim/2", 1_000, cause=at.cause)
    with Till(at.book) as till, at.refuses(Compensated, "made good by posting 0", "give_award", at.team.dana):
        till.give(at.team.dana, gift("claim/3", 1_000, cause=at.cause), NOW)
    assert causes.compensated(at.book, [at.cause]) == {("acct-000001", at.cause): 0}
    campaign = at.posted()
    lines = {account for (account,) in at.book.rows("SELECT account FROM line WHERE campaign = %s", (campaign,))}
    assert (len(lines), "acct-000001" in lines) == (ACCOUNTS - 1, False)


def test_a_loss_whose_award_was_taken_back_whole_is_made_good_again(at: Office):
    first = at.gives("claim/1", 1_000, cause=at.cause).posted
    take_back(at.book, at.team.dana, first.position, "given by mistake", NOW)
    assert causes.compensated(at.book, [at.cause]) == {}
    assert at.gives("claim/2", 900, cause=at.cause).posted.posting.turn == 1
    with at.refuses(Compensated, "made good by posting 2", "give_award", at.team.dana):
        at.gives("claim/3", 900, cause=at.cause)


def test_a_large_award_is_taken_back_alone(at: Office):
    waits = at.gives("big/1", LIMIT + 1, propose=True)
    posted = sign_award(at.book, at.team.ari, "big/1", waits.hash, NOW).posted
    assert posted is not None
    with at.refuses(Refused, "may not take this back alone", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, posted.position, "spite", NOW)
    give_rights(at.book, at.team.olga, at.team.ari.person, ("post",), NOW)
    with at.refuses(Refused, "may not take this back alone", "take_back", at.team.ari):
        take_back(at.book, at.team.ari, posted.position, "spite", NOW)


def test_a_signed_campaign_is_taken_back_one_by_one(at: Office):
    at.posted()
    awards = [one for (one,) in at.book.rows("SELECT position FROM posting ORDER BY position")]
    set_limit(at.book, at.team.olga, "USD", 400, NOW)  # a fifth of each award
    with at.refuses(Refused, "may not take this back alone", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, awards[0], "spite", NOW)
    set_limit(at.book, at.team.olga, "USD", 2_000, NOW)
    for one in awards[:10]:
        take_back(at.book, at.team.dana, one, "spite", NOW)
    with at.refuses(Refused, "may not take this back alone", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, awards[10], "spite", NOW)
    with at.refuses(Refused, "may not give this alone", "give_award", at.team.dana):
        at.gives("more/1", 1)
    take_back(at.book, at.team.dana, awards[10], "spite", NOW + 25 * timedelta(hours=1))


def large(at: Office) -> int:
    """The position of an award above the limit, which Ari signed."""
    waits = at.gives("big/1", 5 * LIMIT, propose=True)
    return sign_award(at.book, at.team.ari, "big/1", waits.hash, NOW).posted.position


def test_a_large_award_is_taken_back_by_two(at: Office):
    position = large(at)
    asked = propose_back(at.book, at.team.dana, position, "a mistake", NOW)
    assert (asked.waits, asked.repeat) == (True, False)
    assert propose_back(at.book, at.team.dana, position, "a mistake", NOW) == replace(asked, repeat=True)
    with at.refuses(Refused, "waits for another human already", "take_back", at.team.dana):
        take_back(at.book, at.team.dana, position, "a mistake", NOW)
    assert [(one.key, one.amount, one.reverses) for one in proposals.waiting(at.book)] == [
        (asked.key, 5 * LIMIT, position)
    ]
    give_rights(at.book, at.team.olga, at.team.dana.person, ("approve",), NOW)
    with at.refuses(Refused, "another human has to sign", "sign_award", at.team.dana):
        sign_award(at.book, at.team.dana, asked.key, asked.hash, NOW)
    with at.refuses(BadState, "look at it again", "sign_award", at.team.ari):
        sign_award(at.book, at.team.ari, asked.key, asked.hash[::-1], NOW)
    signed = sign_award(at.book, at.team.ari, asked.key, asked.hash[:16].upper(), NOW).posted
    assert (signed.posting.kind, signed.posting.amount, signed.posting.reverses) == ("reversal", 5 * LIMIT, position)
    again = replace(signed, repeat=True)
    assert sign_award(at.book, at.team.ari, asked.key, asked.hash, NOW).posted == again
    assert take_back(at.book, at.team.dana, position, "a mistake", NOW) == again
    assert proposals.waiting(at.book) == []
    assert audit(at.book, NOW).findings == ()


def test_what_was_used_before_the_signature_is_not_taken_back(at: Office):
    position = large(at)
    old = propose_back(at.book, at.team.dana, position, "a mistake", NOW)
    use_credit(at.book, at.team.dana, Spending("cart-1", "acct-000001", "USD", 4 * LIMIT + 1), NOW)
    with at.refuses(BadState, "99.99 USD are left of it by now", "sign_award", at.team.ari):
        sign_award(at.book, at.team.ari, old.key, old.hash, NOW)
    anew = propose_back(at.book, at.team.dana, position, "a mistake", NOW)
    assert (anew.posted.posting.amount, anew.key == old.key) == (LIMIT - 1, False), "this is within the limit of one"
    assert proposals.waiting(at.book) == [], "what waits for nothing is not listed"
    with at.refuses(BadState, "was taken back by posting", "sign_award", at.team.ari):
        sign_award(at.book, at.team.ari, old.key, old.hash, NOW)
    assert audit(at.book, NOW).findings == ()


def test_hits_are_changed_after_they_were_made(at: Office):
    changed = sealed()
    changed["hits"][0]["wasted"]["USD"] = "120000"
    doing = Doing(at.book, at.team.dana, "import_assessment", NOW, "assessment.json")
    with at.refuses(BadUse, "changed after it was made", doing.act, doing.actor), noted(doing):
        read_assessment(changed, "assessment.json")


def billed(account: str, billing: str) -> list[Customer]:
    """A customer with an id in the billing system."""
    return [Customer(account, billing=billing)]


def test_the_drawer_turns_a_credit_to_another_customer_of_the_billing_system(at: Office):
    other = at.admit(at.team.olga, "Otto", "import")
    import_customers(at.book, at.team.dana, billed("acct-000001", "cus_1"), "customers.csv", NOW)
    campaign, hash = at.drawn()
    approve_campaign(at.book, at.team.ari, campaign, hash, NOW)
    turned = billed("acct-000001", "cus_mine")
    with at.refuses(Refused, "drew or gave", "import_customers", at.team.dana):
        import_customers(at.book, at.team.dana, turned, "customers.csv", NOW)
    steer_campaign(at.book, at.team.dana, campaign, "start", NOW)
    while post_wave(at.book, campaign, NOW).state == "running":
        pass
    with at.refuses(Refused, "drew or gave", "import_customers", at.team.dana):
        import_customers(at.book, at.team.dana, turned, "customers.csv", NOW)
    assert import_customers(at.book, other, billed("acct-000001", "cus_2"), "customers.csv", NOW) == 1
    assert import_customers(at.book, at.team.dana, billed("stranger", "cus_9"), "customers.csv", NOW) == 1
    outlet = Taking()
    send_parcels(at.book, outlet, Batch("w"), NOW)
    assert {one.billing for one in outlet.taken if one.account == "acct-000001"} == {"cus_2"}
    assert import_customers(at.book, at.team.dana, billed("acct-000001", "cus_3"), "customers.csv", NOW) == 1
    row = "SELECT detail FROM journal WHERE act = 'import_customers' AND outcome = 'done' ORDER BY number DESC LIMIT 1"
    assert at.book.one(row)[0] == '{"changed":1,"given":1,"rebilled":1,"such_as":["acct-000001"]}'


def test_the_giver_turns_an_award_of_their_own_before_it_leaves(at: Office):
    at.gives("a/1", 100)
    with at.refuses(Refused, "drew or gave", "import_customers", at.team.dana):
        import_customers(at.book, at.team.dana, billed("acct-000001", "cus_mine"), "customers.csv", NOW)
    waits = at.gives("a/2", LIMIT + 1, "acct-000002", propose=True)
    assert waits.waits
    with at.refuses(Refused, "drew or gave", "import_customers", at.team.dana):
        import_customers(at.book, at.team.dana, billed("acct-000002", "cus_mine"), "customers.csv", NOW)


class Dying(Taking):
    """An outlet whose worker dies after the parcel left."""

    def send(self, parcel: Any) -> Any:
        """Sent, and no more known."""
        super().send(parcel)
        raise KeyboardInterrupt


def test_a_billing_id_changes_while_the_credit_is_on_its_way(at: Office):
    other = at.admit(at.team.olga, "Otto", "import")
    import_customers(at.book, other, billed("acct-000001", "cus_1"), "customers.csv", NOW)
    at.gives("a/1", 100)
    with pytest.raises(KeyboardInterrupt):
        send_parcels(at.book, Dying(), Batch("w", lanes=1), NOW)
    with at.refuses(BadState, "on its way", "import_customers", other):
        import_customers(at.book, other, billed("acct-000001", "cus_2"), "customers.csv", NOW)
    send_parcels(at.book, Taking(), Batch("w"), NOW + LEASE)
    assert import_customers(at.book, other, billed("acct-000001", "cus_2"), "customers.csv", NOW) == 1


def test_an_old_copy_of_the_book_is_put_in_its_place(at: Office, makers: Makers):
    at.gives("a/1", 100)
    old = Office(dumped_and_restored(makers, at.book), at.team, at.cause)
    at.gives("a/2", 100, "acct-000002")
    noted_ = as_it_stands(at.book)
    check_witness(at.book, at.team.dana, noted_, NOW)
    with old.refuses(Refused, "older copy", "check_witness", old.team.dana):
        check_witness(old.book, old.team.dana, noted_, NOW)
    for number in range(3):
        old.gives(f"b/{number}", 1)
    assert as_it_stands(old.book).size > noted_.size
    with old.refuses(Refused, "its past was changed", "check_witness", old.team.dana):
        check_witness(old.book, old.team.dana, noted_, NOW)


def test_another_book_is_put_in_its_place(at: Office, tmp_path: Path):
    noted_ = as_it_stands(at.book)
    other = office(open_book(f"sqlite:///{tmp_path / 'other.sqlite3'}", NOW))
    with other.refuses(Refused, "noted here is of the book", "check_witness", other.team.dana):
        check_witness(other.book, other.team.dana, noted_, NOW)
    other.book.close()
