"""From the bytes of one diagram to SpiffWorkflow's spec, with every refusal in Chinese."""

from collections.abc import Iterable

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.link import Parsed
from processes.spiff.untyped import Spec
from processes.xml import safe_dmn, safe_tree


def parse(process_id: str, bpmn: bytes, dmn: Iterable[bytes] = ()) -> Parsed:
    """Parse one process of one file; its called flows stay names."""
    parser = SpiffBpmnParser(validator=VALIDATOR)
    try:
        return _parse(parser, process_id, bpmn, dmn)
    except ValidationException as error:
        raise refusal(error) from error
    except (AttributeError, KeyError, NotImplementedError, TypeError, ValueError) as error:
        # the parser meets some unsupported content with an error of its own making
        raise UnsupportedDiagramError(reason=str(error)[:300]) from error


def _parse(parser: SpiffBpmnParser, process_id: str, bpmn: bytes, dmn: Iterable[bytes]) -> Parsed:
    parser.add_bpmn_xml(safe_tree(bpmn), f"{process_id}.bpmn")
    for number, table in enumerate(dmn):
        parser.add_dmn_xml(safe_dmn(table), f"{number}.dmn")
    spec = parser.get_spec(process_id)
    embedded: dict[str, Spec] = {}
    _collect(parser, spec, embedded)
    return Parsed(spec, embedded)


def _collect(parser: SpiffBpmnParser, spec: Spec, embedded: dict[str, Spec]) -> None:
    # The library's own collector resolves called flows as well, in this file, at any version.
    for task_spec in list(spec.task_specs.values()):
        if not isinstance(task_spec, SubWorkflowTask) or isinstance(task_spec, CallActivity):
            continue
        if task_spec.spec not in embedded:
            embedded[task_spec.spec] = parser.get_spec(task_spec.spec)
            _collect(parser, embedded[task_spec.spec], embedded)


def refusal(error: ValidationException) -> UnsupportedDiagramError:
    """Return the parser's complaint as an error for the diagram's author."""
    line, element = error.line_number, getattr(error, "id", None)
    where = f"（第 {line} 行）" if line else ""
    return UnsupportedDiagramError(
        f"流程图{where}不能运行：{str(error)[:300]}。请按提示修改后重新上传。",
        line=line,
        element=element,
        reason=str(error)[:300],
    )
