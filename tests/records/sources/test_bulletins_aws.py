"""AWS: times in HTML on the clock of the US west coast; the note's time is not the outage's."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import Span


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def note(stamp: str, text: str) -> str:
    return f'<div><span class="yellowfg">{stamp}</span>&nbsp;{text}</div>'


def row(*notes: str, **fields: str) -> dict[str, str]:
    return {
        "service_name": "Amazon Bedrock (Oregon)", "summary": "[RESOLVED] Error rates", "date": "1628298493",
        "status": "1", "description": "".join(notes), "service": "bedrock-us-west-2", **fields,
    }  # fmt: skip


def test_notes_run_over_midnight(reading_of: Callable[[str], Reading]) -> None:
    notes = (
        note(" 6:08 PM PDT", "We are looking."),  # 2021-08-07 01:08 UTC
        note("11:50 PM PDT", "Still."),
        note(" 1:50 AM PDT", "Nearly."),
        note("Aug 7,  2:53 AM PDT", "Between August 6 5:23 PM and August 7 2:48 AM PDT, errors. Now normal."),
    )
    (bulletin,) = reading_of(json.dumps({"archive": [row(*notes)], "current": []})).bulletins
    assert [update.time for update in bulletin.updates] == [
        at("2021-08-07T01:08"), at("2021-08-07T06:50"), at("2021-08-07T08:50"), at("2021-08-07T09:53"),
    ]  # fmt: skip
    assert (bulletin.start, bulletin.end) == (at("2021-08-07T01:08:13"), at("2021-08-07T09:53"))
    assert bulletin.impact == Span(at("2021-08-07T00:23"), at("2021-08-07T09:48"))
    assert (bulletin.scope.provider, bulletin.scope.service, bulletin.scope.region) == (
        "aws.bedrock", "bedrock", "us-west-2",
    )  # fmt: skip
    assert (bulletin.title, bulletin.severity) == ("Error rates", "degraded")


def test_open_and_bad_rows(reading_of: Callable[[str], Reading]) -> None:
    rows = [row(summary="Error rates", status="3"), row(date="soon"), row(date="1628298493000"), row(service="")]
    reading = reading_of('{"archive": [' + ",\n".join(map(json.dumps, rows)) + "]}")
    assert [(b.end, b.severity) for b in reading.bulletins] == [(None, "major")]
    assert [bad.line for bad in reading.quarantined] == [2, 3, 4]


def test_the_real_year(shared: Path) -> None:
    reading = read_small(shared / "data/cloud_status/aws_status_archive_2021-06_to_2022-06.json.gz")
    found = {bulletin.id: bulletin for bulletin in reading.bulletins}
    assert (reading.read, len(found), reading.quarantined) == (86, 86, ())
    assert sum(bulletin.impact is not None for bulletin in found.values()) == 64
    ohio = found["internetconnectivity-us-east-2-20210624T195313"]
    assert ohio.impact == Span(at("2021-06-24T19:15"), at("2021-06-24T19:21"))
    assert ohio.scope.region == "us-east-2"
    winter = found["redshift-us-east-1-20211209T131459"]
    assert winter.impact == Span(at("2021-12-09T08:00"), at("2021-12-09T14:25"))
    assert found["internetconnectivity-ap-south-1-20211224T184117"].impact is None  # two windows
    assert {b.kind for b in found.values() if b.id.startswith("billingconsole")} == {"billing"}
