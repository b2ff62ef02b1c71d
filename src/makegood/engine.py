"""The street on one page: read, find, measure, weigh; Params -> Assessment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from pathlib import Path

from makegood.errors import BadPeriod, BadUse, Unreadable
from makegood.incidents.availability import Availability, availability
from makegood.incidents.documented import Past, documented, on_day, past_of
from makegood.incidents.find import find
from makegood.incidents.incident import Incident
from makegood.incidents.meet import Meeting, meet
from makegood.incidents.minutes import count_minutes
from makegood.incidents.readings import Question
from makegood.losses.billed import Astray, astray
from makegood.losses.detours import Detour, detours
from makegood.losses.exposure import Bar, Exposure
from makegood.losses.exposure_paths import Path as DeclaredPath
from makegood.losses.exposure_paths import Route, paths
from makegood.losses.exposure_tested import exposure, finder
from makegood.losses.exposure_units import prepare_units, since, units_of_log
from makegood.losses.faults import read_rules
from makegood.losses.hit import Hit
from makegood.losses.hits import hits
from makegood.losses.loss import Losses
from makegood.losses.overbilling import Comparison, Overbilling, overbilling
from makegood.losses.rulings import mark_faults
from makegood.losses.strike import Ground, strike
from makegood.losses.toll import Replay
from makegood.losses.waste import waste, wasted_by_provider
from makegood.money import Money
from makegood.records.bulletin import Bulletin
from makegood.records.extras import Extras, take_extras
from makegood.records.inputs import Inputs, Source, gather
from makegood.records.latest import latest
from makegood.records.mapping import read_map
from makegood.records.recognise import by_name
from makegood.records.rows import Gaps, gaps, logged_span, quarantined_rows, read_span
from makegood.records.sealed_parts import Amiss, amiss
from makegood.records.small_files import read_small
from makegood.records.take import Intake, Progress, Taken, take
from makegood.records.tally import Quarantined, Tally
from makegood.records.typed import Defaults
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, to_the_minute, to_us
from makegood.terms.evidence import Chosen, Material, Wanted, choose, observed
from makegood.terms.judge import Judged, Matter, judge
from makegood.terms.pack import Pack
from makegood.terms.replay import Account
from makegood.terms.replay import replay as replay_packs
from makegood.terms.struck import Asking, Paid, would_pay

STEPS = 4  # after reading, of an assessment as of an audit
SHOWN_QUARANTINE = 200


@dataclass(frozen=True)
class Params:
    """All that an assessment depends on, beside the content of the files; `now` is the moment of judging."""

    paths: tuple[Path, ...]
    now: datetime
    form: str | None = None
    mapping: Path | None = None
    span: Span | None = None
    zone: str = "UTC"
    account: str | None = None
    bulletins: tuple[Path, ...] = ()
    charges: tuple[Path, ...] = ()
    terms: tuple[str, ...] = ()
    bill: Money | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Assessment:
    """What was found, with the params it was made from; `span` is the period looked at, None without any record."""

    params: Params
    span: Span | None
    tally: Tally
    sources: tuple[Source, ...]
    bulletins: tuple[Bulletin, ...]
    unread: tuple[Quarantined, ...]
    amiss: tuple[Amiss, ...]
    quarantined: tuple[Quarantined, ...]
    gaps: Gaps
    incidents: tuple[Incident, ...]
    losses: Losses
    astray: Astray | None
    hits: tuple[Hit, ...]
    readings: tuple[Availability, ...]
    requests: tuple[tuple[str, int, int], ...]
    judged: Judged
    overbilling: Overbilling | None
    changes: tuple[str, ...]
    elsewhere: Span | None = None  # what the log covers, where that is nothing of the period asked for


@dataclass(frozen=True)
class Replayed:
    """What packs would have given on what the files hold; `accounts` is empty where that is nothing."""

    chosen: Chosen
    accounts: tuple[Account, ...]
    sources: tuple[Source, ...]
    quarantined: tuple[Quarantined, ...]
    tally: Tally


@dataclass(frozen=True)
class AuditParams:
    """All that an audit depends on: what an assessment does, the bar for alternatives, what a gateway declares.

    Replayed are the incidents of `days` in `lists` (files of status pages; none: makegood's own list), and all of
    `files`; they are laid on the provider `on` of the log, None: each incident's own.
    """

    reading: Params
    bar: Bar = field(default_factory=Bar)
    routes: tuple[Route, ...] = ()
    days: tuple[Day, ...] = ()
    lists: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    on: str | None = None


@dataclass(frozen=True)
class Audit:
    """What rests on what, which declared paths were taken, what past incidents would have cost, what detours did."""

    params: AuditParams
    span: Span
    tally: Tally
    sources: tuple[Source, ...]
    unread: tuple[Quarantined, ...]
    amiss: tuple[Amiss, ...]
    quarantined: tuple[Quarantined, ...]
    gaps: Gaps
    extras: Extras
    grouping: tuple[tuple[str, int], ...]
    exposure: Exposure
    paths: tuple[DeclaredPath, ...]
    replays: tuple[tuple[Replay, tuple[Paid, ...]], ...]
    incidents: tuple[Incident, ...]
    detours: tuple[Detour, ...]


def replay(
    params: Params, wanted: Wanted, beside: Sequence[Pack], warehouse: Warehouse, progress: Progress = lambda *_: None
) -> Replayed:
    """Replay the contract and the packs beside it on the files of the params; raise BadUse or Unreadable."""
    given = gather(params.paths, params.bulletins, (), forced=bool(params.form or params.mapping))
    taken = _taken(params, given, warehouse, progress)
    mark_faults(warehouse, read_rules())
    count_minutes(warehouse)
    material = Material(_providers(warehouse), logged_span(warehouse), given.bulletins, given.coverage)
    chosen = choose(material, wanted, warehouse)
    return Replayed(
        chosen=chosen,
        accounts=replay_packs([wanted.contract, *beside], chosen.evidence) if chosen.evidence else (),
        sources=(*_sources(taken), *given.sources),
        quarantined=(*given.quarantined, *quarantined_rows(warehouse, SHOWN_QUARANTINE), *taken.unread),
        tally=taken.tally,
    )


def assess(params: Params, warehouse: Warehouse, progress: Progress = lambda *_: None) -> Assessment:
    """Run the whole street over the files; raise BadUse or Unreadable, never for a single bad row."""
    tell = _Steps(progress)
    given = gather(params.paths, params.bulletins, params.charges, forced=bool(params.form or params.mapping))
    _demand_evidence(given)
    taken = _taken(params, given, warehouse, progress)
    book = read_rules()

    tell("finding faults")
    mark_faults(warehouse, book)
    counts = count_minutes(warehouse)
    tell("finding incidents")
    span = params.span or logged_span(warehouse) or given.span(params.now)
    meeting = Meeting(find(counts), given.bulletins, params.now, span, book.one_name)
    incidents = meet(meeting, warehouse)

    tell("measuring losses")
    losses = waste(warehouse, book, given.charges)
    met = hits(warehouse, incidents)
    readings = (
        availability(given.bulletins, given.coverage, Question(span, params.now, zone=params.zone)) if span else ()
    )
    requests = _requests(warehouse)
    billed = overbilling(given.charges, _comparison(params, given)) if given.charges else None

    warehouse.put("small_quarantine", "file VARCHAR, line BIGINT, reason VARCHAR", given.refused)

    tell("weighing the terms")
    judged = _judged(params, warehouse, span, given.bulletins)
    return Assessment(
        params=params,
        span=span,
        tally=taken.tally,
        sources=(*_sources(taken), *given.sources),
        bulletins=given.bulletins,
        unread=taken.unread,
        amiss=amiss(given.attempts),
        quarantined=(*given.quarantined, *quarantined_rows(warehouse, SHOWN_QUARANTINE)),
        gaps=gaps(warehouse),
        incidents=incidents,
        losses=losses,
        astray=astray(warehouse, given.charges, params.span),
        hits=met,
        readings=readings,
        requests=requests,
        judged=judged,
        overbilling=billed,
        changes=given.notes,
        elsewhere=_elsewhere(params, warehouse),
    )


def audit(params: AuditParams, warehouse: Warehouse, progress: Progress = lambda *_: None) -> Audit:
    """What would stop if one thing failed, and what past incidents would have cost; raise BadUse or Unreadable."""
    asked, tell, book = params.reading, _Steps(progress), read_rules()
    pasts = _pasts(params)
    given = gather(asked.paths, asked.bulletins, asked.charges, forced=bool(asked.form or asked.mapping))
    taken = _taken(asked, given, warehouse, progress)
    span = logged_span(warehouse)
    if span is None and (covered := _elsewhere(asked, warehouse)):
        start, end = to_the_minute(covered)
        raise BadPeriod(f"the log covers {start} to {end}, and nothing of the period asked for; ask for another one.")
    if span is None:
        raise Unreadable("these files hold no attempt that counts, so there is nothing to audit; give a log of calls.")
    tell("reading what recorders add")
    extras = take_extras(warehouse)
    mark_faults(warehouse, book)
    counts = count_minutes(warehouse)
    tell("measuring losses")
    losses = waste(warehouse, book, given.charges)
    incidents: tuple[Incident, ...] = ()
    if extras.detours:
        incidents = meet(Meeting(find(counts), given.bulletins, asked.now, span, book.one_name), warehouse)
    tell("weighing alternatives")
    end_us = to_us(span.end)
    since_us = since(params.bar, end_us)
    prepare_units(warehouse, end_us)
    units = units_of_log(warehouse, since_us)
    tell("replaying incidents")
    find_alternative = finder(units, params.routes, params.bar)
    scopes = warehouse.query("SELECT DISTINCT provider, model, region FROM scopes ORDER BY provider, model, region")
    ground = Ground(span, scopes, find_alternative, params.routes, book.one_name, asked.zone, params.on, since_us)
    asking = Asking(asked.now, span, asked.terms, asked.bill, None if asked.zone == "UTC" else asked.zone)
    replays = tuple((one, would_pay(warehouse, one, asking)) for one in strike(warehouse, pasts, ground))
    return Audit(
        params=params,
        span=span,
        tally=taken.tally,
        sources=(*_sources(taken), *given.sources),
        unread=taken.unread,
        amiss=amiss(given.attempts),
        quarantined=(*given.quarantined, *quarantined_rows(warehouse, SHOWN_QUARANTINE)),
        gaps=gaps(warehouse),
        extras=extras,
        grouping=losses.grouping,
        exposure=exposure(units, params.routes, params.bar, since_us),
        paths=paths(units, params.routes),
        replays=replays,
        incidents=incidents,
        detours=detours(warehouse, incidents) if extras.detours else (),
    )


def _pasts(params: AuditParams) -> tuple[Past, ...]:
    """The incidents asked for; raise BadUse where a day has none or a file holds none."""
    now, found = params.reading.now, list[Past]()
    if params.days:
        told = [one for path in params.lists for one in read_small(path).bulletins]
        listed = past_of(latest(told)[0] if params.lists else documented(), now)
        for day in params.days:
            begun = on_day(listed, day)
            if not begun:
                raise BadUse(_none_on(day, listed))
            found += begun
    for path in params.files:
        pasts = past_of(latest(read_small(path).bulletins)[0], now)
        if not pasts:
            raise BadUse(f"--replay {path}: holds no outage of a provider's models with its times; give another file.")
        found += pasts
    return tuple(dict.fromkeys(found))


def _none_on(day: Day, listed: Sequence[Past]) -> str:
    near = sorted({one.span.start.date() for one in listed}, key=lambda one: (abs(one - day), one))[:8]
    known = ", ".join(one.isoformat() for one in sorted(near)) or "none"
    return (
        f"--replay {day.isoformat()}: no incident is listed for that day; the nearest listed are {known}. "
        "Give a status page or a list of incidents with --incidents FILE."
    )


def _taken(params: Params, given: Inputs, warehouse: Warehouse, progress: Progress) -> Taken:
    form = read_map(params.mapping) if params.mapping else by_name(params.form) if params.form else None
    defaults = Defaults(params.account or Defaults.account, params.currency or Defaults.currency)
    return take(warehouse, Intake(given.attempts, form, params.span, params.account, defaults), progress)


def _demand_evidence(given: Inputs) -> None:
    """Raise BadUse where only a bill or only usage was given: beside nothing, it shows nothing."""
    usage = {one.amount is None for one in given.charges}
    if len(usage) != 1 or given.attempts or any(one.kind != "charges" for one in given.sources):
        return
    path, named = given.sources[0].path, "usage" if usage == {True} else "a bill"
    raise BadUse(
        f"{path}: only {named} was given, and nothing to hold it against; give the log of calls as well: "
        f"makegood assess LOG --charges {path}."
    )


def _elsewhere(params: Params, warehouse: Warehouse) -> Span | None:
    """What the log covers, where that is nothing of the period asked for."""
    if params.span is None or logged_span(warehouse):
        return None
    covered = read_span(warehouse)
    return covered if covered and not covered.cut(params.span) else None


def _sources(taken: Taken) -> tuple[Source, ...]:
    return tuple(Source(path, form.name, "attempts", form.notes, form.shows_retries) for path, form in taken.formats)


def _providers(warehouse: Warehouse) -> list[str]:
    """The names of providers in the log."""
    return [row[0] for row in warehouse.query("SELECT DISTINCT provider FROM scopes ORDER BY provider")]


def _requests(warehouse: Warehouse) -> tuple[tuple[str, int, int], ...]:
    """Attempts and provider faults by provider."""
    return tuple(
        warehouse.query(
            "SELECT provider, CAST(SUM(attempts) AS BIGINT), CAST(SUM(faults) AS BIGINT) FROM minutes "
            "GROUP BY provider ORDER BY provider"
        )
    )


def _comparison(params: Params, given: Inputs) -> Comparison:
    return Comparison(span=params.span, usage_covered=given.usage_covered)


def _judged(params: Params, warehouse: Warehouse, span: Span | None, bulletins: tuple[Bulletin, ...]) -> Judged:
    providers = _providers(warehouse)
    if span is None or not (providers or params.terms):
        return Judged((), False, ())
    matter = Matter(
        span=span,
        now=params.now,
        providers=providers,
        references=params.terms,
        bill=params.bill,
        zone=None if params.zone == "UTC" else params.zone,
        wasted=wasted_by_provider(warehouse),
        observed=observed(logged_span(warehouse)),
        bulletins=bulletins,
    )
    return judge(warehouse, matter)


class _Steps:
    """Counts the steps after reading, for whoever watches."""

    def __init__(self, progress: Callable[[str, int, int], None]) -> None:
        self._progress = progress
        self._done = 0

    def __call__(self, step: str) -> None:
        self._progress(step, self._done, STEPS)
        self._done += 1
