"""Messages to the organisation about its enrolment; reasons are read on the platform alone."""

from dataclasses import dataclass, field

from handlers.context import OperatorContext
from handlers.registry import operator
from models.errors import InvalidError
from models.identity.party import Party
from models.outbox import notify

APPLICANT = "applicant"
TEXTS = {
    "enrolment_sent_back": "“{name}”的入驻材料已退回，全部原因请登录平台查看，改正后重新提交。",
    "enrolment_passed": "“{name}”的入驻材料已通过核实，现在可以登录平台参与小额工程项目。",
    "enrolment_refused": "“{name}”的入驻申请未予通过，理由请登录平台查看。",
}


class MessageUnknownError(InvalidError):
    """The diagram names a message that does not exist."""

    message = "没有名为“{template}”的消息模板，请流程分析员重新选择。"


@dataclass(frozen=True, kw_only=True)
class TellParams:
    """Which words are sent to the organisation."""

    template: str = field(metadata={"label": "消息模板"})


@operator("enrolment.tell", title="短信告知入驻单位")
def tell(params: TellParams, context: OperatorContext) -> bool:
    """Tell the organisation; return whether it has a mobile number to tell it by."""
    party = _party(context)
    text = _text(params.template, party)
    if not party.mobile:
        return False
    _send(context, params.template, party.mobile, text)
    return True


def _party(context: OperatorContext) -> Party:
    return context.session.get_one(Party, context.case.parties[APPLICANT])


def _text(template: str, party: Party) -> str:
    try:
        return TEXTS[template].format(name=party.name)
    except KeyError:
        raise MessageUnknownError(template=template) from None


def _send(context: OperatorContext, template: str, mobile: str, text: str) -> None:
    notify(
        context.session,
        channel="sms",
        recipient=mobile,
        template=template,
        values={"text": text},
        # one message a step: a step that is tried again sends nothing twice
        key=f"{template}:{context.case.task_id}:{mobile}"[:100],
        party_id=context.case.parties[APPLICANT],
    )
