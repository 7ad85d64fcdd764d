"""Makes up answers that a form's own check accepts: what is required, as plainly as can be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.clock import CHINA
from processes.forms.build import settled
from processes.forms.checks import WORKING_DAY
from processes.forms.days import WorkingDays, working_days_of
from processes.forms.documents import accepted_endings
from processes.forms.fields import Field, is_empty, options_of
from processes.forms.patterns import fits
from processes.forms.schema import (
    GROUP,
    INPUTS,
    LIST,
    Component,
    Values,
    checks_of,
    components_of,
    kind_of,
    read,
    segments,
    write,
)
from processes.forms.scope import Scope

ROUNDS = 6
FILLER = "试运行填写的内容"
CREDIT_CODE = "91511702MADM0001XX"
MOBILE = "17000000001"
CANDIDATES = (
    "1", "12", "123", "1234", "12345", "123456", "12345678", "1234567890", "A1", "A001", "AB-001",
    "2026-001", "2026", "abc", "ABC", "试运行", "17000000001", "000000", "511702", "1.5", "10.00",
)  # fmt: skip
Upload = Callable[[str], list[dict[str, Any]]]


@dataclass
class Inventor:
    """Answers forms at one moment; ``upload`` makes a paper (``$file:name``) and refers to it."""

    now: datetime
    upload: Upload
    calendar: WorkingDays | None = None

    def answers(self, schema: Component, stored: Values, given: Values) -> Values:
        """Return the form with every visible required field answered; ``given`` stands as it is.

        What is answered can show more fields, so the form is gone through until nothing is added.
        """
        form: Values = {name: value for name, value in given.items() if value is not None}
        blank = {name for name, value in given.items() if value is None}
        for _ in range(ROUNDS):
            _, scope = settled(schema, form, stored)
            before = repr(form)
            self._fill(components_of(schema), form, stored, scope, blank)
            if repr(form) == before:
                break
        shown, _ = settled(schema, form, stored)
        return {name: value for name, value in form.items() if name in shown}

    def _fill(
        self,
        components: list[Component],
        form: Values,
        stored: Values,
        scope: Scope,
        blank: set[str],
    ) -> None:
        for component in components:
            place = segments(component)
            if scope.hides(component) or (place and place[0] in blank):
                continue
            kind = component["type"]
            if kind == GROUP:
                self._group(component, form, stored, scope)
            elif kind == LIST:
                self._list(component, form, stored, scope)
            elif kind in INPUTS and place and not scope.locks(component):
                self._field(component, form, stored, scope)

    def _group(self, component: Component, form: Values, stored: Values, scope: Scope) -> None:
        place = segments(component)
        inner = form if not place else (read(form, place) or {})
        below = stored if not place else (read(stored, place) or {})
        self._fill(components_of(component), inner, below, scope, set())
        if place and inner:
            write(form, place, inner)

    def _list(self, component: Component, form: Values, stored: Values, scope: Scope) -> None:
        place = segments(component)
        below = read(stored, place)
        below = below if isinstance(below, list) else []
        rows = _rows(component, read(form, place), below)
        for number, row in enumerate(rows):
            known = below[number] if number < len(below) else {}
            seen = scope.row({**known, **row}, number + 1)
            self._fill(components_of(component), row, known, seen, set())
        if rows or place:
            write(form, place, rows)

    def _field(self, component: Component, form: Values, stored: Values, scope: Scope) -> None:
        place = segments(component)
        if isinstance(given := read(form, place), str) and given.startswith("$"):
            write(form, place, self.upload(given))
        if not is_empty(read(form, place)):
            return
        if not is_empty(known := read(stored, place)):
            write(form, place, known)
            return
        field = Field(component=component, scope=scope, documents=None, today=self.now.date())
        if field.setting("required") is not True:
            return
        value = MAKERS[kind_of(component)](self, field)
        if not is_empty(value):
            write(form, place, value)


def laid(lower: Any, upper: Any) -> Any:  # noqa: ANN401 - rows, or one table for every row
    """Return the rows of a list laid over others: row by row, or one table over every row."""
    if upper is None or lower is None:
        return lower if upper is None else upper
    if isinstance(upper, Mapping):
        if isinstance(lower, Mapping):
            return {**lower, **upper}
        return [{**row, **upper} for row in lower]
    below = [lower] * len(upper) if isinstance(lower, Mapping) else lower
    return [
        {**(below[number] if number < len(below) else {}), **row}
        for number, row in enumerate(upper)
    ]


def _rows(component: Component, given: Any, stored: list[Any]) -> list[Values]:  # noqa: ANN401
    """Return as many rows as there must be, with what is given for each."""
    is_fixed = component.get("allowAddRemove") is False
    usual = max(int(component.get("defaultRepetitions") or 1), 0)
    count = len(given) if isinstance(given, list) else usual
    if is_fixed or (stored and not isinstance(given, list)):
        count = len(stored)
    if isinstance(given, Mapping):
        return [dict(given) for _ in range(count)]
    listed = given if isinstance(given, list) else []
    return [dict(listed[number]) if number < len(listed) else {} for number in range(count)]


def _text(_: Inventor, field: Field) -> str:
    component = field.component
    checks = checks_of(component)
    if "uscc" in checks:
        from processes.demo import codes  # noqa: PLC0415 - needed for few forms

        return codes.credit_code(codes.COMPANY, codes.DAZHOU, 901)
    if "mobile" in checks or field.setting("validationType") == "phone":
        return MOBILE
    if field.setting("validationType") == "email":
        return "shiyunxing@example.com"
    pattern = field.setting("pattern")
    if pattern:
        return next((one for one in CANDIDATES if fits(str(pattern), one)), FILLER)
    label = str(component.get("label") or "")
    words = f"{label}：{FILLER}" if component["type"] == "textarea" else f"试运行{label}"
    return _sized(words, field.setting("minLength"), field.setting("maxLength"))


def _sized(words: str, shortest: object, longest: object) -> str:
    if isinstance(shortest, int):
        while len(words) < shortest:
            words += FILLER
    return words[: int(longest)] if isinstance(longest, int) else words


def _number(_: Inventor, field: Field) -> Any:  # noqa: ANN401 - number or text
    low, high = _as_number(field.setting("min")), _as_number(field.setting("max"))
    value = 1.0 if low is None else low
    if low is None and high is not None:
        value = min(1.0, high)
    step = _as_number(field.component.get("increment"))
    if step:
        value = -(-value // step) * step
    plain = int(value) if float(value).is_integer() else value
    return str(plain) if field.component.get("serializeToString") is True else plain


def _money(_: Inventor, field: Field) -> int:
    low, high = _as_number(field.setting("min")), _as_number(field.setting("max"))
    usual_ = 10_000_000.0
    if high is not None:
        usual_ = min(usual_, high)
    return int(max(usual_, low or 0))


def _as_number(value: object) -> float | None:
    try:
        return None if value is None or value == "" else float(str(value))
    except ValueError:
        return None


def _choice(_: Inventor, field: Field) -> Any:  # noqa: ANN401 - whatever the option's value is
    return next(iter(options_of(field)), None)


def _choices(_: Inventor, field: Field) -> list[Any]:
    return options_of(field)[:1]


def _moment(self: Inventor, field: Field) -> str:
    now = self.now.astimezone(CHINA)
    subtype = field.component.get("subtype")
    if subtype == "date":
        return _day(self, field, now.date()).isoformat()
    if subtype == "time":
        return f"{now:%H:%M}"
    later = (now + timedelta(minutes=5)).replace(tzinfo=None)
    day = _day(self, field, later.date())
    return datetime.combine(day, later.time()).isoformat(timespec="minutes")


def _day(self: Inventor, field: Field, day: date) -> date:
    """Return the first day that the field's rule about working days takes."""
    if self.calendar is None:
        return day
    day = self.calendar.add(day, working_days_of(field.component) or 0)
    is_worked = WORKING_DAY not in checks_of(field.component) or self.calendar.is_workday(day)
    return day if is_worked else self.calendar.add(day, 1)


def _paper(self: Inventor, field: Field) -> list[dict[str, Any]]:
    endings = accepted_endings(field.component)
    ending = ".pdf" if not endings or ".pdf" in endings else endings[0]
    label = str(field.component.get("label") or "附件").replace("/", "")[:40]
    return self.upload(f"$file:{label}{ending}")


MAKERS: dict[str, Callable[[Inventor, Field], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "money": _money,
    "checkbox": lambda _self, _field: True,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "datetime": _moment,
    "filepicker": _paper,
    "draw_secret": lambda _self, _field: None,
}
