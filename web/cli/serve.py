"""``smallworks serve``: the web server with its worker beside it, stopped together."""

import signal
import sys
from types import FrameType

import click
from flask import Flask
from waitress.server import BaseWSGIServer, create_server

from models.errors import InvalidError, UnavailableError
from models.settings import Settings
from processes.jobs import check_broker
from processes.keeper import Keeper
from processes.leases import check_worker
from processes.startup import settle
from processes.training_clock import is_demonstration
from web.app import create_app
from web.cli.common import opened

THREADS = 8
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class DemonstrationExposedError(InvalidError):
    """A demonstration's well-known passwords must not be reachable from elsewhere."""

    message = (
        "这是示范数据，账号密码是公开的，只能在本机使用；"
        "现在的 SMALLWORKS_HOST={host} 会让外部能访问。请去掉该设置；"
        "确实用于演练培训时，设置 SMALLWORKS_TRAINING=1。"
    )


class AddressTakenError(UnavailableError):
    """Another program listens there, or the address is none of this machine's."""

    message = (
        "不能在 {host}:{port} 上启动（{reason}）：可能已有程序在用。"
        "请先停止它，或用 SMALLWORKS_PORT 另选一个端口。"
    )


@click.command(help="在本机启动网站和后台工作进程；按 Ctrl+C 停止。")
@click.option("--web-only", is_flag=True, help="只启动网站，工作进程另行启动（多机部署）")
def serve(*, web_only: bool) -> None:
    """Serve until told to stop."""
    settings = opened()
    refuse_exposed_demonstration(settings)
    signal.signal(signal.SIGTERM, _leave)
    app = create_app(settings, checks={"broker": check_broker, "worker": check_worker})
    server = listen(app, settings)
    keeper = None if web_only else Keeper([sys.executable, "-m", "web.cli", "worker", "--beat"])
    if keeper:
        keeper.start()
    settle()
    click.echo(f"已启动：http://{settings.host}:{server.effective_port}（按 Ctrl+C 停止）")
    try:
        server.run()
    finally:
        server.close()
        if keeper:
            keeper.stop()
    click.echo("已停止。")


def listen(app: Flask, settings: Settings) -> BaseWSGIServer:
    """Return a server on the address of the settings, or say that it is taken."""
    try:
        return create_server(
            app,
            host=settings.host,
            port=int(settings.port),
            threads=THREADS,
            ident=None,
            **behind_proxy(settings),
        )
    except OSError as error:
        raise AddressTakenError(
            host=settings.host, port=settings.port, reason=error.strerror or str(error)
        ) from error


def behind_proxy(settings: Settings) -> dict[str, object]:
    """Return what makes waitress believe as many proxies as the settings name."""
    count = int(settings.trusted_proxies)
    if not count:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": count,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


def refuse_exposed_demonstration(settings: Settings) -> None:
    """Stop when a demonstration would be reachable from other machines."""
    if settings.host not in LOOPBACK and not settings.is_training and is_demonstration():
        raise DemonstrationExposedError(host=settings.host)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
