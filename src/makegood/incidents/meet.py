"""Meet: incidents found in attempts are matched with bulletins; both lengths are kept, never averaged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from makegood.incidents.incident import Found, Incident
from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import may_be_about_models
from makegood.records.scope import Scope, common
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, to_us

# A page opens late and closes early or late; a bulletin that close to an incident speaks of it.
NEAR = timedelta(minutes=15)


@dataclass(frozen=True)
class Meeting:
    """What to match: bulletins that meet nothing found are incidents of their own only where they touch `within`.

    `provider` gives one name for all of a provider's.
    """

    found: Sequence[Found]
    bulletins: Sequence[Bulletin]
    now: datetime
    within: Span | None = None
    provider: Callable[[str | None], str] = lambda name: name or ""


def meet(meeting: Meeting, warehouse: Warehouse | None = None) -> tuple[Incident, ...]:
    """Incidents in order of time, named INC-1 on; bulletins of downtime without a match are incidents too.

    With a warehouse the attempts, faults and accounts of each are counted, and `incident_rows` holds the faults.
    """
    told = [one for one in meeting.bulletins if _speaks_of_downtime(one)]
    matched: set[str] = set()
    incidents = []
    for found in meeting.found:
        near = tuple(one for one in told if _speaks_of(one, found, meeting))
        matched.update(one.incident for one in near)
        incidents.append(_seen(found, near))
    pages: dict[str, list[Bulletin]] = defaultdict(list)
    for one in told:
        if one.incident not in matched and _inside(one, meeting):
            pages[one.incident].append(one)
    incidents += [_told(group, meeting) for group in pages.values()]
    ordered = sorted(incidents, key=lambda one: (one.span, one.scope.key(), one.basis))
    named = tuple(replace(one, id=f"INC-{number}") for number, one in enumerate(ordered, 1))
    return _counted(named, warehouse, meeting) if warehouse else named


def _speaks_of_downtime(one: Bulletin) -> bool:
    return one.kind == "downtime" and one.severity not in ("none", "maintenance") and one.minutes is None


def _inside(one: Bulletin, meeting: Meeting) -> bool:
    return meeting.within is None or one.span(meeting.now).cut(meeting.within) is not None


def _speaks_of(one: Bulletin, found: Found, meeting: Meeting) -> bool:
    """Is it on the same provider, about its models, in the same region where both name one, and near in time?"""
    named, region = one.scope.provider, one.scope.region
    if named and found.scope.provider and meeting.provider(named) != meeting.provider(found.scope.provider):
        return False
    if not may_be_about_models(named, one.component):
        return False
    if region and found.scope.region and region.casefold() != found.scope.region.casefold():
        return False
    page = one.span(meeting.now)
    spans = [page] + ([one.impact] if one.impact else [])
    return any(span.start - NEAR < found.span.end and found.span.start < span.end + NEAR for span in spans)


def _seen(found: Found, near: tuple[Bulletin, ...]) -> Incident:
    basis = "both" if near else "attempts"
    return Incident(
        "", found.scope, found.span, found.start_range, found.end_range, found.attempts, found.faults, 0, basis, near
    )


def _told(group: Sequence[Bulletin], meeting: Meeting) -> Incident:
    spans = [one.span(meeting.now) for one in group]
    span = Span(min(one.start for one in spans), max(one.end for one in spans))
    scope = common(one.scope for one in group)
    at = Span(span.start, span.start), Span(span.end, span.end)
    return Incident("", scope, span, *at, 0, 0, 0, "bulletin", tuple(group))


def _counted(incidents: tuple[Incident, ...], warehouse: Warehouse, meeting: Meeting) -> tuple[Incident, ...]:
    names = [row[0] for row in warehouse.query("SELECT DISTINCT provider FROM scopes ORDER BY provider")]
    rows = [
        (one.id, *scope, to_us(one.span.start), to_us(one.span.end))
        for one in incidents
        for scope in _logged_scopes(one, names, meeting)
    ]
    columns = "incident VARCHAR, provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR"
    warehouse.put("incident_spans", columns + ", start_us BIGINT, end_us BIGINT", rows)
    warehouse.run(f"CREATE OR REPLACE TABLE incident_rows AS {statement('makegood.incidents', 'span_rows')}")
    faults = {
        name: (count, accounts)
        for name, count, accounts in warehouse.query(
            "SELECT incident, COUNT(*), COUNT(DISTINCT account) FROM incident_rows GROUP BY incident"
        )
    }
    warehouse.run(f"CREATE OR REPLACE TABLE edge_attempts AS {statement('makegood.incidents', 'edge_attempts')}")
    attempts = dict(warehouse.query(statement("makegood.incidents", "span_traffic")))
    return tuple(_with_counts(one, attempts.get(one.id, 0), faults.get(one.id, (0, 0))) for one in incidents)


def _with_counts(one: Incident, attempts: int, faults: tuple[int, int]) -> Incident:
    return replace(one, attempts=attempts, faults=faults[0], accounts=faults[1])


def _logged_scopes(one: Incident, names: Sequence[str], meeting: Meeting) -> list[tuple[str, str, str, str]]:
    """The scope in the log's own names; a page names components, so of its scope only the provider can be met."""
    if one.basis != "bulletin":
        return [one.scope.pattern()]
    if one.scope.provider is None:
        return [Scope().pattern()]
    wanted = meeting.provider(one.scope.provider)
    return [Scope(name).pattern() for name in names if meeting.provider(name) == wanted]
