"""A watch in a folder of its own: its config, its rounds by a clock set by hand, and a channel that misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.reads.alert_facts import TrafficSeen
from makegood.watch.config import Config, read_config
from makegood.watch.fetch import Fetched, Marks
from makegood.watch.round import Rounds
from makegood.watch.way import Way
from tests.watch.status_pages import URL

PLAIN = f"""
[watch]
folder = "kept"
[[pages]]
provider = "acme"
url = "{URL}"
"""
NO_PAGE = '[watch]\nfolder = "kept"\n[traffic]\nattempts = "none"\nstale_minutes = 0\n'


@dataclass
class Room:
    """A channel that keeps what it is given; `plan` is used up first, an outcome a try."""

    name: str = "room"
    plan: list[Sent | Exception] = field(default_factory=list)
    got: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def reaches(self, notice: Notice) -> bool:  # noqa: ARG002
        return True

    def send(self, letter: Letter) -> Sent:
        outcome = self.plan.pop(0) if self.plan else Sent("done")
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.outcome in ("done", "doubt"):
            self.got.append(letter.subject)
            self.ids.append(letter.notice.id)
            self.texts.append(letter.text)
        return outcome


def config_of(
    folder: Path, text: str = PLAIN, environ: Mapping[str, str] | None = None, room: Room | None = None
) -> Config:
    """The config of a text, its alerts going to the room where one is given."""
    path = folder / "watch.toml"
    path.write_text(text, encoding="utf-8")
    read = read_config(path, environ or {})
    return replace(read, ways=(Way("room", room),)) if room is not None else read


def rounds_of(
    config: Config,
    clock: Callable[[], datetime],
    traffic: TrafficSeen | None = None,
    lines: list[str] | None = None,
) -> Rounds:
    """Rounds that see the traffic given."""
    told: list[str] = lines if lines is not None else []
    look = (lambda _now, looked: replace(traffic, looked=looked)) if traffic is not None else None
    return Rounds(config, clock, told.append, look)


def shows(rounds: Rounds, body: bytes | None = None, fault: str = "", after: timedelta | None = None) -> None:
    """The page of the config was asked, and answered so; no body is "not modified"."""
    page = rounds.config.pages[0]
    rounds.polls.asked(page, rounds.clock())
    marks = Marks() if body is None else Marks(f'"{hash(body)}"')
    rounds.took(page, Fetched(body, marks, fault, after, 200))
