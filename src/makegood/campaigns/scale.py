"""Verb: scale; what is asked for cut to the money there is, when it is more than that.

1. Whole asks, which cannot be cut, share as a group the part of the money that is theirs pro rata: no more than
   money × asked by them / asked by all. Within it the cheaper come first, so that the most get theirs; equals by lot.
2. The rest goes to the others pro rata to what they ask, rounded by largest remainder, equal remainders in the order
   given: exactly the rest, and never a unit above it.
3. A share below its least is no share. The ask that needs the highest rate to reach its least is left out first,
   equals by lot, and its money goes to the others, until every share reaches its least. Then whoever was left out
   comes in again, the lowest rate first, where every share still reaches its least.
4. What is left when all who remain have all they asked goes to those left out, the smallest need first, as far as it
   reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from makegood.ledger.unit import MOST_MINOR

_RATE_BITS = 2 * MOST_MINOR.bit_length()  # unequal ratios of figures below MOST_MINOR stay unequal in so many bits


@dataclass(frozen=True)
class Asks:
    """Columns, an ask a place: what is asked, the least that is of use (1 to asked), whether it is whole.

    `lots` gives the lot of a place; it is only called where a choice between equals has to be made. All figures are
    below MOST_MINOR.
    """

    asked: list[int]
    least: list[int]
    whole: list[bool]
    lots: Callable[[int], bytes]


def scaled(asks: Asks, money: int) -> list[int | None]:
    """What each ask gets by the rules above, None where it is left out; never more than `money` in all."""
    got: list[int | None] = [None] * len(asks.asked)
    left = money - _give_whole(asks, money, got)
    parts = [at for at, whole in enumerate(asks.whole) if not whole]
    kept = _reaching(asks, parts, left)
    shares = pro_rata([asks.asked[at] for at in kept], left)
    for at, share in zip(kept, shares, strict=True):
        got[at] = share
    _give_rest(asks, left - sum(shares), got)
    return got


def pro_rata(asked: Sequence[int], money: int) -> list[int]:
    """Shares by largest remainder: exactly `money` where more is asked, everything asked where not."""
    total = sum(asked)
    if total <= money:
        return list(asked)
    cuts = [divmod(money * one, total) for one in asked]
    left = money - sum(whole for whole, _ in cuts)
    if not left:
        return [whole for whole, _ in cuts]
    last = sorted((rest for _, rest in cuts), reverse=True)[left - 1]
    equals = left - sum(rest > last for _, rest in cuts)
    shares = []
    for whole, rest in cuts:
        up = rest > last or (rest == last and equals > 0)
        equals -= rest == last and up
        shares.append(whole + up)
    return shares


def _give_whole(asks: Asks, money: int, got: list[int | None]) -> int:
    """Rule 1; returns what was given."""
    places = [at for at, whole in enumerate(asks.whole) if whole]
    room = money * sum(asks.asked[at] for at in places) // sum(asks.asked)
    given = 0
    for at in sorted(places, key=lambda one: (asks.asked[one], asks.lots(one))):
        if given + asks.asked[at] > room:
            break
        got[at] = asks.asked[at]
        given += asks.asked[at]
    return given


def _reaching(asks: Asks, places: list[int], money: int) -> list[int]:
    """Rule 3: the places whose share reaches their least, in their order."""
    asked, least = asks.asked, asks.least
    total = sum(asked[at] for at in places)
    if total <= money or not any(money * asked[at] < least[at] * total for at in places):
        return places
    needy = sorted(places, key=lambda at: (-((least[at] << _RATE_BITS) // asked[at]), asks.lots(at)))
    gone = 0
    while gone < len(needy) and total > money and money * asked[needy[gone]] < least[needy[gone]] * total:
        total -= asked[needy[gone]]
        gone += 1
    out = set(needy[:gone])
    for at in reversed(needy[:gone]):  # each needs a higher rate than all who are in, so that it alone is asked
        more = total + asked[at]
        if more <= money or money * asked[at] >= least[at] * more:
            out.remove(at)
            total = more
    return [at for at in places if at not in out]


def _give_rest(asks: Asks, money: int, got: list[int | None]) -> None:
    """Rule 4; a whole ask needs all it asks."""
    if money <= 0:
        return
    out = [at for at, share in enumerate(got) if share is None and asks.least[at] <= money]
    for at in sorted(out, key=lambda one: (asks.least[one], -asks.asked[one], asks.lots(one))):
        if asks.least[at] > money:
            break
        got[at] = min(asks.asked[at], money)
        money -= min(asks.asked[at], money)
