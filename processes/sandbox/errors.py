"""How an expression or a script of a diagram can fail; every text is for its author."""

from models.errors import InvalidError


class SandboxError(InvalidError):
    """The text does not compile, or failed while it ran."""

    message = "表达式无法计算，请在建模器中检查。"


class SandboxSyntaxError(SandboxError, SyntaxError):  # type: ignore[misc]
    """The text is not Starlark; also what the library's decision tables look out for."""


class UnknownNameError(SandboxError):
    """The text uses a process variable that has no value yet."""

    message = "“{name}”还没有值：请在之前的环节填写，或在流程开始时给出默认值。"


class SandboxLimitError(SandboxError):
    """The text used more time, memory or space than it may."""

    message = "表达式或脚本超出运行时间或内存限制，已中止，请简化后重试。"
