"""Lots as they are kept: over any sequence of postings they are the fold of all, and they can be made again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from makegood.acts.rebuild import rebuild
from makegood.ledger.basis import Basis
from makegood.ledger.lots import Held, held
from makegood.ledger.posting import BREAKAGE, EXPENSE, USED, Posted, Posting, holder
from makegood.spans import iso
from makegood.store import bases, lots, postings
from makegood.store.book import Book
from tests.books import NOW, cast

ACCOUNTS = ("anna", "ben", "cleo")
LATER = NOW + timedelta(days=30)
BASES = (Basis("credit", expires=iso(NOW)), Basis("credit", cause="C-1"), Basis("quota", expires=iso(LATER)))


class Ledger:
    """Postings as random acts would put them, several in a transaction; `entries` is what stands."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book, self.draw = book, Random(seed)
        self.entries: list[Posted] = []
        self.known = {basis.hash: basis for basis in BASES}

    def go_on(self, batches: int) -> None:
        """So many transactions of one to six postings."""
        for _ in range(batches):
            with self.book.writing():
                bases.keep(self.book, BASES)
                made: list[Posted] = []
                for _ in range(self.draw.randint(1, 6)):
                    made += self._one(self.entries + made)
                postings.put(self.book, [one.posting for one in made], NOW)
            self.entries += made

    def _one(self, before: list[Posted]) -> list[Posted]:
        posting = self._posting(before, len(before))
        return [Posted(len(before), 0, posting, b"")] if posting else []

    def _posting(self, before: list[Posted], at: int) -> Posting | None:
        kind = self.draw.choice(["award", "use", "use", "use", "expiry", "reversal", "reversal"])
        if kind == "award" or not before:
            return self._award(at)
        open_ = [one for one in self.fold(before) if one.rest]
        if kind == "reversal":
            return self._reversal(before, open_, at)
        if kind == "expiry":
            open_ = [one for one in open_ if one.lot.expires == NOW]
        if not open_:
            return None
        one = self.draw.choice(open_)
        amount = one.rest if kind == "expiry" else self.draw.randint(1, one.rest)
        return self._moved(kind, one, amount, at)

    def _award(self, at: int) -> Posting:
        account, basis = self.draw.choice(ACCOUNTS), self.draw.choice(BASES)
        cause = f"C-{at}" if self.draw.random() < 0.5 else ""
        amount = self.draw.randint(1, 900)
        return Posting(f"k/{at}", "award", EXPENSE, holder(account), "USD", amount, account, cause, 0, basis.hash)

    def _moved(self, kind: str, one: Held, amount: int, at: int) -> Posting:
        account, to = one.lot.account, USED if kind == "use" else BREAKAGE
        lot, basis = one.lot.position, BASES[0].hash
        return Posting(f"k/{at}", kind, holder(account), to, "USD", amount, account, "", 0, basis, lot)

    def _reversal(self, before: list[Posted], open_: list[Held], at: int) -> Posting | None:
        gone = {one.posting.reverses for one in before}
        rests = {one.lot.position: one.rest for one in open_}
        may = [
            (one, rests.get(one.position, 0) if one.posting.kind == "award" else one.posting.amount)
            for one in before
            if one.position not in gone and one.posting.kind != "reversal"
        ]
        may = [(one, most) for one, most in may if most]
        if not may:
            return None
        one, most = self.draw.choice(may)
        posting = one.posting
        lot = self.draw.choice([None, one.position if posting.kind == "award" else posting.lot])
        amount, basis = self.draw.randint(1, most), BASES[0].hash
        return Posting(
            f"k/{at}",
            "reversal",
            posting.credit,
            posting.debit,
            "USD",
            amount,
            posting.account,
            "",
            0,
            basis,
            lot,
            one.position,
        )

    def fold(self, entries: list[Posted]) -> tuple[Held, ...]:
        """The lots by the rule itself, which has no fault to find."""
        late = [Posted(one.position, 10**18, one.posting, b"") for one in entries]
        holding = held(late, self.known)
        assert holding.faults == ()
        return holding.lots


def kept(book: Book) -> list[tuple[object, ...]]:
    """The rows of what moved and did not come back."""
    return book.rows("SELECT * FROM lot WHERE used <> 0 OR expired <> 0 OR taken <> 0 ORDER BY position")


def wanted(ledger: Ledger) -> list[tuple[object, ...]]:
    """The rows as the fold of all postings gives them."""
    return [row for one in ledger.fold(ledger.entries) if (row := lots.row_of(one))]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_the_fold_of_all_postings(swept: Book, seed: int):
    ledger = Ledger(swept, seed)
    for _ in range(4):
        ledger.go_on(8)
        assert kept(swept) == wanted(ledger) != []
    folded = {one.lot.position: one for one in ledger.fold(ledger.entries)}
    read = lots.held_by(swept, ACCOUNTS)
    assert {at: (one.rest, one.used, one.expired, one.taken) for at, (_, one) in read.items()} == {
        at: (one.rest, one.used, one.expired, one.taken) for at, one in folded.items()
    }
    assert list(read) == sorted(read)
    assert lots.rests(swept, list(range(len(ledger.entries)))) == {
        at: folded[at].rest if at in folded else 0 for at in range(len(ledger.entries))
    }
    open_ = {one.lot.account for one in folded.values() if one.rest and one.lot.expires == NOW}
    assert set(lots.over(swept, NOW, 100)) == open_


TAMPERED = (
    "DELETE FROM lot",
    "UPDATE lot SET used = used + 1",
    "INSERT INTO lot (position, account, used, expired, taken) VALUES (100000, 'me', 1, 2, 3)",
)


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_tampered_with_is_made_again(swept: Book, how: str):
    team, ledger = cast(swept), Ledger(swept, 7)
    ledger.go_on(20)
    swept.run(how)
    assert kept(swept) != wanted(ledger)
    assert rebuild(swept, team.olga, NOW).lots == len(wanted(ledger))
    assert kept(swept) == wanted(ledger)


def test_no_look_goes_over_what_was_used(swept: Book, monkeypatch: pytest.MonkeyPatch):
    if swept.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by how much there is")
    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(Book, "rows", lambda _, sql, params=(): asked.append((sql, params)) or [])
    lots.held_by(swept, ["anna"])
    lots.over(swept, NOW, 10)
    lots.soon_over(swept, timedelta(days=1), NOW, 10)
    monkeypatch.undo()
    sqls = [(sql, params) for sql, params in asked if "posting" in sql]
    plans = [[row[-1] for row in swept.rows(f"EXPLAIN QUERY PLAN {sql}", params)] for sql, params in sqls]
    awards, *ending = [[step for step in plan if step.startswith(("SEARCH", "SCAN"))] for plan in plans]
    assert ["cause>?" in awards[0], "posting_gift" in awards[2]] == [True, True]
    assert len(ending) == 2
    for plan in ending:
        assert ["basis_expires" in plan[0], "posting_basis" in plan[1]] == [True, True], plan
    assert not [step for plan in (awards, *ending) for step in plan if step.startswith("SCAN")]
