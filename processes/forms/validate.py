"""The check of a submitted form: same schema and same sentences as in the browser."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from processes.forms import messages
from processes.forms.build import list_problem, row_path, settled
from processes.forms.checks import Check, named_problem
from processes.forms.days import WorkingDays, day_problem
from processes.forms.documents import Documents, references
from processes.forms.fields import Field, field_problem, is_empty
from processes.forms.limits import MAX_SUBMITTED_CHARACTERS, MAX_SUBMITTED_DEPTH
from processes.forms.schema import (
    GROUP,
    INPUTS,
    LIST,
    Component,
    Values,
    checks_of,
    components_of,
    join,
    read,
    segments,
    write,
)
from processes.forms.scope import Scope

WHOLE_FORM = ""
"""The path of an error that belongs to no single field."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The form's own data, and one sentence for each path that breaks a rule."""

    data: Values
    errors: dict[str, str] = field(default_factory=dict)


def check_form(  # noqa: PLR0913 - each is another thing known at this moment
    schema: Component,
    submitted: Values,
    stored: Values,
    *,
    documents: Documents | None = None,
    today: date,
    checks: Mapping[str, Check] | None = None,
    calendar: WorkingDays | None = None,
) -> Checked:
    """Check what a person sent against a form schema; ``stored`` holds the values known before."""
    problem = _whole_problem(submitted)
    if problem:
        return Checked(dict(stored), {WHOLE_FORM: problem})
    data, scope = settled(schema, submitted, stored)
    inspection = _Inspection(documents, today, checks or {}, calendar)
    errors = dict(inspection.problems(components_of(schema), data, submitted, scope, ""))
    return Checked(data, errors)


def _whole_problem(submitted: object) -> str | None:
    if not isinstance(submitted, dict) or _depth(submitted) > MAX_SUBMITTED_DEPTH:
        return messages.FORM_WRONG
    try:
        size = len(json.dumps(submitted, ensure_ascii=False))
    except (TypeError, ValueError):
        return messages.FORM_WRONG
    return messages.FORM_TOO_LARGE if size > MAX_SUBMITTED_CHARACTERS else None


def _depth(value: object) -> int:
    """Return how deep a value is nested, layer by layer: recursion is what a hostile one wants."""
    layer, depth = [value], 0
    while layer and depth <= MAX_SUBMITTED_DEPTH:
        depth += 1
        layer = [inner for outer in layer for inner in _inside(outer)]
    return depth


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class _Inspection:
    documents: Documents | None
    today: date
    checks: Mapping[str, Check]
    calendar: WorkingDays | None = None

    def problems(
        self, components: list[Component], values: Values, sent: object, scope: Scope, base: str
    ) -> Iterator[tuple[str, str]]:
        """Yield path and sentence of every broken rule, in the form's own order."""
        for component in components:
            if scope.hides(component):
                continue
            if component["type"] == GROUP:
                yield from self._group(component, values, sent, scope, base)
            elif component["type"] == LIST:
                yield from self._list(component, values, sent, scope, base)
            elif component["type"] in INPUTS and segments(component):
                yield from self._field(component, values, scope, base)

    def _group(
        self, component: Component, values: Values, sent: object, scope: Scope, base: str
    ) -> Iterator[tuple[str, str]]:
        place = segments(component)
        inner, inner_sent = read(values, place), read(sent, place)
        path = join(base, component)
        yield from self.problems(components_of(component), inner, inner_sent, scope, path)

    def _list(
        self, component: Component, values: Values, sent: object, scope: Scope, base: str
    ) -> Iterator[tuple[str, str]]:
        place = segments(component)
        sent_rows = read(sent, place)
        problem = list_problem(sent_rows)
        if problem:
            yield join(base, component), problem
        for number, row in enumerate(read(values, place) or []):
            inner = (
                sent_rows[number] if not problem and sent_rows and number < len(sent_rows) else {}
            )
            path, row_scope = row_path(base, component, number), scope.row(row, number + 1)
            yield from self.problems(components_of(component), row, inner, row_scope, path)

    def _field(
        self, component: Component, values: Values, scope: Scope, base: str
    ) -> Iterator[tuple[str, str]]:
        if scope.locks(component):
            return
        place = segments(component)
        value = read(values, place)
        one = Field(component=component, scope=scope, documents=self.documents, today=self.today)
        problem = field_problem(one, value)
        if problem is None and not is_empty(value):
            problem = named_problem(checks_of(component), value, self.checks)
            problem = problem or day_problem(component, value, self.today, self.calendar)
        if problem:
            yield join(base, component), problem
        if component["type"] == "filepicker":
            write(values, place, references(value, self.documents))
