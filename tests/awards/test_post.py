"""Posting an award and taking it back: both balance, and what is taken back is what was given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from makegood.awards.award import Award
from makegood.awards.post import posting_of, reversal_of
from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted

BASIS = Basis("credit", "INC-7", "house", "1", "credit", "It failed.")
AWARD = Award("acc-1", "INC-7", "credit", "USD", 2000, 2000, BASIS)
WHY = Basis("credit", "INC-7", reason="Granted to the wrong account.")


def test_an_award_moves_from_the_expense_to_the_customer() -> None:
    posting = posting_of(AWARD.within("c-1"), "c-1/acc-1/INC-7", 0)
    assert (posting.kind, posting.debit, posting.credit) == ("award", "expense/c-1", "customer/acc-1")
    assert (posting.account, posting.cause, posting.turn, posting.amount) == ("acc-1", "INC-7", 0, 2000)
    assert posting.basis == replace(BASIS, campaign="c-1").hash
    assert posting_of(AWARD, "k", 2).debit == "expense/goodwill"
    assert posting_of(AWARD, "k", 2).turn == 2


def test_a_reversal_takes_back_what_was_given_and_leaves_the_loss_to_the_next_award() -> None:
    given = posting_of(AWARD, "k", 0)
    posted = Posted(41, 1_000_000, given, b"leaf")
    back = reversal_of(posted, "k/back", WHY)
    assert (back.kind, back.lot, back.reverses, back.cause, back.basis) == ("reversal", 41, 41, "", WHY.hash)
    sums: Counter[tuple[str, str]] = Counter()
    for account, unit, amount in (*given.legs(), *back.legs()):
        sums[account, unit] += amount
    assert set(sums.values()) == {0}
    with pytest.raises(BadUse, match="k/back is of the kind reversal; only an award is taken back"):
        reversal_of(Posted(42, 1_000_000, back, b"leaf"), "again", WHY)


@pytest.mark.parametrize("amount", [0, -1, 2**62])
def test_what_no_ledger_can_take_is_bad_use(amount: int) -> None:
    with pytest.raises(BadUse, match="a posting moves more than 0"):
        posting_of(replace(AWARD, amount=amount), "k", 0)
