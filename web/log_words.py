"""The words for acts in the business log, as the page of a case lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import to_china
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.ledger.tables import LedgerEntry
from processes.role_titles import role_titles

MOST = 200
WORDS = {
    "document:published": "资料公开",
    "draw:announced": "选取随公告公布",
    "draw:frozen": "意向名单冻结",
    "draw:held": "随机选取完成",
    "draw:opened": "密封件开启",
    "draw:opened_for_joining": "开始报名",
    "draw:opening": "开始开启密封件",
    "draw:planned": "选取方案确定",
    "draw:prepared": "选取准备",
    "draw:published": "选取结果公布",
    "draw:secret_sealed": "保密数密封",
    "draw:secret_unopenable": "保密数无法开启",
    "draw:unsuccessful": "选取失败",
    "draw:winner_unopenable": "中选票无法开启",
    "instance:message_received": "收到外部消息",
    "instance:resumed": "案卷恢复",
    "instance:retried": "重试自动环节",
    "instance:started": "案卷开始",
    "instance:suspended": "案卷暂停",
    "instance:woken": "到点自动推进",
    "mask:lifted": "解除屏蔽",
    "mask:set": "设置屏蔽",
    "notice:published": "公告发布",
    "project:advanced": "项目状态变更",
    "project:registered": "项目登记编号",
    "work_item:claimed": "领取待办",
    "work_item:completed": "办结待办",
    "work_item:handed_over": "移交待办",
    "work_item:released": "退回可领",
}


@dataclass(frozen=True)
class Entry:
    """One act: its number in the log (none until the sequencer has been), never its facts.

    What an entry holds before and after may be hidden still; the whole entry is public where the
    log itself is read.
    """

    seq: int | None
    at: datetime
    word: str
    who: str
    role: str


def entries_about(session: Session, objects: Sequence[str]) -> list[Entry]:
    """Return what the log says of these objects, the newest first."""
    query = (
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.object.in_(objects))
        .order_by(LedgerEntry.id.desc())
        .limit(MOST)
    )
    found = [(seq, orjson.loads(body)) for seq, body in session.execute(query)]
    names = _names(session, {str(body["actor"]) for _, body in found})
    return [_entry(seq, body, names) for seq, body in found]


def _entry(seq: int | None, body: dict[str, Any], names: dict[str, str]) -> Entry:
    action, role = str(body["action"]), str(body.get("role") or "")
    return Entry(
        seq,
        to_china(datetime.fromisoformat(body["time"])),
        WORDS.get(action, action),
        names.get(body["actor"], PLATFORM.name),
        role_titles().get(role, ""),
    )


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
