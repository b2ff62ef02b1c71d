"""Keys never expire: the same again gives the first answer however late, other content under a key names its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import draw_campaign
from makegood.acts.expire_credits import expire_credits
from makegood.acts.give_award import Gift, give_award, sign_award
from makegood.acts.import_assessment import import_assessment
from makegood.acts.post_wave import post_wave
from makegood.acts.set_limit import set_limit
from makegood.acts.steer_campaign import steer_campaign
from makegood.acts.take_back import take_back
from makegood.acts.use_credit import Spending, use_credit
from makegood.awards.award import Award
from makegood.campaigns.cause import Cause
from makegood.campaigns.published import Told
from makegood.errors import BadState, KeyReused
from makegood.ledger.basis import Basis
from makegood.ledger.posting import FIELDS, Posted, Posting, holder
from makegood.losses.hit import Hit
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.store import bases, campaigns, log, postings
from makegood.store.book import Book
from tests.acts.dumps import dumped_and_restored
from tests.acts.office import ACCOUNTS, Office, drawing, gift, office
from tests.books import NOW, Makers

LATER = {
    "at once": timedelta(0),
    "after 25 hours": timedelta(hours=25),
    "after 33 days": timedelta(days=33),
    "after 400 days": timedelta(days=400),
}
DAY = Span(NOW - timedelta(days=2), NOW - timedelta(days=1))
TOLD = Told(
    (Cause("", "incident", DAY, Scope("acme", "images"), "INC-1", "b" * 64),),
    (Hit("acct-000001", "INC-1", 3, 2, 1, ()),),
    DAY,
    "b" * 64,
)
ACCOUNT = "acct-000001"
_numbers = count()


@pytest.fixture
def at(swept: Book) -> Office:
    """The office on each engine."""
    return office(swept)


def stands(book: Book) -> tuple[Any, ...]:
    """All that must not change: how many rows every table has, and the root of the log."""
    tables = sorted(book.connection.introspection.table_names())
    return log.head_of(book), [(table, book.one(f'SELECT COUNT(*) FROM "{table}"')[0]) for table in tables]


def doings(at: Office) -> dict[str, Callable[[datetime], Any]]:
    """Acts with keys of their own, to be done at a moment; the order is that of doing them first."""
    book, team = at.book, at.team
    large = gift("large/1", 10_001, "acct-000002", propose=True)
    return {
        "give": lambda now: (
            give_award(book, team.dana, gift("small/1", 60, expires="2026-12-20T00:00:00Z"), now).posted
        ),
        "give for a loss": lambda now: give_award(book, team.dana, gift("small/2", 40, cause=at.cause), now).posted,
        "propose": lambda now: give_award(book, team.dana, large, now).hash,
        "sign": lambda now: sign_award(book, team.ari, "large/1", _hash(book), now).posted,
        "use of two lots": lambda now: use_credit(book, team.dana, Spending("cart/1", ACCOUNT, "USD", 70), now),
        "take back": lambda now: take_back(book, team.dana, 1, "a mistake", now),
        "import": lambda now: [id for _, id, _ in import_assessment(book, team.dana, TOLD, "a.json", now).causes],
    }


def _hash(book: Book) -> str:
    return str(book.one("SELECT hash FROM proposal WHERE key = 'large/1'")[0])


def as_repeat(answer: Any) -> Any:
    """The first answer as a repeat has to give it."""
    if isinstance(answer, tuple):
        return tuple(as_repeat(one) for one in answer)
    return replace(answer, repeat=True) if isinstance(answer, Posted) else answer


@pytest.mark.parametrize("when", LATER)
def test_the_same_again_gives_the_first_answer_and_changes_nothing(at: Office, when: str):
    first = {name: do(NOW) for name, do in doings(at).items()}
    later = NOW + LATER[when]
    expire_credits(at.book, later)
    before = stands(at.book)
    again = {name: do(later) for name, do in doings(at).items()}
    assert again == {name: as_repeat(answer) for name, answer in first.items()}
    assert again["give"].repeat
    assert [one.posting.amount for one in again["use of two lots"]] == [60, 10]
    assert stands(at.book) == before
    assert import_assessment(at.book, at.team.dana, TOLD, "a.json", later).repeat


def test_the_same_again_after_dump_and_restore(at: Office, makers: Makers):
    first = {name: do(NOW) for name, do in doings(at).items()}
    restored = Office(dumped_and_restored(makers, at.book), at.team, at.cause)
    before = stands(restored.book)
    assert before == stands(at.book)
    later = NOW + timedelta(days=400)
    assert {name: do(later) for name, do in doings(restored).items()} == {
        name: as_repeat(answer) for name, answer in first.items()
    }
    assert stands(restored.book) == before
    with pytest.raises(KeyReused, match="another amount"):
        restored.gives("small/1", 61, expires="2026-12-20T00:00:00Z", now=later)
    assert restored.gives("small/3", 1, now=later).posted.position == before[0].size, "and it goes on from there"


@pytest.mark.parametrize("when", LATER)
def test_lines_of_a_campaign_whose_chunks_were_forgotten_are_not_posted_again(at: Office, when: str):
    campaign = at.posted()
    head = log.head_of(at.book)
    at.behind("chunk", "DELETE FROM chunk")
    at.behind("campaign_event", "DELETE FROM campaign_event WHERE kind = 'finished'")
    part = post_wave(at.book, campaign, NOW + LATER[when])
    assert (part.posted, part.skipped, part.state) == (0, 0, "finished")
    assert log.head_of(at.book) == head
    assert at.book.one("SELECT COUNT(*) FROM outbox")[0] == head.size == ACCOUNTS


def test_the_same_draw_on_the_same_day_is_the_first_and_a_later_one_pays_nobody_twice(at: Office):
    first = draw_campaign(at.book, at.team.dana, drawing(at.cause), NOW)
    before = stands(at.book)
    again = draw_campaign(at.book, at.team.bea, drawing(at.cause), NOW + timedelta(hours=14, minutes=59))
    assert (again.campaign, again.allocation, again.repeat) == (first.campaign, first.allocation, True)
    assert stands(at.book) == before
    campaign = at.started()
    assert campaign == first.campaign
    late = [draw_campaign(at.book, at.team.dana, drawing(at.cause), NOW + LATER[when]) for when in list(LATER)[1:]]
    while post_wave(at.book, campaign, NOW).state == "running":
        pass
    head = log.head_of(at.book)
    for one in late:
        assert not one.repeat
        approve_campaign(at.book, at.team.ari, one.campaign, one.allocation.hash, NOW)
        steer_campaign(at.book, at.team.dana, one.campaign, "start", NOW)
        part = post_wave(at.book, one.campaign, NOW)
        assert (part.posted, part.skipped) == (0, ACCOUNTS)
        assert len(campaigns.skips(at.book, one.campaign)) == ACCOUNTS
    assert log.head_of(at.book) == head


OTHER_POSTING = {
    "kind": "use",
    "debit": "expense/other",
    "credit": "customer/other",
    "unit": "EUR",
    "amount": 6,
    "account": "acct-2",
    "cause": "INC-2",
    "basis": Basis("credit", reason="another").hash,
    "lot": 1,
    "reverses": 1,
}


def test_every_field_of_a_posting_is_tried():
    assert {*OTHER_POSTING, "key", "turn"} == set(FIELDS)


@pytest.mark.parametrize("name", OTHER_POSTING)
def test_a_key_with_another_field_of_its_posting(swept: Book, name: str):
    bases_ = [Basis("credit", reason="plain"), Basis("credit", reason="another")]
    first = Posting("k", "award", "expense/x", holder("acct-1"), "USD", 5, "acct-1", "INC-1", 0, bases_[0].hash)
    others = [replace(first, key=f"other/{at}", account=f"acct-{at}") for at in (7, 8)]
    if name in ("lot", "reverses"):  # of which an award has none
        first = replace(first, kind="reversal", cause="", lot=0, reverses=0)
    with swept.writing():
        bases.keep(swept, bases_)
        postings.put(swept, [*others, first], NOW)
    before = stands(swept)
    named = "basis.reason" if name == "basis" else name
    says = rf"^the key k was used before with another {named} \(.* then, .* now\)"
    with pytest.raises(KeyReused, match=says) as told:
        put_later(swept, replace(first, **{name: OTHER_POSTING[name]}))
    assert told.value.field == named
    (stood,) = postings.by_keys(swept, ["k"])
    assert put_later(swept, replace(first, turn=7)).repeats == (replace(stood, repeat=True),), (
        "a turn is the book's own"
    )
    assert stands(swept) == before


def put_later(book: Book, posting: Posting) -> postings.Put:
    """Put one in a transaction of its own, a year later."""
    with book.writing():
        return postings.put(book, [posting], NOW + timedelta(days=365))


OTHER_BASIS = {
    "form": "refund",
    "cause": "INC-2",
    "terms": "house",
    "version": "2",
    "clause": "9.1",
    "reason": "another",
    "campaign": "CMP-9",
    "expires": "2027-01-01T00:00:00Z",
    "product": "chat",
    "plan": "team",
    "priority": 7,
}
OTHER_AWARD = {"account": "acct-000003", "cause": "INC-1", "unit": "EUR", "amount": 99}
NOT_POSTED = {"form", "cost"}  # the form stands in the basis; what it takes of a budget is the campaign's own


def test_every_field_of_a_gift_is_tried():
    assert {one.name for one in fields(Basis)} == set(OTHER_BASIS)
    assert {one.name for one in fields(Award)} == {*OTHER_AWARD, *NOT_POSTED, "basis"}
    assert {one.name for one in fields(Gift)} == {"award", "key", "propose"}


@pytest.mark.parametrize("amount", [100, 10_001], ids=["posted", "waiting"])
def test_a_key_with_another_field_of_its_gift(at: Office, amount: int):
    first = gift("claim/1/1", amount, propose=True)
    assert give_award(at.book, at.team.dana, first, NOW).waits == (amount > 10_000)
    tried = [(name, replace(first.award, **{name: other})) for name, other in OTHER_AWARD.items()]
    for name, other in OTHER_BASIS.items():
        tried.append((f"basis.{name}", replace(first.award, basis=replace(first.award.basis, **{name: other}))))
    for name, award in tried:
        with at.refuses(KeyReused, f"another {name.replace('.', '[.]')} ", "give_award", at.team.dana):
            give_award(at.book, at.team.dana, replace(first, award=award), NOW + timedelta(days=400))
        with pytest.raises(KeyReused) as told:
            give_award(at.book, at.team.dana, replace(first, award=award), NOW)
        assert told.value.field == name
    before = stands(at.book)
    cheaper = replace(first, award=replace(first.award, cost=1), propose=False)
    assert give_award(at.book, at.team.dana, cheaper, NOW).hash == give_award(at.book, at.team.dana, first, NOW).hash
    assert stands(at.book) == before


OTHER_SPENDING = {"account": "acct-000003", "unit": "EUR", "amount": 29, "product": "chat", "plan": "team"}


def test_a_key_with_another_field_of_its_spending(at: Office):
    assert {one.name for one in fields(Spending)} == {*OTHER_SPENDING, "key"}
    at.gives("a/1", 100)
    first = Spending("cart/1", ACCOUNT, "USD", 30)
    use_credit(at.book, at.team.dana, first, NOW)
    for name, other in OTHER_SPENDING.items():
        with at.refuses(KeyReused, f"another {name} ", "use_credit", at.team.dana):
            use_credit(at.book, at.team.dana, replace(first, **{name: other}), NOW)
        with pytest.raises(KeyReused) as told:
            use_credit(at.book, at.team.dana, replace(first, **{name: other}), NOW)
        assert told.value.field == name
    assert use_credit(at.book, at.team.dana, replace(first, key="cart/2", amount=70), NOW)[0].posting.amount == 70


@pytest.fixture(scope="module")
def busy(makers: Makers) -> Office:
    """An office for many mixtures, whose owner set no limit worth the name."""
    made = office(makers.book("sqlite"))
    set_limit(made.book, made.team.olga, "USD", 10**9, NOW)
    return made


DOINGS = st.lists(
    st.tuples(st.sampled_from(["give", "use", "back"]), st.integers(0, 3), st.integers(1, 3)), min_size=2, max_size=14
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOINGS)
def test_whatever_is_mixed_each_key_counts_once(busy: Office, mixture: list[tuple[str, int, int]]):
    run = next(_numbers)
    account = f"acct-{run}"
    first: dict[tuple[str, int], tuple[int, tuple[int, ...]]] = {}
    for verb, key, amount in mixture:
        before = first.get((verb, key))
        given_ = first.get(("give", key), (0, ()))[1]
        what = (f"{run}/{key}", account, amount)
        if before and before[0] != amount:
            with pytest.raises(KeyReused, match="another because" if verb == "back" else "another amount"):
                _done(busy, verb, what, given_)
        elif before:
            assert _done(busy, verb, what, given_) == before[1]
        elif answer := _tried(busy, verb, what, given_):
            first[verb, key] = (amount, answer)
    found = postings.read(busy.book, "account = %s", (account,))
    assert sorted(one.position for one in found) == sorted(at for _, answer in first.values() for at in answer)


def _tried(busy: Office, verb: str, what: tuple[str, str, int], given_: tuple[int, ...]) -> tuple[int, ...]:
    """Do it; nothing where too little is left for it."""
    try:
        return _done(busy, verb, what, given_)
    except BadState:
        return ()


def _done(busy: Office, verb: str, what: tuple[str, str, int], given_: tuple[int, ...]) -> tuple[int, ...]:
    """Do one of the mixture; the positions of its postings."""
    key, account, amount = what
    if verb == "give":
        return (give_award(busy.book, busy.team.dana, gift(key, amount, account), NOW).posted.position,)
    if verb == "use":
        used = use_credit(busy.book, busy.team.dana, Spending(key, account, "USD", amount), NOW)
        return tuple(one.position for one in used)
    return tuple(take_back(busy.book, busy.team.dana, at, f"reason {amount}", NOW).position for at in given_)
