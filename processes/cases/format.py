"""The files ``cases/*.toml``: worked cases of flows, and values of rules on a day.

    [[opening]] name, begins?, acts           a beginning that several cases share
    [[case]] name, flow, source, begins?, now?, acts, expect
    [[case]] name, rule, source, on | from, expect

An act is ``{start, by}``, ``{step, by?, form?}``, ``{wait}`` or ``{event, …}``; what is expected
are facts (``processes.cases.facts``): only those that are written are compared.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from models.errors import InvalidError

Act = Mapping[str, Any]
FOLDER = "cases/"
VERBS = ("start", "step", "wait", "event")
KEYS: Mapping[str, frozenset[str]] = {
    "start": frozenset({"start", "by", "about", "as", "data", "note"}),
    "step": frozenset({"step", "by", "case", "form", "exact", "fen", "note"}),
    "wait": frozenset({"wait", "note"}),
}
FLOW_CASE = frozenset({"name", "flow", "source", "begins", "now", "acts", "expect"})
RULE_CASE = frozenset({"name", "rule", "source", "on", "from", "given", "expect"})
"""``given = { from = … }`` is how periods were written first."""
OPENING = frozenset({"name", "begins", "now", "acts"})
MAX_ACTS, MAX_CASES, MAX_NAME = 400, 300, 200


class CasesFaultyError(InvalidError):
    """A file of worked cases cannot be read."""

    message = "办理样例文件写法不对：{reason}"


@dataclass(frozen=True)
class WorkedCase:
    """One worked case of a flow; ``acts`` are its own, after those of what it ``begins`` with."""

    name: str
    flow: str
    source: str
    acts: tuple[Act, ...]
    expect: Mapping[str, Any]
    begins: str = ""
    now: str = ""


@dataclass(frozen=True)
class RuleCase:
    """The value of a rule on a day, or until when a period lasts that began at a moment."""

    name: str
    rule: str
    source: str
    expect: Mapping[str, Any]
    on: date | None = None
    began: datetime | None = None


@dataclass(frozen=True)
class Opening:
    """A beginning that several cases share."""

    name: str
    acts: tuple[Act, ...]
    begins: str = ""
    now: str = ""


@dataclass(frozen=True)
class CaseFile:
    """One file, in the order in which it is written; ``note`` are the comments at its head."""

    openings: tuple[Opening, ...] = ()
    cases: tuple[WorkedCase | RuleCase, ...] = ()
    note: str = field(default="", compare=False)

    def opening(self, name: str) -> Opening:
        """Return a beginning by its name."""
        for one in self.openings:
            if one.name == name:
                return one
        raise _faulty(f"没有名为“{name}”的开头（opening），请补写或改名。")

    def acts_of(self, one: WorkedCase | Opening) -> list[Act]:
        """Return every act of a case, those of its beginnings first."""
        chain: list[WorkedCase | Opening] = [one]
        while chain[0].begins:
            chain.insert(0, self.opening(chain[0].begins))
            if len(chain) > len(self.openings) + 1:
                raise _faulty(f"“{one.name}”的开头互相引用，请改正。")
        acts = [act for part in chain for act in part.acts]
        if len(acts) > MAX_ACTS:
            raise _faulty(f"“{one.name}”超过{MAX_ACTS}个动作，请拆成几个样例。")
        return acts

    def now_of(self, one: WorkedCase | Opening) -> str:
        """Return when a case begins; empty for the rehearsal's own beginning."""
        return one.now or (self.now_of(self.opening(one.begins)) if one.begins else "")


def read_cases(data: bytes) -> CaseFile:
    """Return a file's cases; raise with what is wrong and what to do."""
    try:
        text = data.decode()
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _faulty(f"不是正确的 TOML（{error}），请改正。") from None
    if unknown := set(tables) - {"case", "opening"}:
        raise _faulty(f"有不认识的项目：{'、'.join(sorted(unknown))}，请删除。")
    rows = (_rows(tables, "opening"), _rows(tables, "case"))
    if sum(map(len, rows)) > MAX_CASES:
        raise _faulty(f"一个文件最多{MAX_CASES}个样例，请分成几个文件。")
    openings = tuple(_opening(one) for one in rows[0])
    file = CaseFile(openings, tuple(_case(one) for one in rows[1]), _note(text))
    for one in (*file.openings, *file.cases):
        _check_named(file, one)
    return file


def _rows(tables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = tables.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise _faulty(f"样例须写成 [[{name}]]，请改正。")
    return rows


def _note(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return "\n".join(lines)


def _check_named(file: CaseFile, one: WorkedCase | RuleCase | Opening) -> None:
    same = [other for other in (*file.openings, *file.cases) if other.name == one.name]
    if len(same) > 1:
        raise _faulty(f"有两个样例都叫“{one.name}”，请改名。")
    if not isinstance(one, RuleCase):
        file.acts_of(one)


def _opening(row: Mapping[str, Any]) -> Opening:
    name = _name(row, OPENING)
    return Opening(name, _acts(name, row), str(row.get("begins", "")), _moment(row.get("now", "")))


def _case(row: Mapping[str, Any]) -> WorkedCase | RuleCase:
    is_rule = "rule" in row
    name = _name(row, RULE_CASE if is_rule else FLOW_CASE)
    source, expect = row.get("source"), row.get("expect")
    if not isinstance(source, str) or not source.strip():
        raise _faulty(f"样例“{name}”没有依据（source），请写明文件和条款。")
    if not isinstance(expect, dict) or not expect:
        raise _faulty(f"样例“{name}”没有写应有的结果（expect），请补写。")
    if not _names_people(expect.get("next", [])):
        raise _faulty(f"样例“{name}”的下一环节（next）须写成环节标识的列表，请改正。")
    if is_rule:
        return _rule(name, row)
    flow = row.get("flow")
    if not isinstance(flow, str) or not flow:
        raise _faulty(f"样例“{name}”没有写是哪个流程（flow），请补写。")
    told = {key: _plain(value) for key, value in expect.items()}
    begins, now = str(row.get("begins", "")), _moment(row.get("now", ""))
    return WorkedCase(name, flow, source, _acts(name, row), told, begins, now)


def _rule(name: str, row: Mapping[str, Any]) -> RuleCase:
    given = row.get("given")
    first = given.get("from") if isinstance(given, dict) else None
    on, began = row.get("on"), row.get("from", first)
    if (type(on) is date) == isinstance(began, datetime):
        raise _faulty(f"样例“{name}”须写哪一天（on）或者从何时起算（from），请改正。")
    if set(row["expect"]) != {"value" if on else "until"}:
        wanted = "数值（value）" if on else "到何时（until）"
        raise _faulty(f"样例“{name}”的结果须写成{wanted}，请改正。")
    return RuleCase(name, str(row["rule"]), row["source"], row["expect"], on, began)


def _name(row: Mapping[str, Any], known: frozenset[str]) -> str:
    name = row.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise _faulty("有样例没有名称（name），请补写。")
    if unknown := set(row) - known:
        raise _faulty(f"样例“{name}”有不认识的项目：{'、'.join(sorted(unknown))}，请删除。")
    return name


def _acts(name: str, row: Mapping[str, Any]) -> tuple[Act, ...]:
    acts = row.get("acts", [])
    if not isinstance(acts, list):
        raise _faulty(f"样例“{name}”的动作（acts）须写成列表，请改正。")
    for number, act in enumerate(acts, 1):
        if problem := act_problem(act):
            raise _faulty(f"样例“{name}”第{number}个动作{problem}")
    return tuple({key: _plain(value) for key, value in act.items()} for act in acts)


def act_problem(act: object) -> str:
    """Return what is wrong with the shape of an act, or nothing."""
    if not isinstance(act, dict):
        return "须写成 { … }，请改正。"
    verbs = [verb for verb in VERBS if verb in act]
    if len(verbs) != 1:
        return "须写且只写 start、step、wait、event 之一，请改正。"
    verb = verbs[0]
    unknown = set(act) - KEYS[verb] if verb in KEYS else set()
    if unknown:
        return f"有不认识的项目：{'、'.join(sorted(unknown))}，请删除。"
    if verb != "wait" and (not isinstance(act[verb], str) or not act[verb]):
        return f"的 {verb} 须写名称，请改正。"
    return _parts_problem(act)


def _parts_problem(act: Mapping[str, Any]) -> str:
    for name in ("form", "offers", "data"):
        if not isinstance(act.get(name, {}), dict):
            return f"的 {name} 须写成 {{ 名称 = 值 }}，请改正。"
    if not all(_names_people(act[name]) for name in ("by", "who") if name in act):
        return '的 by 须写人名，几个人写成 [ "甲", "乙" ]，请改正。'
    return ""


def _names_people(value: object) -> bool:
    listed = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in listed)


def _plain(value: Any) -> Any:  # noqa: ANN401 - as TOML has it
    """Return a value as JSON has it: moments and days as text."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _moment(value: datetime | str) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)


def _faulty(reason: str) -> CasesFaultyError:
    return CasesFaultyError(reason=reason)


def cases_in(files: Mapping[str, bytes]) -> list[tuple[str, CaseFile]]:
    """Return every readable file of worked cases among a county's files, by its path."""
    return [
        (path, read_cases(files[path]))
        for path in sorted(files)
        if path.startswith(FOLDER) and path.endswith(".toml")
    ]


def of_flow(cases: Sequence[WorkedCase | RuleCase], flow: str) -> list[WorkedCase]:
    """Return the worked cases of one flow."""
    return [one for one in cases if isinstance(one, WorkedCase) and one.flow == flow]
