"""The schema as one person gets it: what is not theirs to fill is shown and locked."""

from typing import Any

from processes.forms.schema import GROUP, INPUTS, LIST, Component, Values, components_of, join
from processes.forms.scope import Scope

Schema = dict[str, Any]


def for_viewer(schema: Component, editable: set[str] | None) -> Schema:
    """Return the schema with every field read-only but ``editable``; None leaves it as it is.

    ``editable`` holds paths without row numbers: ``name``, ``items`` (the whole list, with adding
    and removing rows) or ``items.price`` (one column of the rows that are there).
    """
    if editable is None:
        return dict(schema)
    return {**schema, "components": _locked(components_of(schema), editable, "")}


def _locked(components: list[Component], editable: set[str], base: str) -> list[Schema]:
    return [_one(component, editable, base) for component in components]


def _one(component: Component, editable: set[str], base: str) -> Schema:
    path = join(base, component)
    if path in editable and component["type"] in INPUTS | {LIST}:
        return dict(component)
    changed = dict(component)
    if component["type"] in INPUTS:
        changed["readonly"] = True
    if component["type"] == LIST:
        changed["allowAddRemove"] = False
    if component["type"] in {GROUP, LIST}:
        changed["components"] = _locked(components_of(component), editable, path)
    return changed


def with_marks(schema: Component, data: Values) -> Schema:
    """Return the schema with every computed ``required`` settled, so that the mark * tells it."""
    return {**schema, "components": [_marked(one, data) for one in components_of(schema)]}


def _marked(component: Component, data: Values) -> Schema:
    changed = dict(component)
    limits = component.get("validate") or {}
    if isinstance(limits.get("required"), str):
        required = Scope(data, data).value(limits["required"]) is True
        changed["validate"] = {**limits, "required": required}
    if component["type"] == GROUP:
        changed["components"] = [_marked(one, data) for one in components_of(component)]
    return changed
