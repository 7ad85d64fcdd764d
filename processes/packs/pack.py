"""A pack as read from its folder: its files, what it declares, and the base below it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from models.flow.definition import BASE
from models.settings import BPMN
from processes.lint import Finding
from processes.packs.files import read_pack
from processes.packs.roles import PATH as ROLES
from processes.packs.roles import Role, read_roles
from processes.packs.rules import Declared, read_rules

MANIFEST = "pack.toml"
RULES = "rules.toml"
KNOWN = frozenset(
    {"code", "name", "extends", "parent", "regulation", "promulgated_on", "centre", "withholds"}
)


@dataclass(frozen=True)
class Pack:
    """The content of one pack; ``files`` lie by their path, the base's not among them."""

    code: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]
    rules: Mapping[str, Declared]
    roles: Mapping[str, Role]
    findings: tuple[Finding, ...]
    base: "Pack | None" = field(default=None, repr=False)

    @property
    def all_files(self) -> dict[str, bytes]:
        """The files a flow of this county sees: its own over the base's."""
        below = self.base.all_files if self.base else {}
        return {**below, **self.files}


def open_pack(folder: Path) -> Pack:
    """Read a pack and the base it extends; findings so far stand in it."""
    files, found = read_pack(folder)
    code = code_of(files, folder.name)
    return pack_of(code, files, None if code == BASE else open_pack(BPMN / BASE), found)


def code_of(files: Mapping[str, bytes], otherwise: str) -> str:
    """Return the code that a pack's manifest says, or another when it says none."""
    return str(_manifest(files)[0].get("code", otherwise))


def pack_of(
    code: str, files: Mapping[str, bytes], base: Pack | None, found: Iterable[Finding] = ()
) -> Pack:
    """Return files as a pack over its base; what was found so far and is found now stands in it."""
    manifest, problems = _manifest(files)
    found = [*found, *problems]
    found += _withheld_findings(manifest, base)
    rules, problems = _rules(files, base)
    found += problems
    roles, problems = _roles(files, base)
    found += problems
    return Pack(code, manifest, files, rules, roles, tuple(found), base)


def _manifest(files: Mapping[str, bytes]) -> tuple[dict[str, Any], list[Finding]]:
    try:
        manifest = tomllib.loads(files[MANIFEST].decode())
    except KeyError:
        return {}, [_error("没有 pack.toml，请补上代码和名称。")]
    except (ValueError, RecursionError) as error:
        return {}, [_error(f"不是正确的 TOML（{error}），请改正。")]
    problem = _manifest_problem(manifest)
    return manifest, [_error(problem)] if problem else []


def read_manifest(body: bytes) -> dict[str, Any]:
    """Return what a sound ``pack.toml`` says."""
    return tomllib.loads(body.decode())


def _manifest_problem(manifest: Mapping[str, Any]) -> str | None:
    code, name = manifest.get("code"), manifest.get("name")
    if unknown := set(manifest) - KNOWN:
        return f"有不认识的项目：{'、'.join(sorted(unknown))}，请删除。"
    if not (isinstance(code, str) and code.isidentifier() and code.islower() and code.isascii()):
        return "code 须是小写拼音，如 dazhou，请改正。"
    if not isinstance(name, str) or not name.strip():
        return "没有名称（name），请补写。"
    if code != BASE and manifest.get("extends") != BASE:
        return '区县包须写明 extends = "base"，请补写。'
    return None


def _withheld_findings(manifest: Mapping[str, Any], base: Pack | None) -> list[Finding]:
    """Find what is withheld that the base does not have: a wrong key would withhold nothing."""
    named = manifest.get("withholds", [])
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        return [_error('withholds 须写成流程标识的列表，如 ["reverse_auction"]，请改正。')]
    known = {path for path in base.files if path.startswith("diagrams/")} if base else set()
    missing = [one for one in named if f"diagrams/{one}.bpmn" not in known]
    told = f"withholds 里的“{'、'.join(missing)}”不是基础包的流程，请核对流程标识。"
    return [_error(told)] if missing else []


def _rules(
    files: Mapping[str, bytes], base: Pack | None
) -> tuple[dict[str, Declared], list[Finding]]:
    if RULES not in files:
        return {}, []
    return read_rules(files[RULES], base.rules if base else None)


def _roles(files: Mapping[str, bytes], base: Pack | None) -> tuple[dict[str, Role], list[Finding]]:
    if ROLES not in files:
        return dict(base.roles) if base else {}, []
    return read_roles(files[ROLES], base.roles if base else None)


def read_json(data: bytes) -> Any:  # noqa: ANN401
    """Return JSON text as data; raise ``ValueError`` when it is none."""
    try:
        return orjson.loads(data)  # stricter than json: no half characters, no NaN
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _error(message: str) -> Finding:
    return Finding(MANIFEST, "pack", "error", message)
