"""Verb: take several models together, so that watching many does not by itself find something.

By itself each model's test says a false word with chance 1/20: of twenty quiet models one will. Their e-values need no
independence: their mean is an e-value for "nothing fell anywhere", and the e-BH procedure (Wang and Ramdas 2022) names
those of which at most the given share is false on average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Together:
    """`mean` is the e-value of all; `named` hold together, in order of name."""

    mean: Fraction
    named: tuple[str, ...]


def together(wealths: Mapping[str, Fraction], share: Fraction = Fraction(1, 20)) -> Together:
    """e-values by name: of the k largest each must be at least (all / k) / share, for the largest such k."""
    ranked = sorted(wealths.items(), key=lambda one: (-one[1], one[0]))
    kept = max((k for k in range(1, len(ranked) + 1) if ranked[k - 1][1] * k * share >= len(ranked)), default=0)
    mean = sum(wealths.values(), Fraction(0)) / len(ranked) if ranked else Fraction(0)
    return Together(mean, tuple(sorted(name for name, _ in ranked[:kept])))
