"""How back-office screens write values: the same words as the pages people work on."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext

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
LOOKS: Sequence[tuple[str, str, Sequence[object]]] = (
    ("info", "bi-circle-half", (InstanceStatus.RUNNING, JobState.LEASED)),
    ("ok", "bi-check-circle", (InstanceStatus.COMPLETED, JobState.DONE)),
    ("ok", "bi-check-circle", (PartyStatus.ACTIVE, DefinitionStatus.PUBLISHED)),
    ("hold", "bi-pause-circle", (InstanceStatus.SUSPENDED,)),
    ("late", "bi-exclamation-octagon", (InstanceStatus.FAILED, JobState.DEAD)),
)
"""Tone, icon and the states that look so; every other state is idle."""


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the values of a state with their words, for a filter."""
    return [(member.value, WORDS[member]) for member in kind]


def look_of(state: object) -> tuple[str, str]:
    """Return the tone and icon of a state."""
    found = ((tone, icon) for tone, icon, states in LOOKS if state in states)
    return next(found, ("idle", "bi-circle"))


def event_title(kind: str) -> str:
    """Return the words for a kind of security event."""
    return EVENT_TITLES.get(kind, kind)


def in_words(value: Any) -> str:  # noqa: ANN401
    """Return a value as a screen shows it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        word: str = gettext("是") if value else gettext("否")
        return word
    if isinstance(value, StrEnum):
        return WORDS.get(value, value.value)
    if isinstance(value, datetime):
        return to_china(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
