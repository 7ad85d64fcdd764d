"""The log's tree as the database keeps it: a reader of stored subtree hashes."""

from typing import Literal

from sqlalchemy.orm import Session

from models.ledger.tables import LedgerNode


class StoredNodes:
    """A node store for reading proofs: one row holds the hashes of both algorithms."""

    def __init__(self, session: Session, algorithm: Literal["sha256", "sm3"] = "sha256") -> None:
        self.session = session
        self.algorithm = algorithm

    def get(self, level: int, index: int) -> bytes:
        """Return a stored hash; LookupError when there is none."""
        node = self.session.get(LedgerNode, (level, index))
        if node is None:
            raise LookupError(level, index)
        stored: bytes = getattr(node, self.algorithm)
        return stored

    def put(self, level: int, index: int, digest: bytes) -> None:
        """Refuse: only the sequencer writes the tree."""
        raise PermissionError(level, index, digest)
