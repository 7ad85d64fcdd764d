"""The log's Merkle tree in the database: both hashes of a node stand in one row."""

from collections import defaultdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.ledger.merkle import HASHES, Tree, leaf_hash
from models.ledger.tables import LedgerNode


class _Column:
    """One hash's view of the node rows, as :class:`models.ledger.merkle.NodeStore`."""

    def __init__(self, nodes: "Nodes", alg: str) -> None:
        self.nodes = nodes
        self.alg = alg

    def get(self, level: int, index: int) -> bytes:
        """Return a stored or new hash; LookupError when there is none."""
        return self.nodes.row(level, index)[self.alg]

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Keep a new hash until the rows are stored."""
        self.nodes.fresh[level, index][self.alg] = digest


class Nodes:
    """The tree of the first ``size`` entries under every hash; new rows wait for :meth:`store`."""

    def __init__(self, session: Session, size: int) -> None:
        self.session = session
        self.fresh: defaultdict[tuple[int, int], dict[str, bytes]] = defaultdict(dict)
        self._known: dict[tuple[int, int], dict[str, bytes]] = {}
        self._trees = {alg: Tree(HASHES[alg], _Column(self, alg), size) for alg in HASHES}

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return next(iter(self._trees.values())).size

    def append(self, entry: bytes) -> int:
        """Add one entry and return its number."""
        numbers = {tree.append(leaf_hash(HASHES[a], entry)) for a, tree in self._trees.items()}
        return numbers.pop()

    def root(self, alg: str, size: int | None = None) -> bytes:
        """Return the tree head over the first ``size`` entries."""
        return self._trees[alg].root(size)

    def tree(self, alg: str) -> Tree:
        """Return the tree under one hash, for proofs."""
        return self._trees[alg]

    def row(self, level: int, index: int) -> dict[str, bytes]:
        """Return the hashes of one node; LookupError when there is none."""
        place = (level, index)
        if place in self.fresh:
            return self.fresh[place]
        if place not in self._known:
            found = self.session.get(LedgerNode, place)
            if found is None:
                raise LookupError(place)
            self._known[place] = {"sha256": found.sha256, "sm3": found.sm3}
        return self._known[place]

    def store(self) -> None:
        """Write the rows that were added."""
        if not self.fresh:
            return
        rows = [{"level": at[0], "position": at[1], **row} for at, row in self.fresh.items()]
        self.session.execute(insert(LedgerNode), rows)
        self._known |= self.fresh
        self.fresh.clear()
