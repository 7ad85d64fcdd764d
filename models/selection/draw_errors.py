"""What can go wrong with a draw, in words that say what to do; none tells of a joiner."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class DrawNotFoundError(NotFoundError):
    """The project has no draw."""

    message = "本项目还没有随机选取，请先完成受理和人员指定。"


class DrawStateError(ConflictError):
    """The draw is not in the state that this act needs."""

    message = "本次选取当前为“{state}”，不能办理“{act}”，请刷新后查看进度。"


class AppointmentsMissingError(ConflictError):
    """Selection officer and monitor have not both confirmed."""

    message = "选取人员和监督人员尚未全部确认，请等双方确认后再编制公告。"


class SamePersonError(InvalidError):
    """Officer and monitor must be two natural persons (第七十九条)."""

    message = "监督人员不得与选取人员为同一人，请另行指定监督人员。"


class NotAppointedError(ForbiddenError):
    """Only the person who was named may confirm the appointment."""

    message = "您不是本项目指定的{title}，不能确认，请由被指定的本人办理。"


class SecretInvalidError(InvalidError):
    """What the browser handed in as the sealed secret is not one."""

    message = "本人的抽取保密数不完整，请刷新页面后重新提交，浏览器会重新生成。"


class TooEarlyError(ConflictError):
    """The announced moment has not come."""

    message = "还没有到公告的时间{at}，请到时再办理。"


class FreezeNotLoggedError(ConflictError):
    """No guardian releases before the log holds the frozen list."""

    message = "名单冻结尚未写入业务日志，保管方不予开启，请稍后重试。"


class ScheduleError(InvalidError):
    """The announced times break a rule of the county."""

    message = "公告时间不符合规定，请按提示修改。"
