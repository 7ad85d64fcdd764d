"""Forms and texts (表单与文书): the files of a county that are no diagrams, and their sources."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import proposals
from processes.proposals.listing import ResourceLine, resources_of
from web.access import guard, require_actor
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.workbench.place import ROLES, place_of

KINDS = {
    "forms": "表单",
    "decisions": "决策表",
    "notices": "公告",
    "letters": "文书",
    "cases": "办理样例",
    "samples": "填写样例",
    "": "规则和角色",
}
SOURCES = {"county": "本县", "base": "基础包", "draft": "未发布"}
TOP = "top"
NEW = ("forms", "decisions")
blueprint = Blueprint("resources", __name__, url_prefix="/resources")
guard(blueprint, roles=ROLES)


@blueprint.get("")
def here() -> ResponseReturnValue:
    """Lead to the files of the county one works in."""
    with reading() as session:
        place = place_of(session, require_actor())
    return redirect(url_for("resources.index", county=place.code), 303)


@blueprint.get("/<county>")
def index(county: str) -> ResponseReturnValue:
    """List a county's forms, decisions, notices, letters, roles and cases."""
    listing = Listing(SPEC)
    with reading() as session:
        place = place_of(session, require_actor(), county)
        lines = [one for one in resources_of(session, place.code) if _fits(one, listing)]
        if wants_export():
            return listing.export(lines)
        people = {draft.edited_by for one in lines for draft in one.drafts}
        return render_template(
            "workbench/resources.html",
            listing=listing,
            place=place,
            lines=lines,
            kinds=KINDS,
            sources=SOURCES,
            names=account_names(session, people),
        )


@blueprint.post("/<county>/new/<kind>")
def new(county: str, kind: str) -> ResponseReturnValue:
    """Open one's proposal at the page where a new form or decision is named."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        proposal_id = proposals.open_for(session, place.code, actor).id
    page = kind if kind in NEW else "forms"
    return redirect(f"/{page}/{proposal_id}/new", 303)


def _fits(line: ResourceLine, listing: Listing) -> bool:
    words, kind = listing.q.lower(), listing.values["kind"]
    source = listing.values["source"]
    if words and words not in line.title.lower() and words not in line.path:
        return False
    if kind and (line.folder or TOP) != kind:
        return False
    return not source or line.source == source or (source == "draft" and bool(line.drafts))


SPEC = ListSpec(
    title="表单与文书",
    search_hint="名称或文件名",
    columns=(
        Column(label="名称", value=lambda one: one.title),
        Column(label="文件", value=lambda one: one.path),
        Column(label="种类", value=lambda one: KINDS.get(one.folder, one.folder)),
        Column(label="来源", value=lambda one: SOURCES[one.source]),
        Column(label="改动", value=lambda one: "、".join(each.title for each in one.drafts)),
    ),
    filters=(
        Filter(
            name="kind",
            label="种类",
            options=tuple((name or TOP, word) for name, word in KINDS.items()),
        ),
        Filter(name="source", label="来源", options=tuple(SOURCES.items())),
    ),
)
