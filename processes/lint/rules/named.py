"""What properties and parameters name by a literal: roles, notices, letters, phases."""

from collections.abc import Iterator, Mapping

from models.project import ProjectPhase
from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, Node, S
from processes.lint.registry import Found, rule
from processes.lint.texts import of_node
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

PLATFORM = "platform"
PHASES = frozenset(phase.value for phase in ProjectPhase)
TEMPLATED: Mapping[str, str] = {"notice.draft": "公告模板", "letter.make": "文书模板"}


@rule("starter_known")
def starter_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """``starters`` are roles: a flow begun by nobody's role is begun by nobody."""
    if catalogue.roles is None:
        return
    known = catalogue.roles | catalogue.lanes | {PLATFORM}
    path = f"{B}extensionElements/{S}properties/{S}property[@name='starters']"
    for process in diagram.processes():
        for each in process.xml.iterfind(path):
            given = [one.strip() for one in each.get("value", "").split(",") if one.strip()]
            for name in sorted(set(given) - known):
                yield process.id, f"流程属性里的发起角色“{name}”不存在，请改为角色表中的角色。"


@rule("parameter_names")
def parameter_names(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A role, notice, letter or phase that a service is given exists."""
    for node in diagram.of_kind("serviceTask"):
        operator = node.extension("serviceTaskOperator")
        name = operator.get("id", "") if operator is not None else ""
        given = dict(_literals(node))
        if {"template"} & _computed(node):
            given.pop("kind", None)  # its kind does not say which template it is
        for problem in _problems(name, given, catalogue):
            yield node.id, f"{node.title}的{problem}"


def _literals(node: Node) -> Iterator[tuple[str, str]]:
    for text in of_node(node):
        if text.place != "parameter":
            continue
        try:
            parsed = source.expression(text.text)
        except SandboxError:
            continue  # said by another rule
        if isinstance(parsed, source.Constant) and isinstance(parsed.value, str):
            yield text.name, parsed.value


def _computed(node: Node) -> set[str]:
    names = {text.name for text in of_node(node) if text.place == "parameter"}
    return names - dict(_literals(node)).keys()


def _problems(operator: str, given: Mapping[str, str], catalogue: Catalogue) -> Iterator[str]:
    role = given.get("role")
    if catalogue.roles is not None and role is not None and role not in catalogue.roles:
        yield f"角色“{role}”不存在，请在属性中重新选择角色。"
    phase = given.get("phase")
    if operator == "project.advance" and phase is not None and phase not in PHASES:
        yield f"项目状态“{phase}”不存在，请在属性中重新选择。"
    if operator in TEMPLATED:
        yield from _template(operator, given, catalogue)


def _template(operator: str, given: Mapping[str, str], catalogue: Catalogue) -> Iterator[str]:
    known = catalogue.notices if operator == "notice.draft" else catalogue.letters
    name = given.get("template") or given.get("kind")
    if known and name is not None and name not in known:
        yield f"{TEMPLATED[operator]}“{name}”不存在，请先新建模板或重新选择。"


@rule("boundary_never", "warning")
def boundary_never(diagram: Diagram, _: Catalogue) -> Found:
    """A step that is done at once is over before anything at its edge could happen."""
    for node in diagram.of_kind("boundaryEvent"):
        automatic = node.host is not None and node.host.kind in {
            "scriptTask",
            "businessRuleTask",
            "task",
        }
        if automatic and (
            node.definition("timer") is not None or node.definition("message") is not None
        ):
            yield (
                node.id,
                f"{node.title}附着在自动环节上，环节瞬间完成，等不到它，请改附到人工环节。",
            )
