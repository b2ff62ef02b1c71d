"""Verb: say an award, or the taking back of one, as a posting of the ledger."""

from __future__ import annotations

from makegood.awards.award import Award
from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.posting import EXPENSE, Posted, Posting, holder

_NO_CAMPAIGN = "goodwill"


def posting_of(award: Award, key: str, turn: int) -> Posting:
    """The posting of an award: from the expense of its campaign to the customer; raise BadUse where none can be.

    `key` is the business key; `turn` counts the reversals of earlier awards for the same loss.
    """
    return Posting(
        key=key,
        kind="award",
        debit=f"{EXPENSE}/{award.basis.campaign or _NO_CAMPAIGN}",
        credit=holder(award.account),
        unit=award.unit,
        amount=award.amount,
        account=award.account,
        cause=award.cause,
        turn=turn,
        basis=award.basis.hash,
    ).checked()


def reversal_of(posted: Posted, key: str, because_basis: Basis) -> Posting:
    """The posting that takes the whole of an award back; `because_basis` says why. Raise BadUse for another kind.

    It names no cause: a loss is made good by awards alone, and the next one for it has the next turn. How much of
    the award is still there to be taken back is for the book to say.
    """
    given = posted.posting
    if given.kind != "award":
        raise BadUse(f"{given.key} is of the kind {given.kind}; only an award is taken back, name its posting.")
    return Posting(
        key=key,
        kind="reversal",
        debit=given.credit,
        credit=given.debit,
        unit=given.unit,
        amount=given.amount,
        account=given.account,
        cause="",
        turn=0,
        basis=because_basis.hash,
        lot=posted.position,
        reverses=posted.position,
    ).checked()
