"""Packs (规则包): each county's own files, out as a ZIP and in as a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import InvalidError
from models.flow.definition import BASE
from models.session import reading, unit_of_work
from processes import contents
from processes.compare import Change, changes
from processes.lint import Finding
from processes.packs.export import PackUnknownError
from processes.packs.upgrade import Standing, standings, upgrades_of
from processes.packs.zipped import MAX_ZIP, zip_of
from processes.proposals.files import own_files
from processes.proposals.importing_packs import PackFilesRefusedError, import_pack
from web.access import KIB, guard, require_actor
from web.shell import current_shell
from web.workbench.place import BASE_NAME, ROLES, edits, place_of

blueprint = Blueprint("packs", __name__, url_prefix="/packs")
guard(blueprint, roles=ROLES, body_limit=MAX_ZIP + 256 * KIB)

KINDS: Mapping[str, str] = {
    "diagrams": "流程图",
    "forms": "表单",
    "decisions": "决策表",
    "notices": "公告",
    "letters": "文书",
    "cases": "办理样例",
    "samples": "填写样例",
    "pack.toml": "名称和依据",
    "rules.toml": "规则",
    "roles.toml": "叫法",
}
MOST_CHANGES = 60


class NoZipError(InvalidError):
    """Nothing was chosen."""

    message = "没有选择文件，请选规则包的 ZIP 文件后再导入。"


@dataclass(frozen=True)
class Line:
    """A county in the list of packs."""

    code: str
    name: str
    kinds: tuple[tuple[str, int], ...]
    waiting: int

    @property
    def count(self) -> int:
        """How many files of its own it has."""
        return sum(count for _, count in self.kinds)


@dataclass(frozen=True)
class Own:
    """One own file against the base."""

    standing: Standing
    kind: str
    changes: list[Change]

    @property
    def more(self) -> int:
        """How many changes are not shown."""
        return max(0, len(self.changes) - MOST_CHANGES)


@blueprint.get("")
def index() -> str:
    """List the packs one may edit, with what the base's changes ask of them."""
    actor = require_actor()
    with reading() as session:
        named = [(one.code, one.name) for one in current_shell().counties]
        if edits(actor, BASE):
            named.append((BASE, BASE_NAME))
        lines = [_line(session, code, name) for code, name in named if edits(actor, code)]
        return render_template("workbench/packs/index.html", lines=lines)


@blueprint.get("/<county>")
def show(county: str) -> str:
    """Show a county's own files, each against the base's."""
    return _page(county)


@blueprint.get("/<county>/export.zip")
def export(county: str) -> Response:
    """Return the county's pack as it is in force."""
    with reading() as session:
        place = place_of(session, require_actor(), county)
        files = own_files(session, place.code)
    if not files:
        raise PackUnknownError(code=place.code)
    name = f"{place.code}-{business_now():%Y%m%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(zip_of(files), mimetype="application/zip", headers=headers)


@blueprint.post("/<county>/import")
def take_in(county: str) -> ResponseReturnValue:
    """Make a proposal of an uploaded pack; nothing of it holds before it is published."""
    actor = require_actor()
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise NoZipError
        with unit_of_work() as session:
            place = place_of(session, actor, county)
            replaces = request.form.get("how") == "replace"
            data = given.read(MAX_ZIP + 1)
            made = import_pack(session, place.code, data, actor, replaces=replaces)
            address = f"/proposals/{made.id}"
    except PackFilesRefusedError as error:
        return _page(county, error.text, error.findings), 422
    except InvalidError as error:
        return _page(county, error.text), 422
    flash("已导入为改动单，请核对检查结果和差异后提交。", "ok")
    return redirect(address, 303)


def kind_of(path: str) -> str:
    """Return what a file of a pack is."""
    return KINDS.get(path.partition("/")[0], path)


def _page(county: str, problem: str = "", findings: list[Finding] | None = None) -> str:
    with reading() as session:
        place = place_of(session, require_actor(), county)
        own = [] if place.is_base else [_own(session, one) for one in standings(session, county)]
        return render_template(
            "workbench/packs/show.html",
            place=place,
            own=own,
            paths=sorted(own_files(session, county)) if place.is_base else [],
            kind_of=kind_of,
            waiting=len(upgrades_of(session, county)),
            problem=problem,
            findings=findings or [],
            most=MOST_CHANGES,
            url=url_for("packs.take_in", county=county),
        )


def _line(session: Session, code: str, name: str) -> Line:
    counts: dict[str, int] = {}
    for one in standings(session, code):
        counts[kind_of(one.path)] = counts.get(kind_of(one.path), 0) + 1
    waiting = len(upgrades_of(session, code))
    return Line(code, name, tuple(counts.items()), waiting)


def _own(session: Session, one: Standing) -> Own:
    if one.now is None or one.path in ("pack.toml", "rules.toml", "roles.toml"):
        return Own(one, kind_of(one.path), [])
    base, ours = contents.get(session, one.now), contents.get(session, one.ours)
    return Own(one, kind_of(one.path), changes(one.path, base, ours))
