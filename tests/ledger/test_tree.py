"""The Merkle tree: if these fail, history can be rewritten unseen."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.ledger import BadProof, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion
from lodemark_verify.bundle import included_root

LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(64)]
TREE = Tree.of(LEAVES)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = _split(len(leaves))
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*naive_proof(old, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_proof(old - split, leaves[split:], False), naive_root(leaves[:split])]


def _split(count: int) -> int:
    split = 1
    while split * 2 < count:
        split *= 2
    return split


def bent(path: list[bytes], chance: random.Random) -> list[list[bytes]]:
    """Ten wrong proofs of a right one, none of them the right one: flipped, dropped, added, swapped, cut, repeated."""
    place = chance.randrange(len(path))
    flipped = bytes(byte ^ (1 << chance.randrange(8) if spot == 31 else 0) for spot, byte in enumerate(path[place]))
    noise = chance.randbytes(32)
    found = [
        [*path[:place], flipped, *path[place + 1 :]],
        [*path[:place], noise, *path[place + 1 :]],
        [*path[:place], *path[place + 1 :]],
        [*path[:place], path[place][:31], *path[place + 1 :]],
        [*path[:place], path[place] + b"\0", *path[place + 1 :]],
        [noise, *path],
        [*path, noise],
        [*path, path[-1]],
        [],
        path[::-1] if len(set(path)) > 1 else [noise],
    ]
    assert len(found) == 10 and path not in found
    return found


@pytest.mark.parametrize("trees", [300, pytest.param(10_000, marks=pytest.mark.long, id="long")])
def test_random_trees_agree_with_the_definition_and_accept_nothing_else(trees: int) -> None:
    """The clever tree is quick; the definition is what the standard says. An outsider may use either."""
    chance = random.Random(6962)
    for _ in range(trees):
        size = chance.choice([chance.randrange(2, 65), chance.randrange(65, 400)])
        leaves = [chance.randbytes(32) for _ in range(size)]
        tree, root = Tree.of(leaves), naive_root(leaves)
        index, old = chance.randrange(size), chance.randrange(1, size)
        path, proof, old_root = tree.inclusion(index), tree.consistency(old), naive_root(leaves[:old])
        assert (tree.root(), tree.root(old)) == (root, old_root)
        assert path == naive_path(index, leaves) and proof == naive_proof(old, leaves)
        leaf = leaf_hash(leaves[index])
        assert verify_inclusion(leaf, index, size, path, root)
        assert included_root(leaf, index, size, path) == root
        assert verify_consistency(old, size, proof, old_root, root)
        for wrong in bent(path, chance):
            assert not verify_inclusion(leaf, index, size, wrong, root)
            assert included_root(leaf, index, size, wrong) != root
        for wrong in bent(proof, chance):
            assert not verify_consistency(old, size, wrong, old_root, root)
        assert not verify_inclusion(leaf, (index + 1) % size, size, path, root)
        assert not verify_inclusion(leaf, index, index, path, root)
        assert not verify_consistency(old, old - 1, proof, old_root, root)


@pytest.mark.parametrize("size", range(65))
def test_roots_and_proofs_of_every_size_agree_with_the_definition(size: int) -> None:
    """One wrong split and no outsider could verify anything."""
    root = TREE.root(size)
    assert root == naive_root(LEAVES[:size])
    for index in range(size):
        assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, TREE.inclusion(index, size), root)
    for old in range(1, size + 1):
        assert verify_consistency(old, size, TREE.consistency(old, size), TREE.root(old), root)


@given(st.data())
def test_wrong_inclusion_proofs_are_refused(data: st.DataObject) -> None:
    """A verifier that accepts a bent proof is worse than none."""
    size = data.draw(st.integers(2, 64))
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = TREE.inclusion(index, size), TREE.root(size), leaf_hash(LEAVES[index])
    place = data.draw(st.integers(0, len(path) - 1))
    flipped = path.copy()
    flipped[place] = bytes([flipped[place][0] ^ 1]) + flipped[place][1:]
    swapped = [*path[:place], path[place][:31], *path[place + 1 :]]
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    for wrong in (flipped, swapped, path[:-1], [*path, root], path[::-1] if path != path[::-1] else flipped):
        assert not verify_inclusion(leaf, index, size, wrong, root)
    assert not verify_inclusion(leaf, other, size, path, root)
    assert not verify_inclusion(leaf, index, index, path, root)
    assert not verify_inclusion(leaf, index, size, path, leaf)


@given(st.data())
def test_wrong_consistency_proofs_are_refused(data: st.DataObject) -> None:
    """A rewritten log must not pass as a grown one."""
    size = data.draw(st.integers(2, 64))
    old = data.draw(st.integers(1, size - 1))
    path, old_root, root = TREE.consistency(old, size), TREE.root(old), TREE.root(size)
    place = data.draw(st.integers(0, len(path) - 1))
    flipped = path.copy()
    flipped[place] = bytes([flipped[place][0] ^ 1]) + flipped[place][1:]
    for wrong in (flipped, path[:-1], [*path, root]):
        assert not verify_consistency(old, size, wrong, old_root, root)
    assert not verify_consistency(old, size, path, root, root)
    assert not verify_consistency(old, size, path, old_root, old_root)
    assert not verify_consistency(0, size, path, old_root, root)
    assert not verify_consistency(size, old, path, old_root, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (0, 65)])
def test_a_place_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    """Python's negative indexes would quietly prove another record."""
    with pytest.raises(BadProof):
        TREE.inclusion(index, size)
