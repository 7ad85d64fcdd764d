"""``smallworks setup``: make an installation ready, as often as one likes."""

import click

from models.errors import ConflictError
from models.settings import Settings
from processes.demo import build_demonstration
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from processes.startup import start
from processes.training_clock import is_demonstration, stored


class DemonstrationHalfBuiltError(ConflictError):
    """An earlier run was stopped while it built the demonstration."""

    message = "上次建立示范城市时中断了，数据不完整。请删除数据目录 {folder} 后重新运行。"


@click.command(help="准备数据库、密钥、工作日历和规则包；可以反复运行，已有的不会改动。")
@click.option("--demo", is_flag=True, help="另外建立示范城市：区县、账号、各种状态的项目")
def setup(*, demo: bool) -> None:
    """Prepare the installation, and the demonstration if asked."""
    settings = Settings.from_environ()
    prepare_database(settings)
    start(settings)
    prepare_installation(settings)
    load_shipped_packs(settings)
    click.echo("已就绪：数据库、密钥、工作日历、规则包。")
    if demo:
        demonstrate(settings)


def demonstrate(settings: Settings) -> None:
    """Build the demonstration once; its clock is stored last, so half a one is known by that."""
    if not is_demonstration():
        build_demonstration(settings)
        click.echo("示范城市已建立，账号见 README（密码均为 smallworks-demo）。")
    elif stored() is None:
        raise DemonstrationHalfBuiltError(folder=str(settings.directory))
