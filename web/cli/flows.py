"""``smallworks flow``: check diagrams offline, store them as drafts, put them in force."""

import dataclasses
from pathlib import Path

import click
from sqlalchemy import func, select

from models.errors import SmallworksError
from models.flow.definition import BASE, Definition
from models.session import unit_of_work
from models.settings import BPMN
from processes.flows import DiagramFaultyError, FlowNotFoundError, create_draft, publish
from processes.lint import Catalogue, Finding, check
from processes.packs.catalogue import catalogue_of, process_ids
from processes.packs.pack import MANIFEST, open_pack
from web.cli.common import OPERATOR, opened
from web.cli.findings import finish, show
from web.cli.words import FILE


@click.group(help="检查、导入、发布流程图（BPMN 文件）。")
def flow() -> None:
    """Group the commands for flows."""


@flow.command(help="检查流程图，不需要数据库；在规则包里的按该包检查，其他按基础包检查。")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=FILE)
def lint(files: tuple[Path, ...]) -> None:
    """Check diagrams against the pack they lie in."""
    sound = [show(str(file), lint_file(file, files)) for file in files]
    finish(
        sound=all(sound),
        good=f"检查通过：{len(files)} 个流程图。",
        bad=f"有错误，不能发布：{sound.count(False)} 个流程图，请按提示修改。",
    )


def lint_file(file: Path, together: tuple[Path, ...]) -> list[Finding]:
    """Return the findings of one diagram; those given with it may be called."""
    also = {f"diagrams/{each}": each.read_bytes() for each in together}
    catalogue = pack_catalogue(pack_of(file))
    known = dataclasses.replace(catalogue, flows=catalogue.flows | frozenset(process_ids(also)))
    try:
        return check(file.read_bytes(), known)
    except SmallworksError as error:
        return [Finding("", error.code, "error", error.text)]


def pack_of(file: Path) -> Path:
    """Return the folder of the pack in which a file lies; by default the shipped base pack."""
    folders = (folder for folder in file.resolve().parents if (folder / MANIFEST).is_file())
    return next(folders, BPMN / BASE)


def pack_catalogue(folder: Path) -> Catalogue:
    """Return what diagrams of a pack may name."""
    return catalogue_of(open_pack(folder))


@flow.command("import", help="把流程图存为草稿；不写区县时存入基础包。")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=FILE)
@click.option("--county", default=BASE, metavar="CODE", help="区县代码，如 dazhou")
def import_(files: tuple[Path, ...], county: str) -> None:
    """Store diagrams as drafts, all or none."""
    opened()
    also = process_ids({f"diagrams/{each}": each.read_bytes() for each in files})
    with unit_of_work() as session:
        for file in files:
            try:
                draft, found = create_draft(
                    session, file.read_bytes(), county, OPERATOR, also=list(also)
                )
            except DiagramFaultyError as error:
                show(str(file), error.findings)
                raise
            show(str(file), found)
            click.echo(f"{file}：已存为 {draft.key} 第 {draft.version} 版草稿（{draft.title}）。")


@flow.command("publish", help="发布一个流程的最新版本。")
@click.argument("key", metavar="KEY")
@click.option("--county", default=BASE, metavar="CODE", help="区县代码，如 dazhou")
def publish_(key: str, county: str) -> None:
    """Put the newest version of a flow in force."""
    opened()
    with unit_of_work() as session:
        same = (Definition.key == key, Definition.county_code == county)
        newest = session.scalar(select(func.max(Definition.version)).where(*same))
        if newest is None:
            raise FlowNotFoundError(flow=key)
        done = publish(session, key, county, newest, OPERATOR)
        click.echo(f"{done.title}（{done.key}）第 {done.version} 版已发布，新办事项按它执行。")
