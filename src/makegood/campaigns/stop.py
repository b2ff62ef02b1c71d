"""Verb: stop; does a rule stop the campaign on the counts so far, in whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.campaigns.allocation import MILLION, StopRules

ERRORS, COMPLAINTS, BUDGET = "errors", "complaints", "budget"


@dataclass(frozen=True, slots=True)
class Counts:
    """So far: notices and postings `sent` out and `failed` of them, accounts `granted` and `complaints` of theirs.

    `spent` and `budget` are in minor units of the budget.
    """

    sent: int = 0
    failed: int = 0
    granted: int = 0
    complaints: int = 0
    spent: int = 0
    budget: int = 0


def stopped_by(rules: StopRules, counts: Counts) -> str | None:
    """The rule that stops it as "code:part/whole" (such as errors:21/1000), or None.

    A share stops when it is above the rule's, and only after `rules.least` went out; the budget stops at once when more
    than it is spent. Where several would, the budget is named before errors, and errors before complaints.
    """
    if counts.spent > counts.budget:
        return f"{BUDGET}:{counts.spent}/{counts.budget}"
    if _above(counts.failed, counts.sent, rules.errors_ppm, rules.least):
        return f"{ERRORS}:{counts.failed}/{counts.sent}"
    if _above(counts.complaints, counts.granted, rules.complaints_ppm, rules.least):
        return f"{COMPLAINTS}:{counts.complaints}/{counts.granted}"
    return None


def _above(part: int, whole: int, ppm: int, least: int) -> bool:
    return whole >= max(least, 1) and part * MILLION > ppm * whole
