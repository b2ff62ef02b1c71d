"""Verb: keep campaigns; the frozen allocation, what happened to it, and how far it is posted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from makegood.campaigns.allocation import (
    BLOCK_LINES,
    GRANT,
    Allocation,
    Draft,
    Excluded,
    Line,
    Seal,
    StopRules,
    block_digest,
    head_digest,
)
from makegood.campaigns.state import Event
from makegood.campaigns.waves import Chunk
from makegood.errors import BadState, BadUse
from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.spans import from_us, to_us
from makegood.store.book import Book

_LINE = ("campaign", "number", "account", "cause", "unit", "amount", "cost", "basis", "group", "wish")
_LINE_NAMES = 'number, account, cause, unit, amount, cost, basis, "group", wish'
_CAMPAIGN = ("id", "number", "hash", "draft", "bases", "seal", "lines", "granted", "total", "budget", "by", "at_us")
_OVER = ("cancelled", "finished")  # the same can be drawn after the last when all of it was taken back


@dataclass(frozen=True)
class Kept:
    """A campaign as it is kept, without its lines; `hash` is what its seal says, and what an approval signs."""

    id: str
    hash: str
    draft: Draft
    bases: tuple[Basis, ...]
    seal: Seal
    lines: int
    granted: int
    total: int
    budget: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PostedChunk(Chunk):
    """A chunk as kept: from log position `position` on, so many posted and skipped, at this cost of the budget."""

    position: int
    posted: int
    skipped: int
    spent: int


def keep(book: Book, allocation: Allocation, by: str, now: datetime) -> tuple[str, bool]:
    """Keep a drawn allocation; its id, and whether the same allocation was drawn before and is still alive."""
    known = book.rows("SELECT id FROM campaign WHERE hash = %s ORDER BY number DESC LIMIT 1", (allocation.hash,))
    if known and not any(one.kind in _OVER for one in events(book, known[0][0])):
        return known[0][0], True
    number = book.one("SELECT COUNT(*) FROM campaign")[0] + 1
    campaign = f"CMP-{number}"
    seal, draft = allocation.seal, allocation.draft
    row = (
        campaign,
        number,
        seal.hash,
        canonical(_plain(asdict(draft))),
        canonical([one.as_data() for one in allocation.bases]),
        canonical([seal.head, list(seal.blocks), seal.excluded]),
        len(allocation.lines),
        sum(one.group == GRANT for one in allocation.lines),
        allocation.total,
        draft.budget,
        by,
        to_us(now),
    )
    book.add("campaign", _CAMPAIGN, [row])
    book.add("line", _LINE, [(campaign, *one) for one in allocation.lines])
    excluded = [
        (campaign, number, one.account, one.cause, one.reason, one.detail)
        for number, one in enumerate(allocation.excluded)
    ]
    book.add("excluded", ("campaign", "number", "account", "cause", "reason", "detail"), excluded)
    add_event(book, campaign, Event("drawn", now, by, {"hash": seal.hash}))
    return campaign, False


def campaign_of(book: Book, campaign: str) -> Kept:
    """The campaign of an id; raise BadUse where there is none."""
    found = book.rows(
        "SELECT id, hash, draft, bases, seal, lines, granted, total, budget, by, at_us FROM campaign WHERE id = %s",
        (campaign,),
    )
    if not found:
        raise BadUse(f"no campaign {campaign[:40]} is in this book; `makegood campaign list` names them all.")
    id, hash, draft, bases, seal, lines, granted, total, budget, by, at_us = found[0]
    head, blocks, excluded = json.loads(seal)
    return Kept(
        id,
        hash,
        draft_of(json.loads(draft)),
        tuple(Basis(**one) for one in json.loads(bases)),
        Seal(head, tuple(blocks), excluded),
        lines,
        granted,
        total,
        budget,
        by,
        from_us(at_us),
    )


def ids(book: Book) -> list[str]:
    """All campaigns, oldest first."""
    return [one for (one,) in book.rows("SELECT id FROM campaign ORDER BY number")]


def draft_of(data: dict[str, Any]) -> Draft:
    """The draft that was kept as data."""
    lists = {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in value)
        for name, value in data.items()
        if isinstance(value, list)
    }
    return Draft(**{**data, **lists, "stop": StopRules(**data["stop"])})


def events(book: Book, campaign: str) -> list[Event]:
    """What happened to a campaign, in order."""
    sql = "SELECT number, kind, person, at_us, data FROM campaign_event WHERE campaign = %s ORDER BY number"
    return [
        Event(kind, from_us(at_us), person, json.loads(data))
        for _, kind, person, at_us, data in book.rows(sql, (campaign,))
    ]


def add_event(book: Book, campaign: str, event: Event) -> None:
    """Append an event within the caller's transaction; its number is the next one."""
    number = book.one("SELECT COUNT(*) FROM campaign_event WHERE campaign = %s", (campaign,))[0]
    columns = ("campaign", "number", "kind", "person", "at_us", "data")
    row = (campaign, number, event.kind, event.person, to_us(event.at), canonical(dict(event.data)))
    book.add("campaign_event", columns, [row])


def chunks(book: Book, campaign: str) -> list[PostedChunk]:
    """What is posted, in order."""
    sql = 'SELECT first, "end", position, posted, skipped, spent, at_us FROM chunk WHERE campaign = %s ORDER BY first'
    return [
        PostedChunk(first, end, from_us(at_us), position, posted, skipped, spent)
        for first, end, position, posted, skipped, spent, at_us in book.rows(sql, (campaign,))
    ]


def add_chunk(book: Book, campaign: str, chunk: PostedChunk) -> None:
    """Note what was posted, within the transaction that posts it."""
    columns = ("campaign", "first", "end", "position", "posted", "skipped", "spent", "at_us")
    row = (
        campaign,
        chunk.first,
        chunk.end,
        chunk.position,
        chunk.posted,
        chunk.skipped,
        chunk.spent,
        to_us(chunk.at),
    )
    book.add("chunk", columns, [row])


def lines(book: Book, campaign: str, first: int, end: int) -> list[Line]:
    """Lines by number."""
    sql = f"SELECT {_LINE_NAMES} FROM line WHERE campaign = %s AND number >= %s AND number < %s ORDER BY number"
    return list(map(Line._make, book.rows(sql, (campaign, first, end))))


def all_lines(book: Book, campaign: str) -> Iterator[list[Line]]:
    """All lines, in blocks of BLOCK_LINES, which must stand in one reading transaction."""
    sql = f"SELECT {_LINE_NAMES} FROM line WHERE campaign = %s ORDER BY number"
    for rows in book.stream(sql, (campaign,), BLOCK_LINES):
        yield list(map(Line._make, rows))


def excluded(book: Book, campaign: str) -> list[Excluded]:
    """Who was looked at and gets nothing."""
    sql = "SELECT account, cause, reason, detail FROM excluded WHERE campaign = %s ORDER BY number"
    return [Excluded(*row) for row in book.rows(sql, (campaign,))]


def allocation_of(book: Book, campaign: str) -> Allocation:
    """The whole allocation as it stands now; its hash says whether it is still the one that was drawn."""
    kept = campaign_of(book, campaign)
    drawn = tuple(one for block in all_lines(book, campaign) for one in block)
    return Allocation(kept.draft, kept.bases, drawn, tuple(excluded(book, campaign)))


def sealed_lines(book: Book, kept: Kept, first: int, end: int) -> list[Line]:
    """Lines from `first` to before `end`, checked against the seal; raise BadState where they were changed."""
    start = first - first % BLOCK_LINES
    stop = min(kept.lines, -(-end // BLOCK_LINES) * BLOCK_LINES)
    found = lines(book, kept.id, start, stop)
    for block in range(start // BLOCK_LINES, -(-stop // BLOCK_LINES)):
        part = found[block * BLOCK_LINES - start : (block + 1) * BLOCK_LINES - start]
        if block >= len(kept.seal.blocks) or block_digest(part) != kept.seal.blocks[block]:
            raise BadState(
                f"lines from {block * BLOCK_LINES} on of {kept.id} are not those that were signed; nothing is posted. "
                "Run `makegood ledger audit`."
            )
    return found[first - start : end - start]


def check_seal(kept: Kept, signed: str) -> None:
    """Raise BadState unless the campaign's digests are those whose hash was signed, and its figures fit them."""
    whole = kept.seal.hash == signed == kept.hash and head_digest(kept.draft, kept.bases) == kept.seal.head
    fits = kept.budget == kept.draft.budget and len(kept.seal.blocks) == -(-kept.lines // BLOCK_LINES)
    if not whole or not fits:
        raise BadState(
            f"{kept.id} is not what was signed (hash {signed[:12]}); nothing is posted. Run `makegood ledger audit`."
        )


def check_granted(book: Book, kept: Kept) -> None:
    """Raise BadState unless the lines that are granted end where the campaign says; those behind are held out."""
    around = sealed_lines(book, kept, max(0, kept.granted - 1), min(kept.lines, kept.granted + 1))
    if any((one.group == GRANT) != (one.number < kept.granted) for one in around):
        raise BadState(
            f"{kept.id} does not grant all the lines that were signed, or more; it does not finish like this. Run "
            "`makegood ledger audit`."
        )


def check_whole(book: Book, kept: Kept) -> None:
    """Raise BadState unless every line, exclusion and figure is the one that was drawn, by the one who drew it.

    It reads all lines, so that it stands outside of what holds the lock: they are append-only.
    """
    check_figures(book, kept, kept)
    found = allocation_of(book, kept.id)
    granted = sum(one.group == GRANT for one in found.lines)
    figures = (len(found.lines), granted, found.total) == (kept.lines, kept.granted, kept.total)
    if found.seal != kept.seal or not figures:
        raise _other(kept)


def check_figures(book: Book, kept: Kept, checked: Kept) -> None:
    """Raise BadState unless the campaign is the one whose lines were checked, by its seal, figures and who drew it."""
    check_seal(kept, checked.hash)
    if kept != checked or _drawers(book, kept) != {kept.by}:
        raise _other(kept)


def _other(kept: Kept) -> BadState:
    return BadState(f"{kept.id} is no longer what was drawn; draw it again, and run `makegood ledger audit`.")


def _drawers(book: Book, kept: Kept) -> set[str]:
    """Everyone who drew it by the campaign, by its events or by the journal."""
    told = {one.person for one in events(book, kept.id) if one.kind == "drawn"}
    drew = "SELECT person FROM journal WHERE act = 'draw_campaign' AND subject = %s AND outcome = 'done'"
    return {kept.by} | told | {person for (person,) in book.rows(drew, (kept.id,))}


def signed(book: Book, campaign: str) -> str:
    """The hash that the approval signed, empty where there is none."""
    return next((one.data["hash"] for one in events(book, campaign) if one.kind == "approved"), "")


def skip(book: Book, campaign: str, skipped: list[tuple[int, int]]) -> None:
    """Note lines that were not posted, each with the position of the award that made their loss good."""
    book.add("skip", ("campaign", "number", "position"), [(campaign, *one) for one in skipped])


def skips(book: Book, campaign: str) -> dict[int, int]:
    """Position of the other award by the number of the line that was not posted."""
    return dict(book.rows("SELECT number, position FROM skip WHERE campaign = %s", (campaign,)))


def complaints(book: Book, campaign: str) -> int:
    """How many customers objected."""
    return int(book.one("SELECT COUNT(*) FROM complaint WHERE campaign = %s", (campaign,))[0])


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    return [_plain(one) for one in data] if isinstance(data, list | tuple) else data
