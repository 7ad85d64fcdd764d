"""What makes this installation itself: its id and the key of its log."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import UnavailableError
from models.flow.job import Setting
from models.ids import random_bytes
from models.ledger import checkpoint
from models.ledger.tables import Checkpoint
from models.settings import Settings

INSTALLATION = "installation"


class NotSetUpError(UnavailableError):
    """The database has not been prepared."""

    message = "数据库尚未准备好，请先运行 smallworks setup。"


class LogKeyMissingError(UnavailableError):
    """The log has been signed with a key that is not here."""

    message = (
        "日志密钥（keys/log.key）不在本机，日志不能签署检查点，回执不能签发。"
        "请系统管理员从密钥备份恢复（smallworks keys import）。"
    )


def ensure_installation(session: Session) -> str:
    """Return this installation's id, making it the first time."""
    row = session.get(Setting, INSTALLATION)
    if row is None:
        row = Setting(name=INSTALLATION, value=str(uuid.UUID(bytes=random_bytes(16), version=4)))
        session.add(row)
        session.flush()
    return str(row.value)


def installation_id(session: Session) -> str:
    """Return this installation's id."""
    row = session.get(Setting, INSTALLATION)
    if row is None:
        raise NotSetUpError
    return str(row.value)


def log_key(session: Session, settings: Settings) -> checkpoint.SigningKey:
    """Return the key that signs the log's checkpoints and the joiners' receipts."""
    name, path = checkpoint.origin_of(installation_id(session)), settings.keys / "log.key"
    # A lost key is not replaced in silence: nobody could verify the log any more.
    if not path.exists() and session.scalar(select(Checkpoint.size).limit(1)) is not None:
        raise LogKeyMissingError
    return checkpoint.ensure_key(path, name)
