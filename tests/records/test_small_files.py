"""Small files: whatever was uploaded, a reading or one clear sentence; never a traceback, every row counted."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.errors import UnknownFormat, Unreadable
from makegood.records import small_files
from makegood.records.small_files import open_document, read_small
from makegood.records.sources.small import Reading
from makegood.records.sources.small_formats import SMALL_FORMATS, recognise

COSTS = (
    "start_time\tend_time\tamount_value\tamount_currency\n"
    "1759622400\t1759708800\t1.5\tusd\n"
    "1759708800\t1759795200\t\t\t\n"
    "{bad}\n"
    "1759795200\t1759881600\t0.25\tusd\n"
)
PAGE = '{"page": {"name": "Acme"}, "incidents": [%s]}'
GOOD = '{"id": "ok1", "name": "Down", "status": "resolved", "impact": "minor", "created_at": "2026-06-01T00:00:00Z", \
"resolved_at": "2026-06-01T01:00:00Z"}'


@pytest.mark.parametrize(
    "wrap",
    [
        str.encode,
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: gzip.compress(text.encode()),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\t", ",").encode(),
        lambda text: text.replace("\t", ";").encode(),
    ],
    ids=["plain", "utf-8 mark", "utf-16 mark", "utf-16 bare", "gzip", "CRLF", "commas", "semicolons"],
)
def test_one_content_however_it_was_saved(wrap: Callable[[str], bytes], reading_of: Callable[..., Reading]) -> None:
    reading = reading_of(wrap(COSTS.replace("{bad}\n", "")))
    assert [str(charge.amount) for charge in reading.charges] == ["1.5", "0.25"]
    assert (reading.read, reading.used, reading.quarantined) == (3, 3, ())


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1759881600\t1759968000\tNaN\tusd", "amount_value 'NaN' is not a number"),
        ("1759881600\t1759968000\t1e400\tusd", "out of range"),
        ("1759881600\t1759968000\t1,5\tusd", "amount_value '1,5' is not a number"),
        ("1759881600\t1759968000\t=1+1\tusd", "amount_value '=1+1' is not a number"),
        ("1759881600\t1759968000\t1\tpesos", "'pesos' is not an ISO 4217 currency"),
        ("1759881600000\t1759968000000\t1\tusd", "start_time"),
        ("1759881600000000\t1\t1\tusd", "start_time"),
        ("-1\t1759968000\t1\tusd", "start_time is not a time in seconds since 1970"),
        ("soon\t1759968000\t1\tusd", "start_time 'soon' is not a number"),
        ("1759968000\t1759881600\t1\tusd", "before it starts"),
        ("1759881600\t1759968000\t1", "3 cells under 4 headings"),
        ("1759881600\t1759968000\t1\tusd\tmore", "5 cells under 4 headings"),
        ("1759881600\t1759968000\t\x001\tusd", "NUL"),
        ("1759881600\t1759968000\t" + "9" * 200_000 + "\tusd", "field larger than field limit"),
    ],
)
def test_a_bad_row_is_located_and_the_rest_is_read(bad: str, reason: str, reading_of: Callable[..., Reading]) -> None:
    reading = reading_of(COSTS.replace("{bad}", bad))
    assert [str(charge.amount) for charge in reading.charges] == ["1.5", "0.25"]
    assert reading.read == 4
    assert [row.line for row in reading.quarantined] == [4]
    assert reason in reading.quarantined[0].reason
    assert len(str(reading.quarantined[0])) < 400


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b'{"page": ', ":1: not JSON at column"),
        (b'{"page": {},\n "incidents": [1,]}', ":2: not JSON at column 18"),
        (b'{"incidents": [], "incidents": [], "page": {}}', "the key 'incidents' stands twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":\0}', ":1: not JSON at column"),
        (b"\xff\xff\xff\xff", "is not UTF-8"),
        (b"\xff\xfe\x00", "is not UTF-16-LE"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
        (gzip.compress(b"x" * 1000, mtime=0)[:20], "cannot be read"),
        (b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaa">]><feed>&a;</feed>', "DOCTYPE or entity declaration"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:x,2005:/history</id><entry', "not a feed"),
    ],
)
def test_what_cannot_be_read_at_all_is_one_sentence(
    content: bytes, sentence: str, reading_of: Callable[..., Reading]
) -> None:
    with pytest.raises(Unreadable) as caught:
        reading_of(content)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"PAR1 whatever", b'{"hello": 1}', b"[]", b"{}", b"a,b\n1,2\n", b"<html></html>"])
def test_a_readable_stranger_is_told_what_it_was_compared_with(
    content: bytes, reading_of: Callable[..., Reading]
) -> None:
    with pytest.raises(UnknownFormat) as caught:
        reading_of(content)
    assert all(known.title in str(caught.value) for known in SMALL_FORMATS)


def test_a_directory_a_missing_file_and_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="directory"):
        read_small(tmp_path)
    with pytest.raises(Unreadable, match="no such file"):
        read_small(tmp_path / "absent")
    monkeypatch.setattr(small_files, "MOST_BYTES", 1024 * 1024)
    bomb = tmp_path / "bomb"
    bomb.write_bytes(gzip.compress(b"0" * 2_000_000))
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        read_small(bomb)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("7", "must be a JSON object"),
        ('{"id": "x", "id": "y"}', "the key 'id' stands twice in one object (line 2)"),
        ('{"name": "no id"}', "without an id"),
        ('{"id": "x", "status": "resolved", "created_at": "0000-01-01T00:00:00Z"}', "is not a time"),
        ('{"id": "x", "status": "resolved", "created_at": "9999-12-31T23:59:59-12:00"}', "is not a time"),
        ('{"id": "x", "status": "resolved", "created_at": "0001-01-01T00:00:00+14:00"}', "is not a time"),
        ('{"id": "x", "status": "resolved", "created_at": 1759881600}', "started_at is missing"),
        ('{"id": "x", "status": "investigating", "created_at": NaN}', "started_at is missing"),
        ('{"id": "x", "status": "resolved", "created_at": "2026-06-02T00:00:00Z", '
         '"resolved_at": "2026-06-01T00:00:00Z"}', "before it starts"),
        ('{"id": "x", "status": "resolved", "created_at": "2026-06-02T00:00:00Z", "incident_updates": {"a": 1}}',
         "incident_updates is not a list"),
        ('{"id": "x", "created_at": "2026-06-02T00:00:00Z", "incident_updates": [{"body": "a", "body": "b"}]}',
         "the key 'body' stands twice"),
    ],
)  # fmt: skip
def test_a_bad_incident_is_located_and_the_rest_is_read(
    bad: str, reason: str, reading_of: Callable[..., Reading]
) -> None:
    reading = reading_of(PAGE % f"{GOOD},\n{bad}")
    assert [bulletin.id for bulletin in reading.bulletins] == ["ok1"]
    assert reading.read == 2
    assert len(reading.quarantined) == 1
    assert reason in reading.quarantined[0].reason
    assert reading.quarantined[0].line == (2 if bad.startswith("{") else 0)


def test_control_characters_and_lone_surrogates_do_not_reach_a_record(reading_of: Callable[..., Reading]) -> None:
    row = GOOD.replace("Down", "=cmd\\u0000\\ud800\\u001b[31m")
    title = reading_of(PAGE % row).bulletins[0].title
    assert title.encode() == b"=cmd   [31m"


def test_formats_are_told_by_content_and_one_at_a_time(shared: Path) -> None:
    data = shared / "data"
    files = {
        "statuspage-json": data / "statuspage_v2/claude_incidents_v2_sample.json",
        "statuspage-atom": data / "github_status/history_2026-08-01.atom",
        "google-cloud": data / "cloud_status/gcp_incidents_2021-07_to_2022-07.json.gz",
        "aws-status": data / "cloud_status/aws_status_archive_2021-06_to_2022-06.json.gz",
        "ai-status-leaderboard": data / "ai_status_leaderboard/2026-06-15T20/openai.json",
        "icpe-calendar": data / "atlarge_llm_outages/clean/outage_unexploded.csv",
        "openai-costs-export": data / "openai_usage_costs/openai_costs_export_2025-10-05_to_12.tsv",
        "openai-usage-export": data / "openai_usage_costs/openai_completions_usage_export_2025-10-05_to_11.tsv",
        "openai-usage-api": data / "openai_usage_costs/openai_usage_api_example_responses.json",
        "anthropic-usage-cost": data / "anthropic_usage_costs/console_usage_export_sample.csv",
        "focus": data / "focus_1_0_sample/focus_sample.csv.gz",
    }
    for name, file in files.items():
        document = open_document(file)
        assert [known.name for known in SMALL_FORMATS if known.matches(document)] == [name]
        chosen = recognise(document)
        assert chosen is not None
        assert all(type(record).__name__ == chosen.kind[:-1].title() for record in chosen.read(document).records)
