"""Saves what was rehearsed as a worked case in a proposal's ``cases/``."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.proposal import Proposal
from models.flow.rehearsal import FlowRehearsal
from models.identity.actor import Actor
from processes import proposals
from processes.cases.format import CaseFile, WorkedCase, read_cases
from processes.cases.writing import write_cases
from processes.proposals.errors import FileUnknownError
from processes.rehearsal.rows import Kept
from processes.rehearsal.values import named_paper

MOST_NAME = 100


class CaseNameError(InvalidError):
    """A worked case has no name, or one that another of its file has."""

    message = "请写明样例名称（不超过100字），并且不与同一流程的其他样例重名。"


def save(
    session: Session, row: FlowRehearsal, steps: list[Kept], words: tuple[str, str], actor: Actor
) -> tuple[Proposal, str]:
    """Add a worked case to the rehearsal's proposal, or to one's open one; return where it is."""
    name, source = words
    proposal = _proposal(session, row, actor)
    path = f"cases/{row.flow}.toml"
    held, version = _held(session, proposal, path)
    if not 0 < len(name) <= MOST_NAME or name in {one.name for one in held.cases}:
        raise CaseNameError
    acts = tuple(_plain(one.act) for one in steps if one.act and not one.seen.refused)
    case = WorkedCase(name, row.flow, source, acts, _expected(steps[-1].seen.facts))
    body = write_cases(CaseFile(held.openings, (*held.cases, case), held.note))
    read_cases(body)
    proposals.save_file(session, proposal, path, body, version=version, actor=actor)
    return proposal, path


def _proposal(session: Session, row: FlowRehearsal, actor: Actor) -> Proposal:
    if row.proposal_id is not None:
        found = session.get_one(Proposal, row.proposal_id)
        if found.state.value == "draft":
            return found
    return proposals.open_for(session, row.county_code, actor)


def _held(session: Session, proposal: Proposal, path: str) -> tuple[CaseFile, int]:
    try:
        found = proposals.read_file(session, proposal.county_code, path, proposal)
    except FileUnknownError:
        return CaseFile(), 0
    return (read_cases(found.body) if found.body else CaseFile()), found.version


def _expected(facts: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {"phase", "next", "draw", "auction", "comparison", "price", "requests"}
    return {name: value for name, value in facts.items() if name in wanted}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return an act without what is empty, its papers named as acts name them."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return named_paper(value) or [_plain(one) for one in value]
    return value
