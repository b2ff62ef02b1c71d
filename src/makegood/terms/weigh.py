"""Verb: weigh one case under one version of the terms; pure, exact rationals, only the last step rounds."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from makegood.terms.case import Case
from makegood.terms.conditions import all_hold, first_failing
from makegood.terms.entitle import entitle, told_amount
from makegood.terms.gauged import speaks
from makegood.terms.goodwill import ask
from makegood.terms.pack import PackVersion, Promise
from makegood.terms.prepaid import with_expiry
from makegood.terms.read import in_force
from makegood.terms.stack import stacked
from makegood.terms.trust import contested, refused_as_read, unread
from makegood.terms.verdict import Step, Told, Verdict, exact_text, withdrawn

# Their window is fixed and a bucket without requests is perfect, so more time can only add failures.
_NEVER_RISES = ("good_time", "bucket_mean", "down_time", "down_share", "bad_days")


def weigh(terms: PackVersion, case: Case) -> Verdict:
    """What the terms say about the case first of all; raise BadUse for counts in other buckets or a sum below zero."""
    return weigh_each(terms, case)[0]


def weigh_each(terms: PackVersion, case: Case) -> tuple[Verdict, ...]:
    """A verdict for each promise that the case speaks of, the leading one first; goodwill where nothing is promised."""
    if not _promise_is_meant(terms, case):
        return (_stamped(terms, None, ask(terms, case)),)
    found = []
    asked = [(promise, own) for promise in spoken_of(terms, case) for own in _over(terms, promise, case)]
    for promise, own in asked:
        verdict = entitle(terms, promise, own)
        verdict = _stamped(terms, promise, _held_back(terms, promise, own, verdict))
        found.append(with_expiry(terms, own, verdict))
    return stacked(terms, found)


def _over(terms: PackVersion, promise: Promise, case: Case) -> tuple[Case, ...]:
    """The case; for a promise of months beside one of events, the case over each month that the event touches."""
    first, window = terms.version.promises[0].window, promise.window
    if first.kind != "event" or case.counts is not None or case.whole or window.is_whole(case.period, case.zone):
        return (case,)
    agreed, ended = case.agreed or in_force(terms.version, case.period.start), case.now == case.period.end
    return tuple(
        replace(case, period=one, now=max(case.now, one.end) if ended else case.now, agreed=agreed)
        for one in window.over(case.period, case.zone)
    )


def _promise_is_meant(terms: PackVersion, case: Case) -> bool:
    """Where a text opens the goodwill path as well, does the case show what one of its promises is about?"""
    rules = terms.version.goodwill
    if rules is None or not terms.version.promises:
        return bool(terms.version.promises)
    asked = {condition.fact for condition in (*rules.never, *rules.rarely)}
    seen = case.figures or case.outages is not None or case.totals is not None or case.counts is not None
    return bool(case.facts.keys() - asked) or bool(seen and any(speaks(one, case) for one in terms.version.promises))


def spoken_of(terms: PackVersion, case: Case) -> tuple[Promise, ...]:
    """The promises that the case shows something of and that apply to it; else the one that comes nearest to it."""
    all_of = terms.version.stacking is not None and terms.version.stacking.together
    shown = [
        one
        for one in terms.version.promises
        if one.rules(case.period.start, case.zone) and (all_of or speaks(one, case))
    ]
    applying = [one for one in shown if first_failing(one.applies, case.facts) is None]
    if applying:
        return tuple(sorted(applying, key=lambda one: not _based(one, case)))
    named = [
        one
        for one in terms.version.promises
        if one.rules(case.period.start, case.zone) and any(part.fact in case.facts for part in one.applies)
    ]
    meant = [one for one in named if all_hold(one.applies, case.facts)]
    if shown and meant:  # what is shown is about another promise than the one that the facts name
        return tuple(meant)
    return (max(shown or terms.version.promises[:1], key=lambda one: _nearness(one, case)),)


def _based(promise: Promise, case: Case) -> bool:
    """Is an amount given that its remedy is reckoned on, or does it need none? The case is about such ones first."""
    base = promise.remedy.base
    if base is None or base.kind == "down_time":
        return True
    return any(case.money(fact) is not None or fact in case.facts for fact in base.facts)


def _nearness(promise: Promise, case: Case) -> int:
    """How many of its conditions stand before the first that fails."""
    failing = first_failing(promise.applies, case.facts)
    return len(promise.applies) if failing is None else promise.applies.index(failing)


def _held_back(terms: PackVersion, promise: Promise, case: Case, verdict: Verdict) -> Verdict:
    """What keeps an outcome of the text from being the verdict: an unread clause, another date, a window cut short."""
    blocked = unread(terms, promise, verdict)
    if blocked and not _open_anyway(blocked, verdict) and not refused_as_read(terms, promise, verdict):
        return withdrawn(_as_far_as_read(terms, promise, verdict, blocked[0]), "unknown", _unverified(blocked))
    if not case.agreed and not in_force(terms.version, case.period.start):
        told = _would_be(verdict, "text_of_another_date", "were this text in force then, it would give this")
        return withdrawn(verdict, "unknown", ("version_not_in_force", *verdict.reasons), told)
    by_own_clock = case.whole and not promise.window.stated
    if not by_own_clock and not promise.window.is_whole(case.period, case.zone):
        told = _would_be(verdict, "period_as_window", "were the period the whole window, it would give this")
        return withdrawn(verdict, "unknown", ("period_not_a_window", *verdict.reasons), told)
    cut = _cut_short(promise, case, verdict)
    if cut is not None:
        return cut
    if verdict.verdict != "owed":
        return verdict
    return _doubted(terms, promise, case, verdict)


def _open_anyway(blocked: tuple[str, ...], verdict: Verdict) -> bool:
    """Is the one clause that nobody read the very one for which the verdict is not known already?"""
    return verdict.verdict == "unknown" and set(blocked) == {verdict.clause}


def _as_far_as_read(terms: PackVersion, promise: Promise, verdict: Verdict, clause: str) -> Verdict:
    """Without what was reckoned; until when to act and what a claim must hold stay where they were read."""
    bare = replace(verdict, computed=None, percent=None, tier=None, duties=(), pay_by=None, expires=None)
    bare = replace(bare, clause=clause, said=terms.clause(clause))
    if any(terms.clause(rule.clause).status == "U" for rule in promise.deadlines):
        bare = replace(bare, deadline=None, readings=())
    if promise.claim is None or terms.clause(promise.claim.clause).status == "U":
        bare = replace(bare, missing=())
    return replace(bare, readings=tuple(one for one in bare.readings if one.about == "deadline"))


def _cut_short(promise: Promise, case: Case, verdict: Verdict) -> Verdict | None:
    running = promise.window.kind != "event" and case.now < case.period.end
    can_turn = verdict.verdict == "owed" and not _only_falls(promise)
    if running and (verdict.verdict == "not_owed" or can_turn):
        told = _would_be(verdict, "so_far", "the window is still running; were it over, it would give this")
        return withdrawn(verdict, "unknown", ("window_not_over", *verdict.reasons), told)
    if not _seen_whole(case) and ("commitment_met" in verdict.reasons or can_turn):
        told = _would_be(verdict, "as_far_as_seen", "were the rest of the window without failure, it would give this")
        return withdrawn(verdict, "unknown", ("log_covers_part", *verdict.reasons), told)
    return None


def _only_falls(promise: Promise) -> bool:
    measure = promise.measure
    whole = measure.empty is None or measure.empty.value == "perfect"
    return measure.aggregation.kind in _NEVER_RISES and whole


def _doubted(terms: PackVersion, promise: Promise, case: Case, verdict: Verdict) -> Verdict:
    coverage = promise.coverage
    if coverage and coverage.doubt and coverage.doubts(case.scope.provider):
        told = _would_be(
            verdict, "applies_after_all", "if the attempts went to the product of these terms, they give this"
        )
        told = replace(told, about="scope")
        return withdrawn(verdict, "ambiguous", (*verdict.reasons, "product_not_certain"), told)
    disputed = contested(terms, promise, verdict)
    if disputed:
        told = _would_be(verdict, "as_read_here", "under the reading used of a clause nobody read, it gives this")
        return withdrawn(verdict, "ambiguous", (*verdict.reasons, *_unverified(disputed)), told)
    running = promise.window.kind != "event" and case.now < case.period.end
    return replace(verdict, reasons=(*verdict.reasons, "window_not_over")) if running else verdict


def _seen_whole(case: Case) -> bool:
    """Does the log speak of the whole window? What it leaves out can only be owed, never shown not to be."""
    seen = case.observed
    return seen is None or (seen.start <= case.period.start and case.period.end <= seen.end)


def _stamped(terms: PackVersion, promise: Promise | None, verdict: Verdict) -> Verdict:
    """The pack's own readings put first, and the status of its clause on every reading and step."""
    told = list(_declared(terms))
    doubt = promise.coverage.doubt if promise and promise.coverage else None
    if doubt and "product_not_certain" in verdict.reasons:
        told.append(
            Told("another_product", "scope", False, doubt.says, doubt.clause, (), terms.clause(doubt.clause).status)
        )
    for one in verdict.readings:
        status = terms.clause(one.clause).status
        told.append(Told(one.id, one.about, one.used, one.says, one.clause, one.outcome, status))
    steps = tuple(
        Step(one.part, one.clause, one.input, one.arithmetic, one.outcome, terms.clause(one.clause).status)
        for one in verdict.steps
    )
    return replace(verdict, readings=tuple(told), steps=steps)


@lru_cache(maxsize=1024)
def _declared(terms: PackVersion) -> tuple[Told, ...]:
    """The readings that the pack itself declares."""
    return tuple(
        Told(one.id, one.about, one.used, one.says, one.clause, (), terms.clause(one.clause).status)
        for one in terms.version.readings
    )


def _would_be(verdict: Verdict, name: str, says: str) -> Told:
    percent = () if verdict.percent is None else (("percent", exact_text(verdict.percent)),)
    outcome = (("verdict", verdict.verdict), *percent, *told_amount(verdict.amount))
    return Told(name, "window", False, says, verdict.clause, outcome)


def _unverified(clauses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"clause_unverified:{clause}" for clause in clauses)
