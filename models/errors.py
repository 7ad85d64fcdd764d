"""Errors a person can meet; ``web/errors.py`` turns each family into one HTTP status.

SmallworksError
├── NotFoundError      404  it does not exist, or this person may not know that it does
├── ForbiddenError     403  the person is known and may not do this
├── ConflictError      409  the state moved on since the page was drawn
├── InvalidError       422  what was entered breaks a rule the person can put right
└── UnavailableError   503  something the platform needs is missing just now
"""

import re


class SmallworksError(Exception):
    """Base of every error shown to a person.

    ``code`` is stable and for programs; ``message`` is Chinese, for people, and says what to do.
    ``details`` carries facts and never anything that is masked; ``template`` is the sentence
    before they were filled in, by which it is found in another language.
    """

    message = "操作未完成，请稍后重试。"
    failed_at: tuple[str, str] | None = None
    """Where a running case stood when this was raised: the version and the element."""

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.details = details
        self.template = self.message if message is None else message
        self.text = message if message is not None else self.message.format(**details)
        super().__init__(self.text)

    @property
    def code(self) -> str:
        """The class name in snake_case without its suffix, for example ``work_item_taken``."""
        name = type(self).__name__.removesuffix("Error")
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class NotFoundError(SmallworksError):
    """The thing asked for does not exist, or this person may not know that it does."""

    message = "没有找到您要的内容，请检查地址或返回列表重新查找。"


class ForbiddenError(SmallworksError):
    """The person is known and may not do this."""

    message = "您的角色不能办理这一事项，请联系本单位管理员。"


class ConflictError(SmallworksError):
    """The state moved on since the page was drawn."""

    message = "该事项状态已变化，请刷新后重试。"


class InvalidError(SmallworksError):
    """What was entered breaks a rule the person can put right.

    ``fields`` maps a form path such as ``items[0].name`` to one Chinese sentence.
    """

    message = "填写内容有误，请按提示修改后重新提交。"

    def __init__(
        self, message: str | None = None, *, fields: dict[str, str] | None = None, **details: object
    ) -> None:
        super().__init__(message, **details)
        self.fields = fields or {}
        if self.fields:
            self.details["fields"] = self.fields


class UnavailableError(SmallworksError):
    """Something the platform needs is missing just now."""

    message = "系统暂时无法办理，您填写的内容没有提交，请稍后重试。"
