"""``smallworks pack``: check county packs, load them, write one out again."""

from pathlib import Path

import click

from models.session import reading, unit_of_work
from processes.packs import check_pack, export_pack, load_pack
from web.cli.common import OPERATOR, opened
from web.cli.findings import finish, show
from web.cli.words import FOLDER

NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(help="检查、载入、导出县区规则包。")
def pack() -> None:
    """Group the commands for packs."""


@pack.command(help="检查一个规则包，不需要数据库。")
@click.argument("folder", metavar="DIR", type=FOLDER)
def check(folder: Path) -> None:
    """Check a pack."""
    sound = show(str(folder), check_pack(folder))
    finish(
        sound=sound,
        good=f"检查通过：{folder}。",
        bad=f"{folder} 有错误，不能载入，请按提示修改。",
    )


@pack.command(help="载入一个规则包：规则、角色、表单、公告和流程，全部成功或全部不改。")
@click.argument("folder", metavar="DIR", type=FOLDER)
def load(folder: Path) -> None:
    """Load a pack, all of it or nothing."""
    opened()
    with unit_of_work() as session:
        load_pack(session, folder, OPERATOR)
    click.echo(f"已载入：{folder}。")


@pack.command(help="把一个区县现行的规则包写到文件夹。")
@click.argument("code", metavar="CODE")
@click.argument("folder", metavar="DIR", type=NEW_FOLDER)
def export(code: str, folder: Path) -> None:
    """Write a county's pack as it is in force."""
    opened()
    with reading() as session:
        count = export_pack(session, code, folder)
    click.echo(f"已导出 {count} 个文件到 {folder}。")
