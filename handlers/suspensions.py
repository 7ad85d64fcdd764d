"""Suspensions (停用): the regulator stops an enterprise from taking part, and lets it again."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.sms import send_sms, words
from models.clock import CHINA
from models.errors import ConflictError, InvalidError, NotFoundError
from models.identity.party import Party
from models.ids import new_id
from models.roster.enrolment import KIND_TITLES
from models.roster.entry import EntryStatus, RosterEntry, Suspension
from models.roster.suspensions import is_in_force

LAST_MINUTE = time(23, 59, tzinfo=CHINA)
MOST_DAYS = 3650
DAYS_WRONG = "停用天数须是1至{most}的整数，含停用起当日。"
TEXTS = {
    "suspended": "“{name}”自{begins}起至{ends}暂停参与小额工程选取，原因请登录平台查看。",
    "reinstated": "“{name}”已恢复参与小额工程选取，可以登录平台参与项目。",
}


class NotOnRosterError(NotFoundError):
    """The enterprise does not stand on this county's roster."""

    message = "这家企业不在本区县名册库内，不能办理停用或恢复，请回到企业名册重新选择。"


class SuspendedAlreadyError(ConflictError):
    """A suspension of this enterprise holds or is about to."""

    message = "这家企业已有停用，期限至{ends}，没有重复办理。要改期限的，先恢复再重新停用。"


class NotSuspendedError(ConflictError):
    """There is nothing to lift."""

    message = "这家企业现在没有停用，不需要恢复。请回到企业名册核对。"


class SuspensionInvalidError(InvalidError):
    """The dates of a suspension do not make a time ahead."""

    message = "停用期限有误，没有办理。请按提示改正。"


@dataclass(frozen=True, kw_only=True)
class EnterpriseParams:
    """Which enterprise of the roster."""

    enterprise: str = field(metadata={"label": "企业"})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the regulator decides about."""

    name: str
    credit_code: str
    kind: str
    kind_title: str
    is_suspended: bool
    words: str


@operator("suspension.look_up", title="核对企业停用情况")
def look_up(params: EnterpriseParams, context: OperatorContext) -> Standing:
    """Return how an enterprise of the roster stands now."""
    entry = _entry(context, params.enterprise)
    stop = _open(context, entry.party_id)
    told = "没有停用" if stop is None else f"停用至{_day(stop.until_at)}，原因：{stop.reason}"
    return Standing(
        name=entry.party.name,
        credit_code=entry.party.credit_code,
        kind=entry.kind,
        kind_title=KIND_TITLES.get(entry.kind, entry.kind),
        is_suspended=stop is not None,
        words=told,
    )


@dataclass(frozen=True, kw_only=True)
class SuspendParams:
    """From when, until when or for how many days, why, by which document.

    The reason is shown to the public; days count from the first, which is one of them.
    """

    enterprise: str = field(metadata={"label": "企业"})
    reason: str = field(metadata={"label": "停用原因（公开）"})
    begins_on: str = field(metadata={"label": "停用起"})
    ends_on: str | None = field(default=None, metadata={"label": "停用止"})
    days: int | None = field(default=None, metadata={"label": "停用天数"})
    document: list[Any] | None = field(default=None, metadata={"label": "处理决定"})


@operator("suspension.suspend", title="暂停参与选取资格")
def suspend(params: SuspendParams, context: OperatorContext) -> str:
    """Let the enterprise join nothing from one day to another, and return the suspension."""
    party = _entry(context, params.enterprise).party
    if (known := _open(context, party.id)) is not None:
        raise SuspendedAlreadyError(ends=_day(known.until_at))
    begins, ends = _period(params, context.clock())
    row = Suspension(
        id=new_id(),
        party_id=party.id,
        county_code=context.case.county,
        from_at=begins,
        until_at=ends,
        reason=params.reason.strip(),
        decided_by=context.actor.account_id,
        instance_id=context.case.instance_id,
        document_id=str(params.document[0]["id"]) if params.document else None,
    )
    context.session.add(row)
    context.session.flush()
    after = {"from": begins.isoformat(), "until": ends.isoformat(), "reason": row.reason}
    context.log("suspension:imposed", party.id, after=after)
    _tell(context, "suspended", party, begins=_day(begins), ends=_day(ends))
    return row.id


@dataclass(frozen=True, kw_only=True)
class LiftParams:
    """Why the enterprise may take part again."""

    enterprise: str = field(metadata={"label": "企业"})
    reason: str = field(metadata={"label": "恢复原因"})


@operator("suspension.lift", title="恢复参与选取资格")
def lift(params: LiftParams, context: OperatorContext) -> str:
    """End the suspension before its day, and return it; it stays on record."""
    party = _entry(context, params.enterprise).party
    row = _open(context, party.id)
    if row is None:
        raise NotSuspendedError
    row.lifted_at, row.lifted_reason = context.clock(), params.reason.strip()
    row.lifted_by = context.actor.account_id
    context.session.flush()
    context.log("suspension:lifted", party.id, after={"reason": row.lifted_reason})
    _tell(context, "reinstated", party)
    return row.id


def _entry(context: OperatorContext, party_id: str) -> RosterEntry:
    listed = select(RosterEntry).where(
        RosterEntry.party_id == party_id,
        RosterEntry.county_code == context.case.county,
        RosterEntry.status == EntryStatus.ACTIVE,
    )
    if (found := context.session.scalar(listed)) is None:
        raise NotOnRosterError
    return found


def _open(context: OperatorContext, party_id: str) -> Suspension | None:
    """Return the suspension that holds now or begins later."""
    now = context.clock()
    query = select(Suspension).where(
        Suspension.party_id == party_id,
        Suspension.county_code == context.case.county,
        Suspension.until_at > now,
    )
    rows = context.session.scalars(query.order_by(Suspension.from_at))
    return next((one for one in rows if is_in_force(one, max(now, one.from_at))), None)


def _period(params: SuspendParams, now: datetime) -> tuple[datetime, datetime]:
    first, faults = date.fromisoformat(params.begins_on), {}
    last = _last_day(params, first)
    if first < now.date():
        faults["begins_on"] = "停用起不能早于今天，停用不溯及已经发生的选取。"
    if last < first:
        faults["ends_on"] = "停用止不能早于停用起。"
    if faults:
        raise SuspensionInvalidError(fields=faults)
    begins = now if first == now.date() else datetime.combine(first, time(0, 0, tzinfo=CHINA))
    return begins, datetime.combine(last, LAST_MINUTE)


def _last_day(params: SuspendParams, first: date) -> date:
    """Return the last day: the one named, or the last of so many days."""
    if params.days is None and params.ends_on:
        return date.fromisoformat(params.ends_on)
    days = params.days or 0
    if not 0 < days <= MOST_DAYS:
        raise SuspensionInvalidError(fields={"suspension_days": DAYS_WRONG.format(most=MOST_DAYS)})
    return first + timedelta(days=days - 1)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y年%m月%d日}"


def _tell(context: OperatorContext, template: str, party: Party, **facts: str) -> None:
    if party.mobile:
        text = words(TEXTS, template, name=party.name, **facts)
        send_sms(context, template, text, party.mobile, party_id=party.id)
