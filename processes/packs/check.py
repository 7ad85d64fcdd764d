"""``smallworks pack check``: everything wrong with a pack, before anything of it is stored."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from models.errors import SmallworksError
from models.flow.definition import BASE
from models.letter_text import parse_letter
from models.notice_text import parse_template
from processes.cases.format import read_cases
from processes.forms import schema_findings
from processes.lint import Catalogue, Finding, check, check_decision
from processes.packs.catalogue import catalogue_of, process_ids
from processes.packs.pack import Pack, open_pack, read_json


def check_pack(folder: Path) -> list[Finding]:
    """Return every finding of a pack; an error forbids loading it."""
    pack = open_pack(folder)
    return [*pack.findings, *_base_findings(pack), *content_findings(pack)]


def _base_findings(pack: Pack) -> list[Finding]:
    broken = (
        [] if pack.base is None else [one for one in pack.base.findings if one.level == "error"]
    )
    if not broken:
        return []
    return [Finding(BASE, "pack", "error", "基础包本身有错误，请先检查基础包。")]


def content_findings(pack: Pack) -> list[Finding]:
    """Return the findings of each diagram, form, decision, notice and case of a pack."""
    return findings_of(pack, pack.files)


def findings_of(pack: Pack, files: Mapping[str, bytes]) -> list[Finding]:
    """Return the findings of some files that a pack's county sees."""
    found: list[Finding] = []
    catalogue = catalogue_of(pack)
    for path, data in sorted(files.items()):
        folder = path.partition("/")[0]
        if folder == "diagrams":
            found += _diagram(path, data, catalogue)
        elif folder in CHECKS:
            found += CHECKS[folder](path, data)
    return found


def _diagram(path: str, data: bytes, catalogue: Catalogue) -> Iterator[Finding]:
    try:
        findings = check(data, catalogue)
    except SmallworksError as error:
        yield Finding(path, "diagram", "error", error.text)
        return
    for one in findings:
        yield Finding(f"{path}:{one.element}", one.rule, one.level, one.message)
    key = path.removeprefix("diagrams/").removesuffix(".bpmn")
    if key not in process_ids({path: data}):
        yield Finding(path, "diagram", "error", f"流程标识须与文件名一致（{key}），请改正。")


def _form(path: str, data: bytes) -> Iterator[Finding]:
    try:
        schema = read_json(data)
    except ValueError as error:
        yield Finding(
            path, "form", "error", f"不是正确的 JSON（{error}），请用表单设计器重新保存。"
        )
        return
    for one in schema_findings(schema):
        yield Finding(f"{path}:{one.path}", "form", one.level, one.message)


def _decision(path: str, data: bytes) -> Iterator[Finding]:
    try:
        findings = check_decision(data)
    except SmallworksError as error:
        yield Finding(path, "decision", "error", error.text)
        return
    for one in findings:
        yield Finding(f"{path}:{one.element}", one.rule, one.level, one.message)


def _notice(path: str, data: bytes) -> Iterator[Finding]:
    try:
        template = parse_template(data)
    except SmallworksError as error:
        yield Finding(path, "notice", "error", error.text)
        return
    stem, kind = path.removeprefix("notices/").removesuffix(".toml"), template.kind.value
    if stem != kind and not stem.startswith(f"{kind}_"):
        problem = f"文件名须是 {kind}.toml，或以 {kind}_ 开头，请改名。"
        yield Finding(path, "notice", "error", problem)


def _letter(path: str, data: bytes) -> Iterator[Finding]:
    try:
        template = parse_letter(data)
    except SmallworksError as error:
        yield Finding(path, "letter", "error", error.text)
        return
    stem, kind = path.removeprefix("letters/").removesuffix(".toml"), template.kind.value
    if stem != kind and not stem.startswith(f"{kind}_"):
        problem = f"文件名须是 {kind}.toml，或以 {kind}_ 开头，请改名。"
        yield Finding(path, "letter", "error", problem)


def _cases(path: str, data: bytes) -> Iterator[Finding]:
    try:
        read_cases(data)
    except SmallworksError as error:
        yield Finding(path, "case", "error", error.text)


def _sample(path: str, data: bytes) -> Iterator[Finding]:
    try:
        tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        told = f"不是正确的 TOML（{error}），请写成“字段 = 值”，每行一个。"
        yield Finding(path, "sample", "error", told)


CHECKS: dict[str, Callable[[str, bytes], Iterator[Finding]]] = {
    "forms": _form,
    "decisions": _decision,
    "notices": _notice,
    "letters": _letter,
    "cases": _cases,
    "samples": _sample,
}
