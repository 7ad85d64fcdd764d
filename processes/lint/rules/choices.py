"""Branches that are never taken, whatever the case's data say."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

CHOICES = ("exclusiveGateway", "inclusiveGateway")


@rule("fixed_condition")
def fixed_condition(diagram: Diagram, _: Catalogue) -> Found:
    """A condition that is one literal chooses nothing."""
    for node in diagram.of_kind(*CHOICES):
        for flow in node.outgoing:
            if (
                not flow.condition
                or flow.id == node.xml.get("default")
                or not _fixed(flow.condition)
            ):
                continue
            yield (
                flow.id,
                f"{node.title}的条件是固定值 {flow.condition}，有分支永远走不到，请用变量判断。",
            )


def _fixed(condition: str) -> bool:
    try:
        return isinstance(source.expression(condition), source.Constant)
    except SandboxError:
        return False  # said by another rule


@rule("same_condition")
def same_condition(diagram: Diagram, _: Catalogue) -> Found:
    """Of two branches with one condition the second is never taken."""
    for node in diagram.of_kind("exclusiveGateway"):
        seen: set[str] = set()
        for flow in node.outgoing:
            words = "".join(flow.condition.split())
            if words in seen and not _fixed(flow.condition) and flow.id != node.xml.get("default"):
                yield flow.id, f"{node.title}有两条分支条件相同，这一条永远走不到，请改正或合并。"
            seen |= {words} - {""}


@rule("default_has_condition", "warning")
def default_has_condition(diagram: Diagram, _: Catalogue) -> Found:
    """The default is taken when nothing else holds; its own condition is not looked at."""
    for node in diagram.of_kind(*CHOICES):
        for flow in node.outgoing:
            if flow.id == node.xml.get("default") and flow.condition:
                yield (
                    flow.id,
                    f"{node.title}的默认分支写了条件，不起作用，请删去条件或另设默认分支。",
                )
