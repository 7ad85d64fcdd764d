"""Takes a whole pack in as a proposal of its county: nothing of it holds before it is published."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.errors import ConflictError, InvalidError
from models.flow.proposal import Origin, Proposal
from models.identity.actor import Actor
from processes.lint import Finding
from processes.packs.pack import MANIFEST, code_of
from processes.packs.zipped import read_zip
from processes.proposals import files as held
from processes.proposals.saving import create, save_file

MOST_TOLD = 50


class PackFilesRefusedError(InvalidError):
    """Files of the pack are refused, so none is taken in."""

    message = "压缩包里有{count}个文件不能接收，没有导入任何文件，请按提示改正后重新压缩。"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(count=len(findings))
        self.findings = findings[:MOST_TOLD]


class OtherPackError(InvalidError):
    """The pack is another county's."""

    message = (
        "这是“{code}”的规则包，不是“{county}”的，没有导入；"
        "请到那个区县导入，或先改 pack.toml 的 code。"
    )


class NothingNewError(ConflictError):
    """The pack says what holds already."""

    message = "压缩包里的文件与现行的完全相同，没有需要改的，没有生成改动单。"


def import_pack(
    session: Session, county: str, data: bytes, actor: Actor, *, replaces: bool, name: str = ""
) -> Proposal:
    """Make a proposal of a zipped pack; ``replaces``: what the pack lacks is taken away."""
    files, refused = read_zip(data)
    if refused:
        raise PackFilesRefusedError(refused)
    code = code_of(files, county)
    if code != county:
        raise OtherPackError(code=code[:60], county=county)
    changed = _changed(held.own_files(session, county), files, replaces=replaces)
    if not changed:
        raise NothingNewError
    title = f"导入 {name[:80]}" if name else "导入规则包"
    proposal = create(session, county, title, actor, origin=Origin.IMPORTED)
    for path, body in changed.items():
        save_file(session, proposal, path, body, version=0, actor=actor)
    return proposal


def _changed(
    own: Mapping[str, bytes], files: Mapping[str, bytes], *, replaces: bool
) -> dict[str, bytes | None]:
    changed: dict[str, bytes | None] = {
        path: body for path, body in files.items() if own.get(path) != body
    }
    if replaces:
        changed |= {path: None for path in own if path not in files and path != MANIFEST}
    return changed
