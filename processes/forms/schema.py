"""Reading a form-js schema: which component is what, and where its value lies."""

from collections.abc import Iterator, Mapping
from typing import Any

Component = Mapping[str, Any]
Values = dict[str, Any]

INPUTS = frozenset(
    {
        "textfield", "textarea", "number", "checkbox", "checklist", "radio", "select", "taglist",
        "datetime", "filepicker",
    }
)  # fmt: skip
COMPUTED = "expression"
GROUP = "group"
LIST = "dynamiclist"
SHOWN = frozenset({"text", "image", "separator", "spacer", "table"})
SUPPORTED = INPUTS | SHOWN | {COMPUTED, GROUP, LIST}
CHOICES = frozenset({"radio", "select"})
MULTIPLE_CHOICES = frozenset({"checklist", "taglist"})


def components_of(node: Component) -> list[Component]:
    """Return the components directly inside a form, group or list."""
    return list(node.get("components") or [])


def kind_of(component: Component) -> str:
    """Return the type, or ``money`` and ``draw_secret`` where a check changes the whole field."""
    named = checks_of(component)
    return next((name for name in ("draw_secret", "money") if name in named), component["type"])


def checks_of(component: Component) -> list[str]:
    """Return the names in the component's ``check`` property."""
    properties = component.get("properties") or {}
    return str(properties.get("check") or "").split()


def segments(component: Component) -> list[str]:
    """Return where the component's value lies in its parent; a group may lie nowhere."""
    place = component.get("path") if component["type"] in {GROUP, LIST} else component.get("key")
    return str(place).split(".") if place else []


def join(base: str, component: Component) -> str:
    """Return the path of a component below ``base``, such as ``items[0].name``."""
    return ".".join(part for part in (base, *segments(component)) if part)


def read(values: Any, place: list[str]) -> Any:  # noqa: ANN401
    """Return what lies at ``place``, or None."""
    for name in place:
        values = values.get(name) if isinstance(values, Mapping) else None
    return values


def write(values: Values, place: list[str], value: Any) -> None:  # noqa: ANN401
    """Put ``value`` at ``place``, making the mappings on the way."""
    *above, last = place
    for name in above:
        values = values.setdefault(name, {})
    values[last] = value


def walk(components: list[Component]) -> Iterator[Component]:
    """Yield every component, outer before inner."""
    for component in components:
        yield component
        yield from walk(components_of(component))


def bound_names(components: list[Component]) -> set[str]:
    """Return the top-level names that the form's own fields fill."""
    names: set[str] = set()
    for component in components:
        place = segments(component)
        names |= {place[0]} if place else bound_names(components_of(component))
    return names
