"""The log's tree: the published vectors, an outside oracle, and every proof that must fail."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from makegood.ledger.merkle import (
    BLOCK,
    EMPTY_ROOT,
    Frontier,
    Prover,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.ledger.book import Kept

# The reference inputs, roots and paths of Certificate Transparency: github.com/transparency-dev/merkle,
# testonly/constants.go (before 2019 in google/certificate-transparency, merkletree/merkle_tree_test.cc).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSION = [
    (0, 1, []),
    (0, 8, [L1, N23, N4567]),
    (5, 8, [L4, N67, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], N23, L4]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [L1, N23, N4567]),
    (6, 8, [N45, N67, ROOTS[4]]),
    (2, 5, [N23, L4]),
]


def numbered(count: int) -> Kept:
    return Kept([leaf_hash(b"%d" % position) for position in range(count)])


MANY = numbered(1400)
SIZES = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700, 768, 1023, 1024, 1025, 1279, 1280, 1400]


def test_the_published_roots():
    log = Kept([leaf_hash(bytes.fromhex(text)) for text in INPUTS])
    assert [log.root(size).hex() for size in range(9)] == ROOTS
    assert [Prover(size, log).root().hex() for size in range(9)] == ROOTS
    assert bytes.fromhex(ROOTS[0]) == EMPTY_ROOT


def test_the_published_proofs():
    log = Kept([leaf_hash(bytes.fromhex(text)) for text in INPUTS])
    for position, size, path in INCLUSION:
        assert [one.hex() for one in inclusion_proof(position, size, log)] == path, (position, size)
    for old, new, path in CONSISTENCY:
        assert [one.hex() for one in consistency_proof(old, new, log)] == path, (old, new)


def test_an_outside_oracle_gives_the_same_roots_and_paths():
    random, oracle = Random(6962), InmemoryTree(algorithm="sha256")
    data = [random.randbytes(random.randrange(40)) for _ in range(900)]
    oracle.append_entries(data)
    log = Kept([leaf_hash(one) for one in data])
    for size in [1, 2, 255, 256, 257, 512, 513, 900, *(random.randint(1, 900) for _ in range(20))]:
        prover = Prover(size, log)
        assert prover.root() == log.root(size) == oracle.get_root(size)
        for position in {0, size - 1, random.randrange(size)}:
            proof = oracle.prove_inclusion(position + 1, size)
            assert [log.hashes[position], *prover.inclusion(position)] == proof.path
        old = random.randint(1, size)
        path = prover.consistency(old)
        assert verify_consistency(old, size, oracle.get_root(old), oracle.get_root(size), path)
        assert path == subproof(old, log.hashes[:size], True)


def whole(leaves: list[bytes]) -> bytes:
    """MTH of the RFC, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(whole(leaves[:middle]), whole(leaves[middle:]))


def subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """SUBPROOF of the RFC, as it is written there; the oracle gives its consistency proofs in a form of its own."""
    if old == len(leaves):
        return [] if known else [whole(leaves)]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= middle:
        return [*subproof(old, leaves[:middle], known), whole(leaves[middle:])]
    return [*subproof(old - middle, leaves[middle:], False), whole(leaves[:middle])]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 600), max_size=8))
def test_a_frontier_grown_in_any_steps_is_the_whole(steps: list[int]):
    log = numbered(min(sum(steps), 2000))
    frontier, blocks, position = Frontier(), [], 0
    for step in steps:
        before = frontier
        frontier, first_block, roots = frontier.extend(log.hashes[position : position + step])
        assert first_block == len(blocks) == before.size // BLOCK
        blocks += roots
        position = frontier.size
        assert Frontier.from_bytes(frontier.as_bytes()) == frontier
    assert frontier == Frontier().extend(log.hashes).frontier
    assert (frontier.size, blocks) == (len(log.hashes), log.blocks)
    assert len(frontier.hashes) == frontier.size.bit_count()
    assert frontier.root() == Prover(frontier.size, log).root()


@pytest.mark.parametrize("spoil", [lambda kept: kept[:-1], lambda kept: kept + b"\0" * 32, lambda _: b""])
def test_a_frontier_that_cannot_be_is_refused(spoil):
    with pytest.raises(ValueError, match="build it from the leaves again"):
        Frontier.from_bytes(spoil(Frontier().extend(MANY.hashes[:5]).frontier.as_bytes()))


@pytest.mark.parametrize("size", SIZES)
def test_every_proof_verifies(size: int):
    root, prover = MANY.root(size), Prover(size, MANY)
    for position in {*range(0, size, 37), size - 1, size // 2}:
        assert verify_inclusion(MANY.hashes[position], position, size, prover.inclusion(position), root)
    for old in {*range(0, size, 53), *(one for one in SIZES if one <= size)}:
        assert verify_consistency(old, size, MANY.root(old), root, prover.consistency(old)), old


def sides(position: int, size: int) -> list[bool]:
    """Where the siblings of a leaf stand, lowest first: all that a proof knows of the size."""
    if size == 1:
        return []
    middle = 1 << (size - 1).bit_length() - 1
    left = position < middle
    return [*(sides(position, middle) if left else sides(position - middle, size - middle)), left]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_other_leaf_place_root_or_path_verifies(data):
    size = data.draw(st.integers(1, 1400))
    position = data.draw(st.integers(0, size - 1))
    leaf, root, proof = MANY.hashes[position], MANY.root(size), inclusion_proof(position, size, MANY)
    assert verify_inclusion(leaf, position, size, proof, root)
    flipped = data.draw(st.integers(0, 8 * 32 * (len(proof) + 2) - 1))
    parts = [leaf, root, *proof]
    parts[flipped // 256] = flip(parts[flipped // 256], flipped % 256)
    assert not verify_inclusion(parts[0], position, size, parts[2:], parts[1])
    other = data.draw(st.integers(0, 1500).filter(lambda one: one != position))
    assert not verify_inclusion(leaf, other, size, proof, root)
    # A proof knows of the size only where the siblings stand; hence a head is always (size, root).
    larger = data.draw(st.integers(1, 3000).filter(lambda one: one != size))
    fits = position < larger and sides(position, larger) == sides(position, size)
    assert verify_inclusion(leaf, position, larger, proof, root) == fits
    for wrong in (proof[1:], proof[:-1], [*proof, root], [*proof, proof[-1] if proof else leaf]):
        assert wrong == proof or not verify_inclusion(leaf, position, size, wrong, root)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_other_history_is_consistent(data):
    new = data.draw(st.integers(2, 1400))
    old = data.draw(st.integers(1, new - 1))
    parts = [MANY.root(old), MANY.root(new), *consistency_proof(old, new, MANY)]
    assert verify_consistency(old, new, parts[0], parts[1], parts[2:])
    flipped = data.draw(st.integers(0, 256 * len(parts) - 1))
    spoilt = [*parts]
    spoilt[flipped // 256] = flip(parts[flipped // 256], flipped % 256)
    assert not verify_consistency(old, new, spoilt[0], spoilt[1], spoilt[2:])
    changed = [*MANY.hashes]
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    log = Kept(changed)
    assert not verify_consistency(old, new, parts[0], log.root(new), consistency_proof(old, new, log))
    # A taller tree has more above: the path of a lower one ends too early in it.
    assert not verify_consistency(old, 2 << new.bit_length(), parts[0], parts[1], parts[2:])
    for wrong in ([], parts[3:], [*parts[2:], parts[0]]):
        assert not verify_consistency(old, new, parts[0], parts[1], wrong)


def flip(value: bytes, bit: int) -> bytes:
    return bytes(one ^ (1 << bit % 8) if place == bit // 8 else one for place, one in enumerate(value))


def test_a_cut_moved_between_two_neighbours_is_no_proof():
    left, right, rest = b"a" * 32, b"b" * 32, b"c" * 32
    root = node_hash(node_hash(left, right), rest)
    assert verify_inclusion(left, 0, 3, [right, rest], root)
    assert not verify_inclusion(left + right[:1], 0, 3, [right[1:], rest], root)


@pytest.mark.parametrize(
    "asked",
    [
        (MANY.hashes[0], 0, 1, None, MANY.hashes[0]),
        (MANY.hashes[0], 0, 1, "", MANY.hashes[0]),
        (MANY.hashes[0], -1, 1, [], MANY.hashes[0]),
        (MANY.hashes[0], True, 2, [], MANY.hashes[0]),
        (MANY.hashes[0], 0, 0, [], EMPTY_ROOT),
        (None, 0, 1, [], MANY.hashes[0]),
        (MANY.hashes[0], 0, 2, [None], MANY.hashes[0]),
        (MANY.hashes[0], 10**400, 10**401, [MANY.hashes[1]] * 5, MANY.hashes[0]),
    ],
)
def test_nonsense_is_no_proof(asked):
    assert verify_inclusion(*asked) is False


def test_the_log_of_nothing_begins_every_log_and_no_other_root_is_its():
    assert verify_consistency(0, 5, EMPTY_ROOT, MANY.root(5), [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 5, MANY.root(1), MANY.root(5), [])
    assert not verify_consistency(0, 0, MANY.root(1), MANY.root(1), [])
    assert not verify_consistency(6, 5, MANY.root(6), MANY.root(5), [])
    assert not verify_consistency(5, 5, MANY.root(5), MANY.root(4), [])


def test_a_proof_reads_its_block_and_the_unfinished_one_only():
    log = numbered(20 * BLOCK + 9)
    inclusion_proof(3 * BLOCK + 7, len(log.hashes), log)
    assert log.read == BLOCK + 9
    log.read = 0
    consistency_proof(7 * BLOCK + 1, len(log.hashes), log)
    assert log.read == BLOCK + 9


def test_positions_outside_and_blocks_that_are_missing_are_told():
    with pytest.raises(ValueError, match="position 5 is not in a log of 5"):
        inclusion_proof(5, 5, MANY)
    with pytest.raises(ValueError, match="6 is not the beginning of one of 5"):
        consistency_proof(6, 5, MANY)
    short = numbered(600)
    short.blocks.pop()
    with pytest.raises(ValueError, match="1 block roots where a log of 600 has 2"):
        inclusion_proof(0, 600, short)
    with pytest.raises(ValueError, match="88 leaves where a log of 620 has 108"):
        inclusion_proof(0, 620, numbered(600))
