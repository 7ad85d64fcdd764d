"""Text messages of a step: words by template, sent only if the step commits."""

from collections.abc import Mapping

from handlers.context import OperatorContext
from models.errors import InvalidError
from models.message import tell_party
from models.outbox import notify


class TemplateUnknownError(InvalidError):
    """The diagram names a message that does not exist."""

    message = "没有名为“{template}”的消息模板，请流程分析员重新选择。"


def words(texts: Mapping[str, str], template: str, **given: str) -> str:
    """Return the words of a template, filled in."""
    try:
        return texts[template].format(**given)
    except KeyError:
        raise TemplateUnknownError(template=template) from None


def send_sms(
    context: OperatorContext,
    template: str,
    text: str,
    mobile: str,
    *,
    party_id: str | None = None,
    link: str = "",
) -> None:
    """Owe one text message to a party, or to whoever has the number; a party reads it here too.

    ``link`` is the page that it leads to; a party of the case is led to the case.
    """
    step = context.case.task_id or context.case.instance_id
    notify(
        context.session,
        channel="sms",
        recipient=mobile,
        template=template,
        values={"text": text},
        # one message a step: a step that is tried again sends nothing twice
        key=f"{template}:{step}:{party_id or mobile}"[:100],
        party_id=party_id,
    )
    if party_id is None:
        return
    if not link and party_id in context.case.parties.values():
        link = f"/cases/{context.case.instance_id}"
    key = f"{template}:{step}"
    tell_party(context.session, party_id, key=key, template=template, words=text, link=link)
