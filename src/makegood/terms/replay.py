"""Verb: replay packs on the same outages or attempts; what each would have given, window by window and in all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import groupby

from makegood.errors import BadUse
from makegood.money import Money
from makegood.spans import Span, merged, months, zone
from makegood.terms.case import Case, ClaimFacts
from makegood.terms.conditions import FactValue
from makegood.terms.gauge import FROM_FACTS, BucketMean, BucketShare, Given, Pooled
from makegood.terms.gauged import speaks
from makegood.terms.given import read_facts
from makegood.terms.measure import Counting, Measured
from makegood.terms.outages import Outages, cut
from makegood.terms.pack import Coverage, Pack, PackVersion, Promise
from makegood.terms.read import in_force, pick
from makegood.terms.stack import stacked
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each
from makegood.terms.worked import Inputs
from makegood.terms.worth import Worth, worth_of

_MONTHS = {"calendar_quarter": 3, "fiscal_quarter": 3, "calendar_year": 12}
_YEAR = timedelta(days=366)
_LONGEST_ROW = 36  # no text asks for more windows than that


@dataclass(frozen=True)
class Evidence:
    """What all packs are held against: what `outages` tells of a window, and attempts, which `measure` counts.

    The same outages or attempts are taken for every pack, whoever its provider is: attempts are those of `providers`
    that `coverage` is about, and go first where a promise can be counted from them. `bill` is that of one calendar
    month; `facts` are given by name, as text. `observed` is the span that the evidence speaks of, None: all of
    `span`. `now` is the moment of judging.
    """

    span: Span
    now: datetime
    outages: Callable[[Span], Outages] | None = None
    measure: Callable[[Counting], Sequence[Measured]] | None = None
    providers: tuple[str, ...] = ()
    coverage: Coverage | None = None
    observed: Span | None = None
    zone: str | None = None
    bill: Money | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Played:
    """What a pack gives for one window: its verdicts with the one that leads first, and what they come to.

    `in_force` tells whether the text ruled then; it is replayed all the same.
    """

    window: Span
    verdicts: tuple[Verdict, ...]
    worth: Worth
    in_force: bool

    @property
    def leading(self) -> Verdict:
        """The verdict that counts most."""
        return self.verdicts[0]


@dataclass(frozen=True)
class Account:
    """All windows of one pack, in order; `facts_unused` are names that none of its versions asks for."""

    pack: Pack
    played: tuple[Played, ...]
    facts_unused: tuple[str, ...] = ()

    @property
    def total(self) -> Worth:
        """What all windows come to; what is not known of one is not known of the total, `unknown` counts windows."""
        return sum((one.worth for one in self.played), Worth())


def touching(outages: Outages) -> Callable[[Span], Outages]:
    """Of these outages those that touch a window, whole: the length of one that crosses its edge decides too."""

    def inside(window: Span) -> Outages:
        kept = tuple(one for one in outages.items if one.span is None or one.span.cut(window))
        return Outages(kept, outages.basis)

    return inside


def replay(packs: Sequence[Pack], evidence: Evidence) -> tuple[Account, ...]:
    """What each pack would have given, as if claimed in time and whole, and as if its text had ruled.

    Raise BadUse for a fact that cannot be read and for a bill below zero.
    """
    return tuple(_account(pack, evidence) for pack in packs)


def _account(pack: Pack, evidence: Evidence) -> Account:
    weighed: list[tuple[Span, PackVersion, Verdict]] = []
    for terms, promise, window in _asked(pack, evidence):
        before = [(one, verdict) for one, _, verdict in weighed if promise and verdict.promise == promise.id]
        own = evidence if promise is None else _after(terms, promise, window, (evidence, before))
        weighed += [(window, terms, verdict) for verdict in _verdicts(terms, promise, window, own)]
    played = []
    for window, group in groupby(sorted(weighed, key=lambda one: one[0]), key=lambda one: one[0]):
        each = list(group)
        terms = each[0][1]
        verdicts = stacked(terms, [verdict for _, _, verdict in each])
        worth = sum((worth_of(terms.version, one) for one in verdicts), Worth())
        worth = replace(worth, unknown=min(worth.unknown, 1))
        played.append(Played(window, verdicts, worth, in_force(terms.version, window.start)))
    return Account(pack, tuple(played), tuple(name for name in evidence.facts if not _is_asked(pack, name)))


def _is_asked(pack: Pack, name: str) -> bool:
    """Does a version of the pack ask for the fact, or for an amount whose number or currency it is?"""
    known = {one for version in pack.versions for rule in version.facts for one in (rule.name, *rule.also)}
    whole, _, part = name.rpartition(".")
    return name in known or (part in ("amount", "currency") and whole in known)


def _after(
    terms: PackVersion, promise: Promise, window: Span, known: tuple[Evidence, list[tuple[Span, Verdict]]]
) -> Evidence:
    """The evidence with what the replay granted in the year before, for caps that count it."""
    evidence, before = known
    money = {rule.name for rule in terms.version.facts if rule.kind == "money"}
    facts = dict(evidence.facts)
    for cap in promise.remedy.caps:
        if cap.less is None or cap.less not in money or cap.less in facts or not cap.by_year:
            continue
        near = [verdict for one, verdict in before if one.start >= window.end - _YEAR]
        granted = sum((worth_of(terms.version, verdict) for verdict in near), Worth())
        for currency, amount in granted.least.items():
            facts |= {f"{cap.less}.amount": f"{amount:f}", f"{cap.less}.currency": currency}
    return replace(evidence, facts=facts)


def _asked(pack: Pack, evidence: Evidence) -> Iterator[tuple[PackVersion, Promise | None, Span]]:
    """Each promise and window, under the version that ruled at its start or is nearest to it."""
    for version in pack.versions:
        terms = PackVersion(pack, version)
        promises = _shown(terms, evidence)
        for promise in promises:
            for window in _windows(promise, evidence):
                if pick(pack, window.start).version is version and promise.rules(window.start, evidence.zone):
                    yield terms, promise, window
        if not promises and version.goodwill and pick(pack, evidence.span.start).version is version:
            yield terms, None, evidence.span


def _shown(terms: PackVersion, evidence: Evidence) -> tuple[Promise, ...]:
    """The promises, without those about facts that nobody gave; the first of these where nothing else is there."""
    promises = terms.version.promises
    probe = Case(evidence.span, None, evidence.now, facts=_facts(terms, evidence))
    found = [one for one in promises if not isinstance(one.measure.aggregation, FROM_FACTS) or speaks(one, probe)]
    return tuple(found) if found or terms.version.goodwill else promises[:1]


def _windows(promise: Promise, evidence: Evidence) -> tuple[Span, ...]:
    """The whole windows that the span touches, fixed days from a midnight on; of single events each outage is one."""
    span = evidence.span
    if promise.window.kind == "fixed_days":
        where = zone(promise.window.named_zone(evidence.zone))
        midnight = span.start.astimezone(where).replace(hour=0, minute=0, second=0, microsecond=0)
        return promise.window.over(Span(midnight.astimezone(UTC), span.end), evidence.zone)
    if promise.window.kind != "event":
        return promise.window.over(span, evidence.zone)
    if evidence.outages is None:
        return (span,)
    inside = (cut(one, span) for one in evidence.outages(span).items)
    return merged(one.span for one in inside if one is not None and one.span is not None)


def _verdicts(terms: PackVersion, promise: Promise | None, window: Span, evidence: Evidence) -> tuple[Verdict, ...]:
    if promise is None:
        return weigh_each(_without_promises(terms), Case(window, None, evidence.now, zone=evidence.zone))
    only = _only(terms, promise)
    case = _case(only, promise, window, evidence)
    if promise.several is not None:
        case = replace(case, figures=_figures(terms, promise, window, evidence))
    return tuple(_why(promise, evidence, one) for one in weigh_each(only, case))


def _only(terms: PackVersion, promise: Promise) -> PackVersion:
    return PackVersion(terms.pack, terms.version.model_copy(update={"promises": (promise,)}))


def _without_promises(terms: PackVersion) -> PackVersion:
    return PackVersion(terms.pack, terms.version.model_copy(update={"promises": ()}))


def _case(terms: PackVersion, promise: Promise, window: Span, evidence: Evidence) -> Case:
    """The evidence as it lies in the window, with a claim made in time that holds all it must."""
    items = frozenset(need.item for need in promise.claim.requires) if promise.claim else frozenset()
    case = Case(
        window,
        None,
        min(evidence.now, window.end),
        bill=_bill(promise, evidence),
        claim=ClaimFacts(None, items) if promise.claim else None,
        zone=evidence.zone,
        observed=evidence.observed,
        facts=_facts(terms, evidence),
        agreed=True,
    )
    seen = _seen(terms.pack, promise, window, evidence)
    if seen is not None:
        return replace(case, counts=seen.counts, totals=seen.totals)
    return replace(case, outages=evidence.outages(window)) if evidence.outages else case


def _seen(pack: Pack, promise: Promise, window: Span, evidence: Evidence) -> Measured | None:
    """The attempts of the window in the promise's buckets, all in scope taken as one; None where it counts none."""
    if evidence.measure is None or promise.population is None or not promise.measure.counted:
        return None
    own = promise.coverage.clause if promise.coverage else promise.window.clause
    wanted = evidence.coverage or Coverage(clause=own)
    coverage = wanted.model_copy(update={"split": (), "doubt": None})
    alike = pack.model_copy(update={"providers": evidence.providers})
    counting = Counting(alike, promise.model_copy(update={"coverage": coverage}), window)
    return next(iter(evidence.measure(counting)), None)


def _bill(promise: Promise, evidence: Evidence) -> Money | None:
    """The bill of the window: that of a month as often as the window has months."""
    bill, base = evidence.bill, promise.remedy.base
    if bill is None or (base is not None and base.paid_for == "calendar_month"):
        return bill
    return Money(bill.amount * _MONTHS.get(promise.window.kind, 1), bill.currency)


def _facts(terms: PackVersion, evidence: Evidence) -> dict[str, FactValue]:
    reserved = [name for name in evidence.facts if name in Inputs.model_fields]
    if reserved:
        raise BadUse(f"'{reserved[0]}' is no fact of a contract; leave it out, or use the option that gives it.")
    return read_facts(terms, Inputs.model_validate(dict(evidence.facts)))[0]


def _figures(terms: PackVersion, promise: Promise, window: Span, evidence: Evidence) -> dict[str, Fraction]:
    """The figures of the windows of the span up to this one, by their names; one that is not known is left out."""
    alone = promise.model_copy(update={"several": None})
    only, found = _only(terms, alone), dict[str, Fraction]()
    for one in [span for span in _windows(promise, evidence) if span <= window][-_LONGEST_ROW:]:
        verdict = weigh_each(only, _case(only, alone, one, evidence))[0]
        if (
            verdict.measure is not None
            and verdict.measure.value is not None
            and "log_covers_part" not in verdict.reasons
        ):
            found[_name(promise, one, evidence)] = verdict.measure.value
    return found


def _name(promise: Promise, window: Span, evidence: Evidence) -> str:
    """Months are "2026-05", quarters "2026-Q2"."""
    name = months(window, promise.window.named_zone(evidence.zone))[0]
    year, month = name.split("-")
    return f"{year}-Q{(int(month) + 2) // 3}" if promise.window.kind in _MONTHS else name


def _why(promise: Promise, evidence: Evidence, verdict: Verdict) -> Verdict:
    """The verdict with reasons that a reader can act on, where the evidence is not of the kind that is asked."""
    rule, base = promise.measure.aggregation, promise.remedy.base
    reasons = list(verdict.reasons)
    if verdict.verdict == "unknown" and reasons[:1] == ["no_figures_given"]:
        counted = isinstance(rule, BucketMean | BucketShare | Pooled)
        reasons[0] = "figure_not_reported" if isinstance(rule, Given) else reasons[0]
        reasons[0] = "requests_not_shown" if counted and evidence.measure is None else reasons[0]
    if base is not None and base.facts and "bill" not in base.facts:
        reasons = [f"fact_not_given:{base.facts[0]}" if one == "bill_not_given" else one for one in reasons]
    return replace(verdict, reasons=tuple(reasons))
