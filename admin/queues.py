"""What waits to be done or sent: jobs and the outbox, without what is in them."""

from admin.view import SYSTEM, LookView
from admin.words import choices
from models.flow.job import JobState


class JobView(LookView):
    """Jobs; their arguments are not shown."""

    slug = "jobs"
    icon = "bi-cpu"
    roles = frozenset({SYSTEM})
    note = "任务由后台程序领取执行，失败会自动重试；次数用完的标为失败，请按错误说明处理。"
    shown = ("kind", "state", "attempts", "due_at", "done_at", "error")
    more = ("id", "lease_until")
    labels = {"id": "编号", "lease_until": "领取到期"}
    choices = {"state": choices(JobState)}
    column_searchable_list = ("kind",)
    column_default_sort = ("due_at", True)


class OutboxView(LookView):
    """Messages on their way; their words are not shown."""

    slug = "outbox"
    icon = "bi-send"
    roles = frozenset({SYSTEM})
    note = "短信和邮件由后台程序发出，这里看发送状态，不显示内容。"
    shown = ("template", "channel", "recipient", "state", "attempts", "due_at", "sent_at")
    more = ("id", "error", "lease_until", "receipt")
    labels = {"id": "编号", "lease_until": "领取到期"}
    choices = {"state": choices(JobState)}
    column_searchable_list = ("template",)
    column_default_sort = ("due_at", True)

    def cell(self, model, name):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Show only the end of a telephone number or the domain of an address."""
        text = super().cell(model, name)
        return mask(text) if name == "recipient" else text


def mask(recipient: str) -> str:
    """Return a recipient that tells nothing but where the message went."""
    name, at, domain = recipient.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{recipient[:3]}****{recipient[-4:]}" if len(recipient) > 7 else recipient  # noqa: PLR2004
