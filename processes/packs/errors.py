"""What can go wrong while a pack, or changed files of one, are stored."""

from models.errors import InvalidError
from processes.lint import Finding


class PackFaultyError(InvalidError):
    """The check found errors; nothing of the pack was stored."""

    message = "规则包“{pack}”有{count}处错误，没有载入：{first}"

    def __init__(self, pack: str, findings: list[Finding]) -> None:
        first = f"{findings[0].element}：{findings[0].message}"
        told = [f"{one.element}：{one.message}" for one in findings]
        super().__init__(pack=pack, count=len(findings), first=first, findings=told)
        self.findings = findings


class BaseMissingError(InvalidError):
    """A county's pack was loaded before the base."""

    message = "请先载入基础包，再载入区县“{pack}”的规则包。"
