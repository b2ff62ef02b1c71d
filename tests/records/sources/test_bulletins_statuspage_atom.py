"""Statuspage Atom: updates without a year, newest first; checked against an independent reading of the same feed."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import Span, iso

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n\
<id>tag:status.acme.example,2005:/history</id><title>Acme Status - Incident History</title>\n\
<updated>2026-01-05T00:00:00Z</updated>\n'


def entry(number: int, published: str, *updates: tuple[str, str, str], title: str = "API errors") -> str:
    told = "".join(
        f"&lt;p&gt;&lt;small&gt;{stamp}&lt;/small&gt;&lt;br&gt;&lt;strong&gt;{status}&lt;/strong&gt; - {text}&lt;/p&gt;"
        for stamp, status, text in updates
    )
    return (
        f"<entry><id>tag:status.acme.example,2005:Incident/{number}</id><published>{published}</published>"
        f"<updated>{published}</updated><title>{title}</title>"
        f'<link rel="alternate" href="https://status.acme.example/incidents/inc{number}"/>'
        f'<content type="html">{told}</content></entry>\n'
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_year_comes_from_published_across_new_year(reading_of: Callable[[str], Reading]) -> None:
    updates = (
        (
            "Jan &lt;var data-var='date'&gt; 1&lt;/var&gt;, &lt;var data-var='time'&gt;00:20&lt;/var&gt; UTC",
            "Resolved",
            "x",
        ),
        ("Dec 31, 23:50 UTC", "Investigating", "We see degraded performance for Chat."),
    )
    reading = reading_of(HEAD + entry(1, "2026-01-01T00:20:31Z", *updates) + "</feed>")
    bulletin = reading.bulletins[0]
    assert (bulletin.start, bulletin.end) == (at("2025-12-31T23:50"), at("2026-01-01T00:20"))
    assert (bulletin.id, bulletin.component, bulletin.severity) == ("inc1", "Chat", "degraded")
    assert (bulletin.scope.provider, bulletin.scope.service) == ("acme", "Chat")
    assert [update.status for update in bulletin.updates] == ["investigating", "resolved"]


@pytest.mark.parametrize(
    ("updates", "start", "end", "kind"),
    [
        ((("Jan 2, 10:00 UTC", "Investigating", "x"),), "2026-01-02T10:00", None, "downtime"),
        ((("Jan 2, 11:00 UTC", "Update", "again"), ("Jan 2, 10:30 UTC", "Resolved", "x"),
          ("Jan 2, 10:00 UTC", "Investigating", "x")), "2026-01-02T10:00", None, "downtime"),
        ((("Jan 4, 11:00 UTC", "Postmortem", "why"), ("Jan 2, 10:30 UTC", "Resolved", "x"),
          ("Jan 2, 10:00 UTC", "Investigating", "x")), "2026-01-02T10:00", "2026-01-02T10:30", "downtime"),
        ((("Jan 2, 02:30 PST", "Resolved", "x"), ("Jan 2, 02:00 PST", "Investigating", "x")),
         "2026-01-02T10:00", "2026-01-02T10:30", "downtime"),
        ((("Jan 2, 10:00 - 11:00 UTC", "THIS IS A SCHEDULED EVENT", ""), ("Jan 1, 10:00 UTC", "Scheduled", "work")),
         "2026-01-02T10:00", "2026-01-02T11:00", "maintenance"),
    ],
    ids=["open", "opened again", "with a report later", "another zone", "planned"],
)  # fmt: skip
def test_when_it_began_and_ended(
    updates: tuple[tuple[str, str, str], ...],
    start: str,
    end: str | None,
    kind: str,
    reading_of: Callable[..., Reading],
) -> None:
    bulletin = reading_of(HEAD + entry(1, "2026-01-02T10:30:00Z", *updates) + "</feed>").bulletins[0]
    assert (bulletin.start, bulletin.end, bulletin.kind) == (at(start), at(end) if end else None, kind)


def test_bad_entries_are_located(reading_of: Callable[..., Reading]) -> None:
    good = entry(1, "2026-01-02T10:30:00Z", ("Jan 2, 10:30 UTC", "Resolved", "x"))
    bad = entry(2, "2026-01-02T10:30:00Z", ("Jan 2, 10:30 CST", "Resolved", "a zone of two meanings"))
    reading = reading_of(HEAD + good + bad + entry(3, "soon", ("Jan 2, 10:30 UTC", "Resolved", "x")) + "</feed>")
    assert [bulletin.id for bulletin in reading.bulletins] == ["inc1"]
    assert [(row.line, row.reason) for row in reading.quarantined] == [
        (6, "the entry holds no update with a time that can be read"),
        (7, "published 'soon' is not a time"),
    ]


def test_a_feed_cut_short_keeps_what_is_whole(reading_of: Callable[..., Reading]) -> None:
    whole = HEAD + "".join(
        entry(number, "2026-01-02T10:30:00Z", ("Jan 2, 10:30 UTC", "Resolved", "x")) for number in (1, 2)
    )
    reading = reading_of(whole[:-60])
    assert [bulletin.id for bulletin in reading.bulletins] == ["inc1"]
    assert [row.line for row in reading.quarantined] == [6]
    assert reading.read == 2


def test_the_real_feed_beside_an_independent_reading(shared: Path) -> None:
    folder = shared / "data/github_status"
    with gzip.open(folder / "incidents_parsed_2026-08-01.jsonl.gz", "rt", encoding="utf-8") as lines:
        theirs = {row["url"].rsplit("/", 1)[-1]: row for row in map(json.loads, lines)}
    reading = read_small(folder / "history_2026-08-01.atom")
    assert (len(reading.bulletins), reading.read, reading.quarantined) == (25, 25, ())
    for bulletin in reading.bulletins:
        told = theirs[bulletin.incident]
        assert bulletin.end is not None
        assert (iso(bulletin.start), iso(bulletin.end)) == (told["started_at"], told["resolved_at"])
        # The other reading also keeps updates that the page has since reworded.
        known = {(update["at"], update["status"].lower()) for update in told["updates"]}
        assert {(iso(update.time), update.status) for update in bulletin.updates} <= known
        if told["impact_window"]:
            window = told["impact_window"]
            assert bulletin.impact is not None
            assert (iso(bulletin.impact.start), iso(bulletin.impact.end)) == (window["start_at"], window["end_at"])
        assert bulletin.component == "unnamed" or set(told["components"]) & set(
            bulletin.component.replace(" and ", ", ").split(", ")
        )


def test_a_window_over_midnight_in_the_real_feed(shared: Path) -> None:
    reading = read_small(shared / "data/github_status/history_2026-08-01.atom")
    found = {bulletin.incident: bulletin.impact for bulletin in reading.bulletins}
    assert found["8vfyvq16hzh9"] == Span(at("2026-07-19T23:05"), at("2026-07-20T03:55"))
    assert found["dfpfsngcwywf"] is None  # "and again between": two windows
    assert reading.bulletins[0].scope.provider == "github"
