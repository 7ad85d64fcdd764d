"""How an act of a rehearsal can fail before the engine is asked; each says what to do instead."""

from models.errors import InvalidError, NotFoundError, UnavailableError


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
