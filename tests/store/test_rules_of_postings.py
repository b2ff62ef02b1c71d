"""What the table of postings takes and refuses by itself: long and foreign names, numbers near 2^62, what cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from makegood.acts.give_award import give_award
from makegood.awards.post import reversal_of
from makegood.errors import BadState, BadUse, StoreAway
from makegood.ledger.basis import Basis
from makegood.ledger.fold import balances, unbalanced
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import Posting, content_text, holder, leaf_data
from makegood.ledger.unit import MOST_MINOR
from makegood.store import bases, lots, postings
from makegood.store.book import Book
from makegood.store.log import head_of
from tests.acts.office import gift
from tests.books import NOW, cast

BASIS = Basis("credit", reason="a test")
NAMES = (
    *("acct", "a" * 255, "서울-결제팀", "Zo\u00eb", "Zoe\u0308", "ACCT", "acct ", "tab\there", "back\\slash", "\\N"),
    *("'; DROP TABLE posting; --", "100%s", "line\nbreak", "🧾" * 100, "\u202egnp.exe", "a/b/c"),
)


def award(account: str = "acct-1", amount: int = 5, **more: object) -> Posting:
    """An award under a key of its own account."""
    plain = Posting(f"k/{account}", "award", "expense/x", holder(account), "USD", amount, account, "", 0, BASIS.hash)
    return replace(plain, **more)


def put(book: Book, *wanted: Posting) -> postings.Put:
    """Put in a transaction of its own."""
    with book.writing():
        bases.keep(book, [BASIS])
        return postings.put(book, wanted, NOW)


REFUSED = {
    "an amount of nothing": ({"amount": 0}, "posting_amount"),
    "an amount below nothing": ({"amount": -5}, "posting_amount"),
    "from an account to itself": ({"debit": "customer/acct-1"}, "posting_accounts"),
    "a kind that nobody knows": ({"kind": "gift"}, "posting_kind"),
    "a reversal of itself": ({"kind": "reversal", "reverses": 1}, "posting_reversal"),
    "a reversal of what comes later": ({"kind": "reversal", "reverses": 2}, "posting_reversal"),
    "an award that reverses": ({"reverses": 0}, "posting_reversal"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_posting_that_cannot_be_is_refused_by_the_table(swept: Book, what: str):
    put(swept, award("acct-0"))
    before = head_of(swept)
    changes, rule = REFUSED[what]
    with pytest.raises(StoreAway, match=f"{rule}.*\\.$"):
        put(swept, award(**changes))
    assert head_of(swept) == before
    assert swept.one("SELECT COUNT(*) FROM posting")[0] == swept.one("SELECT COUNT(*) FROM outbox")[0] == 1


def test_a_place_below_the_first_is_refused(swept: Book):
    put(swept, award())
    columns = ", ".join(postings.COLUMNS)
    elsewhere = columns.replace("position", "-1").replace("key", "kind")
    with pytest.raises(StoreAway, match="posting_position"):
        swept.run(f"INSERT INTO posting ({columns}) SELECT {elsewhere} FROM posting")


def test_an_award_is_taken_back_once_whatever_the_key(swept: Book):
    put(swept, award())
    (stood,) = postings.by_keys(swept, ["k/acct-1"])
    put(swept, reversal_of(stood, "reversal/0", BASIS))
    head = head_of(swept)
    with pytest.raises(BadState, match="makegood ledger audit"):
        put(swept, reversal_of(stood, "reversal/0/again", BASIS))
    assert head_of(swept) == head


@pytest.mark.parametrize("many", [False, True], ids=["one by one", "many at once"])
def test_names_of_all_kinds_come_back_as_they_were_and_stay_apart(swept: Book, many: bool):
    wanted = [award(name) for name in NAMES]
    for part in [wanted] if many else [[one] for one in wanted]:
        put(swept, *part)
    found = postings.read(swept, "kind = 'award'")
    assert [one.posting for one in found] == wanted
    for one in found:
        assert one.leaf == leaf_hash(leaf_data(content_text(one.posting), one.at_us)), "what is hashed is what is kept"
        assert [each.position for each in lots.of_account(swept, one.posting.account)[0]] == [one.position]


@pytest.mark.parametrize("name", ["nul\0", "", "x" * 401])
def test_names_that_no_ledger_takes_are_refused_before_the_table(swept: Book, name: str):
    team = cast(swept)
    with pytest.raises(BadUse, match="has 1 to 400 characters and no NUL"):
        give_award(swept, team.dana, gift("k", 5, name), NOW)
    assert swept.one("SELECT COUNT(*) FROM posting")[0] == 0


def test_numbers_near_the_most_are_kept_and_summed_exactly_by_unit(swept: Book):
    most = MOST_MINOR - 1
    put(swept, *(award(f"a{n}", most, unit=unit) for n, unit in enumerate(["USD", "USD", "USD", "KRW", "tokens"])))
    (stood,) = postings.by_keys(swept, ["k/a1"])
    put(swept, reversal_of(stood, "reversal/1", BASIS))
    found = [one.posting for one in postings.read(swept, "position >= 0")]
    sums = balances(found)
    assert unbalanced(sums) == {}
    assert sums["expense/x", "USD"] == -2 * most
    assert {unit: sums["expense/x", unit] for unit in ("KRW", "tokens")} == {"KRW": -most, "tokens": -most}
    assert (sums[holder("a0"), "USD"], sums[holder("a1"), "USD"]) == (most, 0)
    with pytest.raises(BadUse, match=r"less than 2\^62"):
        award("a9", MOST_MINOR).checked()
