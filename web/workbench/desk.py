"""What the form and the decision editor share: the proposal, its files, the request."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalState
from models.identity.county import County
from processes import proposals
from processes.desks.names import NewFile
from processes.forms import Finding as FormFinding
from processes.lint import Finding
from processes.modelling import Context
from processes.packs.roles import Role, roles_of
from web.access import require_actor
from web.i18n import translated

SAID = frozenset({"title", "label"})
"""What a chooser shows; everything else is what the file says."""


class BadQuestionError(InvalidError):
    """The page sent something that is no question."""

    message = "页面发来的内容不完整，请刷新页面后重试。"


@dataclass(frozen=True)
class Desk:
    """A proposal, and every file its county would see if it were in force."""

    proposal: Proposal
    place: str
    files: Mapping[str, bytes]
    roles: Mapping[str, Role]
    context: Context

    @property
    def is_draft(self) -> bool:
        """Whether the proposal can still be edited."""
        return self.proposal.state == ProposalState.DRAFT


def desk_of(session: Session, proposal_id: str) -> Desk:
    """Return the desk of whoever asks, or refuse: only the county's analysts have one."""
    proposal = proposals.find(session, proposal_id, require_actor())
    county = proposal.county_code
    place = "基础包" if county == BASE else session.get_one(County, county).name
    files = proposals.files_in(session, county, proposal)
    context = Context(county, proposals.overlay(session, proposal))
    return Desk(proposal, place, files, roles_of(session, county), context)


def new_file() -> NewFile:
    """Return what the page for a new form or table was filled in with."""
    given = request.form
    return NewFile(
        given.get("name", "").strip()[:60],
        given.get("title", "").strip()[:100],
        given.get("copy_of", "")[:60],
    )


def findings_for(found: Iterable[Finding | FormFinding]) -> list[dict[str, Any]]:
    """Return findings as a page's script reads them, in the language of the page."""
    return [{**asdict(one), "message": translated(one.message)} for one in found]


def titled(value: Any) -> Any:  # noqa: ANN401 - names as JSON has them
    """Return names for choosers with their titles in the language of the page."""
    if isinstance(value, Mapping):
        said = {key: titled(each) for key, each in value.items()}
        return said | {key: translated(value[key]) for key in SAID & value.keys()}
    return [titled(one) for one in value] if isinstance(value, list | tuple) else value


def sent() -> dict[str, Any]:
    """Return the JSON object that the page sent."""
    given = request.get_json()
    if not isinstance(given, dict):
        raise BadQuestionError
    return given


def text_in(given: Mapping[str, Any], name: str) -> str:
    """Return a text of the request."""
    text = given.get(name, "")
    if not isinstance(text, str):
        raise BadQuestionError
    return text


def values_in(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object of the request."""
    values = given.get(name, {})
    if not isinstance(values, dict):
        raise BadQuestionError
    return values
