"""Leaderboard: one record an incident and component; suspensions, logins and bills are marked, none is dropped."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading


def test_a_sample(reading_of: Callable[[str], Reading]) -> None:
    good = {"id": "a1-c1", "component_id": "c1", "component_name": "API", "title": "Errors",
            "opened_at": "2026-05-01T00:00:00Z", "raw_severity": "major_outage"}  # fmt: skip
    late = {**good, "id": "a2-uncategorised", "component_id": "uncategorised", "resolved_at": "2026-04-01T00:00:00Z"}
    rows = [good, late, {**good, "id": ""}]
    page = {"company_id": "acme", "last_scraped": "2026-06-01T00:00:00Z", "scrape_success": False, "incidents": rows}
    reading = reading_of(json.dumps(page).replace('}, {"id"', '},\n{"id"'))
    (bulletin,) = reading.bulletins
    assert (bulletin.incident, bulletin.severity, bulletin.end) == ("a1", "major", None)
    assert [row.line for row in reading.quarantined] == [2, 3]
    assert reading.coverage == ()
    assert "failed" in reading.notes[1]


@pytest.mark.parametrize(
    ("company", "incident", "kind"),
    [
        ("anthropic", "s9w82lp9dcn9", "access"),
        ("anthropic", "8q00jfj4yfv6", "billing"),
        ("anthropic", "mct55f8gxb7k", "billing"),
        ("openai", "01KV67B3HB2B6JKHAMHCCYS0KZ", "login"),
        ("openai", "01KT204M76EYZYJX7WYG1B2QPH", "downtime"),
    ],
)
def test_kinds_of_real_incidents(shared: Path, company: str, incident: str, kind: str) -> None:
    reading = read_small(shared / f"data/ai_status_leaderboard/2026-06-15T20/{company}.json")
    found = [bulletin.kind for bulletin in reading.bulletins if bulletin.incident == incident]
    assert found == [kind] * len(found) != []


def test_every_real_row_is_accounted_for(shared: Path) -> None:
    read = {"anthropic": (264, 77, 0), "openai": (41, 40, 1), "groq": (None, None, 1)}
    for company, (rows, incidents, refused) in read.items():
        reading = read_small(shared / f"data/ai_status_leaderboard/2026-06-15T20/{company}.json")
        assert len(reading.records) + len(reading.quarantined) == reading.read
        assert len(reading.quarantined) == refused
        assert rows in (None, reading.read)
        assert incidents in (None, len({bulletin.incident for bulletin in reading.bulletins}))
    # The one of OpenAI's was closed four hours before it was opened.
    row = read_small(shared / "data/ai_status_leaderboard/2026-06-15T20/openai.json").quarantined[0]
    assert (row.line, row.reason) == (237, "it ends (2026-05-28 05:27:00) before it starts (2026-05-28 09:34:12)")
