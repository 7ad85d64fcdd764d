"""``smallworks flow``: check diagrams offline, store them as drafts, put them in force."""

import dataclasses
from pathlib import Path

import click
from sqlalchemy import func, select

from models.errors import ConflictError, SmallworksError
from models.flow.definition import BASE, Definition
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes.catalogue import published_flows
from processes.definitions import diagram
from processes.flows import DiagramFaultyError, FlowNotFoundError, create_draft, publish
from processes.importing import imported, key_of
from processes.importing.storing import check_free, store
from processes.lint import Catalogue, Finding, check
from processes.packs.catalogue import catalogue_of, process_ids
from processes.packs.pack import MANIFEST, open_pack
from web.cli.common import OPERATOR, opened
from web.cli.findings import finish, show
from web.cli.words import FILE


class FileThereError(ConflictError):
    """The file to be written exists."""

    message = "文件“{file}”已存在，请换一个文件名，以免覆盖。"


@click.group(help="检查、导入、导出、发布流程图（BPMN 文件）。")
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
@click.option("--repair", is_flag=True, help="先转换别的工具画的图，存为改动单并列出待办")
def import_(files: tuple[Path, ...], county: str, *, repair: bool) -> None:
    """Store diagrams as drafts, all or none; repaired ones become proposals."""
    opened()
    if repair:
        take_in(files, county)
        return
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


def take_in(files: tuple[Path, ...], county: str) -> None:
    """Repair each file and store it in a proposal, with its lines told."""
    with unit_of_work() as session:
        for file in files:
            flows = imported(file.read_bytes(), key_of(file.stem))
            check_free(session, county, flows)
            stored = store(session, county, flows, file.name, OPERATOR)
            for each in flows:
                click.echo(f"{file}：{each.key}（{each.title}）")
                for line in each.changes:
                    click.echo(f"  {line.title} 〔{line.element}〕{line.message}")
            click.echo(f"{file}：已存为改动单“{stored.title}”，请在流程工作台中办完待办后发布。")


@flow.command("export", help="写出一个流程现行的流程图，Camunda Modeler 等工具可以打开。")
@click.argument("key", metavar="KEY")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--county", default=BASE, metavar="CODE", help="区县代码，如 dazhou")
def export_(key: str, target: Path, county: str) -> None:
    """Write the diagram in force to a new file."""
    opened()
    with reading() as session:
        found = published_flows(session, county).get(key)
        if found is None:
            raise FlowNotFoundError(flow=key)
        body = diagram(session, found)
    if target.exists():
        raise FileThereError(file=str(target))
    target.write_bytes(body)
    click.echo(f"{key}：现行流程图已写入 {target}。")


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
