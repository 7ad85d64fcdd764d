"""The Merkle tree of RFC 9162, naive over a list and incremental over stored nodes.

A node store keeps complete subtrees only: node ``(level, index)`` covers the leaves from
``index << level`` up to ``(index + 1) << level``. So a table of such nodes takes an entry with
O(log n) reads and writes, whatever the tree's size, and a node once written never changes.
"""

from collections.abc import Sequence
from typing import Protocol

from models.selection.verifier import HASHES, Digest, tree_head

__all__ = [
    "HASHES",
    "Digest",
    "MemoryStore",
    "NodeStore",
    "Tree",
    "leaf_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]


class NodeStore(Protocol):
    """Where the hashes of complete subtrees are kept."""

    def get(self, level: int, index: int) -> bytes:
        """Return a stored hash; LookupError when there is none."""

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Store a hash that is never written again."""


class MemoryStore(dict[tuple[int, int], bytes]):
    """A node store for one calculation."""

    def get(self, level: int, index: int) -> bytes:  # type: ignore[override]
        """Return a stored hash; LookupError when there is none."""
        return self[level, index]

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Store a hash."""
        self[level, index] = digest


def leaf_hash(digest: Digest, entry: bytes) -> bytes:
    """Return the leaf of one entry."""
    return digest(b"\0" + entry)


def root(digest: Digest, entries: Sequence[bytes]) -> bytes:
    """Return the tree head over entries."""
    return tree_head(digest, [leaf_hash(digest, entry) for entry in entries])


def _split(size: int) -> int:
    """Return the largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """The first ``size`` leaves of a store, under one hash."""

    def __init__(self, digest: Digest, store: NodeStore, size: int = 0) -> None:
        self.digest = digest
        self.store = store
        self.size = size

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash, store the subtrees it completes and return its index."""
        index = number = self.size
        node, level = leaf, 0
        self.store.put(level, index, node)
        while index & 1:
            node = self._join(self.store.get(level, index - 1), node)
            level, index = level + 1, index >> 1
            self.store.put(level, index, node)
        self.size += 1
        return number

    def root(self, size: int | None = None) -> bytes:
        """Return the tree head over the first ``size`` leaves (all by default)."""
        size = self._known(self.size if size is None else size)
        return self._range(0, size) if size else self.digest(b"")

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the inclusion path of leaf ``index`` in the tree of ``size`` leaves."""
        size = self._known(self.size if size is None else size)
        if not 0 <= index < size:
            raise IndexError(index)
        path, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            left = index < middle
            path.append(self._range(middle, end) if left else self._range(start, middle))
            start, end = (start, middle) if left else (middle, end)
        return path[::-1]

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``second`` leaves continues the one of ``first``."""
        second = self._known(self.size if second is None else second)
        if not 0 <= first <= second:
            raise IndexError(first)
        path: list[bytes] = []
        start, end, whole = 0, second, True
        while first not in {0, end}:
            middle = start + _split(end - start)
            left = first <= middle
            path.append(self._range(middle, end) if left else self._range(start, middle))
            start, end, whole = (start, middle, whole) if left else (middle, end, False)
        if not whole:
            path.append(self._range(start, end))
        return path[::-1]

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _join(self, left: bytes, right: bytes) -> bytes:
        return self.digest(b"\1" + left + right)

    def _range(self, start: int, end: int) -> bytes:
        """Return the head over leaves start … end-1; start is a multiple of their power of two."""
        parts = []
        while start < end:
            level = (end - start).bit_length() - 1
            parts.append(self.store.get(level, start >> level))
            start += 1 << level
        head = parts.pop()
        while parts:
            head = self._join(parts.pop(), head)
        return head


def verify_inclusion(
    digest: Digest, leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes
) -> bool:
    """Say whether path leads from leaf number ``index`` to the head of ``size`` leaves."""
    if not 0 <= index < size:
        return False
    node, last, steps = leaf, size - 1, list(path)
    while last:
        odd = index & 1
        if odd or index < last:
            if not steps:
                return False
            beside = steps.pop(0)
            node = digest(b"\1" + (beside + node if odd else node + beside))
        index, last = index >> 1, last >> 1
    return not steps and node == head


def verify_consistency(
    digest: Digest, first: int, second: int, path: Sequence[bytes], old: bytes, new: bytes
) -> bool:
    """Say whether the tree of ``second`` leaves continues the tree of ``first``."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and old == new
    if first == 0:
        return not path and old == digest(b"")
    steps = list(path)
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    if index and not steps:
        return False
    before = after = steps.pop(0) if index else old
    while last:
        odd = index & 1
        if odd or index < last:
            if not steps:
                return False
            beside = steps.pop(0)
            before = digest(b"\1" + beside + before) if odd else before
            after = digest(b"\1" + (beside + after if odd else after + beside))
        index, last = index >> 1, last >> 1
    return not steps and before == old and after == new
