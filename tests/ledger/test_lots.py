"""Credit lots: whose turn it is, what is left, and that no minor unit appears or is lost."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.errors import BadUse
from makegood.ledger.fold import balances
from makegood.ledger.lots import Burn, Held, Lot, Use, balance, burn, expired, held
from makegood.ledger.posting import holder
from tests.ledger.book import DAY, START, SmallBook

NOON = START + DAY


def lot(position: int, amount: int = 100, **more) -> Held:
    return Held(Lot(**{"position": position, "account": "acme", "unit": "USD", "amount": amount, "at_us": 0, **more}))


def use(amount: int, **more) -> Use:
    return Use(**{"account": "acme", "amount": amount, "unit": "USD", "product": "chat", "plan": "team", **more})


# Whose turn: the positions drawn on, in order, when everything is asked for.
TURNS = [
    ("a lower priority number first", [lot(1), lot(2, priority=9)], [2, 1]),
    ("then what expires earlier", [lot(1, expires=NOON + 2 * DAY), lot(2, expires=NOON + DAY)], [2, 1]),
    ("half a second counts", [lot(1, expires=NOON + DAY), lot(2, expires=NOON + DAY - DAY / 172800)], [2, 1]),
    ("half a second after counts too", [lot(1, expires=NOON + DAY + DAY / 172800), lot(2, expires=NOON + DAY)], [2, 1]),
    ("what never expires last", [lot(1), lot(2, expires=NOON + 900 * DAY)], [2, 1]),
    ("priority before expiry", [lot(1, expires=NOON + DAY), lot(2, priority=99)], [2, 1]),
    ("then what was granted earlier", [lot(7), lot(3)], [3, 7]),
    ("expired: never", [lot(1, expires=NOON - DAY), lot(2)], [2]),
    ("expired from the very moment on", [lot(1, expires=NOON), lot(2)], [2]),
    ("a microsecond before it is not", [lot(1, expires=NOON + DAY / 86400_000_000)], [1]),
    ("another product: never", [lot(1, product="images"), lot(2, product="chat")], [2]),
    ("the plan in other letters", [lot(1, plan="Team"), lot(2, plan="pro")], [1]),
    ("another plan: never", [lot(1, plan="free"), lot(2, plan="team")], [2]),
    ("another unit or account: never", [lot(1, unit="EUR"), lot(2, account="other"), lot(3)], [3]),
    ("a refund leaves by itself: never", [lot(1, form="refund"), lot(2)], [2]),
    ("what is empty: never", [replace(lot(1), used=60, expired=40), replace(lot(2), taken=99)], [2]),
]


@pytest.mark.parametrize(("lots", "order"), [row[1:] for row in TURNS], ids=[row[0] for row in TURNS])
def test_whose_turn_it_is(lots, order):
    assert [position for position, _ in burn(lots, use(10_000), NOON).draws] == order
    assert burn(lots[::-1], use(10_000), NOON) == burn(lots, use(10_000), NOON)


def test_a_use_draws_the_last_lot_in_part_and_says_what_is_short():
    lots = [lot(1, 300, expires=NOON + DAY), lot(2, 500)]
    assert burn(lots, use(450), NOON) == Burn(((1, 300), (2, 150)), 0)
    assert burn(lots, use(300), NOON) == Burn(((1, 300),), 0)
    assert burn(lots, use(1000), NOON) == Burn(((1, 300), (2, 500)), 200)
    assert burn([], use(1), NOON) == Burn((), 1)
    with pytest.raises(BadUse, match="more than 0"):
        burn(lots, use(0), NOON)


def test_what_can_be_used_and_what_is_to_be_expired():
    lots = [lot(4, 300, expires=NOON), lot(2, 500), lot(3, 7, unit="plan_days"), lot(1, 9, form="refund")]
    assert balance(lots, NOON - DAY) == {"USD": 800, "plan_days": 7}
    assert balance(lots, NOON) == {"USD": 500, "plan_days": 7}
    assert expired(lots, NOON) == ((4, 300),)
    assert expired([replace(lots[0], used=300)], NOON) == ()
    assert expired(lots, NOON - DAY) == ()


HELDS = st.lists(
    st.builds(
        lambda amount, used, priority, days, scope: Held(
            Lot(
                0,
                "acme",
                "USD",
                amount,
                0,
                expires=None if days is None else NOON + days * DAY,
                product=scope[0],
                plan=scope[1],
                priority=priority,
            ),
            used=min(used, amount),
        ),
        st.integers(1, 50),
        st.integers(0, 50),
        st.integers(1, 3),
        st.none() | st.integers(-2, 3),
        st.sampled_from([("", ""), ("chat", ""), ("images", ""), ("", "team"), ("", "free")]),
    ),
    max_size=7,
).map(lambda lots: [replace(one, lot=replace(one.lot, position=n)) for n, one in enumerate(lots)])


@settings(max_examples=200, deadline=None)
@given(HELDS, st.integers(1, 120))
def test_a_burn_never_exceeds_and_skips_nobody_whose_turn_it_is(lots, amount):
    got = burn(lots, use(amount), NOON)
    rests = {one.lot.position: one for one in lots}
    assert sum(drawn for _, drawn in got.draws) + got.short == amount
    assert len({position for position, _ in got.draws}) == len(got.draws)
    assert all(0 < drawn <= rests[position].rest for position, drawn in got.draws)
    fitting = {
        one.lot.position
        for one in lots
        if one.rest and not one.lapsed(NOON) and one.lot.product != "images" and one.lot.plan != "free"
    }
    assert {position for position, _ in got.draws} <= fitting
    # Emptied in order: every lot but the last is drawn to its end, and one left undrawn comes after all drawn ones.
    assert all(drawn == rests[position].rest for position, drawn in got.draws[:-1])
    assert not got.short or sum(rests[position].rest for position in fitting) == amount - got.short
    never = NOON + 9999 * DAY
    turn = {n: (rests[n].lot.priority, rests[n].lot.expires or never, n) for n in fitting}
    drawn_turns = [turn[position] for position, _ in got.draws]
    assert drawn_turns == sorted(turn.values())[: len(drawn_turns)]


def test_a_life_of_one_award():
    book = SmallBook()
    award = book.award(1000, expires="2026-03-31T00:00:00Z", product="chat", priority=5)
    first = book.use(award, 300)
    book.reverse(first, 100)
    book.reverse(award, 250)
    book.now += 40 * DAY
    late = book.expire(award, 550)
    holding = held(book.entries, book.bases)
    assert holding.faults == ()
    (one,) = holding.lots
    assert (one.used, one.taken, one.expired, one.rest) == (200, 250, 550, 0)
    assert (one.lot.product, one.lot.priority, one.lot.form) == ("chat", 5, "credit")
    book.reverse(late, 50)
    assert held(book.entries, book.bases).lots[0].rest == 50
    assert balances(entry.posting for entry in book.entries)[holder("acme"), "USD"] == 50


def faulty(story) -> tuple[str, ...]:
    book = SmallBook()
    book.award(500)
    story(book)
    holding = held(book.entries, book.bases)
    assert holding.lots[0].rest >= 0
    return holding.faults


def other(book: SmallBook, **changed) -> None:
    book.use(0, 10)
    entry = book.entries[-1]
    book.entries[-1] = replace(entry, posting=replace(entry.posting, **changed))


def twice(book: SmallBook) -> None:
    use_ = book.use(0, 10)
    book.reverse(use_, 6)
    book.reverse(use_, 6)


def moved(book: SmallBook) -> None:
    other(book)
    book.entries[-1] = replace(book.entries[-1], position=0)


FAULTS = [
    (lambda book: book.use(None, 5), "posting 1: it draws on no award."),
    (lambda book: book.use(9, 5), "posting 1: it draws on 9, which is no award before it."),
    (lambda book: book.use(0, 501), "posting 1: it uses 501 of the award at 0, which has 500 left."),
    (lambda book: book.reverse(0, 501), "posting 1: it takes back 501 of the award at 0, which has 500 left."),
    (lambda book: book.expire(0, 5), "posting 1: it expires the award at 0 before its time."),
    (twice, "posting 3: it gives back 6 of the use at 1, which has 4 left."),
    (lambda book: book.reverse(book.reverse(0, 9), 9), "posting 2: it takes back 1, which is no award, use or expiry"),
    (lambda book: other(book, unit="EUR"), "posting 1: it moves EUR of the award at 0, which is in USD."),
    (lambda book: other(book, account="b"), "posting 1: it belongs to b, the award at 0 to acme."),
    (lambda book: other(book, kind="gift"), "posting 1: 'gift' is not a kind of posting."),
    (lambda book: other(book, amount=-10), "posting 1: it moves -10; a posting moves more than 0."),
    (lambda book: other(book, kind="reversal"), "posting 1: it takes back None, which is no award"),
    (
        lambda book: other(book, kind="reversal", reverses=0, lot=7),
        "posting 1: it takes back the award at 0, but names",
    ),
    (moved, "posting 0: its position is taken by another posting."),
    (lambda book: (book.award(5, reason="lost"), book.bases.popitem()), "posting 1: its basis "),
    (lambda book: book.award(5, expires="soon"), "posting 1: its basis cannot be read: 'soon' is not a time"),
]


@pytest.mark.parametrize(("story", "sentence"), FAULTS, ids=[sentence[9:60] for _, sentence in FAULTS])
def test_what_cannot_be_is_named_and_not_counted(story, sentence):
    faults = faulty(story)
    assert len(faults) == 1
    assert faults[0].startswith(sentence)


STEPS = st.lists(
    st.tuples(st.sampled_from(["award", "use", "expire", "reverse"]), st.integers(0, 12), st.integers(1, 60)),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.randoms(use_true_random=False))
def test_whatever_is_posted_granted_is_left_used_expired_and_taken_back(steps, random: Random):
    book = SmallBook()
    for kind, target, amount in steps:
        book.now += DAY
        if kind == "award":
            book.award(amount, expires=None if target % 3 else "2026-03-04T00:00:00Z")
        elif target < len(book.entries):
            getattr(book, kind)(target, amount)
    holding = held(book.entries, book.bases)
    bad = {int(fault.split(":")[0].removeprefix("posting ")) for fault in holding.faults}
    good = [entry for entry in book.entries if entry.position not in bad]
    granted = sum(entry.posting.amount for entry in good if entry.posting.kind == "award")
    assert granted == sum(one.rest + one.used + one.expired + one.taken for one in holding.lots)
    assert all(min(one.rest, one.used, one.expired, one.taken) >= 0 for one in holding.lots)
    # The double entry, which knows nothing of lots, comes to the same.
    sums = balances(entry.posting for entry in good)
    assert sums.get((holder("acme"), "USD"), 0) == sum(one.rest for one in holding.lots)
    assert held(good, book.bases) == replace(holding, faults=(), wrong=())
    shuffled = random.sample(book.entries, len(book.entries))
    assert held(shuffled, book.bases) == holding


@settings(max_examples=50, deadline=None)
@given(STEPS, STEPS)
def test_lots_of_two_accounts_do_not_touch_each_other(mine, yours):
    books = []
    for account, steps in (("acme", mine), ("other", yours)):
        book = SmallBook(account=account)
        book.award(100)
        for kind, target, amount in steps:
            if kind == "award":
                book.award(amount)
            elif target < len(book.entries):
                getattr(book, kind)(target, amount)
        books.append(book)
    shift = len(books[0].entries)

    def later(position: int | None) -> int | None:
        return None if position is None else position + shift

    moved_ = [
        replace(
            entry,
            position=entry.position + shift,
            posting=replace(entry.posting, lot=later(entry.posting.lot), reverses=later(entry.posting.reverses)),
        )
        for entry in books[1].entries
    ]
    both = held([*moved_, *books[0].entries], books[0].bases | books[1].bases)
    alone = [held(book.entries, book.bases).lots for book in books]
    assert [one.rest for one in both.lots] == [one.rest for lots in alone for one in lots]
