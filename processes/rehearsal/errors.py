"""How an act of a rehearsal can fail before the engine is asked; each says what to do instead."""

from models.errors import ConflictError, InvalidError, NotFoundError, UnavailableError


class ActWrongError(InvalidError):
    """An act is not written as one."""

    message = "这一步写得不对：{reason}。请改正后重试。"


class StepNotOpenError(NotFoundError):
    """No open work item has this step."""

    message = "现在没有“{step}”这个待办，可办的是：{open}。请改用其中之一，或先让时间前进。"


class PersonUnknownError(NotFoundError):
    """The cast has nobody of this name."""

    message = "试运行里没有“{name}”这个人，可用的有：{known}。"


class NothingAwaitedError(InvalidError):
    """Nothing comes by itself any more."""

    message = "没有等待中的时限或定时，时间可以直接拨到指定的时刻。"


class WorldLostError(UnavailableError):
    """The child process ended or took too long; the last step that was kept is whole."""

    message = (
        "试运行的进程已中止（{reason}），已恢复到上一步，请重试；反复出现时请检查流程中的循环。"
    )


class WorldFaultyError(InvalidError):
    """The files cannot be laid into a world: the check refuses them."""

    message = "这一稿还不能试运行：{first}"


class WorldGoneError(NotFoundError):
    """The template a snapshot belongs to is not kept any more."""

    message = "这次试运行的环境已清理，请点“用现在的稿重走”，平台会把办过的步骤再走一遍。"


class LetterUnknownError(NotFoundError):
    """The rehearsed world has no such letter at this step."""

    message = "试运行的这一步没有这份文书，请回到试运行页面重新打开。"


class PageFaultyError(InvalidError):
    """An open step cannot be shown: its form or its sample is not what the program expects."""

    message = "这一步的表单或填写样例不能显示（{reason}），请检查后再试；试运行没有改动。"


class RehearsalNotFoundError(NotFoundError):
    """There is no such rehearsal, or it is another county's."""

    message = "没有找到这次试运行，可能已经删除。请回到试运行列表。"


class RehearsalMovedError(ConflictError):
    """Somebody went on in another window."""

    message = "这次试运行已在另一个窗口继续办理，请刷新页面后再办。"


class RehearsalFullError(ConflictError):
    """One rehearsal has as many steps as it may."""

    message = "一次试运行最多{limit}步，请从较早的一步另起一次。"
