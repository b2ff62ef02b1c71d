"""Verb: grow the log's tree again beside its heads; which of postings, hashes, heads and block roots was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from makegood.ledger.merkle import BLOCK, Frontier
from makegood.reads.audit_findings import Looking

NOTHING = b"\0" * 32  # stands for a leaf that is missing


def span(first: int, last: int) -> str:
    """Places from first to last, as short as they can be told."""
    return str(first) if first >= last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A head as it is kept."""

    size: int
    root: bytes
    edge: bytes
    at_us: int

    def frontier(self) -> Frontier | None:
        """The edge, None where it is no edge of a log of this size."""
        try:
            found = Frontier.from_bytes(self.edge)
        except (ValueError, OverflowError):
            return None
        return found if found.size == self.size else None


@dataclass
class _Way:
    """One way in which the log may have grown: on from a head that is `kept`, with hashes that are `made` again."""

    frontier: Frontier
    kept: bool = False
    made: bool = False
    blocks: list[tuple[int, bytes]] = field(default_factory=list)

    def grow(self, leaves: Sequence[bytes]) -> None:
        frontier, first, roots = self.frontier.extend(leaves)
        self.frontier = frontier
        self.blocks += [(first + step, root) for step, root in enumerate(roots)]


@dataclass
class Tree:
    """The tree as far as it was read; heads that do not fit wait in `open` until a later one tells who is right."""

    looking: Looking
    ways: list[_Way] = field(default_factory=lambda: [_Way(Frontier())])
    changed: list[int] = field(default_factory=list)
    open: list[tuple[int, HeadRow, bool]] = field(default_factory=list)
    start: int = 0
    holed: bool = False

    def grow(self, kept: Sequence[bytes], made: Sequence[bytes] | None = None) -> None:
        """Take on leaves as they are kept; `made` are those that the postings give, where they differ."""
        if made is not None and not any(way.made for way in self.ways):
            self.ways += [replace(way, made=True, blocks=list(way.blocks)) for way in self.ways]
        for way in self.ways:
            way.grow(made if way.made and made is not None else kept)

    def close(self, head: HeadRow, last_us: int) -> None:
        """Hold the tree against a head that ends here; the last posting in it is of `last_us`."""
        if self._fits(head, last_us):
            return
        right = next((way for way in self.ways if way.frontier.root() == head.root), None)
        edge = head.frontier()
        if right is None:
            right = next((way for way in self.ways if way.frontier == edge), None)
            if right is None:
                self._misfit(head, edge)
                return
            self._find("head_changed", head)
        elif right.frontier != edge:
            self._find("head_edge", head)
        if head.at_us != last_us and not self.changed:
            self._find("head_time", head)
        self._settle(right)
        self._rows("posting_hash" if right.made else "posting_changed")
        self._blocks(right)
        self.ways, self.start, self.holed = [_Way(right.frontier)], head.size, False

    def _fits(self, head: HeadRow, last_us: int) -> bool:
        """Is there nothing to tell, as nearly always? There may be as many heads as postings."""
        own = self.ways[0]
        if len(self.ways) > 1 or self.open or self.changed or head.at_us != last_us:
            return False
        if own.frontier.as_bytes() != head.edge or own.frontier.root() != head.root:
            return False
        self._blocks(own)
        own.blocks, own.kept, self.start, self.holed = [], False, head.size, False
        return True

    def end(self) -> None:
        """No head is left: what is open stays open, and is told as a change of the postings."""
        self._settle(None)
        self._rows("posting_changed")

    def _misfit(self, head: HeadRow, edge: Frontier | None) -> None:
        self.open.append((self.start, head, self.holed))
        self._rows("posting_changed")
        own = replace(self.ways[0], made=False)
        kept = [_Way(edge, kept=True)] if edge is not None and edge.root() == head.root else []
        self.ways, self.start = [own, *kept], head.size
        self.holed = self.holed and not kept

    def _settle(self, right: _Way | None) -> None:
        """The heads that did not fit were changed where the log went on without them, else their postings were."""
        for start, head, holed in self.open:
            if right is not None and not right.kept:
                self._find("head_changed", head)
            elif not holed:
                for first, last in self._narrowed(start, head.size):
                    self.looking.find("log_changed", f"posting {span(first, last)}", at=span(first, last))
        self.open = []

    def _narrowed(self, start: int, size: int) -> list[tuple[int, int]]:
        """The parts of a stretch whose block roots do not fit either; all of it where no block tells."""
        own = {number: root for number, root in self.ways[0].blocks if start < (number + 1) * BLOCK <= size}
        kept = _kept_blocks(self.looking, min(own, default=0), max(own, default=-1))
        wrong = [number for number, root in own.items() if kept.get(number) != root]
        if len(wrong) == len(own) or not own:
            return [(start, size - 1)]
        if not wrong:
            return [(max(start, size - size % BLOCK), size - 1)]
        return [(max(start, number * BLOCK), min(size, (number + 1) * BLOCK) - 1) for number in wrong]

    def _rows(self, kind: str) -> None:
        for position in self.changed:
            self.looking.find(kind, f"posting {position}", at=position)
        self.changed = []

    def _blocks(self, right: _Way) -> None:
        if not right.blocks:
            return
        kept = _kept_blocks(self.looking, right.blocks[0][0], right.blocks[-1][0])
        for number, root in right.blocks:
            if number not in kept:
                self.looking.find("block_missing", f"block {number}", at=number)
            elif kept[number] != root:
                self.looking.find("block_changed", f"block {number}", at=number)

    def _find(self, kind: str, head: HeadRow) -> None:
        self.looking.find(kind, f"head {head.size}", at=head.size)


def _kept_blocks(looking: Looking, first: int, last: int) -> dict[int, bytes]:
    if last < first:
        return {}
    sql = "SELECT number, root FROM block WHERE number >= %s AND number <= %s"
    return {number: as_bytes(root) for number, root in looking.book.rows(sql, (first, last))}


def as_bytes(value: object) -> bytes:
    """Bytes as the database gave them, empty where it gave something else."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""
