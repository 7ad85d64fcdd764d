"""The log's tree as the database keeps it: proofs from stored subtree hashes.

A proof needs some dozens of nodes. Which ones depends on the numbers alone, so they are asked for
in one statement, however large the log is.
"""

from collections.abc import Callable
from typing import Literal, TypeVar

from sqlalchemy.orm import Session

from models.ledger.merkle import HASHES, MemoryStore, Tree
from models.ledger.tables import LedgerNode

Algorithm = Literal["sha256", "sm3"]
Place = tuple[int, int]
Found = TypeVar("Found")


class _Asked:
    """A store that only notes what it is asked for."""

    def __init__(self) -> None:
        self.places: set[Place] = set()

    def get(self, level: int, index: int) -> bytes:
        """Note the place; any bytes will do."""
        self.places.add((level, index))
        return b""

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Refuse: only the sequencer writes the tree."""
        raise PermissionError(level, index, digest)


def stored(
    session: Session,
    size: int,
    ask: Callable[[Tree], Found],
    algorithm: Algorithm = "sha256",
) -> Found:
    """Return what ``ask`` finds in the stored tree of ``size`` entries, by one statement."""
    digest, asked = HASHES[algorithm], _Asked()
    ask(Tree(digest, asked, size))
    return ask(Tree(digest, _loaded(session, asked.places, algorithm), size))


def _loaded(session: Session, places: set[Place], algorithm: Algorithm) -> MemoryStore:
    found = MemoryStore()
    if not places:
        return found
    # (level, position) IN (…) reads the whole table on SQLite; a join goes by the key on both
    wanted = ", ".join(f"({level:d}, {index:d})" for level, index in sorted(places))
    query = (
        f"WITH wanted (level, position) AS (VALUES {wanted}) "  # noqa: S608 - whole numbers alone
        f"SELECT node.level, node.position, node.{algorithm} FROM wanted "
        "JOIN ledger_node AS node ON node.level = wanted.level AND node.position = wanted.position"
    )
    for level, position, digest in session.connection().exec_driver_sql(query):
        found.put(level, position, bytes(digest))
    return found


class StoredNodes:
    """A node store that reads node by node, for looking at a few."""

    def __init__(self, session: Session, algorithm: Algorithm = "sha256") -> None:
        self.session = session
        self.algorithm = algorithm

    def get(self, level: int, index: int) -> bytes:
        """Return a stored hash; LookupError when there is none."""
        node = self.session.get(LedgerNode, (level, index))
        if node is None:
            raise LookupError(level, index)
        digest: bytes = getattr(node, self.algorithm)
        return digest

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Refuse: only the sequencer writes the tree."""
        raise PermissionError(level, index, digest)
