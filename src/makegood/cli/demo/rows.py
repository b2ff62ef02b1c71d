"""Rows: attempts of the made month as columns of codes, each with the label it got when it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from makegood.cli.demo.dice import Flags, Ints

LABELS = ("delivered", "failed", "unusable", "duplicate", "caller", "client")
NOT_KNOWN = -1


@dataclass(frozen=True)
class Rows:
    """Equal-length columns.

    `model`, `account`, `outcome` and `label` are places in MODELS, ACCOUNT_LIST, OUTCOMES and LABELS; `call` numbers
    the call that the attempt belongs to; `charged` is in nano-dollars, NOT_KNOWN where the log lacks it.
    """

    call: Ints
    model: Ints
    account: Ints
    retry: Ints
    time_us: Ints
    outcome: Ints
    duration_ms: Ints
    input_tokens: Ints
    cached_tokens: Ints
    output_tokens: Ints
    charged: Ints
    label: Ints

    def __len__(self) -> int:
        return len(self.call)

    def at(self, which: Ints | Flags) -> Rows:
        """The rows at the given places in that order, or those that a flag picks."""
        return Rows(**{name: column[which] for name, column in vars(self).items()})

    def but(self, **columns: Ints) -> Rows:
        """The same rows with some columns replaced."""
        return Rows(**{**vars(self), **columns})


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of the parts, one after the other."""
    return Rows(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})
