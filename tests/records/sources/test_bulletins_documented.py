"""Documented outages: the hand-gathered table of reference, its products apart, its rows that cannot be used."""

from __future__ import annotations

from pathlib import Path

from makegood.records.small_files import open_document, read_small
from makegood.records.sources.small_formats import recognise
from makegood.spans import iso

HEAD = "case_id,provider,product,basis,start_utc,end_utc,minutes,peak_error_pct,source,source_kind,note\n"


def test_the_reference_table_is_read_whole(shared: Path):
    path = shared / "data" / "reference_facts" / "documented_incidents.csv"
    form = recognise(open_document(path))
    assert form is not None
    assert form.name == "documented-outages"
    reading = read_small(path)
    assert (reading.read, reading.quarantined) == (15, ())
    (api,) = [one for one in reading.bulletins if (one.incident, one.component) == ("oai-2025-06-10", "API")]
    assert (iso(api.start), iso(api.end or api.start)) == ("2025-06-10T06:36:00Z", "2025-06-10T19:30:00Z")
    assert (api.scope.provider, api.severity, api.kind) == ("openai", "partial", "downtime")
    assert {one.component for one in reading.bulletins if one.incident == "oai-2024-12-11"} == {
        "API",
        "ChatGPT",
        "Sora",
    }
    assert {one.scope.provider for one in reading.bulletins} == {"openai", "google", "azure.openai", "anthropic"}
    assert {one.kind for one in reading.bulletins if one.incident == "oai-2026-03-17"} == {"login"}
    assert {one.severity for one in reading.bulletins if one.incident == "oai-2024-12-26" and "ChatGPT" in one.id} == {
        "partial",
        "major",
    }
    assert len({one.id for one in reading.bulletins}) == len(reading.bulletins)


def test_a_row_that_cannot_be_used_is_kept_with_its_line_and_reason(tmp_path: Path):
    rows = (
        "a,Acme,API,,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,60,,,,",
        "b,Acme,API,,2026-01-02T00:00:00Z,2026-01-01T01:00:00Z,60,,,,",
        "c,Acme,,,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,60,,,,",
        "d,Acme,API,,yesterday,2026-01-01T01:00:00Z,60,,,,",
        "e,Acme,API,,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,60,half,,,",
        "f,Acme,API",
    )
    path = tmp_path / "outages.csv"
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    reading = read_small(path)
    assert [one.id for one in reading.bulletins] == ["a API"]
    assert reading.bulletins[0].scope.provider == "acme"
    assert [(one.line, one.reason.split(" ")[0]) for one in reading.quarantined] == [
        (3, "it"),
        (4, "case_id"),
        (5, "start_utc"),
        (6, "peak_error_pct"),
        (7, "3"),
    ]
