"""Counts: attempts and faults a minute of one scope, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makegood.records.scope import Scope

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Equal-length int64 columns, one entry a minute that had at least one attempt, ascending.

    `minute` counts minutes since 1970-01-01 UTC. `first_fault_us` and `last_fault_us` are the times of the
    first and last fault in the minute (microseconds since 1970), 0 where the minute has none.
    A minute that is missing had no attempt: it is neither health nor failure.
    """

    scope: Scope
    minute: Ints
    attempts: Ints
    faults: Ints
    first_fault_us: Ints
    last_fault_us: Ints
