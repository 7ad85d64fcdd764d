"""What is not drawn cannot be seen in the editor or on the case page."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule


@rule("not_drawn", "warning")
def not_drawn(diagram: Diagram, _: Catalogue) -> Found:
    """Every node has a shape and every flow an edge."""
    for node in diagram.nodes.values():
        if node.id not in diagram.drawn:
            yield node.id, f"{node.title}没有图形，建模器和办件页上看不到，请在建模器中重新画出。"
    for flow in diagram.flows.values():
        if flow.id not in diagram.drawn:
            yield flow.id, f"{flow.source.title}到{flow.target.title}的连线没有图形，请重新画出。"


@rule("drawn_nothing", "warning")
def drawn_nothing(diagram: Diagram, _: Catalogue) -> Found:
    """A shape belongs to an element that exists."""
    known = {each.get("id") for each in diagram.root.iter() if each.get("id")}
    for element in sorted(diagram.drawn - known - {None}):
        yield str(element), f"图形指向不存在的元素{element}，请在建模器中删除该图形。"
