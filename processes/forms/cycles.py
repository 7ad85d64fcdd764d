"""Fields that decide over each other in a circle have no settled answer; they are found here."""

from collections.abc import Iterator
from typing import Any

from processes.forms.feel import FeelSyntaxError, names_in, parse
from processes.forms.finding import Finding, error
from processes.forms.schema import COMPUTED, components_of, segments

Graph = dict[str, set[str]]


def cycle_findings(components: list[Any]) -> Iterator[Finding]:
    """Yield one finding for each top-level name that depends on itself."""
    graph: Graph = {}
    _collect(components, "", set(), graph)
    for name in sorted(graph):
        if name in _reachable(graph, name):
            yield error(name, "显示条件或计算互相依赖成了一圈，结果无法确定，请去掉其中一个条件。")


def _collect(components: list[Any], root: str, around: set[str], graph: Graph) -> None:
    for component in components:
        place = segments(component)
        owner = root or (place[0] if place else "")
        needed = around | _condition_names(component)
        if component["type"] == COMPUTED:
            needed |= _names(component.get("expression"))
        if owner:
            graph.setdefault(owner, set()).update(needed - {root})
        _collect(components_of(component), owner, needed, graph)


def _condition_names(component: Any) -> set[str]:  # noqa: ANN401
    hide = (component.get("conditional") or {}).get("hide")
    return _names(hide) | _names(component.get("readonly"))


def _names(setting: object) -> set[str]:
    if not isinstance(setting, str) or not setting.startswith("="):
        return set()
    try:
        return set(names_in(parse(setting[1:])))
    except FeelSyntaxError:
        return set()


def _reachable(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph.get(name, ()))
    return seen
