"""Noun: an allocation; who gets what from a campaign, frozen and hashed before anyone approves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from makegood.keys import canonical, canonical_rows
from makegood.ledger.basis import Basis

GRANT, HOLDOUT = "grant", "holdout"
MILLION = 1_000_000
BLOCK_LINES = 1_000


@dataclass(frozen=True)
class StopRules:
    """When a campaign stops by itself; shares in millionths of what was sent or granted so far."""

    errors_ppm: int = 20_000
    complaints_ppm: int = 5_000
    least: int = 20  # so many must have gone out before a share says anything


@dataclass(frozen=True)
class Draft:
    """What a campaign is drawn with; money in minor units of `unit`, shares in millionths.

    `causes` are ids in the book, `terms` and `version` name the programme. With `days` 0 every wave is due at once.
    `overrun` says what happens when the wishes exceed the budget: `scale` them down or `refuse` the draw. A line costs
    at least `floor`, an account gets at most `cap` in all, None for no cap.
    """

    causes: tuple[str, ...]
    terms: str
    version: str
    unit: str
    budget: int
    days: int
    canary_ppm: int
    holdout_ppm: int = 0
    overrun: str = "scale"
    stop: StopRules = StopRules()
    filters: tuple[tuple[str, str], ...] = ()
    floor: int = 0
    cap: int | None = None


class Line(NamedTuple):
    """One account's share: `amount` in minor units of `unit`, `cost` what it takes of the budget.

    `number` is its place in the order of posting, from 0; `group` is GRANT or HOLDOUT; `basis` indexes the
    allocation's bases; `wish` is the cost before the budget scaled it.
    """

    number: int
    account: str
    cause: str
    unit: str
    amount: int
    cost: int
    basis: int
    group: str = GRANT
    wish: int = 0


@dataclass(frozen=True, slots=True)
class Excluded:
    """An account that was looked at and gets nothing, with the reason's code and its detail."""

    account: str
    cause: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Allocation:
    """The whole of it; lines by number. Its hash covers the draft, the bases, every line and every exclusion."""

    draft: Draft
    bases: tuple[Basis, ...]
    lines: tuple[Line, ...]
    excluded: tuple[Excluded, ...]

    @cached_property
    def seal(self) -> Seal:
        """The digests that the hash is made of."""
        return seal_of(self)

    @property
    def hash(self) -> str:
        """SHA-256 (hex) over draft, bases, every line and every exclusion."""
        return self.seal.hash

    @cached_property
    def total(self) -> int:
        """What the lines that are granted cost, in minor units of the budget."""
        return sum(one.cost for one in self.lines if one.group == GRANT)


@dataclass(frozen=True)
class Seal:
    """SHA-256 (hex) of the draft with its bases, of each block of BLOCK_LINES lines, and of the exclusions.

    Whoever posts a part checks the blocks of that part alone against what was signed.
    """

    head: str
    blocks: tuple[str, ...]
    excluded: str

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the digests, a line each: what an approval signs."""
        return hashlib.sha256("\n".join((self.head, *self.blocks, self.excluded)).encode()).hexdigest()


def seal_of(allocation: Allocation) -> Seal:
    """The seal of a whole allocation."""
    lines = allocation.lines
    return Seal(
        head_digest(allocation.draft, allocation.bases),
        tuple(block_digest(lines[first : first + BLOCK_LINES]) for first in range(0, len(lines), BLOCK_LINES)),
        _digest([one.account, one.cause, one.reason, one.detail] for one in allocation.excluded),
    )


def head_digest(draft: Draft, bases: Iterable[Basis]) -> str:
    """SHA-256 (hex) of the draft and the bases."""
    return _digest([_listed(asdict(draft)), *(one.as_data() for one in bases)])


def block_digest(lines: Iterable[Line]) -> str:
    """SHA-256 (hex) of a block of lines."""
    return rows_digest(list(lines))


def rows_digest(rows: Sequence[tuple[str | int, ...]]) -> str:
    """SHA-256 (hex) of a block of lines as they are kept: the fields of Line in their order."""
    return hashlib.sha256(canonical_rows(rows).encode()).hexdigest()


def _digest(rows: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical(row).encode() + b"\n")
    return digest.hexdigest()


def _listed(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _listed(value) for name, value in data.items()}
    return [_listed(one) for one in data] if isinstance(data, list | tuple) else data
