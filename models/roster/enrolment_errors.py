"""What can be wrong with an enrolment; every text says what is so and what to do."""

from models.errors import ConflictError, InvalidError


class AlreadyOpenError(ConflictError):
    """The party has a file that is being filled in or verified."""

    message = "本单位已有一份入驻或变更材料正在办理，请在待办里接着办，办结后才能再次变更。"


class NoOpenRoundError(ConflictError):
    """The flow asks for a round that is not there, or not in this state."""

    message = "这份入驻材料的状态已变化，请返回待办列表刷新后查看。"


class PartyKindTakenError(ConflictError):
    """The organisation is enrolled as another kind."""

    message = "本单位已按{known}登记，不能再按{asked}入驻，请联系交易中心办理。"


class QualificationMissingError(InvalidError):
    """An enterprise that needs one named no qualification."""

    message = "还没有填写资质，请至少添加一项资质并上传证书。"


class QualificationsWrongError(InvalidError):
    """Some rows of the qualifications break a rule; each is told at its place."""

    message = "资质填写有误，请按提示逐项改正后重新提交。"


class NothingChangedError(InvalidError):
    """A change was handed in that changes nothing."""

    message = "填写的内容与现在生效的完全一致，没有需要核实的变更，请修改后再提交。"


class ReasonsMissingError(InvalidError):
    """A return or refusal without its reasons."""

    message = "退回或不予入驻须一次写清全部原因，请补写后重新提交。"

    def __init__(self) -> None:
        super().__init__(fields={"reasons": self.message})
