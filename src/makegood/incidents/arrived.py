"""Arrived: attempts of many scopes as they were recorded, in any order."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.incidents.counts import Ints
from makegood.incidents.lane import Mask
from makegood.records.scope import Scope


@dataclass(frozen=True)
class Arrived:
    """Equal-length columns, one entry an attempt.

    `scope` points into `scopes`, leaf scopes as the log names them. `time_us` is when the attempt started and `end_us`
    when it ended (microseconds since 1970), `fault` whether it was the provider's fault.
    """

    scopes: tuple[Scope, ...]
    scope: Ints
    time_us: Ints
    end_us: Ints
    fault: Mask
