"""Upgrade of the base under a county: three sides of each file, what clashes, and who decides."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.session import reading, unit_of_work
from processes.packs.merge import Conflict, Missing
from processes.packs.merging import WHOLE
from processes.packs.upgrade import Upgrade
from processes.proposals.upgrading import (
    Choice,
    Decision,
    digest_of,
    draft_of,
    open_upgrade,
    propose_upgrade,
    upgrades_for,
)
from web.access import guard, require_actor
from web.workbench.packs import kind_of
from web.workbench.place import ROLES, place_of

blueprint = Blueprint("upgrades", __name__, url_prefix="/packs")
guard(blueprint, roles=ROLES)

PLACES = {
    "attributes": "属性",
    "name": "名称",
    "parts": "内容",
    "text": "文字",
    "lanes": "所在泳道",
    "parent": "所属",
    "components": "字段",
    "label": "标签",
    "facts": "事实行",
    "rows": "表格行",
    "title": "标题",
    "body": "正文",
    "values": "数值",
}
LONGEST = 1500


@dataclass(frozen=True)
class Clash:
    """A conflict as the page shows it."""

    place: str
    words: str
    then: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class File:
    """A file of the upgrade as the page shows it."""

    upgrade: Upgrade
    kind: str
    clashes: list[Clash]
    choice: str


@blueprint.get("/<county>/upgrade")
def show(county: str) -> str:
    """Show what the base changed under the county's own files, and what clashes."""
    with reading() as session:
        place = place_of(session, require_actor(), county)
        draft = draft_of(session, place.code)
        upgrades = upgrades_for(session, place.code, draft)
        return render_template(
            "workbench/packs/upgrade.html",
            place=place,
            draft=draft,
            files=[_file(one) for one in upgrades],
            digest=digest_of(upgrades),
            waiting=open_upgrade(session, place.code),
        )


@blueprint.post("/<county>/upgrade")
def propose(county: str) -> ResponseReturnValue:
    """Put what was decided into a proposal."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        draft = draft_of(session, place.code)
        decisions = _decisions(upgrades_for(session, place.code, draft))
        digest = request.form.get("digest", "")
        made = propose_upgrade(session, place.code, decisions, digest, actor)
        address = f"/proposals/{made.id}" if made else url_for("upgrades.show", county=county)
    if made:
        told = "已放进升级改动单" if draft else "已生成升级改动单"
        flash(f"{told}，请核对检查结果和差异后提交。", "ok")
    else:
        flash("已记下：所选的文件保留本县的，基础包这次的改动不并入。", "ok")
    return redirect(address, 303)


def _decisions(upgrades: Sequence[Upgrade]) -> dict[str, Decision]:
    found = {}
    for place, one in enumerate(upgrades):
        given = request.form.get(f"choice-{place}", "")
        if given in set(Choice):
            takes = [
                clash.place
                for number, clash in enumerate(one.conflicts)
                if request.form.get(f"take-{place}-{number}") == Choice.THEIRS
            ]
            # a file that clashes as a whole is taken as a whole
            is_whole = given == Choice.MERGED and WHOLE in takes
            found[one.path] = Decision(Choice.THEIRS if is_whole else Choice(given), takes)
    return found


def _file(one: Upgrade) -> File:
    clashes = [
        Clash(each.place, words_of(each), *map(_said, (each.then, each.ours, each.theirs)))
        for each in one.conflicts
    ]
    return File(one, kind_of(one.path), clashes, "" if one.dangling else Choice.MERGED.value)


def words_of(conflict: Conflict) -> str:
    """Return where a conflict is, in words where there are any."""
    if not conflict.place:
        return "整个文件"
    parts = [part.rpartition("}")[2] for part in conflict.place.split("/")]
    parts = [part.replace("extensionElements|", "").replace("|", " ") for part in parts]
    return " › ".join(PLACES.get(part, part) for part in parts if part != "elements")


def _said(value: Any) -> str:  # noqa: ANN401 - as the file has it
    if isinstance(value, Missing):
        return "（没有）"
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= LONGEST else said[:LONGEST] + "……"
