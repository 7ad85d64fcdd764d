"""Writes a county's pack as it is in force, so that it can be read, kept and loaded elsewhere."""

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ConflictError, NotFoundError
from models.flow.definition import Asset, Definition, DefinitionStatus, RuleValue
from processes import contents
from processes.inherited import is_inherited
from processes.packs.pack import RULES


class PackUnknownError(NotFoundError):
    """Nothing of this code has been loaded."""

    message = "没有载入过代码为“{code}”的规则包，请检查代码。"


class FolderTakenError(ConflictError):
    """The folder holds something already."""

    message = "文件夹“{folder}”不是空的，请另选一个空文件夹。"


def export_pack(session: Session, code: str, folder: Path) -> int:
    """Write a pack to an empty folder and return how many files it has."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderTakenError(folder=str(folder))
    files = files_of(session, code)
    if not files:
        raise PackUnknownError(code=code)
    for path, body in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return len(files)


def files_of(session: Session, code: str) -> dict[str, bytes]:
    """Return a county's own files: texts and forms, rules as stored, diagrams in force."""
    query = select(Asset.path, Asset.sha256).where(Asset.county_code == code)
    files = {row.path: contents.get(session, row.sha256) for row in session.execute(query)}
    if RULES in files and code != "base":
        files[RULES] = _rules(session, code)
    published = select(Definition).where(
        Definition.county_code == code, Definition.status == DefinitionStatus.PUBLISHED
    )
    for row in session.scalars(published):
        if not is_inherited(session, row):
            files[f"diagrams/{row.key}.bpmn"] = contents.get(session, row.diagram)
    return dict(sorted(files.items()))


def _rules(session: Session, code: str) -> bytes:
    query = select(RuleValue).where(RuleValue.county_code == code)
    lines: list[str] = []
    last = ""
    for row in session.scalars(query.order_by(RuleValue.key, RuleValue.from_on)):
        if row.key != last:
            lines += ["", f"[{row.key}]"]
        last = row.key
        lines += [
            f"[[{row.key}.values]]",
            f"from = {row.from_on.isoformat()}",
            f"value = {json.dumps(row.value, ensure_ascii=False)}",
            f"source = {json.dumps(row.source, ensure_ascii=False)}",
        ]
    return ("\n".join(lines).lstrip() + "\n").encode()
