"""Reminders and escalations: everybody who holds a role in the county is told by text message."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.context import OperatorContext
from handlers.registry import operator
from models.errors import InvalidError
from models.identity.account import Account, Grant
from models.outbox import notify

TEXTS = {
    "enrolment_due_soon": "“{about}”的入驻材料等待核实，离期限只剩一个工作日，请登录平台办理。",
    "enrolment_overdue": "“{about}”的入驻材料超过核实期限仍未办结，请督促办理。",
    "enquiry_overdue": "咨询{about}超过答复期限仍未答复，请督促办理。",
}


class ReminderUnknownError(InvalidError):
    """The diagram names a reminder that does not exist."""

    message = "没有名为“{template}”的提醒模板，请流程分析员重新选择。"


@dataclass(frozen=True, kw_only=True)
class RemindParams:
    """Which role is told what, about whom or what."""

    role: str = field(metadata={"label": "收信岗位"})
    template: str = field(metadata={"label": "消息模板"})
    about: str = field(metadata={"label": "事项"})


@operator("role.remind", title="短信提醒岗位")
def remind(params: RemindParams, context: OperatorContext) -> int:
    """Tell everybody who holds a role in the county; return how many were told."""
    text = _text(params)
    query = (
        select(Account.mobile)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.active,
            Account.mobile != "",
            Grant.role == params.role,
            Grant.county_code == context.case.county,
        )
        .distinct()
    )
    mobiles = sorted(context.session.scalars(query))
    for mobile in mobiles:
        notify(
            context.session,
            channel="sms",
            recipient=mobile,
            template=params.template,
            values={"text": text},
            # one message a step: a step that is tried again sends nothing twice
            key=f"{params.template}:{context.case.task_id}:{mobile}"[:100],
        )
    after = {"template": params.template, "role": params.role, "told": len(mobiles)}
    context.log("role:reminded", context.case.instance_id, role=params.role, after=after)
    return len(mobiles)


def _text(params: RemindParams) -> str:
    try:
        return TEXTS[params.template].format(about=params.about)
    except KeyError:
        raise ReminderUnknownError(template=params.template) from None
