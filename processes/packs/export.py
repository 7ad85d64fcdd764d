"""Writes a county's pack as it is in force, so that it can be read, kept and loaded elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ConflictError, NotFoundError
from models.flow.definition import BASE, Asset, RuleValue
from processes import contents
from processes.packs.pack import RULES
from processes.packs.rules import head_lines
from processes.packs.storing import declared, own_diagrams
from processes.packs.zipped import zip_of


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


def export_zip(session: Session, code: str, target: Path) -> int:
    """Write a pack as a new ZIP file and return how many files it has."""
    if target.exists():
        raise FolderTakenError(f"“{target}”已经存在，请换一个文件名。")
    files = files_of(session, code)
    if not files:
        raise PackUnknownError(code=code)
    target.write_bytes(zip_of(files))
    return len(files)


def files_of(session: Session, code: str) -> dict[str, bytes]:
    """Return a county's own files: texts and forms, rules as stored, diagrams in force."""
    query = select(Asset.path, Asset.sha256).where(Asset.county_code == code)
    named = {row.path: row.sha256 for row in session.execute(query)}
    named |= {
        f"diagrams/{key}.bpmn": row.diagram for key, row in own_diagrams(session, code).items()
    }
    files = contents.get_all(session, named)
    if RULES in files:
        files[RULES] = rules_text(session, code, files[RULES])
    return dict(sorted(files.items()))


def rules_text(session: Session, code: str, stored: bytes) -> bytes:
    """Return a county's rules as its file says them, or written anew when rows say otherwise."""
    if code == BASE:
        return stored
    query = select(RuleValue).where(RuleValue.county_code == code)
    rows = list(session.scalars(query.order_by(RuleValue.key, RuleValue.from_on)))
    said = {
        (key, one.from_on): (one.value, one.source)
        for key, rule in declared(session, code, stored).items()
        for one in rule.values
    }
    same = said == {(row.key, row.from_on): (row.value, row.source) for row in rows}
    return stored if same else _rules(rows, own_heads(session, code, stored))


def own_heads(session: Session, code: str, stored: bytes) -> dict[str, list[str]]:
    """Return the lines by which a county's file declares rules that the base does not have."""
    digest = contents.assets(session, BASE, RULES).get(RULES)
    below = declared(session, BASE, contents.get(session, digest)) if digest else {}
    return {
        key: list(head_lines(rule))
        for key, rule in declared(session, code, stored).items()
        if key not in below
    }


def _rules(rows: list[RuleValue], heads: Mapping[str, list[str]]) -> bytes:
    lines: list[str] = []
    last = ""
    for row in rows:
        if row.key != last:
            lines += ["", f"[{row.key}]", *heads.get(row.key, ())]
        last = row.key
        lines += [
            f"[[{row.key}.values]]",
            f"from = {row.from_on.isoformat()}",
            f"value = {json.dumps(row.value, ensure_ascii=False)}",
            f"source = {json.dumps(row.source, ensure_ascii=False)}",
        ]
    return ("\n".join(lines).lstrip() + "\n").encode()
