"""A server of pages, and a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.watch.page_server import PageServer
from tests.watch.status_pages import at


@pytest.fixture
def server() -> Iterator[PageServer]:
    made = PageServer()
    yield made
    made.close()


class Clock:
    """Now, until it is set to another moment."""

    def __init__(self) -> None:
        self.now = at("10:00")

    def __call__(self) -> datetime:
        return self.now

    def to(self, text: str) -> None:
        self.now = at(text)

    def on(self, **more: int) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()
