"""Google Cloud: a bulletin for each product and region; nowhere named means everywhere."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading


def incident(**fields: Any) -> dict[str, Any]:
    return {
        "id": "g1", "begin": "2026-03-01T10:00:00+00:00", "end": "2026-03-01T12:00:00+00:00",
        "modified": "2026-03-02T00:00:00+00:00", "external_desc": "Errors", "status_impact": "SERVICE_OUTAGE",
        "affected_products": [{"title": "Vertex AI", "id": "v"}], "updates": [], "uri": "incidents/g1", **fields,
    }  # fmt: skip


def test_products_by_regions(reading_of: Callable[[str], Reading]) -> None:
    places = [{"title": "Iowa", "id": "us-central1"}, {"title": "Tokyo", "id": "asia-northeast1"}]
    both = [{"title": "Vertex AI", "id": "v"}, {"title": "BigQuery", "id": "b"}]
    update = {"when": "2026-03-01T11:00:00+00:00", "text": "Seen.", "affected_locations": places}
    reading = reading_of(json.dumps([incident(affected_products=both, updates=[update])]))
    assert sorted(b.id for b in reading.bulletins) == [
        "g1-b-asia-northeast1", "g1-b-us-central1", "g1-v-asia-northeast1", "g1-v-us-central1",
    ]  # fmt: skip
    assert {b.incident for b in reading.bulletins} == {"g1"}
    assert Scope("google", "Vertex AI", region="us-central1") in [b.scope for b in reading.bulletins]
    assert reading.read == 1


def test_no_region_or_global_is_everywhere_and_open_has_no_end(reading_of: Callable[[str], Reading]) -> None:
    everywhere = incident(id="g2", end=None, currently_affected_locations=[{"id": "global"}, {"id": "us-east1"}])
    reading = reading_of(json.dumps([incident(), everywhere]))
    assert [(b.id, b.scope.region, b.severity) for b in reading.bulletins] == [
        ("g1-v", None, "major"),
        ("g2-v", None, "major"),
    ]
    assert reading.bulletins[1].end is None


def test_bad_rows_are_located(reading_of: Callable[[str], Reading]) -> None:
    rows = [incident(), incident(id="g3", begin="yesterday"), incident(id="g4", end="2026-02-01T00:00:00Z"), 5]
    reading = reading_of("[" + ",\n".join(json.dumps(row) for row in rows) + "]")
    assert [row.line for row in reading.quarantined] == [2, 3, 0]
    assert reading.used == 1


def test_the_real_year(shared: Path) -> None:
    reading = read_small(shared / "data/cloud_status/gcp_incidents_2021-07_to_2022-07.json.gz")
    assert (reading.read, reading.used, len({b.incident for b in reading.bulletins})) == (157, 157, 157)
    severities = {b.incident: b.severity for b in reading.bulletins}
    assert [list(severities.values()).count(name) for name in ("partial", "major", "degraded")] == [118, 20, 19]
    first = next(b for b in reading.bulletins if b.incident == "TaA75H7XA1DQyM2ReK2f")
    assert first.start == datetime(2022, 7, 1, 13, 37, 44, tzinfo=UTC)
    assert len({b.scope.region for b in reading.bulletins if b.incident == first.incident}) == 29
