"""Which process variables a node sets, as far as the diagram tells."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, Node
from processes.lint.texts import of_node
from processes.sandbox import source
from processes.sandbox.errors import SandboxError


def form_of(node: Node) -> str:
    """Return the name of a user task's form, or nothing."""
    given = node.properties().get("formJsonSchemaFilename", "").strip()
    return given.rsplit("/", 1)[-1].removesuffix(".json")


def writes(node: Node, catalogue: Catalogue) -> set[str]:
    """Return the variables that a node sets."""
    decided = catalogue.decisions.get(decision_of(node), frozenset())
    return sets(node) | form_keys(node, catalogue) | decided


def sets(node: Node) -> set[str]:
    """Return the variables that a node sets by itself, its form and decision left out."""
    found: set[str] = set()
    for text in of_node(node):
        if text.is_script:
            found |= bound(text.text)
    operator = node.extension("serviceTaskOperator")
    if operator is not None and operator.get("resultVariable"):
        found.add(operator.get("resultVariable"))
    variable = node.extension("variableName")
    if variable is not None and variable.text:
        found.add(variable.text.strip())
    for each in node.xml.iter("{http://spiffworkflow.org/bpmn/schema/1.0/core}messageVariable"):
        found.add((each.text or "").strip())
    return found | collections(node)


def form_keys(node: Node, catalogue: Catalogue) -> frozenset[str]:
    """Return the keys of a user task's form that enter the data.

    What the task accepts for a handler, such as a draw secret, is taken out before.
    """
    return catalogue.forms.get(form_of(node), frozenset()) - {node.properties().get("accepts", "")}


def decision_of(node: Node) -> str:
    """Return the id of a business rule task's decision, or nothing."""
    called = node.extension("calledDecisionId")
    return (called.text or "").strip() if called is not None else ""


def collections(node: Node) -> set[str]:
    """Return the output collections of a multi-instance task."""
    references = node.xml.iterfind(f"{B}multiInstanceLoopCharacteristics/{B}loopDataOutputRef")
    return {(each.text or "").strip() for each in references}


def bound(script: str) -> set[str]:
    """Return the names a script sets; one that does not compile sets none."""
    try:
        return set(source.script(script).binds)
    except SandboxError:
        return set()


def known_variables(diagram: Diagram, catalogue: Catalogue) -> set[str]:
    """Return every variable that the diagram or its start may have set."""
    found = set(catalogue.variables)
    for node in diagram.nodes.values():
        found |= writes(node, catalogue)
        for item in node.xml.iterfind(f"{B}multiInstanceLoopCharacteristics/{B}inputDataItem"):
            found |= {item.get("id", ""), item.get("name", "")}
    return found
