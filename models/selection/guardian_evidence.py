"""What the platform shows a guardian, so that it need not be believed (selection.md 2).

For each act on which a release rests: its entry in the log and the proof that the checkpoint, which
the guardian holds itself, contains it. What a guardian makes of it stands in ``guardian_check``.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import iso
from models.errors import ConflictError
from models.ledger.merkle import HASHES, Tree
from models.ledger.store import StoredNodes
from models.ledger.tables import Checkpoint, LedgerEntry
from models.selection.comparison_tables import Comparison
from models.selection.guardian_cases import Envelope, Sealed
from models.selection.tables import Draw

Proof = dict[str, Any]
VERSION = 1


class NotYetLoggedError(ConflictError):
    """The log's checkpoint does not contain yet what the release rests on."""

    message = "名单冻结、竞价截止或报名截止还没有写入日志检查点，请稍后再取。"


class CheckpointUnknownError(ConflictError):
    """No checkpoint of this size was ever signed."""

    message = "没有这个条数的检查点，请取最新的检查点后重试。"


class Evidence:
    """Proofs from the log of the first ``size`` entries."""

    def __init__(self, session: Session, size: int) -> None:
        if session.get(Checkpoint, size) is None:
            raise CheckpointUnknownError
        self._session = session
        self._size = size
        self._tree = Tree(HASHES["sha256"], StoredNodes(session), size)

    def of(self, sealed: Sealed) -> dict[str, Any]:
        """Return everything a guardian needs for one draw, bidding or comparison."""
        if sealed.comparison is not None:
            return self._comparison(sealed.draw, sealed.comparison, sealed.interests)
        draw, auction = sealed.draw, sealed.auction
        return {
            "v": VERSION,
            "draw": draw.id,
            "project": draw.project_id,
            "auction": auction.id if auction else None,
            "opens_at": iso(draw.opens_at) if draw.opens_at else "",
            "plan": draw.plan,
            "prepared": self._proof(draw.id, "draw:prepared"),
            "announced": self._proof(draw.id, "draw:announced"),
            "frozen": None if auction else self._proof(draw.id, "draw:frozen"),
            "list": [] if auction else draw.frozen or [],
            "secrets": [
                {"role": role, "envelope": one, "sealed": self._secret(draw.id, one["commit"])}
                for role, one in sealed.secrets.items()
            ],
            "interests": sealed.interests,
            "bidding": self._bidding(sealed) if auction else None,
        }

    def _bidding(self, sealed: Sealed) -> dict[str, Any] | None:
        auction = sealed.auction
        if auction is None:
            return None
        return {
            "announced": self._proof(auction.id, "auction:announced"),
            "frozen": self._proof(auction.id, "auction:frozen"),
            "closed": self._proof(auction.id, "auction:closed"),
            "list": auction.frozen or [],
            "floor": sealed.floor,
            "bids": sealed.bids,
        }

    def _comparison(
        self, draw: Draw, comparison: Comparison, interests: list[Envelope]
    ) -> dict[str, Any]:
        acts = ("prepared", "registering", "closed")
        proofs = {one: self._proof(comparison.id, f"comparison:{one}") for one in acts}
        return {
            "v": VERSION,
            "draw": draw.id,
            "project": draw.project_id,
            "prepared": self._proof(draw.id, "draw:prepared"),
            "comparison": {"id": comparison.id, **proofs},
            "list": comparison.frozen or [],
            "interests": interests,
        }

    def _secret(self, draw_id: str, commit: str) -> Proof:
        return self._proof(
            draw_id, "draw:secret_sealed", lambda entry: entry["after"]["envelope"] == commit
        )

    def _proof(
        self, object_: str, action: str, fits: Callable[[dict[str, Any]], bool] | None = None
    ) -> Proof:
        query = select(LedgerEntry.seq, LedgerEntry.body).where(
            LedgerEntry.object == object_, LedgerEntry.seq < self._size
        )
        for seq, body in self._session.execute(query.order_by(LedgerEntry.seq)):
            entry = orjson.loads(body)
            if entry["action"] == action and (fits is None or fits(entry)):
                path = [node.hex() for node in self._tree.inclusion(int(seq or 0))]
                return {"seq": seq, "entry": body, "path": path}
        raise NotYetLoggedError
