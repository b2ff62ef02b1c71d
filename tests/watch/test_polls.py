"""Polls: bookmarks are written while the loop that asks for pages goes on."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from makegood.records.page_version import Unkept
from makegood.watch.config import Page
from makegood.watch.polls import Polls, polls_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGES = [Page("acme", f"https://status.acme.example/{number}", timedelta(minutes=1)) for number in range(400)]


@pytest.fixture
def eager() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager")
def test_a_page_may_be_noted_while_the_bookmarks_are_written() -> None:
    for _ in range(10):
        polls = Polls(NOW, "seed")

        def ask(polls: Polls = polls) -> None:
            for page in PAGES:
                polls.asked(page, NOW)

        asking = threading.Thread(target=ask)
        asking.start()
        while asking.is_alive():
            polls.as_data()
        asking.join()
        assert len(polls.as_data()["pages"]) == len(PAGES)


@pytest.mark.parametrize(("back", "due"), [(timedelta(seconds=30), 0), (timedelta(days=3650), 1)])
def test_a_clock_that_is_set_back_by_years_keeps_no_page_waiting_for_years(back: timedelta, due: int) -> None:
    polls = Polls(NOW, "seed")
    polls.asked(PAGES[0], NOW)
    assert len(polls.due(PAGES[:1], NOW - back)) == due


def test_bookmarks_are_read_as_they_were_written() -> None:
    polls = Polls(NOW, "seed", looked=NOW, missing={"2026-01-01T00:00-abcd": NOW})
    polls.unkept = {PAGES[0].url: Unkept(3, 1, NOW), PAGES[1].url: Unkept(passed=2)}
    polls.asked(PAGES[0], NOW)
    assert polls_of(json.dumps(polls.as_data())) == polls
    older = {name: value for name, value in polls.as_data().items() if name not in ("missing", "away", "unkept")}
    assert polls_of(json.dumps(older)) is not None
