"""What an import left to its author: marked on the element until somebody has seen to it."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, S
from processes.lint.registry import Found, rule

TODO = "todo"
"""The property of an element that says what is still to do."""


@rule("left_to_do")
def left_to_do(diagram: Diagram, _: Catalogue) -> Found:
    """A placeholder must not be put in force."""
    path = f"{B}extensionElements/{S}properties/{S}property[@name='{TODO}']"
    for element in diagram.root.iter():
        if not element.get("id"):
            continue
        for each in element.iterfind(path):
            given = "".join(each.get("value", "").split("\n")).strip()
            yield element.get("id"), f"导入待办：{given}办完后请在属性栏里点“已办完”。"
