"""Verb: weigh every pack that applies to a log, window by window and scope by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from makegood.money import Money
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.terms.case import Case
from makegood.terms.measure import Queries, measured
from makegood.terms.pack import Pack, PackVersion
from makegood.terms.read import find, packs, pick
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh, windows


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
    """Verdicts in order of pack, window and scope; raise BadTerms for a reference that is no pack.

    The bill counts only where one promise is weighed over one window and scope; goodwill never rests on it.
    """
    chosen = [find(reference) for reference in dict.fromkeys(matter.references)] or _of(matter.providers)
    cases = [one for pack in chosen for one in _cases(warehouse, pack, matter)]
    promised = sum(1 for terms, _ in cases if terms.version.promise)
    bill = matter.bill if promised == 1 else None
    verdicts = [weigh(terms, replace(case, bill=bill) if terms.version.promise else case) for terms, case in cases]
    known = {name for pack in (*chosen, *packs()) for name in pack.providers}
    unknown = tuple(name for name in matter.providers if name.lower() not in known)
    return Judged(tuple(verdicts), matter.bill is not None and promised > 1, unknown)


def _of(providers: Sequence[str]) -> list[Pack]:
    names = {name.lower() for name in providers}
    return [pack for pack in packs() if names & set(pack.providers)]


def _cases(warehouse: Queries, pack: Pack, matter: Matter) -> list[tuple[PackVersion, Case]]:
    """A case a window and scope of each promise; goodwill is asked for once, over the whole span.

    Where windows with a promise lie in the span as well, how much of the waste lies outside them is not known.
    """
    event = pick(pack, matter.span.start)
    picked = [(window, pick(pack, window.start)) for window in windows(event, matter.span, matter.zone)]
    promised = [(window, terms) for window, terms in picked if terms.version.promise]
    cases = [
        (terms, Case(window, one.counts, matter.now, one.scope, zone=matter.zone, observed=matter.observed))
        for window, terms in promised
        for one in measured(warehouse, terms, window)
    ]
    free = [terms for _, terms in picked if not terms.version.promise]
    if free:
        wasted = None if promised else _wasted(pack, matter)
        scope = Scope(provider=pack.providers[0])
        cases.append((free[0], Case(matter.span, None, matter.now, scope, wasted=wasted, zone=matter.zone)))
    return cases


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
