"""Who plays which role in the case: parties and named people, set visibly in the diagram."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.errors import ConflictError, ForbiddenError, InvalidError, SmallworksError
from models.identity.account import Account
from models.identity.actor import Actor, with_parts
from models.identity.party import Party
from models.project import Project
from models.roster.standing import check_may_act
from models.selection.appointments import check_two_people

ACTOR, WINNER, NAMED = "actor", "winner", "named"
OWNER, AGENCY = "owner", "agency"


class NoPartyError(ForbiddenError):
    """The acting account belongs to no organisation that could play the role."""

    message = "您的账号没有所属单位，不能以单位名义办理，请联系系统管理员登记所属单位。"


class PersonUnfitError(InvalidError):
    """The person named does not hold the role, or belongs to another organisation."""

    message = "所选人员没有这一岗位，或不属于项目业主，请重新选择。"


class NoAgencyError(ConflictError):
    """The project is carried out by its owner itself: nobody was entrusted."""

    message = "本项目没有委托代理机构，请在立项时选择委托发包并选定代理机构。"


class SourceUnknownError(InvalidError):
    """The diagram asks for a party in a way that does not exist."""

    message = (
        "单位来源须是 actor（办理人所在单位）、winner（中选企业）、owner（项目业主）、"
        "agency（受托代理机构）或 named（所填单位），请改正流程图。"
    )


OF_PROJECT: Mapping[str, Callable[[Project], str | None]] = {
    WINNER: lambda project: project.winner_id,
    OWNER: lambda project: project.owner_id,
    AGENCY: lambda project: project.agency_id,
}
MISSING: Mapping[str, type[SmallworksError]] = {AGENCY: NoAgencyError}


@dataclass(frozen=True, kw_only=True)
class PartyParams:
    """Which role, and whence the party that plays it."""

    role: str = field(metadata={"label": "角色", "of": "role"})
    source: str = field(default=ACTOR, metadata={"label": "单位来源", "of": "party_source"})
    party: str | None = field(default=None, metadata={"label": "所填单位（来源为 named）"})


@operator("party.assign", title="登记角色的单位")
def assign_party(params: PartyParams, context: OperatorContext) -> dict[str, str]:
    """Return the case's parties with this role's party set; it goes under ``parties``."""
    if params.source == NAMED and not params.party:
        # nobody was asked for: the form of this county has no such field
        return dict(context.case.parties)
    party = _party_of(params, context)
    if context.case.parties.get(params.role) != party:
        context.log("party:assigned", context.case.instance_id, after={params.role: party})
    return {**context.case.parties, params.role: party}


def _party_of(params: PartyParams, context: OperatorContext) -> str:
    source = params.source
    if source == NAMED:
        county, now = context.case.county, context.clock()
        return check_may_act(context.session, params.party, county, params.role, now).id
    if source in OF_PROJECT:
        found = OF_PROJECT[source](project_of(context))
        if found is None:
            raise MISSING.get(source, NoPartyError)
        return found
    if source != ACTOR:
        raise SourceUnknownError
    party = context.actor.party_id and context.session.get(Party, context.actor.party_id)
    if not party:
        raise NoPartyError
    return party.id


@dataclass(frozen=True, kw_only=True)
class ReleaseParams:
    """Which role nobody plays any more."""

    role: str = field(metadata={"label": "角色", "of": "role"})


@operator("party.release", title="解除角色的单位")
def release_party(params: ReleaseParams, context: OperatorContext) -> dict[str, str]:
    """Return the case's parties without this role's party; it goes under ``parties``."""
    kept = {role: party for role, party in context.case.parties.items() if role != params.role}
    if params.role in context.case.parties:
        released = context.case.parties[params.role]
        before, object_ = {params.role: released}, context.case.instance_id
        context.log("party:released", object_, before=before, after={params.role: None})
    return kept


@dataclass(frozen=True, kw_only=True)
class PeopleParams:
    """The two natural persons of a selection."""

    selection_officer: str = field(metadata={"label": "选取人员"})
    monitor: str = field(metadata={"label": "监督人员"})


@operator("person.assign", title="登记选取和监督人员")
def assign_people(params: PeopleParams, context: OperatorContext) -> dict[str, str]:
    """Return the case's people with officer and monitor set: two natural persons (第七十九条)."""
    named = {"selection_officer": params.selection_officer, "monitor": params.monitor}
    for role, account in named.items():
        _check_fit(context, role, account)
    check_two_people(context.session, params.selection_officer, params.monitor)
    context.log("person:assigned", context.case.instance_id, after=named)
    return {**context.case.people, **named}


def _check_fit(context: OperatorContext, role: str, account_id: str) -> None:
    account = context.session.get(Account, account_id)
    owner = context.case.parties.get("owner")
    fit = (
        account is not None
        and account.active
        and account.party_id == owner
        and _actor_of(account).holds(role, context.case.county)
    )
    if not fit:
        raise PersonUnfitError(fields={role: PersonUnfitError.message})


def _actor_of(account: Account) -> Actor:
    grants = with_parts((one.role, one.county_code) for one in account.grants)
    return Actor(account_id=account.id, name=account.name, grants=grants)
