"""Of what a page changes at nearly every look one version in a while is kept; of what else it changes, every one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from makegood.acts.keep_page import Before, Kept, Look, Sparing, keep_page
from makegood.records.page_version import PageVersion, Unkept
from makegood.records.watch_folder import WatchFolder, bulletins_in, read_versions
from tests.watch.status_pages import OLD, URL, at, edited, incident, iso, page

STEP = timedelta(minutes=10)
START = at("12:00")
OPEN = incident("inc1", iso("09:30"), (iso("09:30"), "investigating", "We look into errors."))


@dataclass
class Looker:
    """Looks at a page every ten minutes, with what it kept in mind; `restarted` forgets what is not on disk."""

    folder: WatchFolder
    now: datetime = START
    versions: tuple[PageVersion, ...] = ()
    unkept: Unkept = field(default_factory=Unkept)
    shown: object = None
    full: bool = False
    sparing: Sparing = field(default_factory=Sparing)

    def look(self, body: bytes) -> Kept:
        self.now += STEP
        before = Before(self.versions, self.unkept, self.shown, self.sparing)  # type: ignore[arg-type]
        kept = keep_page(self.folder, Look("acme", URL, body, self.now, self.now - STEP), before)
        self.versions += kept.versions
        self.unkept, self.shown, self.full = kept.unkept, kept.shown, self.full or kept.full
        return kept

    def restarted(self) -> None:
        self.shown, self.versions = None, read_versions(self.folder)[0]


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(WatchFolder(tmp_path))


def clock_in_text(number: int, *more: dict) -> bytes:
    """The text of an update names the time."""
    told = edited(OPEN, incident_updates=[
        {"status": "investigating", "body": f"As of minute {number}: we look into errors.", "display_at": iso("09:30")}
    ])  # fmt: skip
    return page(*more, told, OLD)


def new_ids(number: int, *more: dict) -> bytes:
    """Every incident has a new id at each look."""
    return page(*more, edited(OPEN, id=f"nonce{number}"), OLD)


def moved_start(number: int, *more: dict) -> bytes:
    """It began a little later each time."""
    return page(*more, edited(OPEN, started_at=(at("00:00") + timedelta(minutes=number)).isoformat()), OLD)


def bad_record(number: int, *more: dict) -> bytes:
    """A record that cannot be used names the time."""
    return page(*more, edited(OPEN, id="inc9", started_at=f"minute {number}"), OLD)


def latest_only(number: int, *more: dict) -> bytes:
    """It keeps nothing but one update, whose time is that of the look."""
    when = (START + number * STEP).isoformat()
    told = edited(OPEN, incident_updates=[{"status": "investigating", "body": "Errors.", "display_at": when}])
    return page(*more, told, OLD)


@pytest.mark.parametrize("made", [clock_in_text, new_ids, moved_start, bad_record, latest_only])
def test_a_page_that_differs_at_each_look_is_kept_once_in_a_while_and_counted(
    looker: Looker, made: Callable[..., bytes]
) -> None:
    for number in range(1, 150):
        looker.look(made(number))
    versions = looker.versions
    samples = versions[31:]
    assert [one.sample for one in versions] == [False] * 31 + [True] * 3
    assert all(later.seen - earlier.seen == timedelta(hours=6) for earlier, later in pairwise(samples))
    assert len(versions) + sum(one.passed for one in versions) + looker.unkept.passed == 149  # every look is told of
    assert read_versions(looker.folder) == (versions, ())


@pytest.mark.parametrize("made", [clock_in_text, new_ids, moved_start, bad_record, latest_only])
def test_what_else_it_changes_is_kept_at_once_with_what_stood_there_before(
    looker: Looker, made: Callable[..., bytes]
) -> None:
    other = incident("big", iso("08:00"), (iso("08:01"), "investigating", "All is down."))
    for number in range(1, 45):
        looker.look(made(number))
    before = len(looker.versions)
    kept = looker.look(made(45, other))
    passed, posted = kept.versions
    assert len(looker.versions) == before + 2
    assert (passed.sample, posted.sample) == (True, False)
    assert "big" in [one.incident for one in posted.changes if one.what == "posted"]
    assert (posted.unseen, posted.seen) == (looker.now - STEP, looker.now)
    assert "big" not in {one.incident for one in bulletins_in(looker.folder, passed)}
    graver = looker.look(made(46, {**other, "impact": "critical"}))
    assert [one.what for one in graver.versions[-1].changes if one.incident == "big"] == ["severity_raised"]
    gone = looker.look(made(47))
    assert [one.what for one in gone.versions[-1].edits if one.incident == "big"] == ["removed"]


def test_after_a_restart_what_else_changed_is_kept_with_when_the_last_version_still_stood(looker: Looker) -> None:
    for number in range(1, 45):
        looker.look(clock_in_text(number))
    last = looker.versions[-1]
    looker.restarted()
    (version,) = looker.look(clock_in_text(45, incident("big", iso("08:00")))).versions
    assert (version.unseen, version.seen) == (last.seen, looker.now)  # wider, and true
    assert version.passed == 44 - 31


def test_what_comes_to_rest_is_kept_as_it_was_first_seen(looker: Looker) -> None:
    for number in range(1, 45):
        looker.look(clock_in_text(number))
    rest = looker.now + STEP
    for _ in range(40):
        looker.look(clock_in_text(45))
    assert looker.versions[-1].seen == rest
    assert looker.unkept == Unkept()
    looker.look(clock_in_text(46))
    looker.look(clock_in_text(47))
    assert (looker.versions[-1].unseen, looker.versions[-1].seen) == (looker.now - 2 * STEP, looker.now - STEP)
    assert (looker.unkept.passed, looker.unkept.stood) == (1, looker.now - STEP)


def test_updates_one_after_the_other_are_each_kept(looker: Looker) -> None:
    """Sixty updates of one incident within two hours: busy, and nothing that a page does by itself."""
    told: list[tuple[str, str, str]] = []
    for number in range(60):
        told.append((f"2026-11-22T{number // 30:02d}:{number % 30 * 2:02d}:00Z", "investigating", f"Update {number}."))
        body = page(incident("inc1", told[0][0], *told), OLD)
        looker.look(body)
        looker.look(body)
    assert len(looker.versions) == 60
    assert looker.unkept == Unkept()


def test_other_bytes_that_say_the_same_are_counted_and_kept_every_six_hours(looker: Looker) -> None:
    def stamped(number: int) -> bytes:
        said = json.loads(page(OPEN, OLD))
        said["page"]["updated_at"] = f"minute {number}"
        return json.dumps(said).encode()

    for number in range(1, 100):
        looker.look(stamped(number))
    versions = looker.versions
    assert [one.seen - versions[0].seen for one in versions] == [timedelta(hours=6 * n) for n in range(3)]
    assert {one.says for one in versions} == {versions[0].says}
    assert [one.changes for one in versions] == [()] * 3
    assert len(versions) + sum(one.alike for one in versions) + looker.unkept.alike == 99
    assert (versions[-1].unseen, looker.unkept.stood) == (versions[-1].seen - STEP, None)


def test_a_day_has_a_limit_that_even_what_nobody_can_foresee_does_not_pass(looker: Looker) -> None:
    """Ids and titles are others at every third look, so that posting is not known to be restless."""
    size = len(page(edited(OPEN, id="x" * 20, name="y" * 20), OLD))
    looker.sparing = replace(looker.sparing, most=20 * size)
    for number in range(1, 140):
        name = str(number // 3)
        looker.look(page(edited(OPEN, id=f"id{name}", name=f"title {name}"), edited(OLD, name=f"old {name}")))
    assert looker.full
    assert sum(one.size for one in looker.versions) <= 25 * size
    assert not any(one.sample for one in looker.versions)
    assert sum(one.passed for one in looker.versions) + looker.unkept.passed > 10
