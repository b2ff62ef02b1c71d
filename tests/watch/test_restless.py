"""A page that changes at each look, through the rounds of a watch: what is kept, counted, told, and outlasts a stop."""

from __future__ import annotations

from pathlib import Path

from makegood.records.page_version import Unkept
from makegood.records.watch_folder import read_versions
from makegood.watch.polls import read_polls
from tests.watch.conftest import Clock
from tests.watch.rooms import PLAIN, Room, config_of, rounds_of, shows
from tests.watch.status_pages import OLD, URL, incident, iso, page


def stamped(number: int, *more: dict) -> bytes:
    """The text of a closed incident names the look."""
    over = ("2026-11-01T02:00:00Z", "resolved", f"Fixed. This page was made for look {number}.")
    return page(*more, incident("old2", "2026-11-01T00:00:00Z", over), OLD)


def test_a_restless_page_is_kept_once_in_a_while_and_what_it_says_is_told(tmp_path: Path, clock: Clock) -> None:
    room, config = Room(), config_of(tmp_path)
    rounds = rounds_of(config, clock)
    for number in range(40):
        shows(rounds, stamped(number))
        rounds.round()
        clock.on(minutes=1)
    rounds.close()
    rounds = rounds_of(config_of(tmp_path, room=room), clock)
    assert len(read_versions(rounds.folder)[0]) == 31
    unkept = read_polls(rounds.folder).unkept[URL]
    assert (unkept.passed, unkept.alike) == (9, 0)
    shows(rounds, stamped(40))
    assert rounds.round().kept == 0
    clock.on(hours=1)
    shows(rounds, stamped(41, incident("inc1", iso("11:30"), (iso("11:31"), "investigating", "We look into errors."))))
    assert rounds.round().kept == 2
    assert "acme: the status page reports a failure" in room.got
    assert rounds.polls.unkept[URL] == Unkept()
    rounds.close()


def test_the_limit_of_a_day_is_told_to_the_keeper_once(tmp_path: Path, clock: Clock) -> None:
    lines: list[str] = []
    config = config_of(tmp_path, PLAIN.replace("[[pages]]", "page_megabytes = 1\nrepeat_hours = 2\n[[pages]]"))
    rounds = rounds_of(config, clock, lines=lines)
    for number in range(8):
        shows(rounds, stamped(number) + b" " * 200_000)
        rounds.round()
        clock.on(minutes=1)
    assert len(read_versions(rounds.folder)[0]) == 5
    assert lines == [
        f"{URL}: more of it than page_megabytes would be kept within a day; "
        "one version in 2 hours is kept, the others are counted"
    ]
    rounds.close()
