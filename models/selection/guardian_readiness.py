"""Whether each guardian would answer, who could open early, and what that forbids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ConflictError
from models.flow.job import Setting
from models.identity.account import Account
from models.selection import guardian_keys
from models.selection.guardian_keys import GuardianKeyMissingError
from models.selection.guardian_tables import Rehearsal
from models.selection.local_guardians import folder
from models.selection.tables import Guardian
from models.settings import Settings

DEMONSTRATION = "demonstration"
SILENT_AFTER = timedelta(minutes=30)
"""A guardian's program asks every few seconds; half an hour of silence is told."""

TIME_TO_REHEARSE = {"remote": timedelta(days=1), "locked": timedelta(days=7)}
APART = 2
PLACES = {"remote": "在自己的机器上", "locked": "在本机，用口令锁定", "local": "在本机"}


class GuardiansTogetherError(ConflictError):
    """Too few guardians are apart from this machine's owner for a bidding to be announced."""

    message = (
        "竞价公告不能发布：三家保管方中须至少两家在自己的机器上运行，"
        "或者密钥由不同的人各用口令锁定，现在只有{apart}家。"
        "请系统管理员在后台“保管人”中设置后再发布。"
    )


@dataclass(frozen=True)
class GuardianStatus:
    """One guardian: where its key lies, and what keeps it from answering, if anything does."""

    name: str
    title: str
    kid: str
    place: str
    holder: str
    fault: str
    seen_at: datetime | None
    rehearsed_at: datetime | None

    @property
    def ready(self) -> bool:
        """Whether it would answer."""
        return not self.fault

    @property
    def place_title(self) -> str:
        """Where its key lies, in words."""
        return PLACES[self.place]


def ready(session: Session, settings: Settings, now: datetime) -> list[GuardianStatus]:
    """Return the state of each guardian, in the order of their names; ``now`` is machine time."""
    newest = select(Rehearsal).order_by(Rehearsal.begun_at.desc()).limit(1)
    rehearsal = session.scalar(newest)
    return [_status(settings, row, holder, rehearsal, now) for row, holder in _rows(session)]


def not_ready(session: Session, settings: Settings, now: datetime) -> list[GuardianStatus]:
    """Return the guardians that would not answer: what the desks show in red."""
    return [one for one in ready(session, settings, now) if not one.ready]


def _rows(session: Session) -> Sequence[tuple[Guardian, Account | None]]:
    query = (
        select(Guardian, Account)
        .outerjoin(Account, Account.id == Guardian.holder_id)
        .where(Guardian.retired_at.is_(None))
        .order_by(Guardian.name)
    )
    return [(row, holder) for row, holder in session.execute(query)]


def place_of(row: Guardian) -> str:
    """Return ``remote``, ``locked`` or ``local``."""
    if not row.is_local:
        return "remote"
    return "locked" if row.is_locked else "local"


def _status(
    settings: Settings,
    row: Guardian,
    holder: Account | None,
    rehearsal: Rehearsal | None,
    now: datetime,
) -> GuardianStatus:
    fault = (
        _key_fault(settings, row)
        or _holder_fault(row, holder)
        or _silence_fault(row, now)
        or _rehearsal_fault(row, rehearsal, now)
    )
    return GuardianStatus(
        row.name,
        row.title,
        row.kid,
        place_of(row),
        holder.name if holder else "",
        fault,
        row.seen_at,
        row.rehearsed_at,
    )


def _key_fault(settings: Settings, row: Guardian) -> str:
    if not row.is_local:
        return ""
    try:
        if row.is_locked:
            found = guardian_keys.load_public(folder(settings), row.name, row.kid)[0]
        else:
            found = guardian_keys.load_key(folder(settings), row.name, row.kid).public
    except GuardianKeyMissingError:
        return "密钥文件不在本机或已损坏，请从密钥备份恢复"
    return "" if found.kid == row.kid else "密钥文件与登记的密钥编号不一致，请从密钥备份恢复"


def _holder_fault(row: Guardian, holder: Account | None) -> str:
    if place_of(row) == "local":
        return ""
    if holder is None or not holder.active:
        return "保管人的账号已停用，请登记新的保管人"
    return ""


def _silence_fault(row: Guardian, now: datetime) -> str:
    if row.is_local:
        return ""
    if row.seen_at is None:
        return "保管程序还没有与平台联系过，请保管人启动 smallworks guardian run"
    if now - row.seen_at > SILENT_AFTER:
        return f"保管程序自 {row.seen_at:%Y-%m-%d %H:%M} 起没有联系，请保管人检查其机器"
    return ""


def _rehearsal_fault(row: Guardian, rehearsal: Rehearsal | None, now: datetime) -> str:
    allowed = TIME_TO_REHEARSE.get(place_of(row))
    if allowed is None:
        return ""
    if rehearsal is None:
        return "还没有演练过，请在后台“保管人”中开始演练"
    if row.rehearsed_at is not None and row.rehearsed_at >= rehearsal.begun_at:
        return ""
    if now - rehearsal.begun_at > allowed:
        return f"没有完成 {rehearsal.begun_at:%Y-%m-%d} 开始的演练，请保管人办理"
    # a key that never opened anything is not relied on, however short the time since
    return "" if row.rehearsed_at is not None else "新密钥还没有演练过，请保管人先完成演练"


def warning(session: Session) -> str:
    """Return what pages and notices say about who could open early (selection.md 2)."""
    places = [place_of(row) for row, _ in _rows(session)]
    local, locked = places.count("local"), places.count("locked")
    if local == len(places):
        return "三个保管方的密钥都在本平台的机器上，机器的管理者有可能提前开启密封内容。"
    if local >= APART:
        return "两个保管方的密钥在本平台的机器上，机器的管理者有可能提前开启密封内容。"
    either = "密封内容由三个保管方分别保管，任意两方可以开启，任何一方都不能单独开启。"
    if locked and local + locked >= APART:
        return either + LOCKED_HERE.format(count=locked)
    if local:
        return either + "其中一方的密钥在本平台的机器上，须另有一方配合才能开启。"
    return either


LOCKED_HERE = (
    "其中{count}方的密钥在本平台的机器上，各由不同的人用口令锁定："
    "口令输入之前，机器的管理者打不开。"
)


def apart(session: Session) -> int:
    """Count the people who each keep a key that this machine's owner cannot use alone."""
    keepers = [
        holder for row, holder in _rows(session) if place_of(row) != "local" and holder is not None
    ]
    return len({holder.person or holder.id for holder in keepers if holder.active})


def check_may_announce_bidding(session: Session, settings: Settings) -> None:
    """Raise unless two guardians run elsewhere or are locked by different people.

    A demonstration or training installation, marked on every page, may do without.
    """
    if settings.is_training or session.get(Setting, DEMONSTRATION) is not None:
        return
    found = apart(session)
    if found < APART:
        raise GuardiansTogetherError(apart=found)
