"""What can go wrong between an uploaded diagram and a version in force."""

from dataclasses import asdict

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from processes.lint import Finding


class DiagramFaultyError(InvalidError):
    """The publish check found errors; nothing was stored or published."""

    message = "流程图有 {count} 处错误，没有保存，请按提示修改后重新上传。"

    def __init__(self, findings: list[Finding]) -> None:
        errors = sum(each.level == "error" for each in findings)
        super().__init__(count=errors, findings=[asdict(each) for each in findings])
        self.findings = findings


class MayNotEditFlowsError(ForbiddenError):
    """Only analysts and publishers change flows."""

    message = "只有流程分析员和流程发布人可以保存和发布流程。"


class SecondPersonNeededError(ForbiddenError):
    """The county wants flows published by somebody other than their author."""

    message = "按本区县规则，流程须由另一位流程发布人发布，不能由编制人自己发布。"


class VersionNotFoundError(NotFoundError):
    """No such version of this flow."""

    message = "没有流程“{key}”的第 {version} 版，请检查后重试。"


class VersionRetiredError(ConflictError):
    """A newer version of the flow is in force."""

    message = "流程“{key}”的第 {version} 版已停用，请发布新的版本。"


class CalledFlowMissingError(InvalidError):
    """A flow calls another that the county does not have."""

    message = "流程“{flow}”调用的流程“{called}”在本区县没有生效，请一并发布它，或改掉调用。"


class NamedFileMissingError(InvalidError):
    """A flow names a form or a decision that the county does not have."""

    message = "流程“{flow}”引用的文件“{files}”不存在，请一并发布它们，或改掉引用。"
