"""The street on one page: read, find, measure, weigh; Params -> Assessment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from makegood.incidents.availability import Availability, availability
from makegood.incidents.find import find
from makegood.incidents.incident import Incident
from makegood.incidents.meet import Meeting, meet
from makegood.incidents.minutes import count_minutes
from makegood.incidents.readings import Question
from makegood.losses.faults import read_rules
from makegood.losses.hit import Hit
from makegood.losses.hits import hits
from makegood.losses.loss import Losses
from makegood.losses.overbilling import Comparison, Overbilling, overbilling
from makegood.losses.rulings import mark_faults
from makegood.losses.waste import waste, wasted_by_provider
from makegood.money import Money
from makegood.records.bulletin import Bulletin
from makegood.records.inputs import Inputs, Source, gather
from makegood.records.mapping import read_map
from makegood.records.recognise import by_name
from makegood.records.rows import Gaps, gaps, logged_span, quarantined_rows
from makegood.records.take import Intake, Progress, Taken, take
from makegood.records.tally import Quarantined, Tally
from makegood.records.typed import Defaults
from makegood.records.warehouse import Warehouse
from makegood.spans import Span
from makegood.terms.evidence import Chosen, Material, Wanted, choose, observed
from makegood.terms.judge import Judged, Matter, judge
from makegood.terms.pack import Pack
from makegood.terms.replay import Account
from makegood.terms.replay import replay as replay_packs

STEPS = 4
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
    quarantined: tuple[Quarantined, ...]
    gaps: Gaps
    incidents: tuple[Incident, ...]
    losses: Losses
    hits: tuple[Hit, ...]
    readings: tuple[Availability, ...]
    requests: tuple[tuple[str, int, int], ...]
    judged: Judged
    overbilling: Overbilling | None
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Replayed:
    """What packs would have given on what the files hold; `accounts` is empty where that is nothing."""

    chosen: Chosen
    accounts: tuple[Account, ...]
    sources: tuple[Source, ...]
    quarantined: tuple[Quarantined, ...]
    tally: Tally


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
        quarantined=(*given.quarantined, *quarantined_rows(warehouse, SHOWN_QUARANTINE)),
        gaps=gaps(warehouse),
        incidents=incidents,
        losses=losses,
        hits=met,
        readings=readings,
        requests=requests,
        judged=judged,
        overbilling=billed,
        changes=given.notes,
    )


def _taken(params: Params, given: Inputs, warehouse: Warehouse, progress: Progress) -> Taken:
    form = read_map(params.mapping) if params.mapping else by_name(params.form) if params.form else None
    defaults = Defaults(params.account or Defaults.account, params.currency or Defaults.currency)
    return take(warehouse, Intake(given.attempts, form, params.span, params.account, defaults), progress)


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
