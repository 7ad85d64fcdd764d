"""Outages (停电、断网): recorded, and the selection moved to after the recovery (第八十一条)."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.bidding_outages import bidding_of, close_later, is_bids_opening, outside
from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import current, moment
from handlers.notice_templates import BIDDING_POSTPONED, OPENING_POSTPONED, POSTPONED
from handlers.registry import operator
from models.clock import iso
from models.errors import ConflictError, InvalidError
from models.outage import Outage, OutageSource
from models.selection import postponements
from models.selection.draws import state_error
from models.selection.tables import Draw

NEW_TIME = "new_selection_at"


class OutageInvalidError(InvalidError):
    """A report of an outage cannot be right."""

    message = "停电、断网报告填写有误，请按提示修改后重新提交。"


class OutageGoneError(ConflictError):
    """The case was told of an outage that is not recorded."""

    message = "没有找到这次停电、断网的记录，请工作人员重新报告。"


@dataclass(frozen=True, kw_only=True)
class ReportParams:
    """What staff report: why, from when to when."""

    cause: str = field(metadata={"label": "原因"})
    began: str = field(metadata={"label": "开始时间"})
    recovered: str = field(metadata={"label": "恢复时间"})


@operator("outage.report", title="登记停电、断网")
def report(params: ReportParams, context: OperatorContext) -> str:
    """Record an outage that met the project's selection; return its id."""
    draw = current(context)
    check_may_interrupt(context, draw)
    began = moment(params.began, "outage_began")
    recovered = moment(params.recovered, "outage_recovered")
    _check(context, draw, began, recovered)
    row = Outage(
        county_code=context.case.county,
        found_by=OutageSource.STAFF,
        began_at=began,
        recovered_at=recovered,
        cause=params.cause.strip(),
        draws=[draw.id],
        reported_by=context.actor.account_id,
        recorded_at=context.clock(),
    )
    context.session.add(row)
    context.session.flush()
    after = {"from": iso(began), "to": iso(recovered), "draws": row.draws}
    context.log("outage:recorded", row.id, after=after)
    return row.id


def check_may_interrupt(context: OperatorContext, draw: Draw) -> None:
    """Raise unless the list stands and neither bids nor secrets are being opened yet."""
    if is_bids_opening(context, draw):
        raise postponements.OpeningBegunError
    postponements.check_not_opening(draw)
    if draw.state not in postponements.LISTED:
        raise state_error(draw, "因停电、断网延后选取")


def _check(context: OperatorContext, draw: Draw, began: datetime, recovered: datetime) -> None:
    fields = {}
    bidding = bidding_of(context, draw)
    if began > context.clock():
        fields["outage_began"] = "开始时间还没有到，请填写实际开始停电、断网的时间。"
    if recovered < began:
        fields["outage_recovered"] = "恢复时间不能早于开始时间，请改正。"
    elif bidding is not None:
        fields |= outside(bidding, began, recovered)
    elif draw.opens_at is not None and recovered < draw.opens_at:
        fields["outage_recovered"] = (
            f"选取时间（{draw.opens_at:%Y-%m-%d %H:%M}）之前已经恢复，不影响按时选取，不用延期。"
        )
    if fields:
        raise OutageInvalidError(fields=fields)


@dataclass(frozen=True, kw_only=True)
class OutageParams:
    """Which outage."""

    outage: str = field(metadata={"label": "停电、断网记录"})


@operator("draw.interrupt", title="登记选取中断")
def interrupt(params: OutageParams, context: OperatorContext) -> str:
    """Stop a frozen draw that is not opening yet; return the outage in words."""
    check_may_interrupt(context, current(context))
    row = _outage(context, params.outage)
    context.log("draw:interrupted", current(context).id, after={"outage": row.id})
    return in_words(row)


@operator("draw.propose_time", title="推算新的选取时间")
def propose(params: OutageParams, context: OperatorContext) -> str:
    """Return the first suitable time after the recovery, as a form's field holds it."""
    recovered = _outage(context, params.outage).recovered_at
    draw = current(context)
    bidding = bidding_of(context, draw)
    former = draw.opens_at if bidding is None else bidding.closes_at
    found = postponements.proposal(context, former, recovered)
    return found.replace(tzinfo=None).isoformat(timespec="minutes")


@dataclass(frozen=True, kw_only=True)
class PostponeParams:
    """To when, and because of which outage."""

    new_at: str = field(metadata={"label": "新的选取时间"})
    outage: str = field(metadata={"label": "停电、断网记录"})


@dataclass(frozen=True, kw_only=True)
class PostponeResult:
    """Both times, for the messages and the case's history, and the text of the notice."""

    former_at: str
    selection_at: str
    template: str


@operator("draw.postpone", title="延后选取时间")
def postpone(params: PostponeParams, context: OperatorContext) -> PostponeResult:
    """Move what was interrupted: the close of bidding, or from when on is opened or drawn."""
    draw, row = current(context), _outage(context, params.outage)
    to = moment(params.new_at, NEW_TIME)
    bidding = bidding_of(context, draw)
    if bidding is not None:
        former = close_later(context, bidding, to, row, NEW_TIME)
        template = BIDDING_POSTPONED
    else:
        former = _open_later(context, draw, to, row)
        template = POSTPONED if draw.root else OPENING_POSTPONED
    return PostponeResult(former_at=iso(former), selection_at=iso(to), template=template)


def _open_later(context: OperatorContext, draw: Draw, to: datetime, row: Outage) -> datetime:
    """Let draw or opening wait for the new time; its plan stays as the notice printed it."""
    former = draw.opens_at or to
    postponements.check_new_time(context, draw, to, row.recovered_at, NEW_TIME)
    postponements.postpone(context, draw, to, (row.id, row.cause))
    project_of(context).selection_at = to
    return former


def _outage(context: OperatorContext, outage_id: str) -> Outage:
    row = context.session.get(Outage, outage_id)
    if row is None:
        raise OutageGoneError
    return row


def in_words(row: Outage) -> str:
    """Return when an outage was and why, in one sentence's part."""
    return f"{row.began_at:%m月%d日%H:%M}至{row.recovered_at:%m月%d日%H:%M}，{row.cause}"
