"""A small book and a small log for the tests of the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from makegood.ledger.basis import Basis
from makegood.ledger.merkle import Frontier, leaf_hash
from makegood.ledger.posting import BREAKAGE, EXPENSE, USED, Posted, Posting, content_text, holder, leaf_data
from makegood.spans import to_us

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@dataclass
class SmallBook:
    """Postings in order; every method appends one and returns its position."""

    account: str = "acme"
    unit: str = "USD"
    now: datetime = START
    entries: list[Posted] = field(default_factory=list)
    bases: dict[str, Basis] = field(default_factory=dict)

    def award(self, amount: int, **terms) -> int:
        basis = Basis(**{"form": "credit", "cause": "INC-7", **terms})
        self.bases[basis.hash] = basis
        return self._post("award", EXPENSE, holder(self.account), amount, basis=basis.hash)

    def use(self, lot: int | None, amount: int) -> int:
        return self._post("use", holder(self.account), USED, amount, lot=lot)

    def expire(self, lot: int, amount: int) -> int:
        return self._post("expiry", holder(self.account), BREAKAGE, amount, lot=lot)

    def reverse(self, position: int, amount: int) -> int:
        taken = self.entries[position].posting
        return self._post(
            "reversal",
            taken.credit,
            taken.debit,
            amount,
            lot=position if taken.kind == "award" else taken.lot,
            reverses=position,
        )

    def post(self, posting: Posting) -> int:
        at = to_us(self.now)
        leaf = leaf_hash(leaf_data(content_text(posting), at))
        self.entries.append(Posted(len(self.entries), at, posting, leaf))
        return len(self.entries) - 1

    def _post(self, kind: str, debit: str, credit: str, amount: int, **more) -> int:
        key = f"{kind}/{len(self.entries)}"
        fields = {"cause": "INC-7" if kind == "award" else "", "turn": 0, "basis": "", **more}
        return self.post(Posting(key, kind, debit, credit, self.unit, amount, self.account, **fields))


class Kept:
    """Leaf hashes in memory; counts what a proof reads."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes, self.read = leaves, 0
        self.blocks = Frontier().extend(leaves).block_roots

    def leaves(self, first: int, end: int) -> list[bytes]:
        self.read += end - first
        return self.hashes[first:end]

    def roots(self, first_block: int, end_block: int) -> list[bytes]:
        return self.blocks[first_block:end_block]

    def root(self, size: int) -> bytes:
        return Frontier().extend(self.hashes[:size]).frontier.root()
