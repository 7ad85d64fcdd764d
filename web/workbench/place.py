"""Which county, or the base, a page of the workbench is about, and in which proposal it edits."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from models.errors import ForbiddenError
from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import Actor
from models.identity.county import County
from processes import proposals
from processes.publishing import ANALYST, PUBLISHER
from web.shell import current_shell

ROLES = (ANALYST, PUBLISHER)
BASE_NAME = "基础包"


class NotYourCountyError(ForbiddenError):
    """Somebody who edits no county asked for one."""

    message = "您不是这个区县的流程分析员，不能查看或修改它的规则包，请联系安全管理员授予角色。"


@dataclass(frozen=True)
class Place:
    """The county looked at, and the proposal whose changes lie on top, if any."""

    code: str
    name: str
    choices: tuple[tuple[str, str], ...]
    proposal: Proposal | None = None

    @property
    def is_base(self) -> bool:
        """Whether it is the base, which holds for every county."""
        return self.code == BASE

    @property
    def query(self) -> dict[str, str]:
        """What leads back here."""
        return {"proposal": self.proposal.id} if self.proposal else {"in": self.code}

    @property
    def may_edit(self) -> bool:
        """Whether the proposal can be edited; without one, a draft is opened when needed."""
        return self.proposal is None or self.proposal.state == ProposalState.DRAFT


def edits(actor: Actor, county: str) -> bool:
    """Return whether a person edits or publishes what a county's pack says."""
    return any(actor.holds(role, county) for role in ROLES)


def place_of(session: Session, actor: Actor, code: str = "") -> Place:
    """Return the place that the address names: of its proposal, by code, or where one works."""
    choices = tuple(_choices(actor))
    named = request.values.get("proposal", "")
    if named and not code:
        proposal = proposals.find(session, named, actor)
        return Place(proposal.county_code, _name(session, proposal.county_code), choices, proposal)
    wanted = code or _asked(choices)
    if not wanted or not edits(actor, wanted) or not _exists(session, wanted):
        raise NotYourCountyError
    return Place(wanted, _name(session, wanted), choices)


def _asked(choices: tuple[tuple[str, str], ...]) -> str:
    asked = request.values.get("in", "")
    if asked:
        return asked[:40]
    here = current_shell().county
    codes = [code for code, _ in choices]
    return here.code if here and here.code in codes else next(iter(codes), "")


def _choices(actor: Actor) -> list[tuple[str, str]]:
    found = [(one.code, one.name) for one in current_shell().counties if edits(actor, one.code)]
    return [*found, *([(BASE, BASE_NAME)] if edits(actor, BASE) else [])]


def _exists(session: Session, code: str) -> bool:
    return code == BASE or session.get(County, code) is not None


def _name(session: Session, code: str) -> str:
    return BASE_NAME if code == BASE else session.get_one(County, code).name
