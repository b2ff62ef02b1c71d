"""Verb: was a level missed in one window, and in enough windows; where its height or a window is not known, say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from makegood.terms.case import Case
from makegood.terms.pack import Commitment, Promise, SeveralPeriods
from makegood.terms.verdict import exact_text


@dataclass(frozen=True)
class Over:
    """`met`: were enough windows missed, None where that hangs on what is not known; `test` in words, `reason` told."""

    met: bool | None
    short_of: bool
    reason: str
    test: str
    shown: tuple[tuple[str, str], ...]


def keeps(rule: Commitment, case: Case, value: Fraction) -> bool | None:
    """Does the figure keep the level? By the level that was agreed where it is given; None where it is not known."""
    agreed = case.number(rule.level) if rule.level else None
    if agreed is not None:
        return value >= agreed
    if rule.unread is not None and rule.unread.range.holds(value):
        return None
    return rule.range is None or rule.range.holds(value)


def level_words(rule: Commitment, case: Case) -> str:
    """The level as it is tested, ">=99.9"."""
    agreed = case.number(rule.level) if rule.level else None
    if agreed is not None:
        return f">={exact_text(agreed)}"
    return rule.range.words() if rule.range else "any"


def why_open(rule: Commitment) -> str:
    """The reason told where it is not known whether the level was missed."""
    if rule.level is not None:
        return f"fact_not_given:{rule.level}"
    return f"clause_unverified:{rule.unread.clause if rule.unread else rule.clause}"


def why_several_open(rule: Commitment, case: Case) -> str:
    """The same for several windows: one of them may not be given at all."""
    absent = [name for name in windows_fell(rule, case) if name not in case.figures and name not in case.fell]
    return f"figure_not_given:{absent[0]}" if absent else why_open(rule)


def over_windows(rule: Commitment, several: SeveralPeriods, case: Case) -> Over:
    """Missed windows among those given; of a window between two of them that is not given nothing is known."""
    fell = windows_fell(rule, case)
    shown = tuple((name, exact_text(case.figures[name]) if name in case.figures else str(fell[name])) for name in fell)
    each = tuple(_ways(several))
    hit = next((one for one in each if _met(one, fell, False)), None)
    maybe = next((one for one in each if _met(one, fell, True)), None)
    met = True if hit else None if maybe else False
    told = hit or maybe or several
    reason = told.reason if hit or maybe else several.otherwise
    return Over(met, any(fell.values()), reason, _words(told), shown)


def windows_fell(rule: Commitment, case: Case) -> dict[str, bool | None]:
    """Window by window in their order: was the level missed? None where it is not known."""
    found: dict[str, bool | None] = {}
    for name in _running(sorted({*case.figures, *case.fell} - {""})):
        kept = keeps(rule, case, case.figures[name]) if name in case.figures else None
        found[name] = case.fell.get(name, None if kept is None else not kept)
    return found


def completing(promise: Promise, case: Case) -> str | None:
    """The last window with which enough were missed, where several decide and enough were."""
    rule, several = promise.commitment, promise.several
    if rule is None or several is None:
        return None
    fell = windows_fell(rule, case)
    return next((name for name in reversed(fell) if any(_ends(one, name, fell) for one in _ways(several))), None)


def row_of(rule: Commitment, several: SeveralPeriods, case: Case) -> tuple[str, ...]:
    """The missed windows that make up the rows which are long enough; all that were missed where no row is asked."""
    fell = windows_fell(rule, case)
    wanted = several.consecutive
    rows = [row for row in _rows(fell, False) if wanted is None or len(row) >= wanted]
    return tuple(name for row in rows for name in row)


def _ways(several: SeveralPeriods | None) -> Iterator[SeveralPeriods]:
    while several is not None:
        yield several
        several = several.or_else


def _met(several: SeveralPeriods, fell: Mapping[str, bool | None], unknown: bool) -> bool:
    if several.consecutive is not None:
        return any(len(row) >= several.consecutive for row in _rows(fell, unknown))
    at = sorted(_index(name) for name, short in fell.items() if (unknown if short is None else short))
    wanted, last = several.missed or 1, several.of_last or len(at)
    return any(sum(first <= one < first + last for one in at) >= wanted for first in at)


def _ends(several: SeveralPeriods, name: str, fell: Mapping[str, bool | None]) -> bool:
    """Is enough missed with that window as the last one?"""
    if not fell[name]:
        return False
    at, length = _index(name), several.consecutive or several.of_last or 1
    inside = {one: short for one, short in fell.items() if at - length < _index(one) <= at}
    return _met(several, inside, False)


def _running(names: Sequence[str]) -> Iterator[str]:
    """The names, and those of the windows between them."""
    for at in range(_index(names[0]), _index(names[-1]) + 1) if names else ():
        quarters = "Q" in names[0]
        year, part = divmod(at - 1, 4 if quarters else 12)
        yield f"{year:04d}-Q{part + 1}" if quarters else f"{year:04d}-{part + 1:02d}"


def _rows(fell: Mapping[str, bool | None], unknown: bool) -> list[Sequence[str]]:
    """The missed windows in rows that follow each other without a gap."""
    short = [name for name, told in fell.items() if (unknown if told is None else told)]
    rows = groupby(enumerate(short), key=lambda pair: _index(pair[1]) - pair[0])
    return [[name for _, name in row] for _, row in rows]


def _index(name: str) -> int:
    """Months are numbered "2026-05", quarters "2026-Q2"."""
    year, _, part = name.partition("-")
    return int(year) * 4 + int(part[1:]) if part.startswith("Q") else int(year) * 12 + int(part)


def _words(several: SeveralPeriods) -> str:
    if several.consecutive is not None:
        return f"{several.consecutive} in a row"
    return f"{several.missed} of any {several.of_last}"
