"""``smallworks backup``, ``restore`` and ``keys``: data in one file, keys sealed in another."""

from pathlib import Path

import click

from models.settings import Settings
from processes.backup import (
    Restored,
    export_keys,
    import_keys,
    make_recovery_keys,
    restore_backup,
    write_backup,
)
from web.cli.common import opened
from web.cli.words import FILE

NEW = click.Path(path_type=Path)


@click.command(help="把数据库和全部资料备份成一个文件（运行中也可以）；不含任何密钥。")
@click.argument("file", type=NEW)
def backup(file: Path) -> None:
    """Write a backup."""
    made = write_backup(opened(), file)
    click.echo(f"已备份 {made.rows} 行数据、{made.blobs} 份资料到 {file}。")
    for sha256 in made.missing:
        click.echo(f"[注意] 资料 {sha256[:12]} 的内容已丢失或损坏，没有备份。")
    click.echo(f"备份指纹（请另行记下，恢复时核对）：{made.fingerprint}")
    click.echo("密钥不在备份里，请另外运行 smallworks keys export。")


@click.command(help="把备份恢复到空的数据目录或空的数据库；逐项核对，有一处不符就不恢复。")
@click.argument("file", type=FILE)
@click.option("--fingerprint", metavar="HASH", help="备份时记下的指纹")
def restore(file: Path, fingerprint: str | None) -> None:
    """Restore a backup into an empty installation."""
    done = restore_backup(Settings.from_environ(), file, fingerprint=fingerprint)
    click.echo(f"已恢复 {done.made_at} 的备份：{done.rows} 行数据、{done.blobs} 份资料。")
    click.echo(f"业务日志 {done.entries} 条，与备份时的检查点一致。")
    _tell(done)


def _tell(done: Restored) -> None:
    for sha256 in done.lost:
        click.echo(f"[注意] 资料 {sha256[:12]} 在备份时已经丢失或损坏。")
    if done.unsent:
        click.echo(
            f"[注意] 有 {done.unsent} 条消息在备份时还没有发出，启动后会发出（幂等键不变）。"
        )
    for key in done.missing:
        click.echo(f"[缺密钥] {key}。")
    if done.missing:
        click.echo("请运行 smallworks keys import 导入密钥备份，再启动。")


@click.group(help="密钥的备份：恢复密钥、导出、导入。")
def keys() -> None:
    """Keys are backed up apart from the data."""


@keys.command(help="生成三把恢复密钥到一个空文件夹，分别交三家保管人离线保存；登记其公开部分。")
@click.argument("folder", type=NEW)
def recovery(folder: Path) -> None:
    """Make the recovery keys."""
    opened()
    for path in make_recovery_keys(folder):
        click.echo(f"恢复密钥：{path}")
    click.echo("请分别交给三家保管人，并从本机删除；任意两把可以打开密钥备份。")


@keys.command(help="导出本套系统的全部密钥，密封给三家保管人的恢复密钥，任意两家才能打开。")
@click.argument("file", type=NEW)
def export(file: Path) -> None:
    """Write the sealed export."""
    made = export_keys(opened(), file)
    click.echo(f"已导出 {made.files} 个密钥文件到 {file}，密封给：{'、'.join(made.holders)}。")
    if made.is_circular:
        click.echo(
            "[注意] 能打开它的密钥只在本机：本机毁坏后这份导出也打不开。"
            "请运行 smallworks keys recovery 生成恢复密钥、交保管人离线保存，再导出一次。"
        )


@keys.command("import", help="用两家保管人的恢复密钥打开密钥备份，放回本机；不覆盖已有的密钥。")
@click.argument("file", type=FILE)
@click.option("--key", "key_files", type=FILE, multiple=True, required=True, help="恢复密钥文件")
def import_(file: Path, key_files: tuple[Path, ...]) -> None:
    """Open an export with two recovery keys."""
    fresh = import_keys(Settings.from_environ(), file, key_files)
    click.echo(f"已放回 {len(fresh)} 个密钥文件。" if fresh else "本机已有全部密钥，没有改动。")
