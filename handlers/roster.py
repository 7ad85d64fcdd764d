"""The roster (名册库): entries with their qualifications, pledges, and the roles they open."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.context import OperatorContext
from handlers.registry import operator
from models.errors import InvalidError
from models.identity.account import Account, Grant
from models.identity.granting import grant_role
from models.ids import new_id
from models.roster import enrolments
from models.roster.enrolment import KIND_TITLES, EnrolmentRound, RoundState
from models.roster.entry import EntryStatus, Pledge, Qualification, RosterEntry
from models.roster.places import put_on_rosters, rosters_of
from models.roster.qualification_rows import entry_of, qualification_of

APPLICANT = "applicant"


class RoleForbiddenError(InvalidError):
    """A flow may open no other role than what the organisation enrolled as."""

    message = "流程只能授予本单位入驻的那一类角色，请流程分析员改正流程图。"


@dataclass(frozen=True, kw_only=True)
class EnterParams:
    """Nothing to fill in: the round that the case has passed is entered."""


@operator("roster.enter", title="列入名册库并登记资质")
def enter(params: EnterParams, context: OperatorContext) -> int:  # noqa: ARG001
    """Put the party on the county's roster with the passed qualifications; return how many."""
    round_ = _passed(context)
    session = context.session
    entry = entry_of(session, round_.party_id, round_.county_code)
    if entry is None:
        entry = RosterEntry(
            id=new_id(),
            party_id=round_.party_id,
            county_code=round_.county_code,
            entered_on=context.clock().date(),
            kind=round_.kind,
            status=EntryStatus.ACTIVE,
        )
        session.add(entry)
    entry.status, entry.kind = EntryStatus.ACTIVE, round_.kind
    session.flush()
    for former in session.scalars(select(Qualification).where(Qualification.entry_id == entry.id)):
        session.delete(former)
    rows = [qualification_of(row) for row in round_.qualifications]
    session.add_all(Qualification(entry_id=entry.id, **row) for row in rows)
    session.flush()
    rosters = rosters_of(round_.trade, [row["category"] for row in rows])
    put_on_rosters(session, entry, rosters)
    held = [[row["category"], row["level"], row["certificate"]] for row in rows]
    context.log(
        "roster:entered", round_.party_id, after={"qualifications": held, "rosters": rosters}
    )
    return len(rows)


@dataclass(frozen=True, kw_only=True)
class PledgeParams:
    """What was promised, in the words that were ticked."""

    kind: str = field(metadata={"label": "承诺事项"})
    text: str = field(metadata={"label": "承诺内容"})


@operator("pledge.keep", title="登记承诺")
def keep_pledge(params: PledgeParams, context: OperatorContext) -> str:
    """Keep the pledge that came with the round that passed; one for each round."""
    round_ = _passed(context)
    pledge = Pledge(
        id=new_id(),
        party_id=round_.party_id,
        kind=params.kind,
        text=params.text,
        signed_by=round_.submitted_by,
        signed_at=round_.submitted_at,
    )
    context.session.add(pledge)
    context.session.flush()
    context.log("pledge:kept", round_.party_id, after={"kind": params.kind})
    return pledge.id


@dataclass(frozen=True, kw_only=True)
class RoleParams:
    """The role that the enrolled organisation's people get."""

    role: str = field(metadata={"label": "角色", "of": "role"})


@operator("role.grant", title="开通角色和菜单")
def grant(params: RoleParams, context: OperatorContext) -> int:
    """Grant the role to everybody who handles the organisation's file; return how many are new."""
    round_ = _passed(context)
    if params.role not in KIND_TITLES or params.role != round_.kind:
        raise RoleForbiddenError
    session, county = context.session, context.case.county
    party_id = round_.party_id
    held = select(Grant.account_id).where(Grant.role == params.role, Grant.county_code == county)
    people = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.party_id == party_id,
            Grant.role == APPLICANT,
            Grant.county_code == county,
            Account.id.not_in(held),
        )
    ).all()
    for account in people:
        grant_role(session, account, params.role, county)
        context.log("role:granted", account.id, after={"role": params.role, "county": county})
    return len(people)


def _passed(context: OperatorContext) -> EnrolmentRound:
    return enrolments.round_in(context.session, context.case.instance_id, RoundState.PASSED)
