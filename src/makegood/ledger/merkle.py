"""Noun: the log's tree (RFC 6962, section 2.1); its root, its growing edge, proofs, and how anyone checks them.

Positions count from 0. A proof says that a leaf is in the tree of a given root, or that one tree is the beginning of
another; it is worth what its (size, root) is worth, so keep the two together: the proof alone does not fix the size.
This file stands on hashlib alone, so that an outsider can copy it; misuse raises ValueError for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Protocol

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32
BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL
_SIZE_BYTES = 8


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf's data."""
    return sha256(b"\x00" + data).digest()


def leaf_hashes(datas: Iterable[bytes]) -> list[bytes]:
    """The hashes of many leaves' data."""
    return [sha256(b"\x00" + data).digest() for data in datas]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def _parents(nodes: Iterable[bytes]) -> list[bytes]:
    """One level up; an odd last node is left out."""
    pairs = iter(nodes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def _joined(nodes: list[bytes]) -> bytes:
    """The root over equally tall complete subtrees, the last of which may be lower and incomplete."""
    while len(nodes) > 1:
        nodes = _parents(nodes) + (nodes[-1:] if len(nodes) % 2 else [])
    return nodes[0] if nodes else EMPTY_ROOT


class Extended(NamedTuple):
    """The new frontier, and the roots of the blocks of 256 leaves that were completed, from `first_block` on."""

    frontier: Frontier
    first_block: int
    block_roots: list[bytes]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The growing edge of a log of `size` leaves: the roots of its complete subtrees, tallest first, one a set bit."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extend(self, leaves: Sequence[bytes]) -> Extended:
        """Append leaf hashes, in order; this frontier stays as it is."""
        if len(leaves) == 1:
            return self._one(leaves[0])
        size = self.size + len(leaves)
        standing = list(self.hashes)
        edge: list[bytes] = []
        blocks: list[bytes] = []
        nodes = list(leaves)
        for level in range(size.bit_length()):
            if level == BLOCK_LEVEL:
                blocks = nodes
            if self.size >> level & 1:
                nodes = [standing.pop(), *nodes]
            if size >> level & 1:
                edge.append(nodes[-1])
            nodes = _parents(nodes)
        return Extended(Frontier(size, tuple(reversed(edge))), self.size >> BLOCK_LEVEL, blocks)

    def _one(self, leaf: bytes) -> Extended:
        """Append one leaf; as it joins the complete subtrees at its left, a hash each."""
        standing, node, rest, level = list(self.hashes), leaf, self.size, 0
        blocks: list[bytes] = []
        while rest & 1:
            node = sha256(b"\x01" + standing.pop() + node).digest()
            rest, level = rest >> 1, level + 1
            if level == BLOCK_LEVEL:
                blocks.append(node)
        return Extended(Frontier(self.size + 1, (*standing, node)), self.size >> BLOCK_LEVEL, blocks)

    def root(self) -> bytes:
        """The tree's root, that of no leaves included."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def as_bytes(self) -> bytes:
        """To keep: the size in 8 bytes, the highest first, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """What as_bytes() gave; raise ValueError where it cannot have given this."""
        size = int.from_bytes(data[:_SIZE_BYTES], "big")
        if len(data) != _SIZE_BYTES + HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(data)} bytes are no frontier of {size} leaves; build it from the leaves again.")
        starts = range(_SIZE_BYTES, len(data), HASH_BYTES)
        return cls(size, tuple(bytes(data[start : start + HASH_BYTES]) for start in starts))


class Blocks(Protocol):
    """What proofs are made from; whoever keeps the log gives it."""

    def leaves(self, first: int, end: int) -> Sequence[bytes]:
        """The leaf hashes at the positions from `first` to before `end`."""

    def roots(self, first_block: int, end_block: int) -> Sequence[bytes]:
        """The roots of complete blocks of 256 leaves, from `first_block` to before `end_block`."""


class Prover:
    """Proofs out of the tree of `size` leaves; reads the block roots once and the leaves of the blocks it needs.

    Raise ValueError where the blocks do not hold `size` leaves, and for positions and sizes outside of the tree.
    """

    def __init__(self, size: int, blocks: Blocks) -> None:
        self.size = size
        self._blocks = blocks
        self._leaves: dict[int, list[bytes]] = {}
        whole = size >> BLOCK_LEVEL
        roots = list(blocks.roots(0, whole)) if whole else []
        _held(roots, whole, "block roots", size)
        self._levels = [roots]
        while len(self._levels[-1]) > 1:
            self._levels.append(_parents(self._levels[-1]))

    def root(self) -> bytes:
        """The tree's root, to be compared with the head that is published."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, position: int) -> list[bytes]:
        """The audit path of the leaf at `position`, lowest first."""
        if not 0 <= position < self.size:
            raise ValueError(f"position {position} is not in a log of {self.size}; ask for 0 up to before its size.")
        path: list[bytes] = []
        first, end = 0, self.size
        while end - first > 1:
            middle = first + _left_part(end - first)
            if position < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """That the first `old_size` leaves are the beginning of this tree; empty for none and for all."""
        if not 0 <= old_size <= self.size:
            raise ValueError(f"a log of {old_size} is not the beginning of one of {self.size}; ask for a smaller size.")
        path: list[bytes] = []
        first, end = 0, self.size
        while old_size not in (0, end):
            middle = first + _left_part(end - first)
            if old_size <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(first, middle))
                first = middle
        # The verifier holds the old root already where it is one complete subtree from the log's first leaf on.
        if old_size and first:
            path.append(self._range(first, end))
        return path[::-1]

    def _range(self, first: int, end: int) -> bytes:
        """The root over a range that the halving of a tree gives: `first` is aligned to what the range can hold."""
        count = end - first
        if count < BLOCK:
            start = first % BLOCK
            return _joined(self._block(first >> BLOCK_LEVEL)[start : start + count])
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._levels[level - BLOCK_LEVEL][first >> level]
        middle = first + _left_part(count)
        return node_hash(self._range(first, middle), self._range(middle, end))

    def _block(self, number: int) -> list[bytes]:
        if number not in self._leaves:
            first = number << BLOCK_LEVEL
            end = min(first + BLOCK, self.size)
            self._leaves[number] = _held(list(self._blocks.leaves(first, end)), end - first, "leaves", self.size)
        return self._leaves[number]


def _held(hashes: list[bytes], count: int, what: str, size: int) -> list[bytes]:
    if len(hashes) != count:
        raise ValueError(f"{len(hashes)} {what} where a log of {size} has {count}; build the block roots again.")
    return hashes


def _left_part(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_proof(position: int, size: int, blocks: Blocks) -> list[bytes]:
    """The audit path of one leaf in the tree of `size`; a Prover is cheaper for many."""
    return Prover(size, blocks).inclusion(position)


def consistency_proof(old_size: int, new_size: int, blocks: Blocks) -> list[bytes]:
    """That the tree of `old_size` is the beginning of that of `new_size`."""
    return Prover(new_size, blocks).consistency(old_size)


def verify_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `position` in the tree of this size and root (RFC 9162, section 2.1.3.2)."""
    if not _numbers(position, size) or not _hashes(leaf, root) or not _path(proof) or not position < size:
        return False
    node, last, found = position, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the old tree is the beginning of the new one (RFC 9162, section 2.1.4.2); any tree begins with none."""
    if not _numbers(old_size, new_size) or not _hashes(old_root, new_root) or not _path(proof) or old_size > new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _numbers(*values: object) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _path(proof: object) -> bool:
    return isinstance(proof, list | tuple) and _hashes(*proof)


def _hashes(*values: object) -> bool:
    # Of another length, two neighbours could be cut elsewhere and still hash to the same node.
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
