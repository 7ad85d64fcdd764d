"""Bulletins of the demonstration: two that are read, one still being written."""

from datetime import date, datetime

from models import bulletins
from models.clock import CHINA
from models.session import unit_of_work
from processes.demo.cast import COUNTY
from processes.demo.player import Player

CENTRE, HOUSING = "dz.centre", "dz.housing"
WRITTEN, UNTIL = date(2026, 11, 9), date(2026, 12, 31)
SIGNING = bulletins.Written(
    title="关于按期签订合同、登记开工的提醒",
    text=(
        "各项目业主：\n\n中选结果公示期满后，请在规定期限内与中选企业签订合同，"
        "并在平台提交签好的合同扫描件。\n\n开工和竣工验收后也请及时登记，"
        "验收后五个工作日内完成对施工企业的评价；超期未评价的，不能发起新的选取。"
    ),
    roles=("owner",),
    is_public=False,
    from_on=WRITTEN,
    until_on=UNTIL,
)
MAINTENANCE = bulletins.Written(
    title="11月21日晚平台例行维护",
    text="平台定于11月21日（星期六）20:00至22:00例行维护，期间暂停办理，不影响已公告项目的截止时间。",
    roles=("owner", "contractor", "selection_officer", "monitor"),
    is_public=True,
    from_on=date(2026, 11, 17),
    until_on=date(2026, 11, 23),
)
CHECKING = bulletins.Written(
    title="名册库企业年度信息核验安排",
    text="请入库企业在12月20日前核对资质、安全生产许可证有效期，变更的及时提交。",
    roles=("contractor",),
    is_public=True,
    from_on=date(2026, 11, 17),
    until_on=UNTIL,
)


def build_bulletins(player: Player) -> None:
    """Write the bulletins and publish those that are finished."""
    _write(player, datetime(2026, 11, 9, 10, 0, tzinfo=CHINA), CENTRE, SIGNING)
    _write(player, datetime(2026, 11, 17, 16, 0, tzinfo=CHINA), CENTRE, MAINTENANCE)
    at = datetime(2026, 11, 17, 17, 0, tzinfo=CHINA)
    _write(player, at, HOUSING, CHECKING, is_finished=False)


def _write(
    player: Player,
    at: datetime,
    who: str,
    written: bulletins.Written,
    *,
    is_finished: bool = True,
) -> None:
    with player.at(at), unit_of_work() as session:
        actor = player.actor(session, who)
        bulletin = bulletins.save(session, written, actor, COUNTY)
        if is_finished:
            bulletins.publish(session, bulletin, actor)
