"""Statuspage JSON: a bulletin for each component, maintenance apart, reopened means open, the text's window kept."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from makegood.records.bulletin import Bulletin
from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import Span

Read = Callable[[str], Reading]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def change(name: str, old: str, new: str) -> dict[str, str]:
    return {"code": name.lower(), "name": name, "old_status": old, "new_status": new}


def told(status: str, when: str, changes: Any = None, body: str = "Text.") -> dict[str, Any]:
    return {"status": status, "body": body, "display_at": f"2026-05-0{when}:00Z", "affected_components": changes}


def page(**incident: Any) -> str:
    row = {"id": "inc1", "name": "API errors", "status": "resolved", "impact": "major",
           "created_at": "2026-05-01T10:00:00Z", "resolved_at": "2026-05-01T11:00:00Z"}  # fmt: skip
    head = {"name": "Acme Status", "url": "https://status.acme.example", "updated_at": "2026-05-03T00:00:00Z"}
    return json.dumps({"page": head, "incidents": [{**row, **incident}]})


def only(reading: Reading) -> Bulletin:
    assert (len(reading.bulletins), reading.quarantined) == (1, ())
    return reading.bulletins[0]


def test_each_component_has_its_own_worst_state(reading_of: Read) -> None:
    updates = [
        told("resolved", "1T11:00", [change("API", "major_outage", "operational"), change("Web", "x", "operational")]),
        told("identified", "1T10:30", [change("API", "partial_outage", "major_outage")]),
        told("investigating", "1T10:00", [change("API", "operational", "partial_outage"),
                                          change("Web", "operational", "degraded_performance")]),
    ]  # fmt: skip
    reading = reading_of(page(incident_updates=updates))
    assert [(b.id, b.component, b.severity, b.scope.provider) for b in reading.bulletins] == [
        ("inc1-api", "API", "major", "acme"),
        ("inc1-web", "Web", "degraded", "acme"),
    ]
    assert [update.status for update in reading.bulletins[0].updates] == ["investigating", "identified", "resolved"]
    assert (reading.read, reading.used) == (1, 1)


def test_without_components_the_impact_speaks(reading_of: Read) -> None:
    severities = {"none": "none", "minor": "degraded", "major": "partial", "critical": "major", "odd": "unknown"}
    assert {impact: only(reading_of(page(impact=impact))).severity for impact in severities} == severities


def test_opened_again_means_open_and_dated_back_means_earlier(reading_of: Read) -> None:
    updates = [told("investigating", "1T12:00"), told("resolved", "1T11:00"), told("investigating", "1T09:40")]
    bulletin = only(reading_of(page(status="investigating", incident_updates=updates)))
    assert (bulletin.start, bulletin.end) == (at("2026-05-01T09:40"), None)


def test_scheduled_maintenance_is_its_own_kind(reading_of: Read) -> None:
    row = {"id": "m1", "name": "Database work", "status": "scheduled", "impact": "none",
           "created_at": "2026-04-01T00:00:00Z", "scheduled_for": "2026-05-05T01:00:00Z",
           "scheduled_until": "2026-05-05T03:00:00Z"}  # fmt: skip
    reading = reading_of(json.dumps({"page": {"name": "Acme"}, "scheduled_maintenances": [row]}))
    bulletin = only(reading)
    assert (bulletin.kind, bulletin.severity) == ("maintenance", "maintenance")
    assert (bulletin.start, bulletin.end) == (at("2026-05-05T01:00"), at("2026-05-05T03:00"))
    assert reading.notes == ("The page has no list `incidents`.",)


def test_a_summary_without_incidents_reads_as_none(reading_of: Read) -> None:
    reading = reading_of('{"page": {"name": "Acme"}, "status": {"indicator": "none"}, "components": []}')
    assert (reading.records, reading.read, reading.coverage) == ((), 0, ())


def test_it_covers_from_its_oldest_incident_to_when_it_was_taken(reading_of: Read) -> None:
    (scope, span), = reading_of(page()).coverage  # fmt: skip
    assert (scope.provider, span) == ("acme", Span(at("2026-05-01T10:00"), at("2026-05-03T00:00")))


def test_the_real_sample(shared: Path) -> None:
    reading = read_small(shared / "data/statuspage_v2/claude_incidents_v2_sample.json")
    real = [bulletin for bulletin in reading.bulletins if bulletin.incident == "6ptd5skgmy3v"]
    assert sorted(bulletin.id for bulletin in real) == ["6ptd5skgmy3v-k8w3r06qmzrp", "6ptd5skgmy3v-rwppv331jlwc"]
    for bulletin in real:
        assert (bulletin.scope.provider, bulletin.severity, bulletin.kind) == ("anthropic", "degraded", "downtime")
        assert bulletin.start == at("2026-06-06T18:37:44.116")
        assert bulletin.end == at("2026-06-06T19:05:27.178")
        assert bulletin.impact == Span(at("2026-06-06T18:12"), at("2026-06-06T18:55"))
    assert reading.notes == ("1 stated windows name no zone; UTC was assumed: 6ptd5skgmy3v.",)
    rest = {bulletin.incident: bulletin for bulletin in reading.bulletins if bulletin not in real}
    assert (rest["maint01"].kind, rest["maint01"].end) == ("maintenance", None)
    assert rest["weird01"].severity == "unknown"
