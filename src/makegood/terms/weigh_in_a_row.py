"""Verb: weigh a window where several decide; by its own figure and those of the windows before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from makegood.spans import months
from makegood.terms.case import Case
from makegood.terms.pack import PackVersion, Promise
from makegood.terms.verdict import Verdict, withdrawn
from makegood.terms.weigh import weigh_each

_QUARTERS = ("calendar_quarter", "fiscal_quarter")
_NOT_WHOLE = ("log_covers_part", "window_not_over", "period_not_a_window")


def windows_needed(promise: Promise) -> int:
    """How many windows, the last one included, can decide together; 1 where each stands by itself."""
    longest, several = 1, promise.several
    while several is not None:
        longest = max(longest, several.consecutive or several.of_last or 1)
        several = several.or_else
    return longest


def weigh_in_a_row(terms: PackVersion, cases: Sequence[Case]) -> Verdict:
    """The verdict of the one promise on the last of the cases: windows of one scope that follow each other.

    A window that was kept completes nothing. One that was missed is owed for with enough missed before it, and is
    `unknown` (`log_covers_part`) where that hangs on a window that was not seen whole.
    """
    (promise,) = terms.version.promises
    alone = promise.model_copy(update={"several": None})
    single = PackVersion(terms.pack, terms.version.model_copy(update={"promises": (alone,)}))
    singles = [weigh_each(single, case)[0] for case in cases]
    last, case = singles[-1], cases[-1]
    if last.measure is None or last.measure.value is None or _is_open(last):
        return last
    figures: dict[str, Fraction] = {}
    for verdict in singles[-1:] if last.measure.commitment_met else singles:
        if verdict.measure and verdict.measure.value is not None and not _is_open(verdict):
            figures[window_name(promise, verdict, case.zone)] = verdict.measure.value
    verdict = weigh_each(terms, replace(case, figures=figures))[0]
    if verdict.verdict == "not_owed" and not last.measure.commitment_met and len(figures) < windows_needed(promise):
        return withdrawn(verdict, "unknown", ("log_covers_part", *verdict.reasons))
    return verdict


def _is_open(verdict: Verdict) -> bool:
    return verdict.verdict == "unknown" and any(reason in _NOT_WHOLE for reason in verdict.reasons)


def window_name(promise: Promise, verdict: Verdict, asked: str | None) -> str:
    """How the window of a verdict is called: months "2026-05", quarters "2026-Q2"."""
    name = months(verdict.period, promise.window.named_zone(asked))[0]
    year, number = name.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}" if promise.window.kind in _QUARTERS else name
