"""A statement checked by an outsider: nothing in it can be changed unseen, and nothing in it can break the check."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.ledger.basis import Basis
from makegood.ledger.merkle import EMPTY_ROOT, Prover, leaf_hash
from makegood.ledger.posting import content_text, leaf_data
from makegood.ledger.statement import Proven, statement_of, verify_statement
from tests.ledger.book import DAY, START, Kept, SmallBook


def world() -> SmallBook:
    """Acme's award, use and reversal among the postings of others."""
    book = SmallBook()
    for number in range(40):
        book.account = f"customer-{number}"
        book.award(100 + number)
    book.account, book.now = "acme", START + timedelta(microseconds=1)
    award = book.award(2050, cause="INC-7", expires="2026-12-31T00:00:00Z", reason="장애 보상", priority=10)
    use = book.use(award, 300)
    book.now += DAY
    book.account = "customer-3"
    book.award(1)
    book.account = "acme"
    book.reverse(use, 300)
    # Uses and reversals stand on a basis as well, as every posting of a book does.
    basis = Basis(form="credit", reason="used")
    book.bases[basis.hash] = basis
    for place, entry in enumerate(book.entries):
        if not entry.posting.basis:
            posting = replace(entry.posting, basis=basis.hash)
            leaf = leaf_hash(leaf_data(content_text(posting), entry.at_us))
            book.entries[place] = replace(entry, posting=posting, leaf=leaf)
    return book


def log_of(book: SmallBook) -> Kept:
    return Kept([entry.leaf for entry in book.entries])


def head_of(size: int) -> tuple[int, str]:
    return size, LOG.root(size).hex()


def statement(book: SmallBook, size: int) -> dict:
    prover = Prover(size, log_of(book))
    mine = [entry for entry in book.entries[:size] if entry.posting.account == "acme"]
    proven = [Proven(one, book.bases[one.posting.basis], prover.inclusion(one.position)) for one in mine]
    made = statement_of("acme-cloud", "acme", START + 2 * DAY, (size, prover.root()), proven)
    return json.loads(json.dumps(made))


BOOK = world()
LOG = log_of(BOOK)
SIZE = len(BOOK.entries)
GOOD = statement(BOOK, SIZE)
HEAD = head_of(SIZE)


def test_a_statement_says_what_the_book_says_and_is_proven():
    assert verify_statement(GOOD) == ()
    assert verify_statement(GOOD, HEAD) == ()
    award, use, reversal = GOOD["entries"]
    assert (award["position"], award["at"]) == (40, "2026-03-01T09:30:00.000001Z")
    assert (award["posting"]["amount"], award["basis"]["reason"]) == (2050, "장애 보상")
    assert (use["posting"]["lot"], reversal["posting"]["reverses"]) == (40, 41)


def test_a_statement_of_nothing():
    none = statement_of("acme-cloud", "acme", START, (0, EMPTY_ROOT), [])
    assert verify_statement(none) == ()
    assert verify_statement(none, HEAD, []) == ()
    none["head"]["root"] = HEAD[1]
    assert verify_statement(none) == ("the statement's head is of an empty log, whose root is always another.",)


def test_a_trusted_head_before_or_after_binds_the_statement():
    earlier, path = head_of(17), [one.hex() for one in Prover(SIZE, LOG).consistency(17)]
    assert verify_statement(GOOD, earlier, path) == ()
    old = statement(BOOK, 42)
    later = [one.hex() for one in Prover(SIZE, LOG).consistency(42)]
    assert verify_statement(old, HEAD, later) == ()
    (ask,) = verify_statement(GOOD, earlier)
    assert ask == "the trusted head is of 17 postings, this one of 44; ask for the proof between them."
    (other,) = verify_statement(GOOD, (SIZE, "ab" * 32))
    assert other == "the statement's head is not the trusted one: of 44, another root."
    for wrong in ([], path[1:], [*path, path[0]], ["zz"], "no", 7):
        (rewritten,) = verify_statement(GOOD, earlier, wrong)
        assert rewritten.startswith("the log of 44 is not shown to continue that of 17")
    for wrong in (7, (1,), (True, "ab" * 32), (1, "AB" * 32), (-1, "ab" * 32), [None, None]):
        (unread,) = verify_statement(GOOD, wrong)
        assert unread.startswith("the trusted head cannot be read")


def test_a_book_written_anew_is_found_by_a_head_kept_from_before():
    book = world()
    book.entries[5] = replace(book.entries[5], leaf=leaf_hash(b"another past"))
    forged = statement(book, SIZE)
    assert verify_statement(forged) == ()
    path = [one.hex() for one in Prover(SIZE, log_of(book)).consistency(17)]
    assert len(verify_statement(forged, head_of(17), path)) == 1


def entry(data: dict, number: int = 0) -> dict:
    return data["entries"][number]


def swap_places(data: dict) -> None:
    first, second = entry(data), entry(data, 1)
    first["position"], second["position"] = second["position"], first["position"]


TOLD = "the log does not hold it as it is told here"
STORIES = {
    "the amount is raised": (lambda data: entry(data)["posting"].update(amount=205000), [f"posting 40: {TOLD}"]),
    "the day is moved": (lambda data: entry(data).update(at="2026-03-01T09:30:00Z"), [f"posting 40: {TOLD}"]),
    "the expiry is moved": (
        lambda data: entry(data)["basis"].update(expires="2026-03-02T00:00:00Z"),
        ["posting 40: its reasons (basis) are not those"],
    ),
    "the proof of another": (
        lambda data: entry(data).update(proof=entry(data, 1)["proof"]),
        [f"posting 40: {TOLD}"],
    ),
    "two change places": (
        swap_places,
        [f"posting 41: {TOLD}", f"posting 40: {TOLD}"],
    ),
    "one entry twice": (lambda data: data["entries"].append(entry(data)), ["posting 40: it is in the statement twice"]),
    "after the head": (lambda data: entry(data, 2).update(position=99), ["posting 99: it stands after the head"]),
    "of another account": (
        lambda data: data.update(account="b"),
        [f"posting {position}: it belongs to 'acme', not to the account" for position in (40, 41, 43)],
    ),
    "dated after the statement": (
        lambda data: data.update(at="2026-03-02T00:00:00Z"),
        ["posting 43: it is dated after the statement"],
    ),
    "an amount of nothing": (
        lambda data: entry(data)["posting"].update(amount=0),
        ["posting 40: the amount of award/40 is 0", f"posting 40: {TOLD}"],
    ),
    "an amount that is no number": (
        lambda data: entry(data)["posting"].update(amount=20.5),
        ["posting 40: 'amount' is not a whole number from 0."],
    ),
    "a field more": (
        lambda data: entry(data)["posting"].update(note="\x1b[2Jpaid"),
        ["posting 40 holds 'note', which a statement does not have."],
    ),
    "a field less": (lambda data: entry(data).pop("proof"), ["posting 40 lacks 'proof'."]),
    "no place": (
        lambda data: entry(data, 1).update(position="x"),
        ["entry 2 of the statement: 'position' is not a whole number"],
    ),
    "no entry": (lambda data: data["entries"].append(7), ["entry 4 of the statement is not an object"]),
    "no head": (lambda data: data.pop("head"), ["the statement lacks 'head'."]),
    "a head of no hash": (lambda data: data["head"].update(root="ab"), ["the statement's head: 'root' is not 64 hex"]),
    "a later version": (lambda data: data.update(version=2), ["the statement: 'version' is not 1."]),
    "half a letter": (
        lambda data: entry(data)["posting"].update(key="\ud800"),
        ["posting 40: 'key' is not text."],
    ),
    "a command to the terminal": (
        lambda data: entry(data)["posting"].update(key="\x1b[31mred", amount=0),
        ["posting 40: the amount of ?[31mred is 0", f"posting 40: {TOLD}"],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_was_changed_is_named_by_its_position(story):
    change, sentences = STORIES[story]
    data = deepcopy(GOOD)
    change(data)
    faults = verify_statement(
        data, HEAD if isinstance(data.get("head"), dict) and story != "a head of no hash" else None
    )
    assert len(faults) == len(sentences)
    assert all(fault.startswith(sentence) for fault, sentence in zip(faults, sentences, strict=True)), faults


def test_a_book_that_pays_a_loss_twice_or_dates_back_is_found_though_every_proof_is_right():
    book = SmallBook()
    book.award(10)
    again = book.entries[0].posting
    book.post(again)
    book.now -= DAY
    book.post(replace(again, key="award/2", cause="INC-8"))
    assert verify_statement(statement(book, 3)) == (
        "posting 1: its key 'award/0' was used by posting 0 already; a key is used once.",
        "posting 1: it makes good the loss from 'INC-7' that posting 0 made good.",
        "posting 2: it is dated before posting 1, which it follows.",
    )


def places(data: object, path: tuple = ()) -> list[tuple]:
    """The path of every value inside."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for name, value in inner for place in places(value, (*path, name)))]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
# The name of the book and the day of the statement are not in the log.
PROVEN = [place for place in places(GOOD) if place and place not in (("book",), ("at",))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PROVEN), JSON | st.integers(0, 60) | st.sampled_from(["acme", "USD", "0" * 64, HEAD[1]]))
def test_no_value_can_be_changed_unseen(place, value):
    data = deepcopy(GOOD)
    inner = data
    for name in place[:-1]:
        inner = inner[name]
    before, inner[place[-1]] = inner[place[-1]], value
    same = before == value and type(before) is type(value)
    # An account's postings may be left out of a statement; it says of itself that it cannot prove their number.
    emptied = place == ("entries",) and value == []
    assert bool(verify_statement(data, HEAD)) != (same or emptied)


@settings(max_examples=200, deadline=None)
@given(JSON, JSON, JSON)
def test_nothing_from_outside_breaks_the_check(data, head, path):
    assert verify_statement(data, head, path)
    data_ = deepcopy(GOOD) | {"entries": data, "head": head, "at": path}
    assert verify_statement(data_)


def test_a_deep_a_wide_and_an_endless_number_are_answered():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    data = deepcopy(GOOD)
    entry(data)["posting"]["account"] = deep
    assert verify_statement(data) == ("posting 40: 'account' is not text.",)
    entry(data)["posting"].update(account="acme", amount=10**5000)
    assert verify_statement(data) == ("posting 40: 'amount' is not a whole number from 0.",)
    data = deepcopy(GOOD)
    entry(data)["proof"] = ["00" * 32] * 50_000
    assert len(verify_statement(data)) == 1
