"""How back-office screens write values: the same words as the pages people work on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from models.clock import to_china
from models.flow.definition import DefinitionStatus
from models.flow.instance import InstanceStatus
from models.flow.job import JobState
from models.identity.party import PartyStatus
from models.identity.security import EVENT_TITLES

WORDS: dict[StrEnum, str] = {
    DefinitionStatus.DRAFT: "草稿",
    DefinitionStatus.PUBLISHED: "已发布",
    DefinitionStatus.RETIRED: "已停用",
    InstanceStatus.RUNNING: "办理中",
    InstanceStatus.COMPLETED: "已办结",
    InstanceStatus.TERMINATED: "已终止",
    InstanceStatus.SUSPENDED: "暂停",
    InstanceStatus.FAILED: "故障",
    JobState.WAITING: "等待",
    JobState.LEASED: "执行中",
    JobState.DONE: "完成",
    JobState.DEAD: "失败",
    PartyStatus.PENDING: "待审核",
    PartyStatus.ACTIVE: "正常",
    PartyStatus.CLOSED: "已注销",
}
NOTHING = "—"


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the values of a state with their words, for a filter."""
    return [(member.value, WORDS[member]) for member in kind]


def event_title(kind: str) -> str:
    """Return the words for a kind of security event."""
    return EVENT_TITLES.get(kind, kind)


def in_words(value: Any) -> str:  # noqa: ANN401
    """Return a value as a screen shows it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        return WORDS.get(value, value.value)
    if isinstance(value, datetime):
        return to_china(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
