"""From what a person submitted to what enters the case: checked, trimmed, secrets taken out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from sqlalchemy.orm import Session

from handlers import enquiries
from handlers.context import Case, OperatorContext
from models.calendar import CalendarYearMissingError, load_calendar
from models.clock import business_now
from models.identity.actor import Actor
from models.selection import appointments
from processes import definitions
from processes.case_errors import DataInvalidError, FormInvalidError
from processes.choices import choices_for
from processes.definitions import Pinned
from processes.documents import attachable
from processes.forms import check_form, messages
from processes.forms.schema import bound_names, components_of, walk
from processes.properties import form_name, form_path, properties_of
from processes.runtime import OpenTask

RESERVED = frozenset({"county", "project", "parties", "people"})
"""Case data that the platform alone writes: who could set it could act as anybody."""
MAX_DATA = 64 * 1024
MAX_NAMES = 200

Submission = Callable[[OperatorContext, str, Any], None]
SUBMISSIONS: dict[str, Submission] = {
    "draw_secret": appointments.accept,
    "asker": enquiries.note_asker,
}
"""Takers of what must not enter the case data, by the task's property ``accepts``."""


@dataclass(frozen=True)
class Answers:
    """What enters the data, what history shows, and what a taker of ``accepts`` is handed."""

    data: dict[str, Any]
    outcome: str = ""
    taken: Mapping[str, Any] = field(default_factory=dict)


def plain(given: object) -> dict[str, Any]:
    """Return a JSON object as it will be stored; refuse what is none, or too large."""
    if not isinstance(given, dict):
        raise DataInvalidError(problem="应为一个 JSON 对象")
    try:
        text = orjson.dumps(given)
        again: dict[str, Any] = orjson.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise DataInvalidError(problem="含有无法保存的内容") from None
    if len(text) > MAX_DATA or len(given) > MAX_NAMES:
        raise DataInvalidError(problem="超过 64 KiB")
    if again != given or b"\\u0000" in text:
        # a number that is none (NaN) turns to null; a null character breaks texts elsewhere
        raise DataInvalidError(problem="含有无法保存的数字或字符")
    return again


def read(
    session: Session, version: Pinned, task: OpenTask, given: object, case: Case, actor: Actor
) -> Answers:
    """Check a submission by the task's form; without one only plain values enter."""
    form = plain(given)
    name = form_name(task.extensions)
    if name is None:
        return _without_form(session, version, task, form)
    schema = definitions.get_json(session, version, form_path(name))
    _refuse_unknown(schema, form)
    checked = check_form(
        schema,
        form,
        {**task.data, **choices_for(session, schema, case.county, case.parties)},
        documents=attachable(session, actor, case.instance_id),
        today=business_now().date(),
        checks={"date_in_calendar": lambda text: _day_problem(session, text)},
        calendar=load_calendar(session),
    )
    if checked.errors:
        raise FormInvalidError(fields=checked.errors)
    kept_out = RESERVED | _not_stored(schema)
    taken = _taken(task, checked.data)
    data = {key: value for key, value in checked.data.items() if key not in kept_out}
    return Answers(data, _outcome(schema, task, checked.data), taken)


def _refuse_unknown(schema: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    unknown = form.keys() - bound_names(components_of(schema))
    if unknown:
        raise FormInvalidError(fields=dict.fromkeys(sorted(unknown), messages.UNKNOWN))


def _without_form(
    session: Session, version: Pinned, task: OpenTask, form: dict[str, Any]
) -> Answers:
    taken = _taken(task, form)
    prepared = definitions.prepared(session, version.id)
    if has_forms(prepared):
        return Answers({}, "", taken)  # a flow with forms takes data through its forms alone
    kept_out = RESERVED | produced(prepared)
    nested = {key: "只接受文字、数字、是否或列表。" for key in form if isinstance(form[key], dict)}
    if nested:
        raise FormInvalidError(fields=nested)
    return Answers({key: form[key] for key in form if key not in kept_out}, "", taken)


def has_forms(prepared: Any) -> bool:  # noqa: ANN401 - processes.specs.Prepared
    """Return whether people answer forms in a flow or in what it calls."""
    return any(form_name(each.extensions) for each in prepared.elements if each.manual)


def produced(prepared: Any) -> frozenset[str]:  # noqa: ANN401 - processes.specs.Prepared
    """Return the names that service tasks of a flow write: nobody else may set them."""
    operators = (each.extensions.get("serviceTaskOperator") for each in prepared.elements)
    return frozenset(
        str(each["resultVariable"]) for each in operators if each and each.get("resultVariable")
    )


def _taken(task: OpenTask, data: dict[str, Any]) -> dict[str, Any]:
    """Take out what the task ``accepts``: it is handed on and never stored."""
    name = properties_of(task.extensions).get("accepts", "").strip()
    secret = data.pop("draw_secret", None)
    if not name:
        return {}
    value = secret if name == "draw_secret" else data.pop(name, None)
    if value is None:
        raise FormInvalidError(fields={name: "缺少必须随办理提交的内容，请刷新页面后重新提交。"})
    return {name: value}


def hand_on(answers: Answers, context: OperatorContext, role: str) -> None:
    """Give what was taken out to whoever takes it, in the same transaction."""
    for name, value in answers.taken.items():
        SUBMISSIONS[name](context, role, value)


def _not_stored(schema: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        str(each.get("key"))
        for each in walk(list(schema.get("components") or []))
        if (each.get("properties") or {}).get("store") == "none"
    )


def _outcome(schema: Mapping[str, Any], task: OpenTask, data: Mapping[str, Any]) -> str:
    name = properties_of(task.extensions).get("outcome", "").strip()
    if not name or name not in data:
        return ""
    fields = (
        each for each in walk(list(schema.get("components") or [])) if each.get("key") == name
    )
    options = [option for each in fields for option in each.get("values") or []]
    labels = (str(each.get("label")) for each in options if each.get("value") == data[name])
    return next(labels, "")[:200]


def _day_problem(session: Session, text: str) -> str | None:
    try:
        load_calendar(session).is_workday(date.fromisoformat(text[:10]))
    except ValueError:
        return "日期格式不对，请重新选择。"
    except CalendarYearMissingError as error:
        return error.text
    return None
