"""Telling another case something: the flow goes on with the answer, never with a guess."""

from dataclasses import dataclass, field
from typing import Any

from handlers.context import OperatorContext
from handlers.registry import operator
from models.flow.case_message import owe_message


@dataclass(frozen=True, kw_only=True)
class MessageParams:
    """Which case is told what; the flow waits for ``answered`` next."""

    to: str = field(metadata={"label": "收件案卷"})
    message: str = field(metadata={"label": "消息名称", "of": "message_name"})
    payload: dict[str, Any] = field(metadata={"label": "消息内容"})


@operator("case.message", title="通知另一案卷")
def send(params: MessageParams, context: OperatorContext) -> str:
    """Owe another case a message, once for this step, and return its name."""
    owe_message(
        context.session,
        key=context.case.task_id,
        to=params.to,
        message=params.message,
        payload=params.payload,
        sender=context.case.instance_id,
    )
    after = {"to": params.to, "message": params.message}
    context.log("case:message_sent", context.case.instance_id, after=after)
    return params.message
