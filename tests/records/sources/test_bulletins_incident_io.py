"""incident.io: ids tell the start, lists may be absent, components may be unnamed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makegood.records.small_files import open_document
from makegood.records.sources.bulletins_incident_io import ulid_time
from makegood.records.sources.small import Reading
from makegood.records.sources.small_formats import recognise

ULID = "01KT204M76EYZYJX7WYG1B2QPH"  # made at 2026-06-01 16:26:44 UTC
FEED = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>https://status.openai.com/</id><title>OpenAI status</title><updated>2026-06-02T00:00:00.000Z</updated>
  <generator>incident.io</generator>
  <entry>
    <title type="html"><![CDATA[Fewer answers in chat]]></title>
    <id>https://status.openai.com//incidents/{ULID}</id>
    <link href="https://status.openai.com//incidents/{ULID}"/>
    <updated>2026-06-01T17:28:52.000Z</updated>
    <content type="html"><![CDATA[<b>Status: STATE</b><br/><br/>All is well.<br/><br/><b>Affected components</b>
      <ul><li>Conversations (Partial outage)</li><li>Login (Operational)</li></ul>]]></content>
  </entry>
  <entry><title>No start</title><id>urn:17</id><updated>2026-06-01T17:28:52.000Z</updated></entry>
</feed>
"""


def test_a_resolved_entry_of_the_feed(reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(FEED.replace("STATE", "Resolved"))
    assert [(b.id, b.component, b.severity, b.kind) for b in reading.bulletins] == [
        (f"{ULID}-conversations", "Conversations", "unknown", "downtime"),
        (f"{ULID}-login", "Login", "unknown", "login"),
    ]
    first = reading.bulletins[0]
    assert first.start.replace(microsecond=0) == datetime(2026, 6, 1, 16, 26, 44, tzinfo=UTC)
    assert first.end == datetime(2026, 6, 1, 17, 28, 52, tzinfo=UTC)
    assert (first.scope.provider, first.url) == ("openai", f"https://status.openai.com/incidents/{ULID}")
    assert first.updates[0].text == "All is well."
    assert [(row.line, row.reason.split(":")[0]) for row in reading.quarantined] == [(13, "the entry tells no start")]
    assert "ULID" in reading.notes[0]


def test_an_open_entry_tells_the_states_of_its_components(reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(FEED.replace("STATE", "Investigating"))
    assert [(b.severity, b.end) for b in reading.bulletins] == [("partial", None), ("none", None)]


def test_the_json_without_lists_and_without_components(tmp_path: Path, reading_of: Callable[[str], Reading]) -> None:
    head = {"id": "01JMDK8XYD09J1XNQVPMS3F2WX", "name": "OpenAI", "url": "https://status.openai.com",
            "updated_at": "2026-06-02T00:00:00Z"}  # fmt: skip
    assert reading_of(json.dumps({"page": head, "status": {}})).records == ()
    row = {"id": ULID, "name": "Elevated errors", "status": "resolved", "impact": "critical",
           "created_at": "2026-06-01T16:26:44Z", "resolved_at": "2026-06-01T17:28:52Z"}  # fmt: skip
    page = tmp_path / "page"
    page.write_text(json.dumps({"page": head, "incidents": [row], "scheduled_maintenances": None}))
    chosen = recognise(open_document(page))
    assert chosen is not None
    assert chosen.name == "incident-io"
    (bulletin,) = chosen.read(open_document(page)).bulletins
    assert (bulletin.id, bulletin.component, bulletin.severity) == (ULID, "unnamed", "major")


@pytest.mark.parametrize("text", ["", "6ptd5skgmy3v", "01KT204M76EYZYJX7WYG1B2QPI", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_other_ids_tell_no_time(text: str) -> None:
    assert ulid_time(text) is None


def test_real_ids_tell_when_the_page_opened(shared: Path) -> None:
    page = json.loads((shared / "data/ai_status_leaderboard/2026-06-15T20/openai.json").read_text(encoding="utf-8"))
    rows = {row["id"][:26]: datetime.fromisoformat(row["opened_at"]) for row in page["incidents"]}
    apart = [abs(made - opened) for one, opened in rows.items() if (made := ulid_time(one))]
    assert len(apart) == len(rows) == 41
    assert sum(gap < timedelta(seconds=1) for gap in apart) >= 40
