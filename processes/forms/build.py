"""From what was submitted to the form's own data: known keys, visible fields, computed values.

Which fields show can depend on fields that can be hidden or computed themselves, so the tree is
built again from its own values until it stands still; the browser does the same.
"""

from dataclasses import dataclass
from typing import Any

from processes.forms import messages
from processes.forms.feel.functions import is_number
from processes.forms.limits import MAX_NUMBER, MAX_ROUNDS, MAX_ROWS
from processes.forms.schema import (
    COMPUTED,
    GROUP,
    INPUTS,
    LIST,
    Component,
    Values,
    bound_names,
    components_of,
    join,
    read,
    segments,
    write,
)
from processes.forms.scope import Scope

NEW_LINES = str.maketrans("\r\n\t", "   ")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the person sent and what was stored before, at the same place of the form."""

    sent: Any
    stored: Any

    def at(self, place: list[str]) -> "Sources":
        """Return the two values at ``place``."""
        return Sources(read(self.sent, place), read(self.stored, place))

    def row(self, number: int) -> "Sources":
        """Return the two values of one row."""
        return Sources(_item(self.sent, number), _item(self.stored, number))


def settled(schema: Component, submitted: Values, stored: Values) -> tuple[Values, Scope]:
    """Return the form's data and the scope in which its rules are read."""
    components = components_of(schema)
    bound = bound_names(components)
    given = {name: value for name, value in stored.items() if name not in bound}
    sources = Sources(submitted, stored)
    data: Values = {**submitted}
    for _ in range(MAX_ROUNDS):
        seen = {**given, **data}
        built = _built(components, sources, Scope(seen, seen))
        if built == data:
            break
        data = built
    seen = {**given, **data}
    return data, Scope(seen, seen)


def list_problem(sent: object) -> str | None:
    """Return what is wrong with the rows of a list as they were sent, or None."""
    if sent is None:
        return None
    if not isinstance(sent, list) or not all(isinstance(row, dict) for row in sent):
        return messages.WRONG_LIST
    return messages.TOO_MANY_ROWS.format(limit=MAX_ROWS) if len(sent) > MAX_ROWS else None


def row_path(base: str, component: Component, number: int) -> str:
    """Return the path of a row, counted from zero, such as ``items[0]``."""
    return f"{join(base, component)}[{number}]"


def _built(components: list[Component], sources: Sources, scope: Scope) -> Values:
    values: Values = {}
    for component in components:
        if not scope.hides(component):
            _add(values, component, sources, scope)
    return values


def _add(values: Values, component: Component, sources: Sources, scope: Scope) -> None:
    kind, place = component["type"], segments(component)
    if kind == GROUP:
        inner = _built(components_of(component), sources.at(place), scope)
        _merge(values, place, inner)
    elif kind == LIST:
        write(values, place, _rows(component, sources.at(place), scope))
    elif kind == COMPUTED and place:
        write(values, place, _plain(scope.value(component.get("expression"))))
    elif kind in INPUTS and place:
        one = sources.at(place)
        locked = scope.locks(component)
        write(values, place, one.stored if locked else _cleaned(kind, one.sent))


def _rows(component: Component, sources: Sources, scope: Scope) -> list[Values]:
    count = len(sources.sent) if list_problem(sources.sent) is None and sources.sent else 0
    if component.get("allowAddRemove") is False and isinstance(sources.stored, list):
        count = len(sources.stored)
    seen = read(scope.this, segments(component))
    return [
        _built(
            components_of(component),
            sources.row(number),
            scope.row(_item(seen, number) or _item(sources.sent, number) or {}, number + 1),
        )
        for number in range(count)
    ]


def _item(values: object, number: int) -> Any:  # noqa: ANN401
    return values[number] if isinstance(values, list) and number < len(values) else None


def _merge(values: Values, place: list[str], inner: Values) -> None:
    if not place:
        values.update(inner)
        return
    before = read(values, place)
    write(values, place, {**before, **inner} if isinstance(before, dict) else inner)


def _cleaned(kind: str, value: object) -> object:
    return value.translate(NEW_LINES) if kind == "textfield" and isinstance(value, str) else value


def _plain(value: object) -> object:
    """Return a computed value as JSON holds it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not is_number(value):
        return value
    number = float(value)  # type: ignore[arg-type]
    if not abs(number) <= MAX_NUMBER:
        return None
    return int(number) if number.is_integer() else number
