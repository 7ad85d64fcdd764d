"""Names a diagram uses: lanes, forms, operators, decisions, called flows."""

from collections.abc import Iterator

from processes.lint.catalogue import Catalogue, Parameter
from processes.lint.diagram import Diagram, Node
from processes.lint.registry import Found, rule
from processes.lint.texts import Text, of_node
from processes.lint.variables import decision_of, form_of
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}
PEOPLE = ("userTask", "manualTask")


@rule("lane_known")
def lane_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A lane is a role: without one nobody gets the step."""
    laned = any(node.lane for node in diagram.nodes.values())
    for node in diagram.of_kind(*PEOPLE):
        if node.lane and node.lane not in catalogue.lanes:
            yield node.id, f"{node.title}所在泳道“{node.lane}”不是已有角色，请改为角色表中的名称。"
        if not node.lane and laned:
            yield node.id, f"{node.title}不在任何泳道中，没有人能办理，请移入泳道。"


@rule("lane_missing", "warning")
def lane_missing(diagram: Diagram, _: Catalogue) -> Found:
    """A diagram without lanes says of no step whose it is."""
    people = list(diagram.of_kind(*PEOPLE))
    if people and not any(node.lane for node in diagram.nodes.values()):
        yield people[0].id, "流程图没有泳道，看不出各环节由谁办理，请添加泳道并以角色命名。"


@rule("form_exists")
def form_exists(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A form that is named exists."""
    for node in diagram.of_kind(*PEOPLE):
        form = form_of(node)
        if form and form not in catalogue.forms:
            yield node.id, f"{node.title}的表单“{form}”不存在，请先上传表单或改正名称。"


@rule("no_form", "warning")
def no_form(diagram: Diagram, _: Catalogue) -> Found:
    """Without a form a page with one button is shown."""
    for node in diagram.of_kind("userTask"):
        if not form_of(node):
            yield node.id, f"{node.title}没有表单，办件人只会看到一个按钮，要填写内容请指定表单。"


@rule("operator_exists")
def operator_exists(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A service task names an operator and gives it what it needs."""
    for node in diagram.of_kind("serviceTask"):
        operator = node.extension("serviceTaskOperator")
        name = operator.get("id", "") if operator is not None else ""
        if not name:
            yield node.id, f"{node.title}没有选择服务，请在属性中选择。"
        elif name not in catalogue.operators:
            yield node.id, f"{node.title}的服务“{name}”不存在，请在属性中重新选择。"
        else:
            yield from _parameters(node, catalogue.operators[name])


def _parameters(node: Node, wanted: tuple[Parameter, ...]) -> Iterator[tuple[str, str]]:
    given = {text.name: text for text in of_node(node) if text.place == "parameter"}
    known = {each.id: each for each in wanted}
    for name in sorted(given.keys() - known.keys()):
        yield node.id, f"{node.title}的参数“{name}”不是该服务的参数，请删除。"
    for each in wanted:
        if each.required and each.id not in given:
            yield node.id, f"{node.title}缺少参数“{each.label or each.id}”，请填写。"
    for name in given.keys() & known.keys():
        yield from _literal(node, given[name], known[name])


def _literal(node: Node, text: Text, parameter: Parameter) -> Iterator[tuple[str, str]]:
    allowed = TYPES.get(parameter.type)
    try:
        parsed = source.expression(text.text)
    except SandboxError:
        return
    if allowed is None or not isinstance(parsed, source.Constant) or parsed.value is None:
        return
    wrong_bool = isinstance(parsed.value, bool) and bool not in allowed
    if wrong_bool or not isinstance(parsed.value, allowed):
        label = parameter.label or parameter.id
        yield (
            node.id,
            f"{node.title}的参数“{label}”应为 {parameter.type}，现为 {text.text}，请改正。",
        )


@rule("decision_exists")
def decision_exists(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A business rule task names a decision table."""
    for node in diagram.of_kind("businessRuleTask"):
        name = decision_of(node)
        if name not in catalogue.decisions:
            yield node.id, f"{node.title}的决策表“{name}”不存在，请先上传或重新选择。"


@rule("called_flow")
def called_flow(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A call activity names a published flow."""
    for node in diagram.of_kind("callActivity"):
        name = node.xml.get("calledElement", "")
        if name not in catalogue.flows:
            yield node.id, f"{node.title}调用的流程“{name}”没有发布，请先发布或重新选择。"
