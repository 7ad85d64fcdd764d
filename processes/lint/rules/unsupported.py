"""What the engine drops in silence, ends early at, or cannot run."""

from collections.abc import Iterator

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, Node
from processes.lint.registry import Found, rule

KINDS = {
    "complexGateway": "复杂网关，请改用排他或并行网关",
    "adHocSubProcess": "临时子流程，请改用普通子流程",
    "transaction": "事务子流程，请改用普通子流程",
}
DEFINITIONS = {
    "link": "链接事件，请直接用顺序流连接",
    "compensate": "补偿事件，请用普通环节画出补救路径",
    "cancel": "取消事件，请改用错误事件或终止结束",
    "escalation": "升级事件，请改用消息或错误事件",
    "conditional": "条件事件，请改用消息或定时事件",
}
DATA = {
    "dataStoreReference": "数据存储",
    "dataInputAssociation": "数据输入关联",
    "dataOutputAssociation": "数据输出关联",
}


@rule("unsupported")
def unsupported(diagram: Diagram, _: Catalogue) -> Found:
    """Refuse what would be ignored or would end the flow early."""
    for node in diagram.nodes.values():
        if node.kind in KINDS:
            yield node.id, f"不支持{KINDS[node.kind]}。"
        for name, advice in DEFINITIONS.items():
            if node.definition(name) is not None:
                yield node.id, f"不支持{advice}。"
        yield from _signals(node)


def _signals(node: Node) -> Iterator[tuple[str, str]]:
    if node.kind == "endEvent" and node.definition("signal") is not None:
        yield node.id, "信号结束事件不会发出信号，请改为先抛出信号再用普通结束事件。"
    if node.kind == "intermediateThrowEvent" and node.definition("timer") is not None:
        yield node.id, "定时事件不能抛出，请改为中间捕获事件。"


@rule("event_subprocess")
def event_subprocess(diagram: Diagram, _: Catalogue) -> Found:
    """Interrupting ones do not interrupt, nested ones never catch."""
    for scope in diagram.scopes:
        if not scope.by_event:
            continue
        parent = scope.xml.getparent()
        if parent is not None and parent.tag != f"{B}process":
            yield scope.id, "子流程中的事件子流程不会被触发，请移到最外层流程或改用边界事件。"
        for start in scope.starts():
            if start.xml.get("isInterrupting", "true") == "true":
                yield scope.id, "中断式事件子流程不会中断主流程，请在调用活动上用中断边界事件。"


@rule("data_object")
def data_object(diagram: Diagram, _: Catalogue) -> Found:
    """Data lives in process variables."""
    for tag, name in DATA.items():
        for element in diagram.root.iter(f"{B}{tag}"):
            yield (
                element.get("id", ""),
                f"不支持{name}，请用流程变量和表单字段传递数据，并删除该元素。",
            )
