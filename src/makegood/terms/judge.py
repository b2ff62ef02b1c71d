"""Verb: weigh every pack that applies to a log, promise by promise, window by window and scope by scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from decimal import Decimal

from makegood.money import Money
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span, from_us, month, months, to_us, zone
from makegood.terms.bulletins import Telling, outages_from_bulletins, told_scopes, weigh_bulletins
from makegood.terms.case import Case
from makegood.terms.conditions import first_failing
from makegood.terms.gauge import FROM_DOWN_TIME
from makegood.terms.measure import Counting, Queries, measured
from makegood.terms.pack import Pack, PackVersion, Promise, Version
from makegood.terms.read import find, has_pack, packs_of, pick
from makegood.terms.stack import stacked
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import spoken_of, weigh_each
from makegood.terms.weigh_in_a_row import weigh_in_a_row, windows_needed


@dataclass(frozen=True)
class Matter:
    """What is to be judged: packs by reference (none: those of the providers in the log), over which span.

    `providers` are the names in the log; `wasted` is what was charged for nothing received, by those names;
    `observed` is the span that the log speaks of; `bulletins` are what status pages tell of the span.
    """

    span: Span
    now: datetime
    providers: Sequence[str]
    references: Sequence[str] = ()
    bill: Money | None = None
    zone: str | None = None
    wasted: Mapping[str, Money] = field(default_factory=dict)
    observed: Span | None = None
    bulletins: Sequence[Bulletin] = ()


@dataclass(frozen=True)
class Judged:
    """The verdicts, and whether the bill could not be used because several packs, scopes or windows would share it."""

    verdicts: tuple[Verdict, ...]
    bill_shared: bool
    without_terms: tuple[str, ...]


@dataclass(frozen=True)
class _Weighing:
    """One case under one text; `before` are the windows before it, where several decide.

    `by_pages`: by what status pages tell, `beside` where attempts were weighed as well.
    """

    terms: PackVersion
    case: Case
    before: tuple[Case, ...] = ()
    by_pages: bool = False
    beside: bool = False

    @property
    def shares(self) -> bool:
        """Does it rest on the bill in its own right?"""
        return bool(self.terms.version.promises) and not self.beside


def judge(warehouse: Queries, matter: Matter) -> Judged:
    """Verdicts in order of pack, promise, window and scope; raise BadTerms for a reference that is no pack.

    Attempts decide where there are any in scope; what status pages tell stands behind them, and alone where there are
    none. The bill counts only where one promise is weighed over one window and scope; goodwill never rests on it.
    """
    chosen = _named(matter.references) or packs_of(matter.providers)
    found = [one for pack in chosen for one in _weighings(warehouse, pack, matter)]
    promised = sum(one.shares for one in found)
    if promised == 1:
        found = [
            replace(one, case=replace(one.case, bill=matter.bill)) if one.terms.version.promises else one
            for one in found
        ]
    unknown = tuple(
        name for name in matter.providers if not (has_pack(name) or any(pack.applies_to(name) for pack in chosen))
    )
    return Judged(_weighed(found, matter), matter.bill is not None and promised > 1, unknown)


def _named(references: Sequence[str]) -> list[Pack]:
    """The packs asked for, each once, whichever of its names is used."""
    found = [find(reference) for reference in references]
    return list({id(pack): pack for pack in found}.values())


def _weighed(found: Sequence[_Weighing], matter: Matter) -> tuple[Verdict, ...]:
    """One verdict each, in their order; promises of one text that are missed together go by its own rule."""
    verdicts: dict[int, Verdict] = {}
    together: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, one in enumerate(found):
        if one.by_pages:
            verdicts[at] = weigh_bulletins(one.terms, one.case, matter.bulletins)
            continue
        verdict = verdicts[at] = _verdict(one)
        together[id(one.terms.pack), verdict.version, verdict.period, verdict.scope].append(at)
    for group in together.values():
        at_promise = {verdicts[at].promise: at for at in group}
        for verdict in stacked(found[group[0]].terms, [verdicts[at] for at in group]):
            verdicts[at_promise[verdict.promise]] = verdict
    return tuple(verdicts[at] for at in sorted(verdicts))


def _verdict(one: _Weighing) -> Verdict:
    promises = one.terms.version.promises
    if one.case.counts is not None and promises[0].several is not None:
        return weigh_in_a_row(one.terms, (*one.before, one.case))
    return weigh_each(one.terms, one.case)[0]


def _weighings(warehouse: Queries, pack: Pack, matter: Matter) -> list[_Weighing]:
    """One a window and scope of each promise; goodwill is asked for once, over the whole span.

    Where windows with a promise lie in the span as well, how much of the waste lies outside them is not known.
    """
    promised, free = list(_promised(pack, matter)), _free(pack, matter)
    earlier: dict[str, list[Case]] = defaultdict(list)
    found = [one for each in promised for one in _of_promise(warehouse, each, matter, earlier)]
    scope = Scope(provider=next(iter(pack.providers), None))
    if free and (matter.references or free.version.goodwill):
        counted = any(promise.counted for _, promise, _ in promised)
        wasted = None if counted else _wasted(pack, matter)
        found.append(_Weighing(free, replace(_case(matter, matter.span, scope), wasted=wasted)))
    if promised and not found:
        found.append(_silent(promised[0][0], matter, scope))
    return found


def _of_promise(
    warehouse: Queries, each: tuple[PackVersion, Promise, Span], matter: Matter, earlier: dict[str, list[Case]]
) -> Iterator[_Weighing]:
    """By attempts where there are any in scope, then by what pages tell; the empty count where there is neither.

    `earlier` collects what was counted of each promise, window by window.
    """
    terms, promise, window = each
    alone = PackVersion(terms.pack, terms.version.model_copy(update={"promises": (promise,)}))
    seen = measured(warehouse, Counting(terms.pack, promise, window)) if promise.counted else ()
    pages = list(_by_pages(alone, promise, window, matter))
    counted = any(one.counts.requests for one in seen)
    for one in seen if counted or not pages else ():
        case = replace(_case(matter, window, one.scope), counts=one.counts, totals=one.totals)
        yield _Weighing(alone, case, _before(promise, case, earlier[promise.id], matter))
        earlier[promise.id].append(case)
    for case in pages:
        yield _Weighing(alone, case, by_pages=True, beside=counted)


def _before(promise: Promise, case: Case, earlier: Sequence[Case], matter: Matter) -> tuple[Case, ...]:
    """The counted windows of the same scope that come right before, as many as can decide together with it."""
    if promise.several is None:
        return ()
    windows = [one for one in _windows(promise, matter) if one < case.period][1 - windows_needed(promise) :]
    return tuple(one for one in earlier if one.period in windows and one.scope == case.scope)


def _by_pages(terms: PackVersion, promise: Promise, window: Span, matter: Matter) -> Iterator[Case]:
    """A case a scope that pages tell an outage of; where the event is the window, one an outage."""
    if not matter.bulletins or not isinstance(promise.measure.aggregation, FROM_DOWN_TIME):
        return
    telling = Telling(terms.pack, window, matter.now, promise)
    for scope in told_scopes(matter.bulletins, telling):
        windows = [window]
        if promise.window.kind == "event":
            outages = outages_from_bulletins(matter.bulletins, replace(telling, region=scope.region))
            windows = [one.span for one in outages.items if one.span]
        for span in windows:
            yield replace(_case(matter, span, scope), observed=None)


def _case(matter: Matter, window: Span, scope: Scope) -> Case:
    return Case(window, None, matter.now, scope, zone=matter.zone, observed=matter.observed)


def _silent(terms: PackVersion, matter: Matter, scope: Scope) -> _Weighing:
    """A text of which nothing at hand shows a figure: its first promise that says anything without one."""
    case = _case(matter, matter.span, scope)
    promise = spoken_of(terms, case)[0]
    touched = promise.window.over(matter.span, matter.zone)
    alone = PackVersion(terms.pack, terms.version.model_copy(update={"promises": (promise,)}))
    return _Weighing(alone, replace(case, period=touched[0]) if len(touched) == 1 else case)


def _promised(pack: Pack, matter: Matter) -> Iterator[tuple[PackVersion, Promise, Span]]:
    """Each window of each promise that may apply, under the version that rules at its start; by promise and window."""
    found = [
        (PackVersion(pack, version), promise, window)
        for version in pack.versions
        for promise in _applying(version)
        for window in _windows(promise, matter)
        if pick(pack, window.start).version is version and promise.rules(window.start, matter.zone)
    ]
    names = list(dict.fromkeys(promise.id for _, promise, _ in found))
    return iter(sorted(found, key=lambda one: (names.index(one[1].id), one[2])))


def _applying(version: Version) -> Sequence[Promise]:
    """The promises without those that apply only under a fact which no log gives; the first where none is left."""
    may = [promise for promise in version.promises if first_failing(promise.applies, {}) is None]
    return may or version.promises[:1]


def _windows(promise: Promise, matter: Matter) -> tuple[Span, ...]:
    """The windows of a promise that the span touches: fixed days from a midnight on, an event in whole buckets."""
    span = matter.span
    if promise.window.kind == "fixed_days":
        where = zone(promise.window.named_zone(matter.zone))
        midnight = datetime.combine(span.start.astimezone(where).date(), time(), where).astimezone(UTC)
        span = Span(midnight, span.end)
    if promise.window.kind == "event" and promise.measure.bucket_minutes is not None:
        step = promise.measure.bucket_minutes * 60_000_000
        span = Span(from_us(to_us(span.start) // step * step), from_us(-(-to_us(span.end) // step) * step))
    return promise.window.over(span, matter.zone)


def _free(pack: Pack, matter: Matter) -> PackVersion | None:
    """The first version that rules for some month of the span and promises nothing a log can show, with goodwill alone.

    What it promises beside that, as the refund of a balance, needs facts that no log holds.
    """
    where = matter.zone or "UTC"
    ruling = (pick(pack, month(name, where).start).version for name in months(matter.span, where))
    for version in ruling:
        if not version.promises or (version.goodwill and not any(promise.counted for promise in version.promises)):
            return PackVersion(pack, version.model_copy(update={"promises": ()}))
    return None


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
