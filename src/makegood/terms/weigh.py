"""Verb: weigh one case under one version of the terms; pure, exact rationals, only the last step rounds."""

from __future__ import annotations

from dataclasses import replace

from makegood.spans import Span, month, months
from makegood.terms.case import Case
from makegood.terms.entitle import entitle, told_amount
from makegood.terms.goodwill import ask
from makegood.terms.pack import PackVersion
from makegood.terms.read import in_force
from makegood.terms.trust import contested, unread
from makegood.terms.verdict import Told, Verdict, exact_text, withdrawn


def windows(terms: PackVersion, span: Span, zone_name: str | None = None) -> tuple[Span, ...]:
    """The whole windows (calendar months) of the terms that the span touches, in order, as UTC instants."""
    promise = terms.version.promise
    where = zone_name or (promise.window.zone if promise else "UTC")
    return tuple(month(name, where) for name in months(span, where))


def weigh(terms: PackVersion, case: Case) -> Verdict:
    """What the terms say about the case; raise BadUse for counts in other buckets or an amount below zero."""
    promise = terms.version.promise
    if promise is None:
        return _stamped(terms, ask(terms, case))
    return _stamped(terms, _held_back(terms, case, entitle(terms, promise, case)))


def _held_back(terms: PackVersion, case: Case, verdict: Verdict) -> Verdict:
    """What keeps an outcome of the text from being the verdict: an unread clause, another date, a window cut short."""
    blocked = unread(terms)
    if blocked:
        bare = replace(verdict, computed=None, percent=None, tier=None, deadline=None, missing=(), readings=())
        bare = replace(bare, clause=blocked[0], said=terms.clause(blocked[0]))
        return withdrawn(bare, "unknown", _unverified(blocked))
    if not in_force(terms.version, case.period.start):
        told = _would_be(verdict, "text_of_another_date", "were this text in force then, it would give this")
        return withdrawn(verdict, "unknown", ("version_not_in_force", *verdict.reasons), told)
    if windows(terms, case.period, case.zone) != (case.period,):
        told = _would_be(verdict, "period_as_window", "were the period the whole window, it would give this")
        return withdrawn(verdict, "unknown", ("period_not_a_window", *verdict.reasons), told)
    running = case.now < case.period.end
    if running and verdict.verdict == "not_owed":
        told = _would_be(verdict, "so_far", "the window is still running; were it over, it would give this")
        return withdrawn(verdict, "unknown", ("window_not_over", *verdict.reasons), told)
    if "commitment_met" in verdict.reasons and not _seen_whole(case):
        told = _would_be(verdict, "as_far_as_seen", "were the rest of the window without failure, it would give this")
        return withdrawn(verdict, "unknown", ("log_covers_part", *verdict.reasons), told)
    if verdict.verdict != "owed":
        return verdict
    coverage = terms.version.promise.coverage if terms.version.promise else None
    if coverage and coverage.doubt and coverage.doubts(case.scope.provider):
        told = _would_be(
            verdict, "applies_after_all", "if the attempts went to the product of these terms, they give this"
        )
        told = replace(told, about="scope")
        return withdrawn(verdict, "ambiguous", (*verdict.reasons, "product_not_certain"), told)
    disputed = contested(terms)
    if disputed:
        told = _would_be(verdict, "as_read_here", "under the reading used of a clause nobody read, it gives this")
        return withdrawn(verdict, "ambiguous", (*verdict.reasons, *_unverified(disputed)), told)
    return replace(verdict, reasons=(*verdict.reasons, "window_not_over")) if running else verdict


def _seen_whole(case: Case) -> bool:
    """Does the log speak of the whole window? What it leaves out can only be owed, never shown not to be."""
    seen = case.observed
    return seen is None or (seen.start <= case.period.start and case.period.end <= seen.end)


def _stamped(terms: PackVersion, verdict: Verdict) -> Verdict:
    """The pack's own readings put first, and the status of its clause on every reading and step."""
    told = [Told(one.id, one.about, one.used, one.says, one.clause) for one in terms.version.readings]
    doubt = terms.version.promise.coverage.doubt if terms.version.promise else None
    if doubt and "product_not_certain" in verdict.reasons:
        told.append(Told("another_product", "scope", False, doubt.says, doubt.clause))
    return replace(
        verdict,
        readings=tuple(replace(one, status=terms.clause(one.clause).status) for one in (*told, *verdict.readings)),
        steps=tuple(replace(one, status=terms.clause(one.clause).status) for one in verdict.steps),
    )


def _would_be(verdict: Verdict, name: str, says: str) -> Told:
    percent = () if verdict.percent is None else (("percent", exact_text(verdict.percent)),)
    outcome = (("verdict", verdict.verdict), *percent, *told_amount(verdict.amount))
    return Told(name, "window", False, says, verdict.clause, outcome)


def _unverified(clauses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"clause_unverified:{clause}" for clause in clauses)
