"""Verb: choose from logs and status pages what packs are replayed on: whose outages, of which products, how read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from makegood.errors import BadUse
from makegood.money import Money
from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import may_be_about_models
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.terms.bulletins import READINGS, Telling, outages_from_bulletins
from makegood.terms.measure import Counting, Measured, Queries, measured
from makegood.terms.outages import Outages
from makegood.terms.pack import Coverage, Pack
from makegood.terms.replay import Evidence

_ONE = "evidence"  # the name under which all that was chosen is held against every pack
_QUIET = timedelta(days=1)
_MOST_NAMED = 12


@dataclass(frozen=True)
class Material:
    """What files hold: names of providers in a log and the span it speaks of, bulletins, and what pages cover."""

    logged: Sequence[str] = ()
    log_span: Span | None = None
    bulletins: Sequence[Bulletin] = ()
    covered: Sequence[tuple[Scope, Span]] = ()


@dataclass(frozen=True)
class Wanted:
    """What is asked: a contract, products or providers by name (`of`), one of READINGS, a bill a month, facts as text.

    Without names the contract's own providers are taken, or the only one that the files speak of.
    """

    contract: Pack
    now: datetime
    span: Span | None = None
    of: Sequence[str] = ()
    reading: str = next(iter(READINGS))
    zone: str | None = None
    bill: Money | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """The evidence, None where the files show nothing of it; whose it is, and the bulletins that it rests on."""

    evidence: Evidence | None
    providers: tuple[str, ...]
    bulletins: tuple[Bulletin, ...]


def choose(material: Material, wanted: Wanted, warehouse: Queries | None = None) -> Chosen:
    """The evidence for a replay; raise BadUse for a name or reading that is unknown, or when it is open whose is meant.

    What a page does not cover, where it says what it does, is not known; else silence is taken as no outage.
    """
    if wanted.reading not in READINGS:
        raise BadUse(f"--reading '{wanted.reading[:40]}' is not known; use {', '.join(READINGS)}.")
    providers, parts = _named(material, wanted)
    told = tuple(one for one in material.bulletins if _is_chosen(one, providers, parts))
    logged = tuple(name for name in material.logged if name in providers) if warehouse is not None else ()
    covered = [span for scope, span in material.covered if scope.provider in providers]
    span = wanted.span or _span(material, wanted, (told, covered, bool(logged)))
    if span is None:
        return Chosen(None, providers, told)
    evidence = Evidence(
        span,
        wanted.now,
        outages=_Telling(told, wanted) if told or covered else None,
        measure=_Counted(warehouse) if logged and warehouse is not None else None,
        providers=logged,
        coverage=_coverage(wanted.contract, logged),
        observed=observed(material.log_span) if logged and material.log_span else _hull(covered),
        zone=wanted.zone,
        bill=wanted.bill,
        facts=wanted.facts,
    )
    return Chosen(evidence, providers, told)


def observed(log_span: Span | None) -> Span | None:
    """What a log speaks of, a day wider at either end: a night or a holiday without calls is no gap in it."""
    return Span(log_span.start - _QUIET, log_span.end + _QUIET) if log_span else None


def _named(material: Material, wanted: Wanted) -> tuple[tuple[str, ...], frozenset[str]]:
    """The providers meant, and the parts of them in lower case; no parts where all that may be about models counts."""
    told = [one.scope for one in material.bulletins] + [scope for scope, _ in material.covered]
    seen = dict.fromkeys([*material.logged, *(scope.provider or "" for scope in told)])
    asked = {name.casefold() for name in wanted.of}
    providers = [name for name in seen if name.casefold() in asked]
    parts = frozenset(asked - {name.casefold() for name in providers})
    about = {part: {one.scope.provider or "" for one in material.bulletins if part in _parts(one)} for part in parts}
    unknown = [name for name in wanted.of if name.casefold() in about and not about[name.casefold()]]
    if unknown:
        known = ", ".join([*seen][:_MOST_NAMED]) or "nobody"
        raise BadUse(f"--of '{unknown[0][:60]}' is no provider and no product in these files; they speak of {known}.")
    if not providers:
        having = {name for names in about.values() for name in names}
        possible = [name for name in seen if not parts or name in having]
        providers = [name for name in possible if wanted.contract.applies_to(name)] or possible
        if len(providers) > 1 and not wanted.contract.applies_to(providers[0]):
            known = ", ".join(sorted(providers)[:_MOST_NAMED])
            raise BadUse(f"the files speak of several providers ({known}); choose with --of NAME.")
    return tuple(providers), parts


def _parts(one: Bulletin) -> set[str]:
    names = (one.component, one.scope.service, one.scope.model)
    return {name.casefold() for name in names if name}


def _is_chosen(one: Bulletin, providers: Sequence[str], parts: frozenset[str]) -> bool:
    provider = one.scope.provider or ""
    about = bool(parts & _parts(one)) if parts else may_be_about_models(provider, one.component)
    return provider in providers and about


def _span(material: Material, wanted: Wanted, known: tuple[Sequence[Bulletin], list[Span], bool]) -> Span | None:
    """The span of the log where there is one, else from the first to the last moment that is told or covered."""
    told, covered, logged = known
    if logged and material.log_span is not None:
        return material.log_span
    return _hull([*(one.span(wanted.now) for one in told), *covered])


def _hull(spans: Sequence[Span]) -> Span | None:
    return Span(min(one.start for one in spans), max(one.end for one in spans)) if spans else None


def _coverage(contract: Pack, logged: Sequence[str]) -> Coverage | None:
    """What the contract covers, where the log is of its own provider; else everything counts."""
    if not any(contract.applies_to(name) for name in logged):
        return None
    newest = max(contract.versions, key=lambda one: one.effective.start)
    return next((promise.coverage for promise in newest.promises if promise.coverage), None)


class _Telling:
    """Tells of a window what the pages say of outages in it."""

    def __init__(self, told: Sequence[Bulletin], wanted: Wanted) -> None:
        self._bulletins = [replace(one, scope=replace(one.scope, provider=_ONE)) for one in told]
        self._pack = wanted.contract.model_copy(update={"providers": (_ONE,)})
        self._wanted = wanted

    def __call__(self, window: Span) -> Outages:
        telling = Telling(self._pack, window, self._wanted.now, reading=self._wanted.reading)
        return outages_from_bulletins(self._bulletins, telling)


class _Counted:
    """Counts attempts of a log as a promise asks."""

    def __init__(self, warehouse: Queries) -> None:
        self._warehouse = warehouse

    def __call__(self, asked: Counting) -> Sequence[Measured]:
        return measured(self._warehouse, asked)
