"""What was done: the business log and the security events, for looking only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from admin.view import AUDIT, READING, SECURITY, LookView
from admin.words import event_title, in_words
from models.identity.account import Account, SecurityEvent
from models.identity.actor import PLATFORM
from models.identity.security import EVENT_TITLES
from models.ledger.tables import LedgerEntry
from processes.log_words import WORDS
from processes.role_titles import role_titles


class LedgerView(LookView):
    """The business log as it stands; entries are never changed."""

    slug = "ledger"
    icon = "bi-journal-text"
    roles = frozenset({AUDIT})
    note = "日志只增不改；序号由平台统一编排，检查点带签名，可用命令 smallworks verify log 核验。"
    shown = ("seq", "time", "action", "object", "actor", "role")
    more = ("body",)
    labels = {
        "seq": "序号",
        "time": "时间",
        "action": "行为",
        "object": "对象",
        "actor": "办理账号",
        "role": "角色",
        "body": "全文",
    }
    column_searchable_list = ("object",)
    column_sortable_list = ("seq",)
    column_default_sort = ("id", True)

    def cell(self, model: LedgerEntry, name: str) -> str:  # type: ignore[override]
        """Read most columns from the entry's text."""
        if name == "seq":
            return "等待编号" if model.seq is None else str(model.seq)
        if name not in ("time", "action", "actor", "role"):
            return super().cell(model, name)
        facts: dict[str, Any] = orjson.loads(model.body)
        return _WORDS[name](str(facts.get(name, "")))


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"


def _actor(account_id: str) -> str:
    if account_id == PLATFORM.account_id:
        return PLATFORM.name
    account = READING.get(Account, account_id)
    return str(account) if account else account_id


_WORDS: dict[str, Callable[[str], str]] = {
    "time": _time,
    "action": lambda action: WORDS.get(action, action),
    "actor": _actor,
    "role": lambda role: in_words(role_titles().get(role, role)),
}


class SecurityEventView(LookView):
    """Sign-ins, locks, changes of rights."""

    slug = "security_events"
    icon = "bi-shield-check"
    roles = frozenset({SECURITY, AUDIT})
    shown = ("at", "kind", "account", "address", "detail")
    choices = {"kind": tuple(EVENT_TITLES.items())}
    column_searchable_list = ("account", "address")
    column_default_sort = ("at", True)
    can_view_details = False

    def cell(self, model: SecurityEvent, name: str) -> str:  # type: ignore[override]
        """Write the kind in words."""
        if name == "at":
            return model.at.strftime("%Y-%m-%d %H:%M:%S")
        return event_title(model.kind) if name == "kind" else super().cell(model, name)
