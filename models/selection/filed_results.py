"""Results filed with the regulator alone: what a cancelled selection would have brought.

A filing names every joiner, and of a bidding holds floor and bids, so it is kept encrypted under a
key that lies outside the database and its backups; the log holds its hash, which tells nothing
because the blinds in it are random.
"""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ForeignKey, Index, LargeBinary, String, and_, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.errors import NotFoundError, UnavailableError
from models.selection.auction_tables import Auction
from models.selection.tables import Draw, DrawState
from models.settings import Settings

FILE = "filed_results.key"
SIZE = 32
NONCE = 12


class FiledResult(Base):
    """One filing, encrypted: a draw's proof, or a bidding's record; its hash stands in the log."""

    __tablename__ = "filed_result"
    __table_args__ = (Index(None, "county_code", "filed_at"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proof_hash: Mapped[str] = mapped_column(String(64), info={"label": "证明指纹"})
    filed_at: Mapped[datetime] = mapped_column(info={"label": "备案时间"})


IS_TO_BE_FILED = and_(
    Draw.state == DrawState.CANCELLED,
    or_(
        Draw.root != "",
        exists().where(Auction.draw_id == Draw.id, Auction.closed_at.is_not(None)),
    ),
    Draw.id.not_in(select(FiledResult.draw_id)),
)
"""Cancelled after the freeze, or a bidding after its close, and still to be computed."""


class FiledKeyMissingError(UnavailableError):
    """The key of the filed results is not where it should be, or another one is."""

    message = "备案结果的密钥不在本机，暂时不能读取，请系统管理员导入密钥后再试。"


class FiledMissingError(NotFoundError):
    """No such filing, or not for this person: the same words for both."""

    message = "没有找到这份备案结果，请从备案结果列表进入。"


def is_filed(session: Session, draw_id: str) -> bool:
    """Return whether the result of a cancelled draw has been filed."""
    query = select(FiledResult.draw_id).where(FiledResult.draw_id == draw_id)
    return session.scalar(query) is not None


def keep(
    session: Session, settings: Settings, draw: Draw, proof: bytes, place: tuple[str, datetime]
) -> FiledResult:
    """File a proof for the county and at the moment that ``place`` names."""
    county, at = place
    has_others = session.scalar(select(FiledResult.draw_id).limit(1)) is not None
    if has_others and not key_path(settings).is_file():
        raise FiledKeyMissingError  # a second key would lock the first one's results away
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + AESGCM(_key(settings)).encrypt(nonce, proof, draw.id.encode())
    row = FiledResult(draw_id=draw.id, county_code=county, sealed=sealed, filed_at=at)
    row.proof_hash = hashlib.sha256(proof).hexdigest()
    session.add(row)
    session.flush()
    return row


def proof_of(settings: Settings, row: FiledResult) -> bytes:
    """Return the exact bytes of a filed proof."""
    if not key_path(settings).is_file():
        raise FiledKeyMissingError
    nonce, body = row.sealed[:NONCE], row.sealed[NONCE:]
    try:
        return AESGCM(_key(settings)).decrypt(nonce, body, row.draw_id.encode())
    except InvalidTag:
        raise FiledKeyMissingError from None


def key_path(settings: Settings) -> Path:
    """Return where the key of the filed results lies."""
    return settings.keys / FILE


def _key(settings: Settings) -> bytes:
    path = settings.keys / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
