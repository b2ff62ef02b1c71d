"""Versions of a page are kept by content, once, with when they were seen; a crash leaves a log that can be read."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from makegood.acts.append_line import append_line
from makegood.acts.keep_page import Before, Look, keep_page
from makegood.errors import UnknownFormat, Unreadable
from makegood.records.page_version import PageVersion
from makegood.records.watch_folder import WatchFolder, bulletins_in, read_versions
from tests.watch.status_pages import OLD, URL, at, edited, incident, iso, page

OPEN = incident("inc1", iso("09:30"), (iso("09:30"), "investigating", "We look into errors."))


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return WatchFolder(tmp_path)


def look(body: bytes, when: str, before: str | None = None) -> Look:
    return Look("acme", URL, body, at(when), at(before) if before else None)


def kept(
    folder: WatchFolder, body: bytes, when: str, before: str | None = None, last: PageVersion | None = None
) -> PageVersion | None:
    found = keep_page(folder, look(body, when, before), Before((last,) if last else ()))
    return found.versions[0] if found.versions else None


def test_a_version_stands_under_its_own_hash_and_its_line_says_when_it_was_seen(folder: WatchFolder) -> None:
    body = page(OPEN, OLD)
    version = kept(folder, body, "10:00")
    assert version is not None
    assert version.sha == hashlib.sha256(body).hexdigest()
    assert folder.body(version.sha).read_bytes() == body
    assert (version.seen, version.unseen, version.form, version.changes) == (at("10:00"), None, "statuspage-json", ())
    assert read_versions(folder) == ((version,), ())
    assert {one.scope.provider for one in bulletins_in(folder, version)} == {"acme"}


def test_an_unchanged_page_writes_nothing(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    before = folder.versions.read_bytes()
    assert kept(folder, page(OPEN, OLD), "10:01", "10:00", first) is None
    assert folder.versions.read_bytes() == before


def test_other_bytes_that_say_the_same_write_nothing(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    same = json.loads(page(OPEN, OLD))
    same["page"]["updated_at"] = iso("10:01")
    assert kept(folder, json.dumps(same, indent=1).encode(), "10:01", "10:00", first) is None
    assert len([one for one in folder.root.rglob("*") if one.is_file()]) == 2  # the log and the one version


def test_what_changed_came_to_stand_there_between_two_looks(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    second = kept(folder, page(edited(OPEN, started_at=iso("09:00")), OLD), "10:05", "10:04", first)
    assert second is not None
    assert (second.unseen, second.seen) == (at("10:04"), at("10:05"))
    assert [one.what for one in second.edits] == ["start_moved"]
    assert read_versions(folder)[0] == (first, second)


def test_a_page_that_goes_back_to_what_it_said_is_a_version_again(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    second = kept(folder, page(OLD), "10:01", "10:00", first)
    third = kept(folder, page(OPEN, OLD), "10:02", "10:01", second)
    assert [one.sha for one in read_versions(folder)[0]] == [first.sha, second.sha, first.sha]
    assert third is not None
    assert [one.what for one in second.edits] == ["removed"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<!doctype html><html><body>Just a moment...</body></html>", Unreadable),
        (b"<html><body>ok</body></html>", UnknownFormat),
        (b'{"error": "not found"}', UnknownFormat),
        (b"", Unreadable),
        (b'{"page": {"id": "p"', Unreadable),
        (b"[" * 100_000, Unreadable),
        (b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa">]><feed>&a;</feed>', Unreadable),
        (b"start_time\tend_time\tamount_value\tamount_currency\n1\t2\t3\tusd\n", UnknownFormat),
    ],
)
def test_what_is_no_status_page_is_refused_and_leaves_nothing(folder: WatchFolder, body: bytes, error: type) -> None:
    with pytest.raises(error):
        keep_page(folder, look(body, "10:00"))
    assert not folder.versions.exists()
    assert [one for one in folder.root.rglob("*") if one.is_file()] == []


def test_a_page_that_calls_itself_another_provider_stays_the_one_it_was_asked_as(folder: WatchFolder) -> None:
    version = kept(folder, page(OPEN, name="OpenAI"), "10:00")
    assert version is not None
    assert {one.scope.provider for one in bulletins_in(folder, version)} == {"acme"}


def test_a_line_that_was_cut_off_is_written_over_and_the_ones_before_it_stand(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    with folder.versions.open("ab") as log:
        log.write(b'{"provider":"acme","url":"https://sta')
    assert read_versions(folder) == ((first,), ())
    second = kept(folder, page(OLD), "10:01", "10:00", first)
    assert read_versions(folder) == ((first, second), ())


def test_a_broken_line_is_told_with_its_place_and_the_others_are_read(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    append_line(folder.versions, '{"provider": 1}')
    append_line(folder.versions, "no json")
    versions, refused = read_versions(folder)
    assert versions == (first,)
    assert sorted(one.line for one in refused) == [2, 3]


def test_without_the_bytes_of_the_version_before_the_next_is_kept_without_a_comparison(folder: WatchFolder) -> None:
    first = kept(folder, page(OPEN, OLD), "10:00")
    assert first is not None
    folder.body(first.sha).unlink()
    second = kept(folder, page(OLD), "10:01", "10:00", first)
    assert second is not None
    assert (second.changes, second.unseen) == ((), at("10:00"))


def test_every_wire_format_at_hand_is_kept_by_content(folder: WatchFolder, shared: Path) -> None:
    files = {
        "statuspage-json": "statuspage_v2/claude_incidents_v2_sample.json",
        "statuspage-atom": "github_status/history_2026-08-01.atom",
        "google-cloud": "cloud_status/gcp_incidents_2021-07_to_2022-07.json.gz",
        "aws-status": "cloud_status/aws_status_archive_2021-06_to_2022-06.json.gz",
        "ai-status-leaderboard": "ai_status_leaderboard/2026-06-15T20/anthropic.json",
    }
    for form, name in files.items():
        path = shared / "data" / name
        if not path.is_file():
            pytest.skip(f"reference data: no {name}")
        body = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        found = keep_page(folder, Look("acme", f"https://acme.test/{form}", body, at("10:00")))
        assert [one.form for one in found.versions] == [form]
        assert len(found.told or ()) > 3


def test_the_time_before_is_never_earlier_than_the_version_before(folder: WatchFolder) -> None:
    """A bookmark that was lost or set back must not make a page look back-dated."""
    first = kept(folder, page(OPEN, OLD), "10:00")
    assert first is not None
    second = kept(folder, page(OLD), "10:05", "07:00", first)
    assert second is not None
    assert second.unseen == first.seen
    assert second.seen - second.unseen == timedelta(minutes=5)
