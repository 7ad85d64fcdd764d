"""``smallworks pack``: check county packs, load them, write one out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from models.session import reading, unit_of_work
from processes.packs import check_pack, export_pack, load_pack
from processes.packs.export import export_zip
from processes.packs.zipped import MAX_ZIP, read_zip
from processes.proposals.importing_packs import PackFilesRefusedError
from web.cli.common import OPERATOR, opened
from web.cli.findings import finish, show
from web.cli.words import FOLDER

ZIP = ".zip"
NEW = click.Path(path_type=Path)
FOLDER_OR_ZIP = click.Path(exists=True, path_type=Path)


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


@pack.command(
    help="载入一个规则包（文件夹或 ZIP）：规则、角色、表单、公告和流程，全部成功或全部不改。"
)
@click.argument("source", metavar="DIR|ZIP", type=FOLDER_OR_ZIP)
def load(source: Path) -> None:
    """Load a pack, all of it or nothing."""
    opened()
    with pack_folder(source) as folder, unit_of_work() as session:
        load_pack(session, folder, OPERATOR)
    click.echo(f"已载入：{source}。")


@pack.command(help="把一个区县现行的规则包写到文件夹，或写成 ZIP（名称以 .zip 结尾）。")
@click.argument("code", metavar="CODE")
@click.argument("target", metavar="DIR|ZIP", type=NEW)
def export(code: str, target: Path) -> None:
    """Write a county's pack as it is in force."""
    opened()
    with reading() as session:
        if target.suffix == ZIP:
            count = export_zip(session, code, target)
        else:
            count = export_pack(session, code, target)
    click.echo(f"已导出 {count} 个文件到 {target}。")


@contextmanager
def pack_folder(source: Path) -> Iterator[Path]:
    """Give the folder of a pack; a ZIP is looked through and unpacked for the while."""
    if source.is_dir():
        yield source
        return
    with source.open("rb") as file:
        files, refused = read_zip(file.read(MAX_ZIP + 1))
    if refused:
        raise PackFilesRefusedError(refused)
    with TemporaryDirectory() as holder:
        folder = Path(holder) / source.stem
        for path, body in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        folder.mkdir(exist_ok=True)
        yield folder
