"""An imported diagram becomes a proposal: first the original is saved, then the repair on top."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.errors import ConflictError, InvalidError
from models.flow.proposal import Origin, Proposal
from models.identity.actor import Actor
from processes import proposals
from processes.catalogue import stem
from processes.importing.repair import ImportedFlow, imported

REPAIRED = "已转换的导入稿，原稿是这个文件的第 1 次保存。"


class FlowTakenError(ConflictError):
    """A flow of this key exists, and nobody said that it is meant."""

    message = "流程标识“{key}”已有流程“{title}”，请换一个标识；确要替换它时，请勾选“替换已有流程”。"


def path_of(key: str) -> str:
    """Return where a flow's diagram lies in a pack."""
    return f"diagrams/{key}.bpmn"


def check_free(session: Session, county: str, flows: Sequence[ImportedFlow]) -> None:
    """Raise when a flow of one of the keys is there already."""
    seen = proposals.files_in(session, county)
    taken = next((each for each in flows if path_of(each.key) in seen), None)
    if taken is not None:
        raise FlowTakenError(key=taken.key, title=taken.key)


def store(
    session: Session, county: str, flows: Sequence[ImportedFlow], name: str, actor: Actor
) -> Proposal:
    """Store imported flows in a proposal of their own."""
    proposal = proposals.create(
        session, county, f"导入 {name}"[:200], actor, reason=REPAIRED, origin=Origin.IMPORTED
    )
    for each in flows:
        path, version = path_of(each.key), 0
        for body in (each.original, each.bpmn):
            version = proposals.save_file(
                session, proposal, path, body, version=version, actor=actor
            )
    return proposal


def reports(session: Session, proposal: Proposal) -> list[ImportedFlow]:
    """Return what the import of a proposal changed, worked out again from the kept originals."""
    if proposal.origin != Origin.IMPORTED:
        return []
    found = []
    for path in proposals.rows_of(session, proposal):
        if path.startswith("diagrams/"):
            found += _report(session, proposal, path)
    return found


def _report(session: Session, proposal: Proposal, path: str) -> list[ImportedFlow]:
    original = proposals.saved_body(session, proposal, path, 1)
    try:
        return imported(original, stem(path))[:1] if original else []
    except InvalidError:  # came in otherwise, as a file of a pack
        return []
