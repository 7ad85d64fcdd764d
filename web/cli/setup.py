"""``smallworks setup``: make an installation ready, as often as one likes."""

import click

from models.settings import Settings
from processes.demo import build_demonstration
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from processes.startup import start
from processes.training_clock import is_demonstration


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
    if demo and not is_demonstration():
        build_demonstration(settings)
        click.echo("示范城市已建立，账号密码见 README（密码均为 smallworks-demo）。")
