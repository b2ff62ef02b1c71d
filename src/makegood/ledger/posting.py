"""Noun: a posting; one amount of one unit moved from a debited to a credited account, so it balances by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from makegood.errors import BadUse
from makegood.keys import canonical_rows
from makegood.ledger.unit import MOST_MINOR

KINDS = ("award", "use", "expiry", "reversal")
SENT = ("award", "reversal")  # what billing systems and customers are told
# Chart of accounts: what is granted is an expense of the provider; what a customer holds is a liability to it.
EXPENSE, USED, BREAKAGE = "expense", "used", "breakage"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Posting:
    """What a caller gives; `amount` is in minor units of `unit` and above zero.

    `key` is the business key, unique for ever. `account` is the customer. `cause` with `account` is the loss that an
    award makes good, empty where there is none; `turn` counts the reversals of earlier awards for the same loss, so
    that a loss is made good once. `lot` is the log position of the award that a use, expiry or reversal draws on,
    `reverses` the position of the posting that a reversal takes back. `basis` is the hash of its Basis.
    """

    key: str
    kind: str
    debit: str
    credit: str
    unit: str
    amount: int
    account: str
    cause: str
    turn: int
    basis: str
    lot: int | None = None
    reverses: int | None = None

    def checked(self) -> Posting:
        """The posting itself; raise BadUse where no ledger could take it."""
        if self.kind not in KINDS:
            raise BadUse(f"'{self.kind}' is not a kind of posting; use one of {', '.join(KINDS)}.")
        if not 0 < self.amount < MOST_MINOR:
            raise BadUse(f"the amount of {self.key} is {self.amount}; a posting moves more than 0 and less than 2^62.")
        if self.debit == self.credit:
            raise BadUse(f"{self.key} moves from {self.debit} to itself; name two accounts.")
        for name in ("key", "account", "debit", "credit"):
            text = getattr(self, name)
            if not text or len(text) > _LONGEST or "\0" in text:
                raise BadUse(f"the {name} of a posting has 1 to {_LONGEST} characters and no NUL: {text[:60]!r}.")
        return self

    def as_data(self) -> dict[str, Any]:
        """The fields as kept and hashed where somebody has to sign."""
        return {name: getattr(self, name) for name in FIELDS}

    def legs(self) -> Iterator[tuple[str, str, int]]:
        """Both legs as (account of the ledger, unit, signed amount); their sum is 0."""
        yield self.debit, self.unit, -self.amount
        yield self.credit, self.unit, self.amount


FIELDS = tuple(one.name for one in fields(Posting))


def holder(account: str) -> str:
    """The ledger account of what a customer holds."""
    return f"customer/{account}"


def content_text(posting: Posting) -> str:
    """The canonical text of what the caller gave: a JSON list in the order of FIELDS."""
    return json.dumps(
        [getattr(posting, name) for name in FIELDS], ensure_ascii=False, separators=(",", ":"), check_circular=False
    )


def leaf_data(content: str, at_us: int) -> bytes:
    """The bytes that the log commits to: the content and the moment of posting in microseconds since 1970 (UTC)."""
    return f"[{at_us},{content}]".encode()


def leaf_datas(rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    """leaf_data() of many at once, each row being at_us and then the fields of a posting in the order of FIELDS."""
    found = []
    for line in canonical_rows(rows).split("\n")[:-1]:  # other line breaks may stand in a text
        at_us, _, content = line.partition(",")
        found.append(f"{at_us},[{content}]".encode())
    return found


def hashed(content: str) -> bytes:
    """SHA-256 of the content."""
    return hashlib.sha256(content.encode()).digest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting as it stands in the book: where in the log, and when; `leaf` is the RFC 6962 leaf hash."""

    position: int
    at_us: int
    posting: Posting
    leaf: bytes
    repeat: bool = False
