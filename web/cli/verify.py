"""``smallworks verify``: check downloaded proofs offline; exit 0, or 1 with the reason."""

import sys
from pathlib import Path

import click

from models.ledger import log_file
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
@click.option("--key", metavar="PUBLICKEY", help="平台公布的日志公钥")
def log(file: Path, key: str | None) -> None:
    """核验公开日志与检查点。"""  # noqa: D400, D415
    try:
        report = log_file.verify(log_file.read(file), key)
    except (log_file.LogInvalidError, verifier.RefusedError) as error:
        reason = error.reason if isinstance(error, log_file.LogInvalidError) else error.code
        click.echo(f"核验不通过：{error}\n原因代码：{reason}")
        sys.exit(1)
    click.echo(f"[相符] 日志 {report.head.origin}：{report.head.size}条")
    click.echo(report.verdict)
