"""Looks whether an installation is sound: one line for each thing, and what to do about a fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import business_now, system_now
from models.document import Document
from models.errors import SmallworksError
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, JobState, OutboundMessage
from models.installation import log_key
from models.ledger import witnesses
from models.ledger.alarm import KIND_TITLES
from models.ledger.tables import Checkpoint
from models.schema import newest_revision, revision_of
from models.selection.guardian_readiness import PLACES
from models.selection.guardians import TITLES, ready
from models.session import reading
from models.settings import Settings
from models.storage import BlobDamagedError, BlobMissingError, open_storage
from processes.backup.keys_needed import missing_keys
from processes.jobs import check_broker
from processes.leases import check_worker
from processes.ledger_check import LogBrokenError, check_log

COVERED = timedelta(days=90)
LOCAL = ("localhost", "127.0.0.1", "::1")
OTHERS_MAY_READ = 0o077
NAMED = 5


class Fault(Exception):  # noqa: N818 - it is what is found, not what goes wrong in the program
    """Something is not sound; the text says what it is and what to do."""


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    name: str
    fault: str
    note: str = ""


def check_up(settings: Settings) -> Iterator[Line]:
    """Look at everything, one after the other; a fault hides none of the others."""
    for name, look in LOOKS.items():
        try:
            yield Line(name, "", look(settings))
        except (Fault, SmallworksError) as error:
            yield Line(name, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of this line
            yield Line(name, f"检查没有完成（{type(error).__name__}: {error}）。")


def _database(_: Settings) -> str:
    with reading() as session:
        stands_at = revision_of(session.get_bind().engine)
        if stands_at != newest_revision():
            raise Fault("数据库结构与程序版本不一致，请运行 smallworks setup。")
        return f"{session.get_bind().dialect.name}，版本 {stands_at}"


def _keys(settings: Settings) -> str:
    secret = (settings.directory / "secret_key",)
    files = [path for path in (*settings.keys.rglob("*"), *secret) if path.is_file()]
    open_ones = [path.name for path in files if path.stat().st_mode & OTHERS_MAY_READ]
    if open_ones:
        names = "、".join(sorted(open_ones)[:5])
        raise Fault(f"其他用户能读这些密钥文件：{names}。请运行 chmod -R go-rwx 数据目录/keys。")
    with reading() as session:
        missing = missing_keys(session, settings)
    if missing:
        named = "；".join(map(str, missing))
        raise Fault(f"缺少密钥：{named}。请从密钥备份恢复（smallworks keys import）。")
    return f"{len(files)} 个密钥文件，只有本用户能读"


def _documents(settings: Settings) -> str:
    storage, checked = open_storage(settings), 0
    faults: list[str] = []
    with reading() as session:
        query = select(Document.sha256, Document.name).distinct().order_by(Document.sha256)
        for sha256, name in session.execute(query):
            try:
                storage.open(sha256).close()
            except (BlobMissingError, BlobDamagedError) as error:
                problem = "丢失" if isinstance(error, BlobMissingError) else "被改动"
                faults.append(f"{name}（{problem}）")
            checked += 1
    if faults:
        named = "、".join(faults[:NAMED])
        raise Fault(f"{len(faults)} 份资料的内容不对：{named}。请从备份恢复。")
    return f"{checked} 份资料的内容与登记的指纹一致"


def _broker(_: Settings) -> str:
    try:
        check_broker()
    except Exception as error:
        raise Fault(
            f"连不上消息代理（{type(error).__name__}），请检查 SMALLWORKS_BROKER_URL；"
            "恢复之前由工作进程定时补做，办理会慢几秒。"
        ) from error
    return "可以连接"


def _worker(_: Settings) -> str:
    check_worker()
    return "正在运行"


def _calendar(_: Settings) -> str:
    today = business_now().date()
    with reading() as session:
        calendar = load_calendar(session)
    days = [today + timedelta(days=n) for n in range(COVERED.days + 1)]
    missing = sorted({day.year for day in days if day not in calendar.days})
    if missing:
        years = "、".join(map(str, missing))
        raise Fault(f"今后 90 天的工作日历不全（缺 {years} 年），请在后台“工作日历”中载入。")
    guessed = sorted({day.year for day in days} & calendar.provisional)
    return f"今后 90 天已载入{''.join(f'；{year} 年为暂定，待正式通知后确认' for year in guessed)}"


def _guardians(settings: Settings) -> str:
    with reading() as session:
        states = ready(session, settings, system_now())
    if len(states) < len(TITLES):
        raise Fault("保管方不足三家，请运行 smallworks setup。")
    faults = [f"{one.title}：{one.fault}" for one in states if not one.ready]
    if faults:
        raise Fault(f"保管方未就绪：{'；'.join(faults)}。")
    places = [one.place for one in states]
    if places.count("local") == len(states):
        return "三家密钥都在本机：掌握本机者能提前开启密封内容，正式使用前应分置"
    counts = {title: places.count(place) for place, title in PLACES.items()}
    return "，".join(f"{count} 家{title}" for title, count in counts.items() if count)


def _log(settings: Settings) -> str:
    with reading() as session:
        signed = session.scalar(select(Checkpoint.size).limit(1)) is not None
        try:
            state = check_log(session, log_key(session, settings).public if signed else None)
        except LogBrokenError as error:
            raise Fault(str(error)) from error
    if not signed:
        return "还没有检查点"
    return f"{state.size} 条与检查点一致；{state.waiting} 条待编号"


def _witnesses(_: Settings) -> str:
    with reading() as session:
        found = witnesses.standings(session)
    faults = [_unwell(one) for one in found if not one.is_well]
    if faults:
        raise Fault("；".join(faults) + "。")
    if not found:
        return "没有登记：日志若被改写，要靠保存过检查点的人发现（smallworks witness）"
    return f"{len(found)} 家，都在核对和签名"


def _unwell(one: witnesses.Standing) -> str:
    if one.alarms:
        kinds = "、".join(KIND_TITLES[kind] for kind in dict.fromkeys(one.alarms))
        return f"“{one.name}”报警（{kinds}）：请保全数据，立即报告监管部门"
    return f"“{one.name}”超过一天没有联系：请其管理人检查程序和网络"


def _count(session: Session, where: ColumnElement[bool]) -> int:
    query: Any = select(func.count()).where(where)
    return int(session.scalar(query) or 0)


def _stuck(_: Settings) -> str:
    with reading() as session:
        dead = {
            "消息": _count(session, OutboundMessage.state == JobState.DEAD),
            "任务": _count(session, Job.state == JobState.DEAD),
            "流程": _count(session, Instance.status == InstanceStatus.FAILED),
        }
    found = "、".join(f"{name} {count} 件" for name, count in dead.items() if count)
    if found:
        raise Fault(f"多次失败而停下的：{found}。请在后台查看原因，处理后重试。")
    return "没有停下的消息、任务和流程"


def _address(settings: Settings) -> str:
    address = urlsplit(settings.url)
    if address.hostname not in LOCAL and address.scheme != "https":
        raise Fault(
            "网站不在本机而没有使用 https：密封和安全密钥在浏览器里不能用。"
            "请配置 https 和域名，并设置 SMALLWORKS_PUBLIC_URL。"
        )
    return settings.url


LOOKS: dict[str, Callable[[Settings], str]] = {
    "数据库": _database,
    "密钥文件": _keys,
    "资料": _documents,
    "消息代理": _broker,
    "工作进程": _worker,
    "工作日历": _calendar,
    "保管人": _guardians,
    "业务日志": _log,
    "见证方": _witnesses,
    "待处理": _stuck,
    "网址": _address,
}
