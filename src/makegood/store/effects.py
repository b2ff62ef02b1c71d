"""Verb: keep what leaves the book; take due rows by one UPDATE, and note what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.spans import to_us
from makegood.store.book import Book
from makegood.store.states import TROUBLE, UNREACHABLE

OUTBOX, NOTICE, REMINDER = "outbox", "notice", "reminder"
TABLES = (OUTBOX, NOTICE, REMINDER)
LEASE = timedelta(minutes=5)
_SOME = 500  # as many positions are asked for at once
_TROUBLE = ", ".join(f"'{state}'" for state in TROUBLE)
_TOLD = "INSERT INTO {} (position, state, tries, due_us, taken_by, taken_until_us, remote, said, channel) "
_NEW = "'waiting', 0, %s, '', 0, '', '', ''"
_OPEN = "'waiting', 'taken'"
# In these words an index of awards and reversals serves it, on both engines.
_UNTOLD = (
    "FROM posting AS p WHERE p.kind IN ('award', 'reversal') AND p.position >= %s AND (p.kind = 'award' OR EXISTS "
    "(SELECT 1 FROM posting AS r WHERE r.position = p.reverses AND r.kind = 'award'))"
)


@dataclass(frozen=True)
class Taken:
    """A row that this worker holds.

    `fresh` says that no worker held it before, so nothing can have left; `held_before` that one died while it left.
    """

    position: int
    tries: int
    fresh: bool
    held_before: bool = False


@dataclass(frozen=True)
class Became:
    """What became of a row: its state, the other side's id, a sentence, and when to try again where it waits."""

    position: int
    state: str
    remote: str = ""
    said: str = ""
    due: datetime | None = None
    channel: str = ""


def take(book: Book, table: str, worker: str, many: int, now: datetime) -> list[Taken]:
    """Take due rows, those of a worker that died among them, within the caller's transaction; oldest first."""
    at = to_us(now)
    rows = book.rows(
        # in these words an index of what is open serves it, on both engines
        f"SELECT position, tries, handed FROM {table} WHERE state IN ('waiting', 'taken') AND due_us <= %s "
        "AND (state = 'waiting' OR taken_until_us <= %s) ORDER BY due_us, position LIMIT %s",
        (at, at, many),
    )
    until = to_us(now + LEASE)
    for part, marks in _parts([position for position, _, _ in rows]):
        book.run(
            f"UPDATE {table} SET state = 'taken', taken_by = %s, taken_until_us = %s, tries = tries + 1 "
            f"WHERE position IN ({marks})",
            (worker, until, *part),
        )
    return [Taken(position, tries + 1, tries == 0, bool(handed)) for position, tries, handed in rows]


def hand_over(book: Book, table: str, worker: str, positions: Sequence[int]) -> set[int]:
    """Note, within the caller's transaction, that rows are about to leave: who dies from now on leaves doubt.

    Those that are still this worker's; another took the rest, because this one stood still for longer than its lease.
    """
    mine: set[int] = set()
    for part, marks in _parts(positions):
        held = f"position IN ({marks}) AND state = 'taken' AND taken_by = %s"
        mine |= {at for (at,) in book.rows(f"SELECT position FROM {table} WHERE {held}", (*part, worker))}
        book.run(f"UPDATE {table} SET handed = %s WHERE {held}", (True, *part, worker))
    return mine


def _parts(positions: Sequence[int]) -> Iterator[tuple[Sequence[int], str]]:
    """As many positions as one statement may name, each with the marks for them."""
    for start in range(0, len(positions), _SOME):
        part = positions[start : start + _SOME]
        yield part, ", ".join(["%s"] * len(part))


def note(book: Book, table: str, worker: str, became: Sequence[Became], now: datetime) -> int:
    """Note what became of rows within the caller's transaction; how many were still this worker's."""
    at = to_us(now)
    extra = ", channel = %s" if table != OUTBOX else ""
    rows = [
        (
            one.state,
            one.remote[:200],
            one.said[:500],
            to_us(one.due) if one.due else at,
            None if one.state == "waiting" else at,
            *((one.channel,) if extra else ()),
            one.position,
            worker,
        )
        for one in became
    ]
    return book.run_many(
        f"UPDATE {table} SET state = %s, remote = %s, said = %s, due_us = %s, done_us = %s, taken_until_us = 0, "
        f"handed = FALSE{extra} WHERE position = %s AND state = 'taken' AND taken_by = %s",
        rows,
    )


def again(book: Book, table: str, positions: Sequence[int], now: datetime) -> int:
    """Let rows that a human looked at, and those that nothing reached, be tried again, within the caller's transaction.

    The tries are counted anew, so that it is not given up after one; from 1, as what was tried once is never fresh.
    """
    return book.run_many(
        f"UPDATE {table} SET state = 'waiting', due_us = %s, said = '', tries = CASE WHEN tries > 1 THEN 1 ELSE tries "
        f"END WHERE position = %s AND state IN ({_TROUBLE}, '{UNREACHABLE}')",
        [(to_us(now), position) for position in positions],
    )


def mark_different(book: Book, table: str, faults: Sequence[tuple[int, str]]) -> int:
    """Mark rows whose other side shows something else, with the sentence that says what."""
    return book.run_many(
        f"UPDATE {table} SET state = 'differs', said = %s WHERE position = %s AND state = 'done'",
        [(said[:500], position) for position, said in faults],
    )


def notices_lack(book: Book) -> bool:
    """Is there a posting that is to have a notice and has none yet?"""
    return bool(book.rows(f"SELECT 1 {_UNTOLD} LIMIT 1", (_untold_from(book),)))


def _untold_from(book: Book) -> int:
    return int(book.one("SELECT COALESCE(MAX(position), -1) + 1 FROM notice")[0])


def add_notices(book: Book, many: int, now: datetime) -> int:
    """Make rows for the notices of the next awards and of what took awards back, within the caller's transaction.

    How many. What gives a use back takes nothing from a customer, so that it is no notice's matter.
    """
    return book.run(
        f"{_TOLD.format(NOTICE)} SELECT p.position, {_NEW} {_UNTOLD} ORDER BY p.position LIMIT %s "
        "ON CONFLICT DO NOTHING",
        (to_us(now), _untold_from(book), many),
    )


def add_reminders(book: Book, positions: Sequence[int], now: datetime) -> int:
    """Make rows for the reminders of these awards, within the caller's transaction; how many had none yet."""
    at = to_us(now)
    return book.run_many(
        f"{_TOLD.format(REMINDER)} VALUES (%s, {_NEW}) ON CONFLICT DO NOTHING", [(one, at) for one in positions]
    )


def counts(book: Book, table: str, campaign: str | None = None) -> dict[str, int]:
    """Rows by state; of one campaign, or of all."""
    sql = f"SELECT state, COUNT(*) FROM {table}"
    if campaign is None:
        return dict(book.rows(f"{sql} GROUP BY state"))
    found: Counter[str] = Counter()
    for place in _places(book, campaign):
        found.update(dict(book.rows(f"{sql} WHERE position >= %s AND position < %s GROUP BY state", place)))
    return dict(found)


def waits(book: Book, campaign: str, first_lines: int) -> bool:
    """Do any of the first so many lines of a campaign still wait to leave for the billing system?"""
    return bool(
        book.rows(
            'SELECT 1 FROM outbox AS o JOIN chunk AS c ON c.campaign = %s AND c."end" <= %s '
            "AND o.position >= c.position AND o.position < c.position + c.posted "
            "WHERE o.state IN ('waiting', 'taken') LIMIT 1",
            (campaign, first_lines),
        )
    )


def in_trouble(book: Book, campaign: str) -> int:
    """Postings and notices of a campaign that were refused, differ, or are in doubt."""
    return _counted(book, campaign, f"state IN ({_TROUBLE}) AND position >= %s AND position < %s")


def settled(book: Book, campaign: str) -> int:
    """Postings and notices of a campaign that came to an end, good or bad."""
    told = _untold_from(book)  # every award before it has a notice, as every award has an outbox row
    rows = sum(end - first + max(0, min(end, told) - first) for first, end in _places(book, campaign))
    # the plus has the engines go through what is open by its index, and not through all rows of the campaign
    return rows - _counted(book, campaign, f"state IN ({_OPEN}) AND +position >= %s AND +position < %s")


def _counted(book: Book, campaign: str, where: str) -> int:
    return sum(
        book.one(f"SELECT COUNT(*) FROM {table} WHERE {where}", place)[0]
        for place in _places(book, campaign)
        for table in (OUTBOX, NOTICE)
    )


def _places(book: Book, campaign: str) -> list[tuple[int, int]]:
    """Where in the log a campaign's postings stand, [first, end); parts that follow each other are one."""
    found: list[tuple[int, int]] = []
    for first, posted in book.rows(
        "SELECT position, posted FROM chunk WHERE campaign = %s AND posted > 0 ORDER BY position", (campaign,)
    ):
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], first + posted)
        else:
            found.append((first, first + posted))
    return found


def next_due(book: Book, table: str) -> int | None:
    """When the next row is due, in microseconds since 1970; None where none waits."""
    found = book.one(f"SELECT MIN(due_us) FROM {table} WHERE state IN ('waiting', 'taken')")[0]
    return None if found is None else int(found)


def troubled(book: Book, table: str, many: int = 1000) -> list[tuple[int, str, int, str, int]]:
    """Rows that a human has to look at, and those that wait for another try: position, state, tries, what was said,
    and when it is due in microseconds since 1970; the first so many."""
    sql = (
        f"SELECT position, state, tries, said, due_us FROM {table} WHERE state IN ({_TROUBLE}) "
        "OR (state = 'waiting' AND tries > 0) ORDER BY position LIMIT %s"
    )
    return [tuple(row) for row in book.rows(sql, (many,))]
