"""Verb: put postings into the book, each once; with its place in the log and its outbox row, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from operator import attrgetter, itemgetter
from typing import Any

from makegood.errors import BadState, Refused
from makegood.keys import canonical_rows, content_hash
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import FIELDS, Posted, Posting, leaf_data
from makegood.spans import to_us
from makegood.store import bases, moved
from makegood.store.book import Book
from makegood.store.log import Head, grow, head_of
from makegood.store.points import reach
from makegood.store.repeats import same

COLUMNS = (
    "position",
    "key",
    "kind",
    "debit",
    "credit",
    "unit",
    "amount",
    "account",
    "cause",
    "turn",
    "basis",
    "lot",
    "reverses",
    "at_us",
    "leaf",
)
_NAMES = ", ".join(COLUMNS)
_CONTENT = attrgetter(*FIELDS)
_BASIS = itemgetter(FIELDS.index("basis"))
_KEY = itemgetter(COLUMNS.index("key"))
_SOME = 500  # as many keys are asked for at once
_SKEW_US = 5_000_000  # clocks of several workers may differ by so much
# Joins to an award `a` the reversal `r` that took it back whole: then alone its loss is open again. What was used of it
# made the loss good as far, and the customer would be paid nearly twice.
TAKEN_WHOLE = "LEFT JOIN posting AS r ON r.reverses = a.position AND r.amount = a.amount"
# The fields of a posting, in the order of FIELDS.
Content = tuple[str, str, str, str, str, int, str, str, int, str, int | None, int | None]


@dataclass(frozen=True)
class Put:
    """What became of postings: where the fresh ones begin, the repeats with their first answer, and the losses that an
    award at a position made good already."""

    first: int
    fresh: tuple[Posting, ...]
    repeats: tuple[Posted, ...]
    collisions: tuple[tuple[Posting, int], ...]


def put(book: Book, postings: Sequence[Posting], now: datetime) -> Put:
    """Put postings into the book within the caller's transaction, which holds the lock.

    The same key and content again gives the first answer; the same key with other content raises KeyReused with the
    field; a loss that is made good already is left out and told. Raise Refused where the clock stands before the last
    posting.
    """
    first = put_fresh(book, list(map(_CONTENT, postings)), now)
    if first is not None:
        return Put(first, tuple(postings), (), ())
    head = head_of(book)
    fresh, repeats, collisions = _sorted(book, postings, head.size)
    if put_fresh(book, list(map(_CONTENT, fresh)), now) is None:
        raise BadState("the book changed under a writer that holds its lock; run `makegood ledger audit`.")
    return Put(head.size, tuple(fresh), tuple(repeats), tuple(collisions))


def put_fresh(book: Book, contents: Sequence[Content], now: datetime) -> int | None:
    """Put postings, each as a tuple of its fields, where all of them are fresh; the log position of the first.

    None and nothing put where a key or a loss of one is in the book already. Otherwise as put().
    """
    reach("posting.locked")
    head = head_of(book)
    at_us = _moment(head, now)
    return head.size if _insert(book, head, contents, at_us) else None


def _moment(head: Head, now: datetime) -> int:
    at_us = to_us(now)
    if at_us < head.at_us - _SKEW_US:
        raise Refused("the clock stands before the last posting; nothing is posted into the past. Set the clock right.")
    return max(at_us, head.at_us)


def _basis_numbers(book: Book, contents: Sequence[Content]) -> dict[str, int]:
    wanted = set(map(_BASIS, contents))
    known = bases.numbers_of(book, wanted)
    if missing := wanted - known.keys():
        raise BadState(f"no basis {min(missing)[:12]} is kept in this book; keep it before posting.")
    return known


def _insert(book: Book, head: Head, contents: Sequence[Content], at_us: int) -> bool:
    """Insert all of them, or nothing; False where one stands there already."""
    if not contents:
        return True
    numbers = _basis_numbers(book, contents)
    leaves = [leaf_hash(leaf_data(line, at_us)) for line in canonical_rows(contents).split("\n")[:-1]]
    rows = _rows(head.size, contents, numbers, at_us, leaves)
    reach("posting.staged")
    if not book.add_new("posting", COLUMNS, sorted(rows, key=_KEY)):  # in the order of an index it goes quicker
        return False
    reach("posting.inserted")
    moved.count_in(book, contents)
    book.run(
        "INSERT INTO outbox (position, state, tries, due_us, taken_by, taken_until_us, remote, said) "
        "SELECT position, 'waiting', 0, at_us, '', 0, '', '' FROM posting "
        "WHERE position >= %s AND kind IN ('award', 'reversal')",
        (head.size,),
    )
    reach("posting.boxed")
    grow(book, head, leaves, at_us)
    reach("posting.rooted")
    return True


def _rows(
    base: int, contents: Sequence[Content], numbers: Mapping[str, int], at_us: int, leaves: Sequence[bytes]
) -> list[tuple[Any, ...]]:
    """In the order of COLUMNS."""
    return [
        (position, *stated, cause or None, turn, numbers[basis], lot, reverses, at_us, leaf)
        for position, (*stated, cause, turn, basis, lot, reverses), leaf in zip(count(base), contents, leaves)
    ]


def _sorted(
    book: Book, postings: Sequence[Posting], base: int
) -> tuple[list[Posting], list[Posted], list[tuple[Posting, int]]]:
    """Fresh ones, which will stand from `base` on, repeats and collisions; each that was given is in one of them."""
    fresh: dict[str, Posting] = {}
    repeats: list[Posted] = []
    collisions: list[tuple[Posting, int]] = []
    losses: dict[tuple[str, str], int] = {}
    for start in range(0, len(postings), _SOME):
        part = postings[start : start + _SOME]
        known = {one.posting.key: one for one in by_keys(book, [one.key for one in part])}
        awarded = _awarded(book, [one for one in part if one.key not in known])
        for one in part:
            before = known.get(one.key)
            if before is not None or one.key in fresh:
                first = before or Posted(-1, 0, fresh[one.key], b"")
                same(book, first.posting, one)
                repeats.append(replace(first, repeat=True))
                continue
            loss = _loss(one)
            turn, standing = awarded.get(loss, (one.turn, None)) if loss else (one.turn, None)
            if loss and standing is None:
                standing = losses.get(loss)
            if standing is not None:
                collisions.append((one, standing))
                continue
            if loss:
                losses[loss] = base + len(fresh)
            fresh[one.key] = replace(one, turn=turn)
    return list(fresh.values()), repeats, collisions


def _loss(one: Posting) -> tuple[str, str] | None:
    return (one.account, one.cause) if one.kind == "award" and one.cause else None


def _awarded(book: Book, postings: Sequence[Posting]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """For losses awarded before, the turn that is next, or the last and the position of the award that stands."""
    losses = sorted({loss for one in postings if (loss := _loss(one))})
    if not losses:
        return {}
    marks = ", ".join(["(%s, %s)"] * len(losses))
    rows = book.rows(
        f"WITH asked (account, cause) AS (VALUES {marks}) SELECT a.account, a.cause, a.turn, a.position, r.position "
        "FROM asked JOIN posting AS a ON a.account = asked.account AND a.cause = asked.cause "
        f"{TAKEN_WHOLE} ORDER BY a.turn",
        [name for loss in losses for name in loss],
    )
    return {
        (account, cause): (turn, position) if reversal is None else (turn + 1, None)
        for account, cause, turn, position, reversal in rows
    }


def by_keys(book: Book, keys: Sequence[str]) -> list[Posted]:
    """The postings of these business keys, by position."""
    marks = ", ".join(["%s"] * len(keys))
    return read(book, f"key IN ({marks})", keys) if keys else []


def next_free(book: Book, stems: Sequence[str]) -> dict[str, int]:
    """For each stem the first number n, from 0 on, for which no posting has the key stem/n."""
    free, asked = dict.fromkeys(stems, 0), list(stems)
    while asked:
        taken: set[str] = set()
        for start in range(0, len(asked), _SOME):
            keys = [f"{stem}/{free[stem]}" for stem in asked[start : start + _SOME]]
            sql = f"SELECT key FROM posting WHERE key IN ({', '.join(['%s'] * len(keys))})"
            taken |= {key for (key,) in book.rows(sql, keys)}
        asked = [stem for stem in asked if f"{stem}/{free[stem]}" in taken]
        for stem in asked:
            free[stem] += 1
    return free


def read(book: Book, where: str, params: Sequence[Any] = ()) -> list[Posted]:
    """Postings by position; `where` is SQL over the columns of posting, with marks for the params."""
    rows = book.rows(f"SELECT {_NAMES} FROM posting WHERE {where} ORDER BY position", params)
    known = bases.hashes(book, {row[COLUMNS.index("basis")] for row in rows})
    return [posted(row, known) for row in rows]


def posted(row: tuple[Any, ...], known: Mapping[int, str]) -> Posted:
    """A row of posting, in the order of COLUMNS, as it stands in the book."""
    position, key, kind, debit, credit, unit, amount, account, cause, turn, basis, lot, reverses, at_us, leaf = row
    content = Posting(
        key, kind, debit, credit, unit, amount, account, cause or "", turn, known.get(basis, ""), lot, reverses
    )
    return Posted(position, at_us, content, bytes(leaf))


def outward_id(book: Book, key: str) -> str:
    """The id of the posting with this key outside of the book: unique over all books, stable over every try.

    It does not hang on the place in the log, so that what is posted again after an old copy was restored is known to
    the billing system that took it before.
    """
    return "mg_" + content_hash([book.id, key])[:40]
