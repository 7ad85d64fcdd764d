"""Who is told that a selection is put off or cancelled: everybody who fits, and those who act."""

from dataclasses import dataclass

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import current
from handlers.moments import shown
from handlers.registry import operator
from handlers.sms import send_sms
from models.identity.account import Account
from models.identity.party import Party, PartyRole
from models.roster.eligibility import eligible_parties
from models.selection import auctions

PEOPLE = ("selection_officer", "monitor")
REGULATOR = "regulator"


@dataclass(frozen=True, kw_only=True)
class TellParams:
    """Nothing to fill in: the current draw of the case's project is meant."""


@operator("message.postponed", title="通知选取延期")
def tell_postponed(params: TellParams, context: OperatorContext) -> int:  # noqa: ARG001
    """Tell owner, officer, monitor and every company that fits the new time; return how many."""
    text = f"{_project(context)}因停电、断网延期，{_new_time(context)}，详见延期公告。"
    return _tell_all(context, "selection_postponed", text)


def _new_time(context: OperatorContext) -> str:
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is not None and auction.closed_at is None:
        return f"竞价截止延至{shown(auction.closes_at)}，公开开启时间为{shown(draw.opens_at)}"
    return f"新的选取时间为{shown(draw.opens_at)}"


@operator("message.cancelled", title="通知选取取消")
def tell_cancelled(params: TellParams, context: OperatorContext) -> int:  # noqa: ARG001
    """Tell owner, officer, monitor and every company that fits; return how many were told."""
    text = f"{_project(context)}的选取已取消，项目终止交易，详见终止公告。"
    return _tell_all(context, "selection_cancelled", text)


@operator("message.filed", title="告知行业主管部门已备案")
def tell_filed(params: TellParams, context: OperatorContext) -> int:  # noqa: ARG001
    """Tell the county's regulators that a result was filed with them; return how many."""
    auction = auctions.of_draw(context.session, current(context).id)
    what = "随机选取在冻结后" if auction is None else "竞价选取在截止后"
    text = f"{_project(context)}的{what}取消，假定结果已备案，请登录平台查看。"
    query = (
        select(Party)
        .join(PartyRole, PartyRole.party_id == Party.id)
        .where(PartyRole.role == REGULATOR, PartyRole.county_code == context.case.county)
        .order_by(Party.id)
    )
    return _tell(context, "result_filed", text, list(context.session.scalars(query)))


def _project(context: OperatorContext) -> str:
    project = project_of(context)
    return f"“{project.title}”（{project.number}）"


def _tell_all(context: OperatorContext, template: str, text: str) -> int:
    project = project_of(context)
    ids = {*eligible_parties(context.session, project, context.clock()), project.owner_id}
    parties = context.session.scalars(select(Party).where(Party.id.in_(ids)).order_by(Party.id))
    told = _tell(context, template, text, list(parties))
    return told + _tell_people(context, template, text)


def _tell(context: OperatorContext, template: str, text: str, parties: list[Party]) -> int:
    reached = [party for party in parties if party.mobile]
    for party in reached:
        send_sms(context, template, text, party.mobile, party_id=party.id)
    return len(reached)


def _tell_people(context: OperatorContext, template: str, text: str) -> int:
    named = {context.case.people[role] for role in PEOPLE if role in context.case.people}
    query = select(Account.mobile).where(Account.id.in_(named), Account.mobile != "").distinct()
    mobiles = sorted(context.session.scalars(query))
    for mobile in mobiles:
        send_sms(context, template, text, mobile)
    return len(mobiles)
