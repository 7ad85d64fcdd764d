"""What a county has, for the workbench's lists: its flows, and who drafts what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.proposal import Proposal, ProposalFile
from processes import contents
from processes.packs.storing import own_diagrams
from processes.proposals.submitting import OPEN
from processes.proposals.titles import title_of

ORDER = ("draft", "county", "bound", "base")
RUNNING = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED, InstanceStatus.FAILED)


@dataclass(frozen=True)
class Draft:
    """An open proposal that holds a file."""

    proposal_id: str
    title: str
    edited_by: str
    edited_at: datetime
    taken_away: bool = False


@dataclass(frozen=True)
class FlowLine:
    """A flow as a county has it; ``origin`` is base, county, bound (the base's diagram bound to the
    county's own parts) or draft (not in force yet).
    """  # noqa: D205

    key: str
    title: str
    origin: str
    version: int = 0
    published_at: datetime | None = None
    published_by: str | None = None
    errors: int = 0
    warnings: int = 0
    running: int = 0
    drafts: list[Draft] = field(default_factory=list)


def flows_of(session: Session, county: str) -> list[FlowLine]:
    """Return the flows that a county has, and those that only drafts hold, by key."""
    drafts = drafts_of(session, county, "diagrams/")
    running = running_by_key(session, county)
    rows = _in_force(session, county)
    own = set(own_diagrams(session, county))
    lines = [
        _flow_line(row, county, own, running.get(key, 0), drafts.pop(_path(key), []))
        for key, row in rows.items()
    ]
    for path, found in drafts.items():
        key = path.removeprefix("diagrams/").removesuffix(".bpmn")
        lines.append(
            FlowLine(
                key,
                _drafted_title(session, found, path),
                "draft",
                running=running.get(key, 0),
                drafts=found,
            )
        )
    return sorted(lines, key=lambda line: (ORDER.index(line.origin), line.key))


def _drafted_title(session: Session, found: list[Draft], path: str) -> str:
    same = (ProposalFile.proposal_id == found[0].proposal_id, ProposalFile.path == path)
    sha = session.scalar(select(ProposalFile.sha256).where(*same))
    return title_of(path, contents.get(session, sha) if sha else b"")


def _in_force(session: Session, county: str) -> dict[str, Definition]:
    query = select(Definition).where(
        Definition.county_code.in_((county, BASE)),
        Definition.status == DefinitionStatus.PUBLISHED,
    )
    rows = sorted(session.scalars(query), key=lambda row: row.county_code != BASE)
    return {row.key: row for row in rows}


def _flow_line(
    row: Definition, county: str, own: set[str], running: int, drafts: list[Draft]
) -> FlowLine:
    bound = "county" if row.key in own else "bound"
    origin = "base" if row.county_code == BASE != county else bound
    levels = [one.get("level") for one in row.findings]
    return FlowLine(
        key=row.key,
        title=row.title,
        origin="base" if county == BASE else origin,
        version=row.version,
        published_at=row.published_at,
        published_by=row.published_by,
        errors=levels.count("error"),
        warnings=levels.count("warning"),
        running=running,
        drafts=drafts,
    )


def _path(key: str) -> str:
    return f"diagrams/{key}.bpmn"


def running_by_key(session: Session, county: str, key: str | None = None) -> dict[str, int]:
    """Return how many cases run of each flow, in a county or (of the base) in all of them."""
    query = (
        select(Definition.key, func.count())
        .join(Instance, Instance.definition_id == Definition.id)
        .where(Instance.status.in_(RUNNING), *_only(county, key))
        .group_by(Definition.key)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def running_by_version(session: Session, county: str, key: str) -> dict[str, int]:
    """Return how many cases run on each version of a flow, by the version's id."""
    query = (
        select(Instance.definition_id, func.count())
        .join(Definition, Instance.definition_id == Definition.id)
        .where(Instance.status.in_(RUNNING), *_only(county, key))
        .group_by(Instance.definition_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _only(county: str, key: str | None) -> Iterator[ColumnElement[bool]]:
    if county != BASE:
        yield Instance.county_code == county
    if key is not None:
        yield Definition.key == key


def drafts_of(session: Session, county: str, prefix: str = "") -> dict[str, list[Draft]]:
    """Return path → open proposals of a county that hold it, the newest first."""
    query = (
        select(ProposalFile, Proposal)
        .join(Proposal, Proposal.id == ProposalFile.proposal_id)
        .where(
            Proposal.county_code == county,
            Proposal.state.in_(OPEN),
            ProposalFile.path.startswith(prefix, autoescape=True),
        )
        .order_by(ProposalFile.edited_at.desc())
    )
    found: dict[str, list[Draft]] = {}
    for row, of in session.execute(query):
        draft = Draft(of.id, of.title, row.edited_by, row.edited_at, row.sha256 is None)
        found.setdefault(row.path, []).append(draft)
    return found
