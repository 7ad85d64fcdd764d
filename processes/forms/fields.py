"""The rule of each kind of field: a value and the field's settings in, one sentence or None out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from processes.forms import messages
from processes.forms.documents import Documents, file_problem
from processes.forms.feel import is_equal
from processes.forms.feel.functions import utf16_length
from processes.forms.limits import MAX_LONG_TEXT, MAX_OPTIONS, MAX_TEXT
from processes.forms.numbers import money_problem, number_problem
from processes.forms.patterns import fits
from processes.forms.schema import CHOICES, MULTIPLE_CHOICES, Component, kind_of, read
from processes.forms.scope import Scope

EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
# Nothing a keyboard types: a database refuses some of these and a letter cannot show the others.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What a browser's trim() takes away; Python's strip() differs by two characters.
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
SECRET_COMMITMENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field at one place, with what its rule may ask."""

    component: Component
    scope: Scope
    documents: Documents | None
    today: date

    def setting(self, name: str) -> Any:  # noqa: ANN401
        """Return a limit from the field's ``validate`` settings."""
        return self.scope.value((self.component.get("validate") or {}).get(name))


Rule = Callable[[Field, Any], str | None]


def is_empty(value: object) -> bool:
    """Tell whether nothing was entered."""
    return value is None or value in ("", [])


def field_problem(field: Field, value: object) -> str | None:
    """Return what is wrong with a value, or None."""
    kind = kind_of(field.component)
    if is_empty(value) or (kind == "checkbox" and value is False):
        return _missing(kind) if field.setting("required") is True else None
    return RULES[kind](field, value)


def _missing(kind: str) -> str:
    if kind in CHOICES | MULTIPLE_CHOICES:
        return messages.REQUIRED_CHOICE
    special = {
        "checkbox": messages.REQUIRED_TICK,
        "filepicker": messages.REQUIRED_FILE,
        "draw_secret": messages.MISSING_SHARE,
    }
    return special.get(kind, messages.REQUIRED)


def _text(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return messages.WRONG_KIND
    if CONTROL.search(value):
        return messages.CONTROL_CHARACTERS
    return _length(field, value) or _form_of_text(field, value)


def _length(field: Field, value: str) -> str | None:
    ceiling = MAX_LONG_TEXT if field.component["type"] == "textarea" else MAX_TEXT
    shortest, longest = field.setting("minLength"), field.setting("maxLength")
    length = utf16_length(value.strip(BLANKS))
    if utf16_length(value) > ceiling:
        return messages.TOO_LONG.format(limit=ceiling)
    if _is_count(shortest) and length < shortest:
        return messages.TOO_SHORT.format(limit=int(shortest))
    if _is_count(longest) and length > longest:
        return messages.TOO_LONG.format(limit=int(longest))
    return None


def _is_count(value: object) -> bool:
    return not isinstance(value, bool | str | list | dict | None)


def _form_of_text(field: Field, value: str) -> str | None:
    pattern, kind = field.setting("pattern"), field.setting("validationType")
    if pattern and not fits(pattern, value):
        return field.setting("patternErrorMessage") or messages.PATTERN
    if kind == "email" and not EMAIL.fullmatch(value):
        return messages.EMAIL
    return messages.PHONE if kind == "phone" and not PHONE.fullmatch(value) else None


def _tick(_: Field, value: object) -> str | None:
    return None if isinstance(value, bool) else messages.WRONG_KIND


def options_of(field: Field) -> list[Any]:
    """Return the values that may be chosen: fixed, from the case's data, or computed."""
    component = field.component
    listed = component.get("values")
    if component.get("valuesKey"):
        listed = read(field.scope.data, str(component["valuesKey"]).split("."))
    elif component.get("valuesExpression"):
        listed = field.scope.value(component["valuesExpression"])
    options = listed[:MAX_OPTIONS] if isinstance(listed, list) else []
    return [one.get("value") if isinstance(one, Mapping) else one for one in options]


def _choice(field: Field, value: object) -> str | None:
    known = any(is_equal(option, value) is True for option in options_of(field))
    return None if known else messages.OPTION


def _choices(field: Field, value: object) -> str | None:
    if not isinstance(value, list):
        return messages.WRONG_KIND
    options = options_of(field)
    known = [any(is_equal(option, one) is True for option in options) for one in value]
    distinct = len({str(one) for one in value}) == len(value)
    return None if all(known) and distinct else messages.OPTION


def _moment(field: Field, value: object) -> str | None:
    subtype = field.component.get("subtype")
    readers = {"date": _day, "time": _time}
    day, problem = readers.get(str(subtype), _day_and_time)(value)
    if problem or day is None or not field.component.get("disallowPassedDates"):
        return problem
    return messages.PAST_DATE.format(limit=field.today) if day < field.today else None


def _day(value: object) -> tuple[date | None, str | None]:
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return date.fromisoformat(value), None
    except ValueError:
        pass
    return None, messages.DATE


def _time(value: object) -> tuple[None, str | None]:
    try:
        if isinstance(value, str) and TIME.fullmatch(value):
            time.fromisoformat(value)
            return None, None
    except ValueError:
        pass
    return None, messages.TIME


def _day_and_time(value: object) -> tuple[date | None, str | None]:
    day, separator, clock = value.partition("T") if isinstance(value, str) else ("", "", "")
    if separator and not _day(day)[1] and not _time(clock)[1]:
        return datetime.fromisoformat(str(value)).date(), None
    return None, messages.DATE_TIME


def _files(field: Field, value: object) -> str | None:
    return file_problem(field.component, value, field.documents)


def _secret(_: Field, value: object) -> str | None:
    sealed = isinstance(value, Mapping) and isinstance(value.get("envelope"), Mapping)
    if (
        sealed
        and isinstance(value, Mapping)
        and SECRET_COMMITMENT.fullmatch(str(value.get("commit")))
    ):
        return None
    return messages.MISSING_SHARE


def _number(field: Field, value: object) -> str | None:
    return number_problem(field.component, value, field.setting("min"), field.setting("max"))


def _money(field: Field, value: object) -> str | None:
    return money_problem(value, field.setting("min"), field.setting("max"))


RULES: dict[str, Rule] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "money": _money,
    "checkbox": _tick,
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(MULTIPLE_CHOICES, _choices),
    "datetime": _moment,
    "filepicker": _files,
    "draw_secret": _secret,
}
