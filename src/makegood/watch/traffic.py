"""Noun: own traffic; an attempts folder read as it grows, its faults by the rules, and the alarms of the stream."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from makegood.errors import MakegoodError
from makegood.incidents.stream import KEPT_DAYS, Stream
from makegood.losses.faults import RuleBook
from makegood.losses.marks import Marks
from makegood.reads.alert_facts import TrafficSeen
from makegood.records.attempts_folder import is_attempts_folder
from makegood.records.scope import Scope
from makegood.records.tail import Recent, Tail
from makegood.records.tally import Quarantined
from makegood.spans import from_us, to_us

_KEPT = timedelta(hours=24)  # minutes that alerts on pages look back at
_AHEAD = timedelta(minutes=5)  # a recorder's clock may be so far ahead; what ends later shows nothing of now
_LATELY = timedelta(minutes=3)  # in so long a total outage shows amid a faint failure
_MINUTE_US = 60_000_000
_NOT_YET = "there is no such folder yet; what makes calls begins it, so no own traffic is seen; check the name"
_NO_FOLDER = "it is no attempts folder, so no own traffic is seen; name the one that the gateway or the hooks write"
_TOO_LATE = f"came more than {KEPT_DAYS} days after they began; no alert tells of them"
_TOO_EARLY = "say that they began more than a day from now; check the clock of their recorder; no alert tells of them"


_Minutes = dict[int, list[int]]  # minute since 1970: attempts and faults


class Traffic:
    """One attempts folder; it is read from so many days before the first look, and each attempt once."""

    def __init__(self, folder: Path, days: int, book: RuleBook) -> None:
        self.folder, self._days, self._marks = folder, days, Marks(book)
        self._tail: Tail | None = None
        self._since: datetime | None = None
        self._stream = Stream()
        self._minutes: dict[str, _Minutes] = defaultdict(dict)
        self._lately: dict[Scope, _Minutes] = defaultdict(dict)
        self._newest: datetime | None = None
        self._quarantined: list[Quarantined] = []
        self._left_out = (0, 0)

    def look(self, now: datetime, looked: datetime | None) -> TrafficSeen:
        """What came since the last look, and what can be said at this moment; a folder that cannot be read says so."""
        name = str(self.folder)
        if self._tail is None:
            if not is_attempts_folder(self.folder):
                return TrafficSeen(name, failing=_NO_FOLDER if self.folder.is_dir() else _NOT_YET)
            self._since = (now - timedelta(days=self._days)).replace(hour=0, minute=0, second=0, microsecond=0)
            self._tail = Tail(self.folder, since=f"{self._since:%Y-%m-%d}")
        try:
            for piece in self._tail.read():
                self._take(piece, now)
        except (MakegoodError, OSError, duckdb.Error) as fault:
            return TrafficSeen(name, newest=self._newest, failing=str(fault)[:300])
        self._forget(now)
        seen = self._stream.look(now)
        self._tell_left_out((seen.too_late, seen.too_early))
        aside, self._quarantined = tuple(self._quarantined), []
        minutes = {
            provider: tuple((minute, attempts, faults) for minute, (attempts, faults) in sorted(many.items()))
            for provider, many in self._minutes.items()
        }
        return TrafficSeen(
            name,
            seen.alarms,
            self._newest,
            looked,
            minutes,
            quarantined=aside,
            incidents=(*seen.settled, *seen.current),
            since=self._since,
            lately={scope: _sums(many) for scope, many in self._lately.items()},
        )

    def _tell_left_out(self, counts: tuple[int, int]) -> None:
        """Attempts that came since the last look and are of no day that is looked at."""
        for count, before, why in zip(counts, self._left_out, (_TOO_LATE, _TOO_EARLY), strict=True):
            if count > before:
                self._quarantined.append(Quarantined(str(self.folder), 0, f"{count - before} attempts {why}"))
        self._left_out = counts

    def _take(self, piece: Recent, now: datetime) -> None:
        self._quarantined += piece.quarantined
        if not len(piece.time_us):
            return
        arrived = self._marks.arrived(piece)
        self._stream.take(arrived)
        self._count(piece, arrived.fault, to_us(now - _LATELY))
        ended = piece.end_us[piece.end_us <= to_us(now + _AHEAD)]
        if len(ended):
            newest = from_us(int(ended.max()))
            self._newest = max(self._newest, newest) if self._newest else newest

    def _count(self, piece: Recent, fault: NDArray[np.bool_], lately: int) -> None:
        """Attempts and faults a minute of each provider, and of each scope in the last minutes."""
        names = [scope.provider or "" for scope in piece.scopes]
        for name in dict.fromkeys(names):
            mine = np.isin(piece.scope, [number for number, each in enumerate(names) if each == name])
            _add(self._minutes[name], piece.time_us[mine], fault[mine])
        young = piece.time_us >= lately
        for number in np.unique(piece.scope[young]).tolist():
            mine = young & (piece.scope == number)
            _add(self._lately[piece.scopes[number]], piece.time_us[mine], fault[mine])

    def _forget(self, now: datetime) -> None:
        for kept, minutes in ((_KEPT, self._minutes.values()), (_LATELY, self._lately.values())):
            first = to_us(now - kept) // _MINUTE_US
            for many in minutes:
                for minute in [one for one in many if one < first]:
                    del many[minute]
        for scope in [one for one, many in self._lately.items() if not many]:
            del self._lately[scope]


def _add(minutes: _Minutes, time_us: NDArray[np.int64], fault: NDArray[np.bool_]) -> None:
    found, place = np.unique(time_us // _MINUTE_US, return_inverse=True)
    attempts, faults = np.bincount(place), np.bincount(place[fault], minlength=len(found))
    for minute, more, failed in zip(found.tolist(), attempts.tolist(), faults.tolist(), strict=True):
        so_far = minutes.setdefault(minute, [0, 0])
        so_far[0] += more
        so_far[1] += failed


def _sums(minutes: _Minutes) -> tuple[int, int]:
    return sum(attempts for attempts, _ in minutes.values()), sum(faults for _, faults in minutes.values())
