"""What was done: the business log and the security events, for looking only."""

from typing import Any

import orjson

from admin.view import AUDIT, SECURITY, LookView
from admin.words import event_title, in_words
from models.identity.account import SecurityEvent
from models.identity.security import EVENT_TITLES
from models.ledger.tables import LedgerEntry


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
        if name in ("time", "action", "actor", "role"):
            facts: dict[str, Any] = orjson.loads(model.body)
            return in_words(facts.get(name))
        return super().cell(model, name)


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
