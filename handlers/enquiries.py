"""Enquiries (咨询): registered with a number, answered, what is lacking told once (DZ-74.2)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.context import OperatorContext
from handlers.registry import operator
from models import enquiries
from models.clock import to_china
from models.enquiry import Channel
from models.errors import InvalidError
from models.numbering import next_number


def note_asker(context: OperatorContext, role: str, asker: Any) -> None:  # noqa: ANN401
    """Take who asked out of the form: it is kept with the enquiry, never in the case."""
    case = context.case
    row = enquiries.note_asker(context.session, case.instance_id, case.county, asker, context.actor)
    context.log("enquiry:taken", case.instance_id, role=role, after={"enquiry": row.id})


class ChannelUnknownError(InvalidError):
    """The form's choice is no way to ask."""

    message = "咨询方式须是来人或来电，请重新选择。"


@dataclass(frozen=True, kw_only=True)
class RegisterParams:
    """What was asked, and until when it should be answered."""

    channel: str = field(metadata={"label": "咨询方式"})
    subject: str = field(metadata={"label": "咨询事项"})
    question: str = field(metadata={"label": "咨询内容"})
    due: str = field(default="", metadata={"label": "答复期限"})


@operator("enquiry.register", title="登记咨询并编号")
def register(params: RegisterParams, context: OperatorContext) -> str:
    """Keep the enquiry under a number of its own and return the number."""
    if params.channel not in set(Channel):
        raise ChannelUnknownError
    row = enquiries.of_case(context.session, context.case.instance_id)
    row.channel, row.subject = Channel(params.channel), params.subject.strip()
    row.question = params.question.strip()
    row.due_at = to_china(datetime.fromisoformat(params.due)) if params.due else None
    year, county = context.clock().year, context.case.county
    count = next_number(context.session, f"enquiry:{county}:{year}"[:60])
    row.number = f"{context.rules['enquiry.number_prefix']}-{year}-{count:04d}"
    context.session.flush()
    context.log("enquiry:registered", context.case.instance_id, after={"number": row.number})
    return row.number


@dataclass(frozen=True, kw_only=True)
class AnswerParams:
    """The answer, and what is lacking, told once."""

    answer: str = field(metadata={"label": "答复"})
    lacking: str | None = field(default=None, metadata={"label": "一次性告知"})


@operator("enquiry.answer", title="记录答复")
def answer(params: AnswerParams, context: OperatorContext) -> str:
    """Keep the answer with who gave it and when; return the enquiry's number."""
    row = enquiries.of_case(context.session, context.case.instance_id)
    row.answer, row.lacking = params.answer.strip(), (params.lacking or "").strip()
    row.answered_by, row.answered_at = context.actor.account_id, context.clock()
    context.session.flush()
    context.log("enquiry:answered", context.case.instance_id, after={"number": row.number})
    return row.number
