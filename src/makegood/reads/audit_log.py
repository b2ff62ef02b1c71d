"""Verb: audit the log; every posting hashed again from what it says, in order, beside its heads and block roots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from makegood.keys import canonical
from makegood.ledger.merkle import BLOCK, leaf_hash, leaf_hashes
from makegood.ledger.posting import leaf_datas
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_met import Met
from makegood.reads.audit_tree import NOTHING, HeadRow, Tree, as_bytes, span
from makegood.spans import to_us
from makegood.store import bases

_FIELDS = (
    "at_us, key, kind, debit, credit, unit, amount, account, COALESCE(cause, ''), turn, basis, lot, reverses, "
    "position, leaf"
)
_BASIS, _POSITION, _LEAF = 10, 13, 14
_BATCH = 20_000
_WIDEST = 1_000_000  # a gap beyond this is told, and not bridged
_AHEAD_US = 300_000_000  # clocks differ

Row = tuple[Any, ...]


def audit_log(looking: Looking, progress: Callable[[int, int], None]) -> Met:
    """Read every posting once; what was met. `progress` is told (postings done, postings in all)."""
    return _Log(looking).read(progress)


class _Log:
    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.tree = Tree(looking)
        self.known = bases.hashes(looking.book)
        self.heads = _heads(looking)
        self.head = next(self.heads, None)
        self.size = int(looking.book.one("SELECT COALESCE(MAX(size), 0) FROM head")[0])
        self.at = self.last_us = 0
        self.latest = to_us(looking.now) + _AHEAD_US
        self.behind: list[int] = []
        self.met = Met()

    def read(self, progress: Callable[[int, int], None]) -> Met:
        whole = self.looking.book.one("SELECT COUNT(*) FROM posting")[0]
        sql = f"SELECT {_FIELDS} FROM posting ORDER BY position"
        for rows in self.looking.book.stream(sql, (), _BATCH):
            self.looking.looked_at["posting"] += len(rows)
            self._batch(rows)
            progress(self.looking.looked_at["posting"], whole)
        self._end()
        return self.met

    def _batch(self, rows: list[Row]) -> None:
        _meet(self.met, rows)
        self._times(rows)
        first = rows[0][_POSITION]
        if first != self.at or [row[_POSITION] for row in rows] != list(range(first, first + len(rows))):
            rows = list(self._in_place(rows))
        elif first + len(rows) > self.size:
            self.behind += range(max(first, self.size), first + len(rows))
            rows = rows[: max(0, self.size - first)]
        self._stretch(rows)

    def _in_place(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows that stand where they can; a gap before a row is filled once all rows before it are taken on."""
        stretch: list[Row] = []
        at = self.at
        for row in rows:
            position = row[_POSITION]
            if position < at:
                self.looking.find("posting_place", f"posting {position}", at=position)
            elif position >= self.size:
                self.behind.append(position)
            else:
                if position > at:
                    self._stretch(stretch)
                    self._gap(position)
                    stretch = []
                stretch.append(row)
                at = position + 1
        yield from stretch

    def _gap(self, end: int) -> None:
        """Nothing stands from here to before `end`."""
        where = span(self.at, end - 1)
        self.looking.find("posting_missing", f"posting {where}", at=where)
        if end - self.at > _WIDEST:
            self.head, self.heads = None, iter(())
            self.at = end
            return
        while self.at < end:
            self.tree.holed = True
            part = min(end, self.head.size if self.head else end, self.at + _BATCH)
            self.tree.grow([NOTHING] * (part - self.at))
            self.at = part
            self._close()

    def _stretch(self, rows: Sequence[Row]) -> None:
        """Take on rows without a gap, up to each head in turn."""
        if not rows:
            return
        made = self._made(rows)
        kept = [as_bytes(row[_LEAF]) for row in rows]
        same = made == kept
        start = 0
        while start < len(rows):
            end = len(rows) if self.head is None else min(len(rows), start + self.head.size - self.at)
            part = kept[start:end]
            if same or part == made[start:end]:
                self.tree.grow(part)
            else:
                self.tree.changed += [self.at + step for step, leaf in enumerate(part) if leaf != made[start + step]]
                self.tree.grow(part, made[start:end])
            self.at += end - start
            self.last_us = rows[end - 1][0]
            start = end
            self._close()

    def _made(self, rows: Sequence[Row]) -> list[bytes]:
        known = self.known
        fields = [(*row[:_BASIS], known.get(row[_BASIS], ""), row[11], row[12]) for row in rows]
        try:
            return leaf_hashes(leaf_datas(fields))
        except TypeError:  # an insider put something into SQLite that no posting holds
            return [_leaf(one) for one in fields]

    def _close(self) -> None:
        while self.head is not None and self.head.size <= self.at:
            if self.head.size == self.at:
                self.tree.close(self.head, self.last_us)
            else:
                self.looking.find("head_changed", f"head {self.head.size}", at=self.head.size)
            self.head = next(self.heads, None)

    def _times(self, rows: Sequence[Row]) -> None:
        times = [row[0] for row in rows]
        if set(map(type, times)) == {int} and times == sorted(times) and self._between(times[0], times[-1]):
            self.before = times[-1]
            return
        for row in rows:
            at_us, position = row[0], row[_POSITION]
            if not isinstance(at_us, int):
                continue
            if at_us < self.before:
                self.looking.find("posting_time", f"posting {position}", at=position)
            if at_us > self.latest:
                self.looking.find("posting_future", f"posting {position}", at=position)
            self.before = at_us

    before = 0

    def _between(self, first: int, last: int) -> bool:
        return first >= self.before and last <= self.latest

    def _end(self) -> None:
        if self.behind:
            where = span(self.behind[0], self.behind[-1])
            self.looking.find("posting_behind", f"posting {where}", at=where, size=self.size)
        while self.head is not None:
            edge = self.head.frontier()
            if edge is not None and edge.root() == self.head.root:
                where = span(self.at, self.head.size - 1)
                self.looking.find("posting_missing", f"posting {where}", at=where)
                self.at = self.head.size
            else:
                self.looking.find("head_changed", f"head {self.head.size}", at=self.head.size)
            self.head = next(self.heads, None)
        self.tree.end()
        for (number,) in self.looking.book.rows("SELECT number FROM block WHERE number >= %s", (self.at // BLOCK,)):
            self.looking.find("block_extra", f"block {number}", at=number)


def _meet(met: Met, rows: list[Row]) -> None:
    met.units.update([row[5] for row in rows])
    met.kinds.update([row[2] for row in rows])
    met.bases.update([row[_BASIS] for row in rows])
    met.turns.update([row[9] for row in rows])
    met.keys.add([row[1] for row in rows], [row[_POSITION] for row in rows])
    losses = [(row[_POSITION], row[7:10]) for row in rows if row[8]]
    met.losses.add([loss for _, loss in losses], [position for position, _ in losses])


def _heads(looking: Looking) -> Iterator[HeadRow]:
    sql = "SELECT size, root, frontier, at_us FROM head ORDER BY size"
    for batch in looking.book.stream(sql, (), _BATCH):
        looking.looked_at["head"] += len(batch)
        for size, root, edge, at_us in batch:
            yield HeadRow(size, as_bytes(root), as_bytes(edge), at_us)


def _leaf(fields: Row) -> bytes:
    try:
        return leaf_hash(f"[{canonical(fields[0])},{canonical(list(fields[1:]))}]".encode())
    except TypeError:
        return b""
