"""The file against the schema of BPMN 2.0."""

from copy import deepcopy

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule


@rule("schema")
def schema(diagram: Diagram, _: Catalogue) -> Found:
    """Ids are unique, elements are known, contents are as the standard says."""
    try:
        VALIDATOR.validate(deepcopy(diagram.root))  # it changes what it reads
    except ValidationException as error:
        line = error.line_number
        message = f"第 {line} 行不符合 BPMN 2.0 规范，请在建模器中修改并重新导出：{error}。"
        yield _element(diagram, line, str(error)), message


def _element(diagram: Diagram, line: int, words: str) -> str:
    known = {each.get("id") for each in diagram.root.iter() if each.get("id")}
    named = [each for each in words.split("'") if each in known]
    there = (each.get("id") for each in diagram.root.iter() if each.sourceline == line)
    return named[-1] if named else next((str(each) for each in there if each), "")
