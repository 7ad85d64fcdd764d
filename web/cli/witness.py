"""``smallworks witness``: follow a platform's log from another machine, co-sign it, alarm."""

import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from models.clock import CHINA, iso, system_now
from models.ledger import checkpoint, cosignature
from processes.remote.folder import RemoteSettings
from processes.remote.platform import checked_address
from processes.witnessing.door import reach
from processes.witnessing.folder import Folder
from processes.witnessing.watch import Outcome, look

ALARMED, AWAY = 1, 3
FOLDER = click.option(
    "--folder",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="见证方自己的文件夹",
)


@click.group(help="日志见证程序：核对平台的日志只增不改，共同签名；发现改写、截短、分叉就报警。")
def witness() -> None:
    """Group the commands of a witness."""


@witness.command(help="建立见证方：生成密钥，记下平台地址和日志公钥。")
@FOLDER
@click.option("--url", required=True, help="平台地址，如 https://example.gov.cn")
@click.option("--key", required=True, metavar="PUBLICKEY", help="当面或另行取得的日志公钥")
@click.option("--name", required=True, help="密钥名称，如 smallworks-witness/dazhou-housing")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="平台发给见证账号的令牌所在文件；不给就在屏幕上输入",
)
def init(folder: Path, url: str, key: str, name: str, token_file: Path | None) -> None:
    """Make a witness and print the public key to register."""
    log_key = checkpoint.parse_key(key, "")
    if not name or any(sign.isspace() or sign == "+" for sign in name):
        raise click.UsageError("名称里不能有空格和加号。")
    token = token_file.read_text("utf-8") if token_file else click.prompt("令牌", hide_input=True)
    settings = RemoteSettings(name, checked_address(url), log_key.text())
    made = Folder(folder).make(settings, token.strip())
    click.echo("见证方已建立。请把下面的公钥交平台安全管理员，在后台“见证方”中登记：")
    click.echo(cosignature.public_key(made).text())


@witness.command(help="核对并签名；一直运行，或只做一次（--once）。发现问题退出码为 1。")
@FOLDER
@click.option("--once", is_flag=True, help="只做一次")
@click.option("--every", default=60, type=click.IntRange(1, 86_400), help="间隔秒数，默认60")
def run(folder: Path, every: int, *, once: bool) -> None:
    """Look again and again until told to stop."""
    held, stop = Folder(folder), threading.Event()
    platform = reach(held.settings().url, held.token())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with held.held():
        while True:
            outcome = look(held, platform)
            _tell(outcome)
            if once or stop.wait(every):
                sys.exit(_code(outcome))


def _tell(outcome: Outcome) -> None:
    mark = "[警报]" if outcome.is_alarm else "[未完成]" if outcome.is_away else "[正常]"
    click.echo(f"{iso(system_now())} {mark} {outcome.text}", err=outcome.is_alarm)


def _code(outcome: Outcome) -> int:
    if outcome.is_alarm:
        return ALARMED
    return AWAY if outcome.is_away else 0


@witness.command(help="显示公钥、最近签过的检查点和未处理的警报；有警报退出码为 1。")
@FOLDER
def status(folder: Path) -> None:
    """Say how the witness stands, without asking the platform."""
    held = Folder(folder)
    settings, state, alarms = held.settings(), held.state(), held.alarms()
    lines: list[tuple[str, Any]] = [
        ("名称", settings.name),
        ("公钥", cosignature.public_key(held.key()).text()),
        ("平台", settings.url),
        ("日志公钥", settings.log_key),
    ]
    if state.checkpoint:
        head, _ = checkpoint.parse(state.checkpoint)
        at = datetime.fromtimestamp(state.cosigned_at, CHINA)
        word = "已送达平台" if state.is_sent else "还没有送达平台"
        lines.append(("最近签名", f"{head.size}条，{at:%Y-%m-%d %H:%M:%S}，{word}"))
    else:
        lines.append(("最近签名", "还没有"))
    lines += [("警报", file) for file in alarms] or [("警报", "没有")]
    for name, value in lines:
        click.echo(f"{name}：{value}")
    sys.exit(ALARMED if alarms else 0)


@witness.command(help="查明原因后重新开始：旧状态和证据移到 evidence/settled，一件不删。")
@FOLDER
@click.confirmation_option("--yes", prompt="原因已查明并有书面结论，从平台现在的日志重新开始？")
def accept(folder: Path) -> None:
    """Begin again from the platform's next checkpoint."""
    held = Folder(folder)
    with held.held():
        count = held.begin_again()
    click.echo(f"已移开{count}件证据，下次从平台现在的检查点重新开始。")
