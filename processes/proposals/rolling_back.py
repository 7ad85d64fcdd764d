"""Takes back what was published: the files of a proposal, or one flow to an earlier version."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import Definition
from models.flow.proposal import Origin, Proposal, ProposalState
from models.identity.actor import Actor
from processes import contents
from processes.proposals import files
from processes.proposals.applying import STARTED
from processes.proposals.errors import NotPublishedError
from processes.proposals.reading import row_of, rows_of
from processes.proposals.saving import create, save_file
from processes.publishing_errors import VersionNotFoundError


def roll_back(session: Session, proposal: Proposal, actor: Actor, *, reason: str = "") -> Proposal:
    """Make the proposal that gives each file of a published one back as it was before.

    What was published after it is not undone unseen: the check says so of each such file.
    """
    if proposal.state is not ProposalState.PUBLISHED:
        raise NotPublishedError
    county, title = proposal.county_code, f"回退：{proposal.title}"
    made = create(session, county, title, actor, reason=reason, origin=Origin.ROLLBACK)
    made.undoes_id = proposal.id
    for path, row in rows_of(session, proposal).items():
        before = None if row.before_sha256 is None else contents.get(session, row.before_sha256)
        save_file(session, made, path, before, version=0, actor=actor)
        mine = row_of(session, made, path)
        if mine is not None:
            mine.base_sha256 = row.sha256 or _below(session, county, path)
            # what an upgrade brought in is to be offered again
            mine.merged_sha256 = proposal.checks.get(STARTED, {}).get(path)
    session.flush()
    return made


def roll_back_flow(
    session: Session, county: str, key: str, version: int, actor: Actor, *, reason: str = ""
) -> Proposal:
    """Make the proposal that gives a flow back as a version had it, with what it named."""
    same = (Definition.key == key, Definition.county_code == county)
    row = session.scalar(select(Definition).where(*same, Definition.version == version))
    if row is None:
        raise VersionNotFoundError(key=key, version=version)
    body = contents.get(session, row.diagram)
    title = f"{row.title}回到第{version}版"
    made = create(session, county, title, actor, reason=reason, origin=Origin.ROLLBACK)
    for path, before in _named(session, county, row, body).items():
        save_file(session, made, path, before, version=0, actor=actor)
    return made


def _named(session: Session, county: str, row: Definition, body: bytes) -> dict[str, bytes | None]:
    """Return a version's diagram and the files that it was bound to, where they differ now."""
    now = {path: one for path, (one, _) in files.digests(session, county).items()}
    wanted: dict[str, bytes | None] = {f"diagrams/{row.key}.bpmn": body}
    for path, digest in row.resources.items():
        stem = path.rpartition("/")[2].partition(".")[0]
        if path.startswith("calls/") or now.get(path) == digest or stem.encode() not in body:
            continue
        wanted[path] = contents.get(session, digest)
    return {path: _or_base(session, county, path, one) for path, one in wanted.items()}


def _or_base(session: Session, county: str, path: str, body: bytes | None) -> bytes | None:
    """Return a county's file, or nothing when the base's says the same."""
    return None if files.below(session, county, path) == body else body


def _below(session: Session, county: str, path: str) -> str | None:
    below = files.below(session, county, path)
    return None if below is None else files.digest(below)
