"""``smallworks worker`` and ``smallworks beat``: the background processes on their own."""

import sys

import click

from processes.worker import run_beat, run_worker
from web.access_log import configure_logging
from web.cli.common import opened


@click.command(help="启动一个后台工作进程；需要几个就启动几个。")
@click.option("--beat", "with_beat", is_flag=True, help="同时启动定时器（同时只有一个起作用）")
def worker(*, with_beat: bool) -> None:
    """Work until told to stop."""
    settings = opened()
    configure_logging()
    sys.exit(run_worker(settings, with_beat=with_beat))


@click.command(help="启动定时器；多处启动时只有一处起作用，它停了另一处接替。")
def beat() -> None:
    """Beat until told to stop."""
    settings = opened()
    configure_logging()
    run_beat(settings)
