"""Read: verify a campaign; allocation = postings = outbox = notices, to the minor unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from makegood.campaigns.allocation import GRANT
from makegood.campaigns.state import fold
from makegood.store import campaigns, effects
from makegood.store.book import Book
from makegood.store.campaigns import Kept

MOST_NAMED = 20
_KEY = "'campaign/' || l.campaign || '/' || l.account || '/' || l.cause"


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit: a code, how many there are, and the first of them by name."""

    code: str
    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """The sums that must agree, by unit in minor units, and what does not fit.

    `left` are granted lines that are not posted; `untold` postings whose notice is still to be made; `open` all that
    still waits to leave the book. None of them is a fault, but the campaign is whole only without them; the lines that
    a cancelled campaign left are left for ever.
    """

    kept: Kept
    state: str
    allocated: dict[str, int]
    posted: dict[str, int]
    lines: int
    postings: int
    skipped: int
    left: int
    outbox: dict[str, int]
    notices: dict[str, int]
    untold: int = 0
    faults: tuple[Fault, ...] = field(default=())

    @property
    def open(self) -> int:
        """Credits and notices that still wait to leave the book."""
        rows = sum(rows.get(state, 0) for rows in (self.outbox, self.notices) for state in ("waiting", "taken"))
        return rows + self.untold

    @property
    def whole(self) -> bool:
        """Is everything posted, sent and told, and does all of it fit?"""
        return not self.faults and not self.open and (not self.left or self.state == "cancelled")


def check_campaign(book: Book, campaign: str) -> Checked:
    """Hold the four against each other, as of one moment; raise BadUse where there is no such campaign."""
    with book.reading():
        kept = campaigns.campaign_of(book, campaign)
        state = fold(campaigns.events(book, campaign)).state
        skipped = campaigns.skips(book, campaign)
        allocated, lines = _allocated(book, campaign)
        posted, postings = _posted(book, campaign)
        for unit, amount in _skipped(book, campaign).items():
            allocated[unit] = allocated.get(unit, 0) - amount
        left = _left(book, campaign)
        for unit, amount in left[1].items():
            allocated[unit] = allocated.get(unit, 0) - amount
        outbox = effects.counts(book, effects.OUTBOX, campaign)
        notices = effects.counts(book, effects.NOTICE, campaign)
        untold = _untold(book, campaign)
        faults = [
            *_seal(book, kept),
            *_unequal(book, campaign),
            *_strangers(book, campaign),
            *_short("outbox_rows", postings, sum(outbox.values())),
            *_short("notice_rows", postings - untold, sum(notices.values())),
            *_trouble("outbox", outbox),
            *_trouble("notice", notices),
        ]
        if state == "finished" and left[0]:
            faults.append(Fault("finished_with_lines_left", left[0]))
        clean = {unit: amount for unit, amount in allocated.items() if amount}
        return Checked(
            kept,
            state,
            clean,
            posted,
            lines,
            postings,
            len(skipped),
            left[0],
            outbox,
            notices,
            untold,
            tuple(faults),
        )


def _allocated(book: Book, campaign: str) -> tuple[dict[str, int], int]:
    sql = 'SELECT unit, SUM(amount), COUNT(*) FROM line WHERE campaign = %s AND "group" = %s GROUP BY unit'
    rows = book.rows(sql, (campaign, GRANT))
    return {unit: int(amount) for unit, amount, _ in rows}, sum(count for *_, count in rows)


def _posted(book: Book, campaign: str) -> tuple[dict[str, int], int]:
    sql = (
        "SELECT p.unit, SUM(p.amount), COUNT(*) FROM posting AS p JOIN chunk AS c ON c.campaign = %s "
        "AND p.position >= c.position AND p.position < c.position + c.posted GROUP BY p.unit"
    )
    rows = book.rows(sql, (campaign,))
    return {unit: int(amount) for unit, amount, _ in rows}, sum(count for *_, count in rows)


def _skipped(book: Book, campaign: str) -> dict[str, int]:
    sql = (
        "SELECT l.unit, SUM(l.amount) FROM line AS l JOIN skip AS s ON s.campaign = l.campaign "
        "AND s.number = l.number WHERE l.campaign = %s GROUP BY l.unit"
    )
    return {unit: int(amount) for unit, amount in book.rows(sql, (campaign,))}


def _left(book: Book, campaign: str) -> tuple[int, dict[str, int]]:
    """Granted lines that are in no chunk, and their sums."""
    sql = (
        'SELECT l.unit, COUNT(*), SUM(l.amount) FROM line AS l WHERE l.campaign = %s AND l."group" = %s AND NOT EXISTS '
        '(SELECT 1 FROM chunk AS c WHERE c.campaign = l.campaign AND c.first <= l.number AND c."end" > l.number) '
        "GROUP BY l.unit"
    )
    rows = book.rows(sql, (campaign, GRANT))
    return sum(count for _, count, _ in rows), {unit: int(amount) for unit, _, amount in rows}


def _untold(book: Book, campaign: str) -> int:
    """Postings behind the last one that has a notice; notices are made in the order of the log."""
    sql = (
        "SELECT COUNT(*) FROM posting AS p JOIN chunk AS c ON c.campaign = %s AND p.position >= c.position "
        "AND p.position < c.position + c.posted WHERE p.position > (SELECT COALESCE(MAX(position), -1) FROM notice)"
    )
    return int(book.one(sql, (campaign,))[0])


def _seal(book: Book, kept: Kept) -> list[Fault]:
    signed = campaigns.signed(book, kept.id)
    allocation = campaigns.allocation_of(book, kept.id)
    same = allocation.seal == kept.seal and kept.seal.hash == kept.hash and signed in ("", kept.hash)
    return [] if same else [Fault("not_what_was_signed", 1, (kept.hash[:12],))]


def _unequal(book: Book, campaign: str) -> list[Fault]:
    """Lines in a chunk without their posting or skip, or with another amount; held-out lines that were posted."""
    missing = book.rows(
        "SELECT l.account FROM line AS l JOIN chunk AS c ON c.campaign = l.campaign AND c.first <= l.number "
        f'AND c."end" > l.number LEFT JOIN posting AS p ON p.key = {_KEY} '
        "LEFT JOIN skip AS s ON s.campaign = l.campaign AND "
        's.number = l.number WHERE l.campaign = %s AND l."group" = %s AND p.position IS NULL AND s.number IS NULL '
        "ORDER BY l.number",
        (campaign, GRANT),
    )
    other = book.rows(
        f"SELECT l.account FROM line AS l JOIN posting AS p ON p.key = {_KEY} WHERE l.campaign = %s AND "
        "(p.amount <> l.amount OR p.unit <> l.unit OR p.account <> l.account OR p.cause <> l.cause) ORDER BY l.number",
        (campaign,),
    )
    held = book.rows(
        f"SELECT l.account FROM line AS l JOIN posting AS p ON p.key = {_KEY} WHERE l.campaign = %s "
        'AND l."group" <> %s ORDER BY l.number',
        (campaign, GRANT),
    )
    found = (("line_without_posting", missing), ("posting_differs", other), ("holdout_posted", held))
    return [_named(code, rows) for code, rows in found if rows]


def _strangers(book: Book, campaign: str) -> list[Fault]:
    """Postings of the campaign's chunks that no line of it stands behind."""
    rows = book.rows(
        "SELECT p.account FROM posting AS p JOIN chunk AS c ON c.campaign = %s AND p.position >= c.position "
        "AND p.position < c.position + c.posted WHERE NOT EXISTS "
        "(SELECT 1 FROM line AS l WHERE l.campaign = c.campaign "
        f'AND l.number >= c.first AND l.number < c."end" AND {_KEY} = p.key) ORDER BY p.position',
        (campaign,),
    )
    return [_named("posting_without_line", rows)] if rows else []


def _short(code: str, wanted: int, there: int) -> list[Fault]:
    return [] if wanted == there else [Fault(code, abs(wanted - there), (f"{there}/{wanted}",))]


def _trouble(what: str, rows: dict[str, int]) -> list[Fault]:
    states = ("refused", "differs", "doubt") if what == "outbox" else ("refused", "doubt")
    return [Fault(f"{what}_{state}", rows[state]) for state in states if rows.get(state)]


def _named(code: str, rows: list[tuple[str, ...]]) -> Fault:
    return Fault(code, len(rows), tuple(account for (account,) in rows[:MOST_NAMED]))
