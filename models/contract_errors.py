"""What can be wrong with a contract, a completion and an acceptance."""

from collections.abc import Mapping

from models.errors import ConflictError, InvalidError


class FieldsError(InvalidError):
    """Several fields at once; the text says them all, for programs that show no fields."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("".join(fields.values()), fields=dict(fields))


class ContractTermsError(FieldsError):
    """The contract says something that the award or the rules do not allow."""


class OtherProjectContractError(FieldsError):
    """The contract handed in is another project's."""


class AcceptanceInvalidError(FieldsError):
    """The acceptance's dates, amounts or documents do not fit."""


class StartInvalidError(FieldsError):
    """The start of the works does not fit the contract."""


class NoWinnerError(ConflictError):
    """There is nobody to sign with."""

    message = "本项目还没有确定中选企业，不能签订合同，请先完成选取和结果公示。"


class NoRoundError(ConflictError):
    """The contractor answers a contract that nobody has handed in."""

    message = "没有等待确认的合同，可能已经答复过，请刷新案卷后查看。"


class ReasonsTooShortError(InvalidError):
    """A contract goes back without saying why."""

    message = "退回合同须写明原因，至少{shortest}个字，项目业主据此改正。"


class NoContractError(ConflictError):
    """Works are registered before their contract is signed."""

    message = "本项目的合同还没有经双方确认，不能登记开工和验收，请先办完合同签订。"


class NotStartedError(ConflictError):
    """An acceptance is registered before the start of the works."""

    message = "本项目还没有登记开工，不能登记验收，请先登记开工日期。"


class AlreadyAcceptedError(ConflictError):
    """The acceptance is registered once."""

    message = "本项目的验收已于{at}登记，不能重复登记，请刷新案卷后查看。"
