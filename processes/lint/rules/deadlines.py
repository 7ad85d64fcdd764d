"""Deadlines that are watched: who is reminded before, who is told after."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule

PEOPLE = ("userTask", "manualTask")


@rule("remind_known")
def remind_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """``remind`` names a rule that counts working days."""
    for node in diagram.of_kind(*PEOPLE):
        key = node.properties().get("remind", "").strip()
        if key and key not in catalogue.periods:
            yield (
                node.id,
                f"{node.title}的提醒规则“{key}”不存在或不以工作日计，请改为规则表中的期限类规则。",
            )


@rule("key_known")
def key_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """``key`` names a rule that says whether the step wants a key or certificate."""
    for node in diagram.of_kind(*PEOPLE):
        key = node.properties().get("key", "").strip()
        if key and key not in catalogue.switches:
            yield (
                node.id,
                f"{node.title}的密钥规则“{key}”不存在或不是是否类规则，请改为规则表中的是否类规则。",
            )


@rule("escalate_known")
def escalate_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """``escalate`` is the title of a role, as a lane's name is."""
    for node in diagram.of_kind(*PEOPLE):
        title = node.properties().get("escalate", "").strip()
        if title and title not in catalogue.lanes:
            yield (
                node.id,
                f"{node.title}超期报告的“{title}”不是已有角色，请改为角色表中的名称。",
            )


@rule("deadline_watched", "warning")
def deadline_watched(diagram: Diagram, _: Catalogue) -> Found:
    """A deadline without a reminder or a report passes unnoticed; these without it never come."""
    for node in diagram.of_kind(*PEOPLE):
        given = {name for name, value in node.properties().items() if value.strip()}
        if "due" in given and not {"remind", "escalate"} <= given:
            yield (
                node.id,
                f"{node.title}有办理期限而没有提醒或超期报告，请填写 remind 和 escalate。",
            )
        if "due" not in given and given & {"remind", "escalate"}:
            yield node.id, f"{node.title}没有办理期限，提醒和超期报告不会发出，请填写 due。"
