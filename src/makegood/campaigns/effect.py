"""Verb: effect; how many more stayed of those who were granted than of those held out, with an interval.

Newcombe's hybrid score interval for a difference of two independent proportions, 95 %: method 10 of R. G. Newcombe,
"Interval estimation for the difference between independent proportions: comparison of eleven methods", Statistics in
Medicine 17 (1998), 873-890.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from makegood.errors import BadUse

# The 97.5 % point of the normal distribution.
_Z = Decimal("1.95996398454005423552459443052055152796")
_DIGITS, _PLACES = 50, Decimal("1E-12")


@dataclass(frozen=True)
class Effect:
    """The share that stayed among the granted less that among the held out, and its 95 % interval within -1 and 1."""

    difference: Decimal
    low: Decimal
    high: Decimal

    @property
    def shown(self) -> bool:
        """Does the interval leave out 0, so that the awards made a difference that chance alone does not explain?"""
        return self.low > 0 or self.high < 0


def effect(granted: int, kept: int, held_out: int, held_kept: int) -> Effect | None:
    """The effect where `kept` of `granted` and `held_kept` of `held_out` accounts stayed, to 12 places.

    None where a group is empty: then nothing can be said. Raise BadUse for counts that cannot be.
    """
    if not (0 <= kept <= granted and 0 <= held_kept <= held_out):
        raise BadUse(
            f"{kept} of {granted} and {held_kept} of {held_out} accounts cannot have stayed; count each group once."
        )
    if not granted or not held_out:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        first, second = Decimal(kept) / granted, Decimal(held_kept) / held_out
        (low1, high1), (low2, high2) = _score(kept, granted), _score(held_kept, held_out)
        difference = first - second
        low = difference - ((first - low1) ** 2 + (high2 - second) ** 2).sqrt()
        high = difference + ((high1 - first) ** 2 + (second - low2) ** 2).sqrt()
        return Effect(*(one.quantize(_PLACES) for one in (difference, max(low, Decimal(-1)), min(high, Decimal(1)))))


def _score(part: int, whole: int) -> tuple[Decimal, Decimal]:
    """Wilson's score interval of one proportion."""
    square = _Z**2
    middle = part + square / 2
    reach = _Z * (Decimal(part) * (whole - part) / whole + square / 4).sqrt()
    return (middle - reach) / (whole + square), (middle + reach) / (whole + square)
