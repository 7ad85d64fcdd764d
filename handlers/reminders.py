"""Reminders and escalations: everybody who holds a role in the county is told by text message."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.sms import send_sms, words
from models.identity.account import Account, Grant

TEXTS = {
    "enrolment_due_soon": "“{about}”的入驻材料等待核实，离期限只剩一个工作日，请登录平台办理。",
    "enrolment_overdue": "“{about}”的入驻材料超过核实期限仍未办结，请督促办理。",
    "enquiry_overdue": "咨询{about}超过答复期限仍未答复，请督促办理。",
}


@dataclass(frozen=True, kw_only=True)
class RemindParams:
    """Which role is told what, about whom or what."""

    role: str = field(metadata={"label": "收信岗位"})
    template: str = field(metadata={"label": "消息模板"})
    about: str = field(metadata={"label": "事项"})


@operator("role.remind", title="短信提醒岗位")
def remind(params: RemindParams, context: OperatorContext) -> int:
    """Tell everybody who holds a role in the county; return how many were told."""
    text = words(TEXTS, params.template, about=params.about)
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
        send_sms(context, params.template, text, mobile)
    after = {"template": params.template, "role": params.role, "told": len(mobiles)}
    context.log("role:reminded", context.case.instance_id, role=params.role, after=after)
    return len(mobiles)
