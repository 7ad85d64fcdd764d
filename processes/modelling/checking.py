"""The findings of one diagram while it is drawn."""

from sqlalchemy.orm import Session

from models.errors import SmallworksError
from processes.catalogue import stem
from processes.lint import Finding, check
from processes.lint.diagram import Diagram
from processes.modelling.context import Context


def check_text(
    session: Session, context: Context, key: str, bpmn: bytes, *, run: bool = True
) -> list[Finding]:
    """Return what is wrong with a diagram's text; one that cannot be read is a finding too."""
    try:
        findings = check(bpmn, context.catalogue(session), run=run)
        return [*_other_key(bpmn, stem(key)), *findings]
    except SmallworksError as error:
        element = str(error.details.get("element") or "")
        return [Finding(element, error.code, "error", error.text)]


def _other_key(bpmn: bytes, key: str) -> list[Finding]:
    """Find a process whose id is not its file's name: it would be another flow."""
    named = [each.id for each in Diagram(bpmn).processes() if _runs(each.xml.get("isExecutable"))]
    if not key or key in named or not named:
        return []
    message = f"流程编号“{named[0]}”与文件名不一致，请在流程属性中把编号改为 {key}。"
    return [Finding(named[0], "other_key", "error", message)]


def _runs(executable: str | None) -> bool:
    return executable == "true"
