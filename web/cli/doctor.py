"""``smallworks doctor``: is this installation sound, and if not, what to do."""

import sys

import click

from models.settings import Settings
from processes.checkup import check_up
from processes.startup import start


@click.command(help="逐项检查本套系统是否完好；有问题时说明怎么办，退出码为 1。")
def doctor() -> None:
    """Look at everything and report."""
    settings = Settings.from_environ()
    start(settings)
    lines = list(check_up(settings))
    for line in lines:
        mark = "[问题]" if line.fault else "[正常]"
        click.echo(f"{mark} {line.name}：{line.fault or line.note}")
    sys.exit(1 if any(line.fault for line in lines) else 0)
