"""Why a case, or a whole move, is refused; every text says what to do."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class CaseNotMovableError(ConflictError):
    """The case cannot go on in the other version from where it stands."""

    message = "该案卷不能迁移：{reason}"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class MoveNotFoundError(NotFoundError):
    """No such move."""

    message = "没有这次案卷迁移，请返回列表重新打开。"


class MoveStateError(ConflictError):
    """The move is no longer (or not yet) in the state that the act needs."""

    message = "这次案卷迁移的状态已变化，请刷新后查看。"


class MayNotMoveError(ForbiddenError):
    """Only a county's publishers move its cases."""

    message = "只有本区县的流程发布员可以迁移案卷，请联系流程发布员。"


class MoveNeedsSecondError(ForbiddenError):
    """The county wants a second person."""

    message = "本区县规定案卷迁移须由另一名流程发布员批准，请转请批准。"


class NothingToMoveError(InvalidError):
    """There is no case, or no other version."""

    message = "没有可迁移的案卷：请选择仍在办理、且不在目标版本上的案卷。"


class MappingWrongError(InvalidError):
    """The mapping names an element that one of the versions does not have."""

    message = "对应关系中的“{element}”不在流程图里，请重新选择。"


class CaseGoneOnError(ConflictError):
    """The case went on after it was moved: its former state is history."""

    message = "案卷在迁移后已经继续办理，不能撤回到原版本。"
