"""Which keys the stored data needs, and what cannot be opened without them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.account import Account
from models.ledger.tables import Checkpoint
from models.letter import Letter
from models.selection import draw_keys, filed_results, guardian_keys
from models.selection.auction_tables import Auction, AuctionState
from models.selection.filed_results import FiledResult
from models.selection.guardians import TITLES, folder
from models.selection.tables import Draw, DrawState, Guardian, PlatformSecrets
from models.settings import Settings
from processes.letters.letter_key import path_of as letter_key

IN_USE = (
    DrawState.OPEN,
    DrawState.RESERVED,
    DrawState.FROZEN,
    DrawState.OPENING,
    DrawState.DRAWN,
)
ENDED = (
    DrawState.PUBLISHED,
    DrawState.UNUSED,
    DrawState.UNSUCCESSFUL,
    DrawState.CANCELLED,
)
_TO_BE_NAMED = and_(
    Draw.state == DrawState.UNUSED,
    Draw.id.in_(select(Auction.draw_id).where(Auction.state == AuctionState.SETTLED)),
)
"""Won by one bid alone and still to be published: names and times lie under its draw's key."""


@dataclass(frozen=True)
class MissingKey:
    """A key file that is not here, and what cannot be done without it."""

    name: str
    consequence: str

    def __str__(self) -> str:
        return f"{self.name}：{self.consequence}"


def missing_keys(session: Session, settings: Settings) -> list[MissingKey]:
    """Return every key that is needed and not on this machine."""
    looks = (_log, _guardians, _draws, _platform, _letters, _filed, _secret)
    return [one for look in looks for one in look(session, settings)]


def _log(session: Session, settings: Settings) -> Iterator[MissingKey]:
    path = settings.keys / "log.key"
    if not path.is_file() and session.scalar(select(Checkpoint.size).limit(1)) is not None:
        yield _missing(path, settings, "日志不能再签检查点，参与回执不能签发")


def _guardians(session: Session, settings: Settings) -> Iterator[MissingKey]:
    rows = select(Guardian).where(Guardian.is_local)
    for row in session.scalars(rows.order_by(Guardian.name, Guardian.retired_at)):
        if _is_key_of(row, settings):
            continue
        who, place = TITLES.get(row.name, row.name), folder(settings)
        path = guardian_keys.path_of(place, row.name, None if row.retired_at is None else row.kid)
        what = "密封内容" if row.retired_at is None else "换密钥之前密封的内容"
        yield _missing(path, settings, f"{who}不能开启{what}（三家中须有两家）")


def _is_key_of(row: Guardian, settings: Settings) -> bool:
    try:
        return guardian_keys.load_public(folder(settings), row.name, row.kid)[0].kid == row.kid
    except guardian_keys.GuardianKeyMissingError:
        return False


def _draws(session: Session, settings: Settings) -> Iterator[MissingKey]:
    needed = or_(Draw.state.in_(IN_USE), filed_results.IS_TO_BE_FILED, _TO_BE_NAMED)
    for draw_id in session.scalars(select(Draw.id).where(needed)):
        if not draw_keys.exists(settings, draw_id):
            path = settings.keys / "draws" / f"{draw_id}.key"
            yield _missing(path, settings, "这次选取的报名人查不到自己的报名，联系方式不能开启")


def _platform(session: Session, settings: Settings) -> Iterator[MissingKey]:
    running = select(Draw.platform_year).where(
        Draw.platform_year.is_not(None), or_(Draw.state.not_in(ENDED), filed_results.IS_TO_BE_FILED)
    )
    years = set(session.scalars(running)) | {business_now().year}
    query = select(PlatformSecrets.year).where(PlatformSecrets.year.in_(years))
    for year in session.scalars(query.order_by(PlatformSecrets.year)):
        path = settings.keys / "platform" / f"{year}.json"
        if not path.is_file():
            yield _missing(path, settings, f"{year} 年已安排的选取不能开启，新的选取不能安排")


def _letters(session: Session, settings: Settings) -> Iterator[MissingKey]:
    made = select(Letter.id).where(Letter.document_id.is_not(None)).limit(1)
    path = letter_key(settings)
    if not path.is_file() and session.scalar(made) is not None:
        yield _missing(path, settings, "新的文书不能盖章；已签发的仍可凭核验码核验")


def _filed(session: Session, settings: Settings) -> Iterator[MissingKey]:
    path = filed_results.key_path(settings)
    if not path.is_file() and session.scalar(select(FiledResult.draw_id).limit(1)) is not None:
        yield _missing(path, settings, "已备案的结果不能读取，只能核对日志中的证明指纹")


def _secret(session: Session, settings: Settings) -> Iterator[MissingKey]:
    path = settings.directory / "secret_key"
    if settings.secret_key or path.is_file():
        return
    codes = select(Account.id).where(Account.tf_totp_secret.is_not(None)).limit(1)
    if session.scalar(codes) is not None:
        yield _missing(path, settings, "绑定了动态口令的账号不能登录，须由安全管理员重置")


def _missing(path: Path, settings: Settings, consequence: str) -> MissingKey:
    return MissingKey(path.relative_to(settings.directory).as_posix(), consequence)
