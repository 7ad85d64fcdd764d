"""A rehearsal in words: its acts, its data, what changed, who can be named."""

from collections.abc import Mapping
from typing import Any

from models.flow.rehearsal import FlowRehearsal
from processes.rehearsal import cast, events
from processes.rehearsal.seen import Seen

NEXT = "等到下一个时限"
MAX_VALUE = 400


def words_of(act: Mapping[str, Any], before: Seen | None, after: Seen) -> str:
    """Return an act in Chinese; what was seen around it tells steps and flows by title."""
    if "start" in act:
        known = {one["flow"]: one["title"] for one in after.cases}
        return f"发起：{known.get(act['start'], act['start'])}"
    if "step" in act:
        found = (
            [one.title for one in before.open if act["step"] in (one.step, one.item)]
            if before
            else []
        )
        return f"办理：{found[0] if found else act['step']}"
    if "wait" in act:
        return _wait(act["wait"])
    if "event" in act:
        return _event(act)
    return "试运行开始"


def _event(act: Mapping[str, Any]) -> str:
    words = events.titles().get(str(act["event"]), str(act["event"]))
    who = act.get("offers") or act.get("by") or act.get("who") or ()
    names = "、".join([who] if isinstance(who, str) else list(who))
    if act.get("note"):
        names = "、".join(filter(None, [names, str(act["note"])]))
    return f"{words}：{names}" if names else words


def _wait(given: Any) -> str:  # noqa: ANN401 - as an act has it
    if isinstance(given, Mapping):
        return "、".join(_span(str(name), count) for name, count in given.items())
    moment = str(given)[:16].replace("T", " ")
    return NEXT if given == "next" else f"时间到{moment}"


def _span(name: str, count: Any) -> str:  # noqa: ANN401 - as an act has it
    if name == "working_days":
        return f"{count}个工作日后"
    return f"{count}天后" if name == "days" else f"{count}小时后"


def data_lines(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return the case's data as name, value, and whether this step changed it."""
    return [
        (name, _shown(value), name not in before or before[name] != value)
        for name, value in sorted(now.items())
    ]


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)[:MAX_VALUE]


def people(seen: Seen) -> list[tuple[str, str]]:
    """Return the people events can name: user name and words."""
    contractors = [
        (f"contractor{number}", f"第{number}家施工企业{remark}")
        for number in range(1, cast.CONTRACTORS + 1)
        for remark in [cast.remark(number)]
    ]
    known = {name: one.role_title for one in seen.open for name in one.who}
    others = [(name, title) for name, title in known.items() if not name.startswith("contractor")]
    usual = [("owner", "项目业主"), ("$winner", "中选企业"), ("newcomer", "新注册单位")]
    return [*contractors, *usual, *(one for one in others if one[0] not in dict(usual))]


def title_of(row: FlowRehearsal) -> str:
    """Return what a rehearsal is called."""
    return row.title or row.flow
