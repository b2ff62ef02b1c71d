"""Verb: weigh every pack that applies to a log, window by window and scope by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from makegood.money import Money
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

    `providers` are the names in the log; `wasted` is what was charged for nothing received, by those names.
    """

    span: Span
    now: datetime
    providers: Sequence[str]
    references: Sequence[str] = ()
    bill: Money | None = None
    zone: str | None = None
    wasted: Mapping[str, Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """The verdicts, and whether the bill could not be used because more than one scope or window would share it."""

    verdicts: tuple[Verdict, ...]
    bill_shared: bool
    without_terms: tuple[str, ...]


def judge(warehouse: Queries, matter: Matter) -> Judged:
    """Verdicts in order of pack, window and scope; raise BadTerms for a reference that is no pack."""
    chosen = [find(reference) for reference in dict.fromkeys(matter.references)] or _of(matter.providers)
    verdicts: list[Verdict] = []
    shared = False
    for pack in chosen:
        cases = _cases(warehouse, pack, matter)
        alone = len(cases) == 1
        shared = shared or (matter.bill is not None and not alone)
        for terms, case in cases:
            verdicts.append(weigh(terms, replace(case, bill=matter.bill if alone else None)))
    known = {name for pack in (*chosen, *packs()) for name in pack.providers}
    unknown = tuple(name for name in matter.providers if name.lower() not in known)
    return Judged(tuple(verdicts), shared, unknown)


def _of(providers: Sequence[str]) -> list[Pack]:
    names = {name.lower() for name in providers}
    return [pack for pack in packs() if names & set(pack.providers)]


def _cases(warehouse: Queries, pack: Pack, matter: Matter) -> list[tuple[PackVersion, Case]]:
    cases = []
    event = pick(pack, matter.span.start)
    for window in windows(event, matter.span, matter.zone):
        terms = pick(pack, window.start)
        for one in measured(warehouse, terms, window):
            case = Case(window, one.counts, matter.now, one.scope, None, None, _wasted(pack, matter), matter.zone)
            cases.append((terms, case))
    return cases


def _wasted(pack: Pack, matter: Matter) -> Money | None:
    """The waste of the pack's provider when it is all in one currency."""
    sums = [money for name, money in matter.wasted.items() if name.lower() in pack.providers]
    if not sums or len({money.currency for money in sums}) > 1:
        return None
    return Money(sum((money.amount for money in sums), Decimal(0)), sums[0].currency)
