"""Messages to the organisation about its enrolment; reasons are read on the platform alone."""

from dataclasses import dataclass, field

from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.sms import send_sms, words
from models.identity.party import Party

APPLICANT = "applicant"
TEXTS = {
    "enrolment_sent_back": "“{name}”的入驻材料已退回，全部原因请登录平台查看，改正后重新提交。",
    "enrolment_passed": "“{name}”的入驻材料已通过核实，现在可以登录平台参与小额工程项目。",
    "enrolment_refused": "“{name}”的入驻申请未予通过，理由请登录平台查看。",
}


@dataclass(frozen=True, kw_only=True)
class TellParams:
    """Which words are sent to the organisation."""

    template: str = field(metadata={"label": "消息模板", "of": "enrolment_message"})


@operator("enrolment.tell", title="短信告知入驻单位")
def tell(params: TellParams, context: OperatorContext) -> bool:
    """Tell the organisation; return whether it has a mobile number to tell it by."""
    party = context.session.get_one(Party, context.case.parties[APPLICANT])
    text = words(TEXTS, params.template, name=party.name)
    if not party.mobile:
        return False
    send_sms(context, params.template, text, party.mobile, party_id=party.id)
    return True
