"""The form editor's questions: names to choose from, findings, the form as people get it, a trial.

Nothing is stored here; what is tried is checked by the very check that work items go through.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import orjson
from lxml.etree import _Element
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError, load_calendar
from models.clock import business_now
from models.errors import InvalidError, SmallworksError
from processes.choices import PARTIES, PREFIX
from processes.desks.uses import Use
from processes.forms import Checked, Finding, check_form, schema_findings, with_marks
from processes.forms.findings import shape_problem
from processes.forms.limits import MAX_SCHEMA_CHARACTERS
from processes.forms.schema import bound_names, components_of, segments, walk
from processes.packs.roles import Role
from processes.rehearsal.invent import Inventor
from processes.xml import safe_dmn

Schema = dict[str, Any]
QUALIFICATIONS = "qualification"
SCHEME = "decisions/qualification_scheme.dmn"
EXAMPLES = ("甲", "乙", "丙")
DEEPEST = 200


class NotAFormError(InvalidError):
    """The text is no form."""

    message = "不是正确的表单文件（{reason}），请从保存历史里恢复上一份。"


class FormFaultyError(InvalidError):
    """The form has findings that keep it from being shown."""

    message = "表单还有错误，改正检查列出的错误之后才能试填。"


def parsed(text: str) -> Schema:
    """Return a form from its text; what is none raises, however it was made."""
    if len(text) > 4 * MAX_SCHEMA_CHARACTERS:
        raise NotAFormError(reason="太长")
    if _deepest(text) > DEEPEST:
        raise NotAFormError(reason="嵌套太深")
    try:
        schema = orjson.loads(text)  # stricter than json: no half characters, no NaN
    except (ValueError, RecursionError) as error:
        reason = f"第{error.lineno}行" if isinstance(error, json.JSONDecodeError) else "写法不对"
        raise NotAFormError(reason=reason) from None
    if not isinstance(schema, dict):
        raise NotAFormError(reason="不是一个对象")
    return schema


def _deepest(text: str) -> int:
    """Return how deep brackets are open at once: counted, never called into each other."""
    depth = deepest = 0
    for sign in text:
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def unfit(text: str) -> bool:
    """Return whether a text is no form at all, or one too large or deep for any page."""
    try:
        return shape_problem(parsed(text)) is not None
    except NotAFormError:
        return True


def findings_of(text: str, files: Mapping[str, bytes], roles: Mapping[str, Role]) -> list[Finding]:
    """Return everything to say about a form as it stands in the editor."""
    try:
        schema = parsed(text)
    except NotAFormError as error:
        return [Finding("", "error", error.text)]
    found = schema_findings(schema)
    if any(one.level == "error" for one in found):
        return found
    return [*found, *_choosers(schema, files, roles)]


def _choosers(
    schema: Schema, files: Mapping[str, bytes], roles: Mapping[str, Role]
) -> Iterator[Finding]:
    known = {one["value"] for one in qualifications_in(files)}
    for component in walk(components_of(schema)):
        path = ".".join(segments(component)) or str(component.get("id"))
        key = str(component.get("valuesKey") or "")
        for prefix, of in ((PARTIES, "party"), (PREFIX, "person")):
            role = roles.get(key.removeprefix(prefix))
            if key.startswith(prefix) and (role is None or (of == "party" and role.of != of)):
                yield Finding(path, "error", "要从中选择的角色不存在，请在“选项”里重新选择角色。")
        properties = component.get("properties") or {}
        values = {str(one.get("value")) for one in component.get("values") or []}
        if properties.get("catalogue") == QUALIFICATIONS and values - known:
            told = "有的资质已不在决策表“资质序列”里，请在“选项”里按现在的目录重取。"
            yield Finding(path, "warning", told)


def qualifications_in(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Return the qualifications that may be asked for: value and label of each, from the pack."""
    body = files.get(SCHEME)
    if body is None:
        return []
    try:
        rules = [one for one in safe_dmn(body).iter() if one.tag.endswith("}rule")]
    except SmallworksError:
        return []
    rows = [_quoted(rule) for rule in rules]
    return [{"value": row[0], "label": row[-1]} for row in rows if len(row) > 1 and row[0]]


def _quoted(rule: _Element) -> list[str]:
    texts = [(one.text or "").strip() for one in rule.iter() if str(one.tag).endswith("}text")]
    return [text[1:-1] if text[:1] == text[-1:] == '"' else "" for text in texts]


def view_of(text: str, data: Mapping[str, Any], uses: list[Use]) -> dict[str, Any]:
    """Return a form as people get it, with invented parties and people to choose from."""
    schema = _sound(text)
    return {
        "schema": with_marks(schema, dict(data)),
        "choices": invented_choices(schema),
        "uses": len(uses),
    }


def _sound(text: str) -> Schema:
    schema = parsed(text)
    if any(one.level == "error" for one in schema_findings(schema)):
        raise FormFaultyError
    return schema


def invented_choices(schema: Schema) -> dict[str, list[dict[str, str]]]:
    """Return examples in place of the parties and people that a real case would offer."""
    keys = {str(one.get("valuesKey") or "") for one in walk(components_of(schema))}
    named = [(key, "单位") for key in keys if key.startswith(PARTIES)]
    named += [(key, "人员") for key in keys if key.startswith(PREFIX)]
    return {
        key: [
            {"value": f"{key}_{at}", "label": f"示例{word}{sign}"}
            for at, sign in enumerate(EXAMPLES)
        ]
        for key, word in named
    }


def tried(
    session: Session, text: str, submitted: Mapping[str, Any], data: Mapping[str, Any]
) -> Checked:
    """Check an invented submission as a real one would be; papers are taken at their word."""
    schema = _sound(text)
    today = business_now().date()
    calendar = load_calendar(session)
    return check_form(
        schema,
        dict(submitted),
        {**data, **invented_choices(schema)},
        documents=_papers(submitted).get,
        today=today,
        checks={"date_in_calendar": lambda day: _day_problem(calendar, day)},
        calendar=calendar,
    )


def _day_problem(calendar: Calendar, text: str) -> str | None:
    try:
        calendar.is_workday(date.fromisoformat(text[:10]))
    except CalendarYearMissingError as error:
        return error.text
    except ValueError:
        return "日期格式不对，请重新选择。"
    return None


def _papers(value: object) -> dict[str, Mapping[str, Any]]:
    """Return every reference to a paper in a submission, by its id."""
    found: dict[str, Mapping[str, Any]] = {}
    layer: list[object] = [value]
    for _ in range(DEEPEST):
        for one in layer:
            if isinstance(one, Mapping) and {"id", "sha256", "name"} <= one.keys():
                found[str(one["id"])] = {"size": 0, **one}
        layer = [inner for one in layer for inner in _inside(one)]
    return found


def _inside(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def invented(session: Session, text: str, name: str, files: Mapping[str, bytes]) -> Schema:
    """Return answers that the form's own check accepts, the pack's sample among them."""
    schema = _sound(text)
    calendar, now = load_calendar(session), business_now()
    bound = bound_names(components_of(schema))
    sample = files.get(f"samples/{name}.toml", b"")
    given = {key: value for key, value in _plain_sample(sample).items() if key in bound}
    inventor = Inventor(now, lambda paper: [invented_paper(paper)], calendar)
    return inventor.answers(schema, dict(invented_choices(schema)), given)


def _plain_sample(body: bytes) -> dict[str, Any]:
    """Return a sample's literal values; what stands for a party or a paper is invented anew."""
    try:
        sample = tomllib.loads(body.decode())
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in sample.items() if "'$" not in repr(value)}


def invented_paper(name: str) -> dict[str, Any]:
    """Return a reference to a paper that nobody uploaded."""
    digest = sha256(name.encode()).hexdigest()
    return {"id": digest[:32], "sha256": digest, "name": name, "size": 0}
