"""Variables that an expression reads and nobody sets."""

from collections.abc import Iterator

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.family import called_by_any, facts_of, known_in_family
from processes.lint.registry import Found, rule
from processes.lint.rules.texts import bare_name
from processes.lint.texts import Text, of_node, texts
from processes.lint.variables import bound, form_keys
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

FIXED = frozenset({"county", "project"})


@rule("unset_variable")
def unset_variable(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A step that asks for a variable without a value fails; often its name is misspelt."""
    facts = facts_of(diagram)
    if catalogue.flow_facts is None or not facts.forms:
        return  # nothing is known of its callers, or its steps take whatever is sent
    if facts.is_part and not called_by_any(diagram, catalogue.flow_facts):
        return  # its callers are stored after it
    known = known_in_family(diagram, catalogue)
    for text in texts(diagram):
        if bare_name(text) is not None:
            continue  # said by the rule about forgotten quotes
        for name in unknown_in(text, known | catalogue.functions | source.PURE):
            yield (
                text.element,
                f"{text.label}里的变量“{name}”没有任何环节赋值，到这里会出错，请核对拼写或先填写它。",
            )


def unknown_in(text: Text, known: frozenset[str]) -> Iterator[str]:
    """Yield the names that a text reads without knowing them."""
    try:
        parsed = source.script(text.text) if text.is_script else source.expression(text.text)
    except SandboxError:
        return  # said by another rule
    if isinstance(parsed, source.Source):
        yield from sorted(set(parsed.reads) - known - set(parsed.binds))


@rule("fixed_variable")
def fixed_variable(diagram: Diagram, catalogue: Catalogue) -> Found:
    """Which county and which project a case belongs to is not for its steps to change."""
    for node in diagram.nodes.values():
        scripts = [bound(text.text) for text in of_node(node) if text.is_script]
        given = form_keys(node, catalogue).union(*scripts)
        for name in sorted(given & FIXED):
            yield node.id, f"{node.title}给变量{name}赋值，它由平台给出不能改动，请换一个变量名。"
