"""``smallworks guardian``: a guardian's own program on its own machine, and its registration here.

``init``, ``run``, ``status``, ``rehearse``, ``rotate`` and ``token`` need no database: they know a
folder and the platform's address. The others act on this installation (``guardian_here``).
"""

import signal
import sys
import threading
from pathlib import Path

import click

from models.clock import iso, system_now
from models.ledger import checkpoint
from models.selection import guardian_keys
from models.selection.envelope import release, seal
from processes.guardian_program.door import reach
from processes.guardian_program.folder import Folder
from processes.guardian_program.round import Guardian, Outcome
from processes.remote.folder import RemoteSettings
from processes.remote.platform import checked_address
from web.cli import guardian_here

REFUSED, AWAY = 1, 3
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.option(
    "--folder",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="保管人自己的文件夹",
)
TOKEN = click.option("--token-file", type=FILE, help="平台令牌所在文件；不给就在屏幕上输入")
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, help="密钥口令所在文件；密钥有口令而不给时在屏幕上输入"
)


@click.group(help="密钥保管方：在自己的机器上保管密钥，到时核对日志后开启；以及在平台登记。")
def guardian() -> None:
    """Group the commands of a guardian."""


@guardian.command(help="建立保管人：生成密钥，记下平台地址和日志公钥，显示要在平台登记的公钥。")
@FOLDER
@click.option("--name", required=True, type=click.Choice(guardian_keys.GUARDIANS), help="哪一方")
@click.option("--url", required=True, help="平台地址，如 https://example.gov.cn")
@click.option("--key", required=True, metavar="PUBLICKEY", help="当面或另行取得的日志公钥")
@click.option("--locked", is_flag=True, help="密钥另用口令锁定，每次启动时输入")
@TOKEN
@PASSPHRASE
def init(  # noqa: PLR0913 - these are the command's options
    folder: Path,
    name: str,
    url: str,
    key: str,
    token_file: Path | None,
    passphrase_file: Path | None,
    *,
    locked: bool,
) -> None:
    """Make a guardian and print the public key to register."""
    settings = RemoteSettings(name, checked_address(url), checkpoint.parse_key(key, "").text())
    phrase = _new_passphrase(passphrase_file) if locked or passphrase_file else None
    made = Folder(folder).make(settings, _token(token_file), phrase)
    click.echo("保管人已建立。请把下面的公钥交平台的系统管理员，在后台“保管人”中登记：")
    click.echo(made.public_key)
    click.echo(f"密钥编号 {made.kid}。私钥只在这个文件夹里，请把整个文件夹另行备份，妥善保管。")


def _token(file: Path | None) -> str:
    text = file.read_text("utf-8") if file else click.prompt("令牌", hide_input=True)
    return str(text).strip()


def _new_passphrase(file: Path | None) -> str:
    if file:
        return file.read_text("utf-8").strip()
    asked: str = click.prompt(
        "新口令（至少12个字符）", hide_input=True, confirmation_prompt="再输一次"
    )
    return asked


@guardian.command(help="一直运行：核对平台的日志，到时交出份额，答复演练；--once 只做一次。")
@FOLDER
@PASSPHRASE
@click.option("--once", is_flag=True, help="只做一次")
@click.option("--every", default=15, type=click.IntRange(1, 3600), help="间隔秒数，默认15")
def run(folder: Path, passphrase_file: Path | None, every: int, *, once: bool) -> None:
    """Look again and again until told to stop."""
    held, stop = Folder(folder), threading.Event()
    keys = held.keys(_passphrase(held, passphrase_file))
    platform = reach(held.settings().url, held.token())
    one = Guardian(held, keys, system_now, platform)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with held.held():
        sys.exit(keep_on(one, stop, None if once else every))


def keep_on(one: Guardian, stop: threading.Event, every: float | None) -> int:
    """Do round after round, telling each that did something; return the last one's code."""
    while True:
        outcome = one.round()
        _tell(outcome)
        if every is None or stop.wait(every):
            return _code(outcome)


def _passphrase(held: Folder, file: Path | None) -> str | None:
    if not any(locked for _, locked in held.publics()):
        return None
    if file:
        return file.read_text("utf-8").strip()
    asked: str = click.prompt("口令", hide_input=True)
    return asked


def _tell(outcome: Outcome) -> None:
    mark = "[拒绝]" if outcome.is_refused else "[未完成]" if outcome.is_away else "[正常]"
    for text in outcome.texts:
        click.echo(f"{iso(system_now())} {mark} {text}", err=outcome.is_refused)


def _code(outcome: Outcome) -> int:
    if outcome.is_refused:
        return REFUSED
    return AWAY if outcome.is_away else 0


@guardian.command(help="显示本机的密钥和最近核对过的检查点，不联系平台。")
@FOLDER
def status(folder: Path) -> None:
    """Say how the guardian stands."""
    held = Folder(folder)
    settings, state = held.settings(), held.state()
    click.echo(f"保管方：{settings.name}\n平台：{settings.url}\n日志公钥：{settings.log_key}")
    for number, (public, locked) in enumerate(held.publics()):
        which = "现用密钥" if number == 0 else "以前的密钥"
        click.echo(f"{which}：{public.kid}{'（用口令锁定）' if locked else ''} {public.public_key}")
    if not state.checkpoint:
        click.echo("最近核对：还没有")
        return
    head, _ = checkpoint.parse(state.checkpoint)
    click.echo(f"最近核对：{head.size}条，{state.reached_at}")


@guardian.command(help="自查：每把密钥都试开一份自制的密封件，再与平台联系一次。")
@FOLDER
@PASSPHRASE
def rehearse(folder: Path, passphrase_file: Path | None) -> None:
    """Try every key on a value of our own, then do one round."""
    held = Folder(folder)
    keys = held.keys(_passphrase(held, passphrase_file))
    ctx = {"project": "rehearsal", "kind": "rehearsal", "holder": "rehearsal"}
    for key in keys:
        others = [guardian_keys.make_key(one) for one in guardian_keys.GUARDIANS if one != key.name]
        release(seal(ctx, {"n": 1}, [key.public, *(one.public for one in others)]), key)
        click.echo(f"密钥 {key.public.kid} 完好。")
    with held.held():
        one = Guardian(held, keys, system_now, reach(held.settings().url, held.token()))
        sys.exit(keep_on(one, threading.Event(), None))


@guardian.command(help="换密钥：生成新的，旧的留在文件夹里供以前的密封件使用；显示新公钥。")
@FOLDER
@click.option("--locked", is_flag=True, help="新密钥用口令锁定（须与以前的口令相同）")
@PASSPHRASE
def rotate(folder: Path, passphrase_file: Path | None, *, locked: bool) -> None:
    """Make a new key beside the former ones."""
    held = Folder(folder)
    with held.held():
        if any(one for _, one in held.publics()):
            locked = True
        phrase = _new_passphrase(passphrase_file) if locked or passphrase_file else None
        if phrase is not None:
            held.keys(phrase)
        made = held.rotate(phrase)
    click.echo("新密钥已生成。请把下面的公钥交系统管理员登记；登记之前新旧密钥都能用：")
    click.echo(made.public_key)


@guardian.command(help="换令牌：平台的令牌有期限，到期前换上新的。")
@FOLDER
@TOKEN
def token(folder: Path, token_file: Path | None) -> None:
    """Replace the token."""
    Folder(folder).put_token(_token(token_file))
    click.echo("令牌已更换，请重新启动 smallworks guardian run。")


for command in guardian_here.COMMANDS:
    guardian.add_command(command)
