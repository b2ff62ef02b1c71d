"""Verb: weigh every pack that applies to a log, promise by promise, window by window and scope by scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from makegood.money import Money
from makegood.records.scope import Scope
from makegood.spans import Span, month, months, zone
from makegood.terms.case import Case
from makegood.terms.measure import Counting, Queries, measured
from makegood.terms.pack import Pack, PackVersion, Promise
from makegood.terms.read import find, packs, pick
from makegood.terms.stack import stacked
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each


@dataclass(frozen=True)
class Matter:
    """What is to be judged: packs by reference (none: those of the providers in the log), over which span.

    `providers` are the names in the log; `wasted` is what was charged for nothing received, by those names;
    `observed` is the span that the log speaks of.
    """

    span: Span
    now: datetime
    providers: Sequence[str]
    references: Sequence[str] = ()
    bill: Money | None = None
    zone: str | None = None
    wasted: Mapping[str, Money] = field(default_factory=dict)
    observed: Span | None = None


@dataclass(frozen=True)
class Judged:
    """The verdicts, and whether the bill could not be used because several packs, scopes or windows would share it."""

    verdicts: tuple[Verdict, ...]
    bill_shared: bool
    without_terms: tuple[str, ...]


def judge(warehouse: Queries, matter: Matter) -> Judged:
    """Verdicts in order of pack, promise, window and scope; raise BadTerms for a reference that is no pack.

    The bill counts only where one promise is weighed over one window and scope; goodwill never rests on it.
    """
    chosen = _named(matter.references) or _of(matter.providers)
    cases = [one for pack in chosen for one in _cases(warehouse, pack, matter)]
    promised = sum(1 for terms, _ in cases if terms.version.promises)
    bill = matter.bill if promised == 1 else None
    cases = [(terms, replace(case, bill=bill) if terms.version.promises else case) for terms, case in cases]
    known = (*chosen, *(pack for pack in packs() if not pack.on_request))
    unknown = tuple(name for name in matter.providers if not any(pack.applies_to(name) for pack in known))
    return Judged(_weighed(cases), matter.bill is not None and promised > 1, unknown)


def _named(references: Sequence[str]) -> list[Pack]:
    """The packs asked for, each once, whichever of its names is used."""
    found = [find(reference) for reference in references]
    return list({id(pack): pack for pack in found}.values())


def _of(providers: Sequence[str]) -> list[Pack]:
    """The packs of those providers, without those that are weighed only when they are named."""
    return [pack for pack in packs() if not pack.on_request and any(pack.applies_to(name) for name in providers)]


def _weighed(cases: list[tuple[PackVersion, Case]]) -> tuple[Verdict, ...]:
    """One verdict a case, in their order; promises of one text that are missed together go by its own rule."""
    together: dict[tuple[object, ...], list[tuple[PackVersion, Verdict]]] = defaultdict(list)
    order = {}
    for at, (terms, case) in enumerate(cases):
        (verdict, *_) = weigh_each(terms, case)
        order[_mark(verdict)] = at
        together[verdict.terms, verdict.version, verdict.period, verdict.scope].append((terms, verdict))
    found = [one for group in together.values() for one in stacked(group[0][0], [verdict for _, verdict in group])]
    return tuple(sorted(found, key=lambda one: order[_mark(one)]))


def _mark(verdict: Verdict) -> tuple[object, ...]:
    return verdict.terms, verdict.version, verdict.promise, verdict.period, verdict.scope


def _cases(warehouse: Queries, pack: Pack, matter: Matter) -> list[tuple[PackVersion, Case]]:
    """A case a window and scope of each promise; goodwill is asked for once, over the whole span.

    Where windows with a promise lie in the span as well, how much of the waste lies outside them is not known.
    """
    promised, free = list(_promised(pack, matter)), _free(pack, matter)
    cases = [
        (_only(terms, promise), replace(_case(matter, window, one.scope), counts=one.counts))
        for terms, promise, window in promised
        if promise.counted
        for one in measured(warehouse, Counting(pack, promise, window))
    ]
    scope = Scope(provider=next(iter(pack.providers), None))
    if free and (matter.references or free.version.goodwill):
        wasted = None if promised else _wasted(pack, matter)
        cases.append((free, replace(_case(matter, matter.span, scope), wasted=wasted)))
    if matter.references and promised and not cases:
        cases.append(_silent(promised[0][0], matter, scope))
    return cases


def _case(matter: Matter, window: Span, scope: Scope) -> Case:
    return Case(window, None, matter.now, scope, zone=matter.zone, observed=matter.observed)


def _only(terms: PackVersion, promise: Promise) -> PackVersion:
    """The text with this promise alone, since each is counted in its own buckets and windows."""
    return PackVersion(terms.pack, terms.version.model_copy(update={"promises": (promise,)}))


def _silent(terms: PackVersion, matter: Matter, scope: Scope) -> tuple[PackVersion, Case]:
    """A text that was named, of which the log can show nothing: one case without figures."""
    first = terms.version.promises[0]
    touched = first.window.over(matter.span, matter.zone)
    return _only(terms, first), _case(matter, touched[0] if len(touched) == 1 else matter.span, scope)


def _promised(pack: Pack, matter: Matter) -> Iterator[tuple[PackVersion, Promise, Span]]:
    """Each window of each promise, under the version that rules at its start; by promise and window."""
    found = [
        (PackVersion(pack, version), promise, window)
        for version in pack.versions
        for promise in version.promises
        for window in promise.window.over(matter.span, matter.zone)
        if pick(pack, window.start).version is version and _holds(promise, window, matter)
    ]
    names = list(dict.fromkeys(promise.id for _, promise, _ in found))
    return iter(sorted(found, key=lambda one: (names.index(one[1].id), one[2])))


def _free(pack: Pack, matter: Matter) -> PackVersion | None:
    """The first version without promises that rules for some month of the span."""
    where = matter.zone or "UTC"
    ruling = (pick(pack, month(name, where).start) for name in months(matter.span, where))
    return next((terms for terms in ruling if not terms.version.promises), None)


def _holds(promise: Promise, window: Span, matter: Matter) -> bool:
    day = window.start.astimezone(zone(promise.window.named_zone(matter.zone))).date()
    return promise.effective is None or promise.effective.holds(day)


def _wasted(pack: Pack, matter: Matter) -> Money | None:
    """The waste of the pack's provider; None unless it is known under each of its names in the log, in one currency."""
    names = [name for name in matter.providers if pack.applies_to(name)]
    if not names or any(name not in matter.wasted for name in names):
        return None
    sums = [matter.wasted[name] for name in names]
    paid = [money for money in sums if money.amount] or sums[:1]
    if len({money.currency for money in paid}) > 1:
        return None
    return Money(sum((money.amount for money in paid), Decimal(0)), paid[0].currency)
