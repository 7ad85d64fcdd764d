"""What the modeller offers where a name is chosen and never typed: value and title of each."""

from collections.abc import Iterable, Mapping
from typing import Any

from handlers import enrolment_messages, messages, parties
from models.letter import LETTER_TITLES
from models.notice import NOTICE_TITLES
from models.project import MANAGEMENT_TITLES, METHOD_TITLES, PHASE_TITLES
from models.project_request import KIND_TITLES, STATE_TITLES
from models.works_report import REPORT_TITLES

Choice = dict[str, str]
SOURCES = {
    parties.ACTOR: "办理人所在单位",
    parties.WINNER: "中选企业",
    parties.OWNER: "项目业主",
    parties.AGENCY: "受托代理机构",
    parties.NAMED: "所填单位",
}
PAGES = {"ceremony": "当众选取页", "seal_floor": "密封最低限价页"}
FUNCTIONS = {
    "now()": "现在",
    'deadline("")': "按规则的期限算到的时刻",
    'rule("")': "县区规则的值",
    "working_days_after(now(), 1)": "若干工作日后的时刻",
    "add_days()": "若干天后的日期",
    "days_between()": "两个日期相隔的天数",
    "duration()": "时长",
    "len()": "个数",
    "sum()": "合计",
    "round()": "四舍五入",
    "True": "是",
    "False": "否",
    "None": "空",
}
FIXED: Mapping[str, Mapping[Any, str]] = {
    "phase": PHASE_TITLES,
    "method": METHOD_TITLES,
    "management": MANAGEMENT_TITLES,
    "notice_kind": NOTICE_TITLES,
    "letter_kind": LETTER_TITLES,
    "request_kind": KIND_TITLES,
    "request_state": STATE_TITLES,
    "report_kind": REPORT_TITLES,
    "party_source": SOURCES,
    "message": messages.TEXTS,
    "enrolment_message": enrolment_messages.TEXTS,
    "page": PAGES,
}
LONGEST = 40
"""A message is chosen by how it begins."""


def pairs(titles: Mapping[Any, str]) -> list[Choice]:
    """Return titles by value as the choosers read them."""
    return [choice(str(value), title) for value, title in titles.items()]


def choice(value: str, title: str) -> Choice:
    """Return one thing to choose; a long title is cut."""
    shown = title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"
    return {"value": value, "title": shown or value}


def fixed() -> dict[str, list[Choice]]:
    """Return what is the same in every county, by what a parameter is ``of``."""
    return {name: pairs(titles) for name, titles in FIXED.items()}


def by_title(found: Iterable[tuple[str, str]]) -> list[Choice]:
    """Return names with titles, in the order of their titles."""
    return [choice(name, title) for name, title in sorted(found, key=lambda one: one[::-1])]
