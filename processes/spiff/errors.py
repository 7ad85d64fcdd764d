"""What can go wrong between a diagram and the engine; every text is for its author."""

from models.errors import ConflictError, SmallworksError
from processes.xml import BadDiagramError


class UnsupportedDiagramError(BadDiagramError):
    """The diagram is well formed, but the engine cannot run it."""

    message = "流程图含有平台不支持的内容，请按发布检查的提示修改。"


class EngineBudgetError(SmallworksError):
    """Too many automatic steps in one go: the diagram turns without ever waiting."""

    message = "流程连续自动执行超过 {steps} 步仍未停下（{element}），请检查流程图是否有死循环。"


class WrongSpecError(SmallworksError):
    """A stored state names an element that its definition does not have."""

    message = "流程实例与流程版本不一致（缺少环节 {element}），请联系系统管理员。"


class TaskNotOpenError(ConflictError):
    """The task was finished or cancelled by somebody or something else."""

    message = "该事项已办结或已取消，请返回待办列表查看最新状态。"


class MessageNotAwaitedError(ConflictError):
    """No step of this instance waits for the message."""

    message = "该流程当前不接收“{name}”，请刷新后查看进展。"


class RuntimeSpentError(RuntimeError):
    """A runtime that raised is half changed; load the instance anew."""
