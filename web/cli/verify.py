"""``smallworks verify``: check downloaded proofs offline; exit 0, or 1 with the reason."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from models.clock import CHINA, to_china
from models.ledger import cosignature, log_file
from models.ledger import receipt as receipts
from models.selection import verifier


@click.group()
def verify() -> None:
    """离线核验从平台下载的证明文件。"""  # noqa: D400, D415 - shown to people


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", metavar="HASH", help="公告上印的计划指纹")
@click.option("--platform-root", metavar="HASH", help="公开日志里平台随机数清单的指纹")
def draw(file: Path, plan: str | None, platform_root: str | None) -> None:
    """核验随机选取的证明文件。"""  # noqa: D400, D415
    code, text = verifier.describe(str(file), plan, platform_root)
    click.echo(text)
    sys.exit(code)


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--floor", metavar="HASH", help="公告上印的最低限价指纹")
@click.option("--root", metavar="HASH", help="公开日志里竞价截止时的报价名单指纹")
@click.option("--hash", "fingerprint", metavar="HASH", help="结果公示上印的开启记录指纹")
def opening(file: Path, floor: str | None, root: str | None, fingerprint: str | None) -> None:
    """核验竞价选取的开启记录。"""  # noqa: D400, D415
    code, text = verifier.describe_opening(str(file), floor, root, fingerprint)
    click.echo(text)
    sys.exit(code)


KEY = click.option("--key", metavar="PUBLICKEY", help="平台公布的日志公钥")
WITNESS = click.option(
    "--witness", "witnesses", metavar="PUBLICKEY", multiple=True, help="须有这一见证方的签名"
)


@verify.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@KEY
@click.option("--seen", type=click.Path(path_type=Path), help="以前保存的检查点，核对没有改写")
@WITNESS
def log(
    files: tuple[Path, ...], key: str | None, seen: Path | None, witnesses: tuple[str, ...]
) -> None:
    """核验公开日志与检查点；分卷下载的几个文件一起给出。"""  # noqa: D400, D415
    try:
        whole = log_file.join([log_file.read(file) for file in files])
        old = None if seen is None else log_file.read_seen(seen)
        report = log_file.verify(whole, key, old, witnesses)
    except (log_file.LogInvalidError, verifier.RefusedError) as error:
        _refuse(error)
    click.echo(f"[相符] 日志 {report.head.origin}：{report.head.size}条")
    _tell_witnesses(report.witnesses)
    click.echo(report.verdict)


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@KEY
@WITNESS
def receipt(file: Path, key: str | None, witnesses: tuple[str, ...]) -> None:
    """核验一条日志的入账回执。"""  # noqa: D400, D415
    try:
        report = receipts.verify(log_file.read(file), key, witnesses)
    except (receipts.ReceiptInvalidError, verifier.RefusedError) as error:
        _refuse(error)
    click.echo(f"[相符] 日志 {report.head.origin}：第{report.seq}条，共{report.head.size}条")
    click.echo(f"[条目] {report.entry}")
    _tell_witnesses(report.witnesses)
    click.echo(report.verdict)


def _refuse(error: Exception) -> NoReturn:
    reason = getattr(error, "reason", None) or getattr(error, "code", "")
    click.echo(f"核验不通过：{error}\n原因代码：{reason}")
    sys.exit(1)


def _tell_witnesses(found: Iterable[cosignature.Cosigned]) -> None:
    for one in found:
        at = to_china(datetime.fromtimestamp(one.seconds, CHINA))
        click.echo(f"[相符] 见证方 {one.name} 于 {at:%Y-%m-%d %H:%M:%S} 签名")
