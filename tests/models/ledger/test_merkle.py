import math

import hypothesis
import pytest
from hypothesis import strategies as st

from models.ledger import merkle

SIZES = st.integers(1, 90)
ALGS = st.sampled_from(["sha256", "sm3"])


def defined(digest, leaves):
    """Return the head as RFC 9162 2.1.1 defines it."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return digest(b"\1" + defined(digest, leaves[:k]) + defined(digest, leaves[k:]))


def grown(alg, n):
    digest = merkle.HASHES[alg]
    leaves = [merkle.leaf_hash(digest, b"entry %d" % i) for i in range(n)]
    tree = merkle.Tree(digest, merkle.MemoryStore())
    assert [tree.append(leaf) for leaf in leaves] == list(range(n))
    return digest, leaves, tree


def test_the_empty_tree_and_one_leaf_are_those_of_rfc_9162():
    digest = merkle.HASHES["sha256"]
    empty = merkle.Tree(digest, merkle.MemoryStore())
    assert empty.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (
        merkle.root(digest, [b""]).hex()
        == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@hypothesis.given(ALGS, SIZES)
@hypothesis.settings(deadline=None)
def test_growing_one_by_one_gives_the_defined_head_at_every_size(alg, n):
    digest, leaves, tree = grown(alg, n)
    assert [tree.root(size) for size in range(n + 1)] == [
        defined(digest, leaves[:size]) for size in range(n + 1)
    ]
    assert merkle.root(digest, [b"entry %d" % i for i in range(n)]) == tree.root()


@hypothesis.given(ALGS, SIZES, st.data())
@hypothesis.settings(deadline=None)
def test_an_inclusion_path_proves_its_leaf_at_its_place_and_nothing_else(alg, n, data):
    digest, leaves, tree = grown(alg, n)
    size = data.draw(st.integers(1, n))
    index = data.draw(st.integers(0, size - 1))
    path, head = tree.inclusion(index, size), tree.root(size)
    assert merkle.verify_inclusion(digest, leaves[index], index, size, path, head)
    other = data.draw(st.integers(-1, size))
    hypothesis.assume(other != index)
    assert not merkle.verify_inclusion(digest, leaves[index], other, size, path, head)
    assert not merkle.verify_inclusion(digest, leaves[index], index, size, [*path, head], head)
    assert not path or not merkle.verify_inclusion(
        digest, leaves[index], index, size, path[:-1], head
    )
    assert not merkle.verify_inclusion(digest, head[::-1], index, size, path, head)


@hypothesis.given(ALGS, SIZES, st.data())
@hypothesis.settings(deadline=None)
def test_a_consistency_proof_shows_that_a_tree_was_only_added_to(alg, n, data):
    digest, leaves, tree = grown(alg, n)
    first = data.draw(st.integers(0, n))
    path, old, new = tree.consistency(first), tree.root(first), tree.root()
    assert merkle.verify_consistency(digest, first, n, path, old, new)
    hypothesis.assume(first > 0)
    _, _, rewritten = grown(alg, 0)
    for at, leaf in enumerate(leaves):
        rewritten.append(leaf if at != first - 1 else bytes(32))
    assert not merkle.verify_consistency(
        digest, first, n, rewritten.consistency(first), old, rewritten.root()
    )
    assert not merkle.verify_consistency(digest, first, n, [*path, new], old, new)
    assert not path or not merkle.verify_consistency(digest, first, n, path[:-1], old, new)
    assert first == n or not merkle.verify_consistency(digest, first, n, path, new, new)


def test_an_impossible_claim_is_no_proof():
    digest, leaves, tree = grown("sha256", 4)
    assert not merkle.verify_inclusion(digest, leaves[0], 0, 0, [], leaves[0])
    assert not merkle.verify_consistency(digest, 3, 2, [], tree.root(3), tree.root(2))
    assert not merkle.verify_consistency(digest, 3, 4, [], tree.root(3), tree.root())
    for ask in (lambda: tree.inclusion(4), lambda: tree.consistency(5), lambda: tree.root(5)):
        with pytest.raises(IndexError):
            ask()


class Counting(merkle.MemoryStore):
    reads = 0
    writes = 0

    def get(self, level, index):
        self.reads += 1
        return super().get(level, index)

    def put(self, level, index, digest):
        self.writes += 1
        assert (level, index) not in self, "a node is written once"
        super().put(level, index, digest)


def test_an_entry_costs_no_more_in_a_large_tree_than_its_logarithm():
    digest, store = merkle.HASHES["sha256"], Counting()
    tree = merkle.Tree(digest, store)
    for i in range(4096):
        tree.append(bytes([i % 251]) * 32)
    assert store.writes == 2 * 4096 - 1
    assert store.reads == 4095
    for ask in (
        tree.root,
        lambda: tree.inclusion(4000),
        lambda: tree.consistency(1000, 3999),
        lambda: tree.inclusion(7, 4095),
    ):
        store.reads = 0
        ask()
        assert store.reads <= 2 * math.ceil(math.log2(4096))
