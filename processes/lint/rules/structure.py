"""A way in, a way through, a way out."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram, reachable
from processes.lint.registry import Found, rule


@rule("process_executable")
def process_executable(diagram: Diagram, _: Catalogue) -> Found:
    """A file holds one executable process; others would never run."""
    processes = diagram.processes()
    marked = [each for each in processes if each.xml.get("isExecutable") == "true"]
    if not processes:
        yield "", "文件中没有流程，请先画出流程。"
    elif not marked:
        yield processes[0].id, "流程没有标为可执行，请在流程属性中勾选“可执行”。"
    for extra in marked[1:]:
        yield extra.id, "一个文件只能有一个可执行流程，请拆分为两个文件，用调用活动连接。"


@rule("start_event")
def start_event(diagram: Diagram, _: Catalogue) -> Found:
    """Every scope has exactly one way in."""
    for scope in diagram.scopes:
        count = len(scope.starts())
        if count == 0:
            yield scope.id, "没有开始事件，请添加一个开始事件。"
        elif count > 1:
            yield scope.id, "有多个开始事件，请只保留一个，在其后用网关分支。"


@rule("end_event")
def end_event(diagram: Diagram, _: Catalogue) -> Found:
    """Every scope has a way out."""
    for scope in diagram.scopes:
        if not any(node.kind == "endEvent" for node in scope.nodes):
            yield scope.id, "没有结束事件，请在每条路径末尾添加结束事件。"


@rule("dangling_flow")
def dangling_flow(diagram: Diagram, _: Catalogue) -> Found:
    """Both ends of a flow exist."""
    for flow, end in diagram.dangling:
        yield flow, f"顺序流的{end}不存在，请删除后重新连接。"


@rule("unreachable")
def unreachable(diagram: Diagram, _: Catalogue) -> Found:
    """Every node lies on a path from a start."""
    for scope in diagram.scopes:
        if not scope.starts():
            continue
        inside = reachable(scope.starts())
        for node in scope.nodes:
            if node not in inside and node.xml.get("triggeredByEvent") != "true":
                yield node.id, f"{node.title}从开始事件走不到，请连接或删除。"


@rule("no_way_out")
def no_way_out(diagram: Diagram, _: Catalogue) -> Found:
    """An end can be reached from every node."""
    for scope in diagram.scopes:
        ends = [node for node in scope.nodes if node.kind == "endEvent"]
        if not ends:
            continue
        leading = reachable(ends, backwards=True)
        for node in scope.nodes:
            if node not in leading and node.xml.get("triggeredByEvent") != "true":
                yield node.id, f"{node.title}之后走不到结束事件，请补上后续路径。"


@rule("implicit_split")
def implicit_split(diagram: Diagram, _: Catalogue) -> Found:
    """Only gateways split."""
    for node in diagram.nodes.values():
        if "Gateway" not in node.kind and len(node.outgoing) > 1:
            yield node.id, f"{node.title}有多条出线，请在其后加网关再分支。"
