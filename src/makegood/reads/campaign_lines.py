"""Read: the lines of a campaign; who gets what, when and why, who is left out, and what became of each."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from makegood.campaigns.allocation import BLOCK_LINES, GRANT, Excluded, Line, rows_digest
from makegood.campaigns.state import fold
from makegood.campaigns.waves import Wave, remaining, waves
from makegood.errors import BadState, BadUse
from makegood.ledger.basis import Basis
from makegood.store import campaigns
from makegood.store.book import Book
from makegood.store.campaigns import Kept

POSTED, SKIPPED, WAITS, CANCELLED, HELD_OUT, LEFT_OUT = "posted", "skipped", "waits", "cancelled", "held", "left_out"
# the newest assessment that tells of a cause decides what its accounts met
_MET = (
    "LEFT JOIN (SELECT DISTINCT t.cause, t.assessment FROM telling AS t JOIN assessment AS a ON a.hash = t.assessment "
    "JOIN (SELECT u.cause, MAX(b.number) AS number FROM telling AS u JOIN assessment AS b ON b.hash = u.assessment "
    "GROUP BY u.cause) AS m ON m.cause = t.cause AND m.number = a.number) AS n ON n.cause = l.cause "
    "LEFT JOIN hit AS h ON h.cause = l.cause AND h.account = l.account AND h.assessment = n.assessment "
)
_MET_NAMES = "h.attempts, h.faults, h.wasted"
_LINES = (
    'SELECT l.number, l.account, l.cause, l.unit, l.amount, l.cost, l.basis, l."group", l.wish, '
    f"p.position, s.position, {_MET_NAMES} FROM line AS l "
    "LEFT JOIN posting AS p ON p.key = 'campaign/' || l.campaign || '/' || l.account || '/' || l.cause "
    f"LEFT JOIN skip AS s ON s.campaign = l.campaign AND s.number = l.number {_MET}WHERE l.campaign = %s"
)
_EXCLUDED = (
    f"SELECT l.account, l.cause, l.reason, l.detail, {_MET_NAMES} FROM excluded AS l {_MET}WHERE l.campaign = %s"
)
_OF_LINE, _OF_EXCLUDED = 9, 4


@dataclass(frozen=True, slots=True)
class Met:
    """What the account met in the cause: failed attempts, None where nobody counted, and its loss by currency."""

    faults: int | None
    lost: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its basis, or an account that is left out; `wave` and `due` are of a line that is granted.

    `state` is one of the six of this module, `position` the posting's own, or of the one that made the loss good
    before. `due` is of the plan for what is posted, and after every pause for what is not; None once it is cancelled.
    """

    line: Line | None
    excluded: Excluded | None
    basis: Basis | None
    wave: int | None
    due: datetime | None
    state: str
    position: int | None
    met: Met


@dataclass(frozen=True)
class Schedule:
    """When each line that is granted is due: the planned waves, and what is left of them where they are late."""

    kept: Kept
    state: str
    planned: tuple[Wave, ...]
    left: tuple[Wave, ...]

    def of(self, number: int) -> tuple[Wave | None, bool]:
        """The wave of a line, with the moment that holds now, and whether the line is still to be posted."""
        piece = _holding(self.left, number)
        return (piece, True) if piece else (_holding(self.planned, number), False)


def schedule_of(book: Book, campaign: str, now: datetime) -> Schedule:
    """When the lines of a campaign are due; from its day of drawing where it did not start."""
    kept = campaigns.campaign_of(book, campaign)
    standing = fold(campaigns.events(book, campaign))
    planned = waves(kept.granted, kept.draft, standing.started or kept.at)
    shift = standing.shift(now)
    return Schedule(kept, standing.state, planned, remaining(planned, campaigns.chunks(book, campaign), shift))


def lines_told(book: Book, schedule: Schedule, account: str | None = None) -> Iterator[Told]:
    """Every line in the order of posting, then everyone who is left out, read in batches; or those of one account.

    To be read within one reading transaction. Raise BadUse where lines are not those that were drawn.
    """
    for number, rows in groupby(_rows(book, _LINES, schedule, account), key=lambda row: row[0] // BLOCK_LINES):
        block = list(rows)
        _check(book, schedule.kept, number, block if account is None else None)
        yield from (_line(schedule, row) for row in block)
    for row in _rows(book, _EXCLUDED, schedule, account):
        excluded = Excluded(*row[:_OF_EXCLUDED])
        yield Told(None, excluded, None, None, None, LEFT_OUT, None, _met(row[_OF_EXCLUDED:]))


def count_told(book: Book, campaign: str) -> int:
    """How many lines and exclusions there are in all."""
    sql = "SELECT (SELECT COUNT(*) FROM line WHERE campaign = %s) + (SELECT COUNT(*) FROM excluded WHERE campaign = %s)"
    return int(book.one(sql, (campaign, campaign))[0])


def _rows(book: Book, sql: str, schedule: Schedule, account: str | None) -> Iterator[tuple[Any, ...]]:
    own = "" if account is None else " AND l.account = %s"
    params = (schedule.kept.id,) if account is None else (schedule.kept.id, account)
    for batch in book.stream(f"{sql}{own} ORDER BY l.number", params, BLOCK_LINES):
        yield from batch


def _check(book: Book, kept: Kept, block: int, rows: Sequence[tuple[Any, ...]] | None) -> None:
    """Raise BadUse where a block of lines is not the one that was drawn; `rows` are all of it, None to read them."""
    try:
        if rows is None:
            campaigns.sealed_lines(book, kept, block * BLOCK_LINES, (block + 1) * BLOCK_LINES)
        elif [rows_digest([row[:_OF_LINE] for row in rows])] != list(kept.seal.blocks[block : block + 1]):
            raise BadState("changed")
    except (BadState, TypeError) as fault:
        raise BadUse(
            f"lines from {block * BLOCK_LINES} on of {kept.id} are not those that were drawn; run `makegood ledger "
            "audit`."
        ) from fault


def _line(schedule: Schedule, row: tuple[Any, ...]) -> Told:
    line = Line._make(row[:_OF_LINE])
    posted, skipped, *met = row[_OF_LINE:]
    basis = schedule.kept.bases[line.basis]
    if line.group != GRANT:
        return Told(line, None, basis, None, None, HELD_OUT, None, _met(met))
    wave, waits = schedule.of(line.number)
    number, due = (wave.number, wave.due) if wave else (None, None)
    if not waits:
        state, position = (SKIPPED, skipped) if posted is None or skipped is not None else (POSTED, posted)
        return Told(line, None, basis, number, due, state, position, _met(met))
    if schedule.state == "cancelled":
        return Told(line, None, basis, number, None, CANCELLED, None, _met(met))
    return Told(line, None, basis, number, due, WAITS, None, _met(met))


def _met(row: Sequence[Any]) -> Met:
    attempts, faults, wasted = row
    if wasted is None:
        return Met(None, ())
    amounts: Mapping[str, str] = json.loads(wasted)
    # a file of accounts that gives no number of faults counts one fault and no attempt
    counted = faults if faults <= attempts else None
    return Met(counted, tuple((currency, Decimal(text)) for currency, text in sorted(amounts.items())))


def _holding(pieces: Sequence[Wave], number: int) -> Wave | None:
    """The piece that holds a line; pieces are in the order of their lines."""
    at = bisect_right(pieces, number, key=lambda one: one.first) - 1
    return pieces[at] if at >= 0 and number < pieces[at].end else None
