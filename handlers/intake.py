"""Intake (受理): a submission that goes back is told everything at once (第七十四条（四）)."""

from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import func, select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.deficiency import SEND_BACK_TITLES, DeficiencyNotice, SendBack
from models.errors import InvalidError
from models.message import tell_party
from models.outbox import notify
from models.project import ProjectPhase


class SendBackUnknownError(InvalidError):
    """The form's choice is none of the three kinds of return."""

    message = "退回须是审核不通过、要件不齐全或超出受理范围之一，请重新选择。"


class ReasonsMissingError(InvalidError):
    """A return tells its reasons, whatever the form asked for."""

    message = "退回须一次写清全部原因，没有退回。请补写原因后重新提交。"


@dataclass(frozen=True, kw_only=True)
class SendBackParams:
    """Which of the three returns, and all the reasons."""

    decision: str = field(metadata={"label": "退回种类"})
    reasons: str = field(metadata={"label": "全部原因"})


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What the owner reads where it corrects."""

    round: int
    title: str
    reasons: str


@operator("intake.send_back", title="退回并一次性告知")
def send_back(params: SendBackParams, context: OperatorContext) -> Returned:
    """Keep the round with all its reasons and tell the owner of it."""
    try:
        kind = SendBack(params.decision)
    except ValueError:
        raise SendBackUnknownError from None
    if not params.reasons.strip():
        raise ReasonsMissingError
    project = project_of(context)
    rounds = select(func.count()).where(DeficiencyNotice.project_id == project.id)
    number = (context.session.scalar(rounds) or 0) + 1
    row = DeficiencyNotice(
        project_id=project.id,
        round=number,
        kind=kind,
        reasons=params.reasons,
        sent_by=context.actor.account_id,
        sent_at=context.clock(),
    )
    context.session.add(row)
    project.phase = ProjectPhase.DRAFT
    context.session.flush()
    _tell_owner(context, kind, number)
    digest = sha256(params.reasons.encode()).hexdigest()
    after = {"round": number, "kind": kind.value, "reasons": digest}
    context.log("intake:sent_back", project.id, after=after)
    return Returned(round=number, title=SEND_BACK_TITLES[kind], reasons=params.reasons)


def _tell_owner(context: OperatorContext, kind: SendBack, number: int) -> None:
    project = project_of(context)
    text = (
        f"项目“{project.title}”（{project.number}）{SEND_BACK_TITLES[kind]}，已退回。"
        "全部原因请登录平台查看，改正后重新提交。"
    )
    template, key = "intake_sent_back", f"intake_sent_back:{project.id}:{number}"
    link = f"/cases/{context.case.instance_id}"
    tell_party(context.session, project.owner_id, key=key, template=template, words=text, link=link)
    if not project.contact_mobile:
        return
    notify(
        context.session,
        channel="sms",
        recipient=project.contact_mobile,
        template=template,
        values={"text": text},
        key=key,
        party_id=project.owner_id,
    )
