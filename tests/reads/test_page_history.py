"""What a page said from version to version, in words and as a page with own traffic above the versions."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from makegood.acts.keep_page import Before, Look, keep_page
from makegood.incidents.incident import Found
from makegood.reads.history_chart import OwnTraffic, around, history_chart
from makegood.reads.history_page import history_page
from makegood.reads.history_words import changed_words, head_words, says_words, seen_words, still_words, unkept_words
from makegood.reads.page_history import PageHistory, page_history
from makegood.reads.words import Words
from makegood.records.page_version import PageVersion, Unkept
from makegood.records.scope import Scope
from makegood.records.watch_folder import WatchFolder, bulletins_in
from makegood.spans import Span, to_us
from tests.watch.status_pages import OLD, URL, at, edited, incident, iso, page

EN = Words("en")
LOOKING = (iso("09:40"), "investigating", "We look into errors.")
HOSTILE = "</title><script>alert(1)</script>"


def kept(folder: WatchFolder, *looks: tuple[str, str, bytes]) -> list[PageVersion]:
    found: list[PageVersion] = []
    for before, when, body in looks:
        found += keep_page(folder, Look("acme", URL, body, at(when), at(before)), Before(found)).versions
    return found


def told(folder: WatchFolder, versions: list[PageVersion], name: str | None = None) -> PageHistory:
    return page_history("acme", versions, lambda one: bulletins_in(folder, one), name)


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return WatchFolder(tmp_path)


@pytest.fixture
def history(folder: WatchFolder) -> PageHistory:
    """Posted late, worse, closed, then its start moved and its text rewritten; beside it one that never changed."""
    first = incident("inc1", iso("09:38"), LOOKING, impact="minor", title=HOSTILE)
    over = (iso("10:10"), "resolved", "Over.")
    closed = incident("inc1", iso("09:38"), LOOKING, over, title=HOSTILE)
    moved = edited(closed, started_at=iso("09:55"), incident_updates=[
        {"status": "resolved", "body": "Nobody was hit.", "display_at": iso("10:10")},
        {"status": "investigating", "body": "We look into errors.", "display_at": iso("09:55")},
    ])  # fmt: skip
    return told(folder, kept(
        folder, ("09:00", "09:20", page(OLD)), ("09:41", "09:42", page(first, OLD)),
        ("09:45", "09:46", page({**first, "impact": "critical"}, OLD)), ("10:11", "10:12", page(closed, OLD)),
        ("10:59", "11:00", page(moved, OLD)),
    ))  # fmt: skip


def own() -> OwnTraffic:
    """Twenty attempts a minute, of which half fail from 09:30 to 10:00."""
    first = to_us(at("09:00")) // 60_000_000
    minutes = tuple((first + n, 20, 10 if 30 <= n < 60 else 0) for n in range(120))
    span, edge = Span(at("09:30"), at("10:00")), Span(at("09:30"), at("09:30"))
    return OwnTraffic(minutes, (Found(Scope("acme", "chat", "a-1"), span, edge, edge, 600, 300),))


def test_each_version_says_when_it_was_seen_what_it_says_and_what_changed(history: PageHistory) -> None:
    (story,) = history.stories
    assert (history.versions, history.still, story.edited) == (5, 1, True)
    rows = [(seen_words(one, EN), says_words(one, EN), [what for _, what in changed_words(one, EN)])
            for one in story.tellings]  # fmt: skip
    assert rows[0] == (
        "between Nov 22, 2026 09:41:00 and 09:42:00 UTC",
        "since Nov 22, 2026 09:38 UTC, open; degraded performance",
        ["posted; starts Nov 22, 2026 09:38:00 UTC"],
    )
    assert rows[1][2] == ["API: degraded performance became major outage"]
    assert rows[2][1] == "Nov 22, 2026 09:38 – 10:10 UTC; partial outage"
    assert rows[3][2][0] == "its start was moved from Nov 22, 2026 09:38:00 UTC to Nov 22, 2026 09:55:00 UTC"
    edits = [[what for edit, what in changed_words(one, EN) if edit] for one in story.tellings]
    assert [len(one) for one in edits] == [0, 0, 1, 3]
    assert edits[2] == ["API: major outage was lowered to partial outage"]
    assert head_words(history, EN) == (
        "5 versions were kept, seen from Nov 22, 2026 09:20 UTC to Nov 22, 2026 11:00 UTC."
    )
    assert still_words(history, EN) == "1 more bulletin stood there at the first look and was not changed since."


def test_a_bulletin_that_is_gone_says_nothing_any_more(folder: WatchFolder) -> None:
    versions = kept(folder, ("09:00", "09:20", page(incident("inc1", iso("09:00"), LOOKING), OLD)),
                    ("09:45", "09:46", page(OLD)))  # fmt: skip
    (story,) = told(folder, versions).stories
    assert [says_words(one, EN) for one in story.tellings][-1] == "nothing any more"
    assert story.tellings[-1].edits[0].what == "removed"


def test_one_bulletin_is_shown_even_where_it_never_changed(folder: WatchFolder) -> None:
    versions = kept(folder, ("09:00", "09:20", page(OLD)))
    assert told(folder, versions).stories == ()
    (story,) = told(folder, versions, "old1").stories
    assert seen_words(story.tellings[0], EN).startswith("there at the first look")
    assert told(folder, [], None).first is None


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_shows_own_traffic_above_the_versions_and_runs_nothing(history: PageHistory, lang: str) -> None:
    words = Words(lang, "Asia/Seoul")
    text = history_page(history, own(), at("12:00"), words)
    assert "<script" not in text
    assert "alert(1)" in text
    assert f'lang="{lang}"' in text
    assert text.count("<svg viewBox") == 1
    assert words.say("own traffic") in text
    assert "default-src 'none'" in text
    assert text.count('<strong class="over">') == 4
    assert words.say("Your own traffic could not be read; nothing is shown of it.") not in text
    unread = history_page(history, OwnTraffic(unread="no room", aside=2), at("12:00"), words)
    assert words.say("Your own traffic could not be read; nothing is shown of it.") in unread
    one, many = (f"{{n}} {rows} of your own traffic could not be used and {be} left out."
                 for rows, be in (("row or file", "is"), ("rows or files", "are")))  # fmt: skip
    assert words.many(one, many, 2) in unread


def test_the_chart_sets_both_on_one_axis(history: PageHistory) -> None:
    (story,) = history.stories
    svg = ET.fromstring(str(history_chart(story, own(), at("12:00"), EN)))
    shade = next(one for one in svg.iter("rect") if "shade" in one.get("class", ""))
    bars = [one for one in svg.iter("rect") if one.get("class", "").startswith("bulletin")]
    assert len(bars) == 4
    assert all(float(bar.get("y", "0")) > float(shade.get("y", "0")) + float(shade.get("height", "0")) for bar in bars)
    # own traffic failed before the page says that anything began, and its last version says it began later still
    left = [float(bar.get("x", "0")) for bar in bars]
    assert float(shade.get("x", "0")) < left[0] == left[1] == left[2] < left[3]
    assert "open" in bars[0].get("class", "")
    assert "open" not in bars[3].get("class", "")
    whole = around(story, own(), at("12:00"))
    assert whole.start < at("09:30") < at("11:00") < whole.end


def test_without_own_traffic_the_versions_still_stand_there(history: PageHistory) -> None:
    (story,) = history.stories
    assert "no attempts in this time" in str(history_chart(story, OwnTraffic(), at("12:00"), EN))
    far = replace(story, tellings=(*story.tellings, replace(story.tellings[-1], seen=at("12:00").replace(year=2027))))
    assert around(far, OwnTraffic(), at("12:00")).end < at("23:00")  # a version of a year later stands at the rim


def test_the_real_page_that_was_seen_open_and_then_closed(folder: WatchFolder, shared: Path) -> None:
    snapshots = sorted((shared / "data" / "ai_status_leaderboard").glob("2026-*/openai.json"))
    if len(snapshots) < 3:
        pytest.skip("reference data: no ai_status_leaderboard")
    versions: list[PageVersion] = []
    for path in snapshots:
        when = datetime.fromisoformat(f"{path.parent.name}:59:00+00:00")
        made = keep_page(folder, Look("openai", URL, path.read_bytes(), when), Before(versions))
        assert len(made.versions) == 1
        versions += made.versions
    (story,) = told(folder, versions, "01KT204M76EYZYJX7WYG1B2QPH").stories
    assert [one.end is None for one in story.tellings] == [True, False]
    assert [one.what for one in story.tellings[-1].changes] == ["closed"]
    assert not any(one.edited for one in told(folder, versions).stories)


def test_what_is_not_kept_is_counted_in_words(folder: WatchFolder) -> None:
    versions = kept(folder, ("09:00", "09:20", page(OLD)))
    versions = [replace(versions[0], alike=2, passed=3)]
    unkept = (Unkept(alike=1), Unkept(passed=4))
    counted = page_history("acme", versions, lambda one: bulletins_in(folder, one), None, unkept)
    assert list(unkept_words(counted, EN)) == [
        "3 looks showed other bytes that say the same; such bytes are kept once in a while only.",
        "7 looks showed what this page changes at nearly every look, or more than is kept in a day; of that, too, one "
        "is kept once in a while.",
    ]
    assert "확인 3회" in history_page(counted, OwnTraffic(), at("12:00"), Words("ko"))
