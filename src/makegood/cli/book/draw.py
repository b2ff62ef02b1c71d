"""Command `makegood campaign draw`: from options to a frozen allocation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.acts.draw_campaign import Drawing, Drawn, draw_campaign
from makegood.awards.read_programme import programme_of
from makegood.campaigns.allocation import Draft, StopRules
from makegood.campaigns.audience_file import read_listed
from makegood.campaigns.filters import Options, read_filters
from makegood.cli.book.amounts import amount_of, share_of
from makegood.cli.book.desk import Desk, read_file
from makegood.cli.book.spans import span_of
from makegood.errors import BadUse
from makegood.store import causes

if TYPE_CHECKING:
    from collections.abc import Mapping

CANARY = "1%"


@dataclass(frozen=True)
class Asked:
    """The options of a draw, as they were typed."""

    causes: tuple[str, ...]
    terms: str
    budget: str
    days: int
    canary: str | None
    holdout: str
    over_budget: str
    floor: str | None
    cap: str | None
    once: bool
    since: str | None
    until: str | None
    stop_errors: str
    stop_complaints: str
    filters: Options
    only: Path | None
    exclude: Path | None


def draw(asked: Asked, at: Desk) -> Drawn:
    """Draw what was asked for; raise BadUse naming the option that cannot be right."""
    budget, unit = amount_of(asked.budget)
    programme = programme_of(asked.terms, at.now.date())
    filters = read_filters(_with_lists(asked))
    draft = Draft(
        causes=_causes(asked, at),
        terms=programme.terms,
        version=programme.version,
        unit=unit,
        budget=budget,
        days=asked.days,
        canary_ppm=_canary(asked),
        holdout_ppm=share_of("holdout", asked.holdout),
        overrun=asked.over_budget,
        stop=StopRules(share_of("stop-errors", asked.stop_errors), share_of("stop-complaints", asked.stop_complaints)),
        filters=(*filters.told(), *((("once", "yes"),) if asked.once else ())),
        floor=_bound("floor", asked.floor, unit) or 0,
        cap=_bound("cap", asked.cap, unit),
    )
    return draw_campaign(at.book, at.actor, Drawing(draft, programme, filters, asked.once), at.now)


def _canary(asked: Asked) -> int:
    """The canary's share; all at once has none, for nothing would be learned from it."""
    if asked.days < 0:
        raise BadUse(f"--days {asked.days} is below zero; give 0 for all at once, or the days over which it goes out.")
    share = share_of("canary", asked.canary or (CANARY if asked.days else "0%"))
    if share and not asked.days:
        raise BadUse("with --days 0 all goes out at once, so there can be no --canary; give one or more days.")
    return share


def _causes(asked: Asked, at: Desk) -> tuple[str, ...]:
    if asked.causes and (asked.since or asked.until):
        raise BadUse("--cause names causes and --from with --to takes all of a span; use one of them.")
    if asked.causes:
        return tuple(sorted({causes.cause_named(at.book, name).id for name in asked.causes}))
    if not (asked.since and asked.until):
        raise BadUse("what is made good? Name a --cause, or all causes of a span with --from and --to.")
    span = span_of(asked.since, asked.until)
    found = tuple(sorted(one.id for one in causes.causes(at.book) if span.holds(one.span.start)))
    if not found:
        raise BadUse("no cause of this book begins in that span; import an assessment that covers it.")
    return found


def _with_lists(asked: Asked) -> Options:
    def listed(path: Path | None) -> Mapping[str, str] | None:
        return None if path is None else read_listed(read_file(path), str(path))

    given = asked.filters
    return Options(
        given.lost_over,
        given.faults_over,
        given.plans,
        given.not_plans,
        listed(asked.only),
        listed(asked.exclude),
        given.unknown,
    )


def _bound(option: str, text: str | None, unit: str) -> int | None:
    if text is None:
        return None
    amount, own = amount_of(text)
    if own != unit:
        raise BadUse(f"--{option} is in {own} and the budget in {unit}; give both in one currency.")
    return amount
