"""Forms and texts (表单与文书): the files of a county that are no diagrams, and their sources."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import proposals
from processes.proposals.resources import ResourceLine, resources_of
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
TOP, ALL, FIRST = "top", "all", "forms"
NEW = {"notices": "texts/{}/notices", "letters": "texts/{}/letters", "decisions": "decisions/{}"}
"""Where a new file of a kind is named; a form unless something else was asked for."""
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
        found = [one for one in resources_of(session, place.code) if _fits(one, listing)]
        kind = _kind()
        lines = [one for one in found if kind in (ALL, one.folder or TOP)]
        if wants_export():
            return listing.export(lines)
        people = {draft.edited_by for one in lines for draft in one.drafts}
        return render_template(
            "workbench/resources.html",
            listing=listing,
            place=place,
            lines=lines,
            kinds=KINDS,
            kind=kind,
            tabs=_tabs(found),
            sources=SOURCES,
            names=account_names(session, people),
        )


@blueprint.post("/<county>/new/<kind>")
def new(county: str, kind: str) -> ResponseReturnValue:
    """Open one's proposal at the page where a new form, decision or text is named."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        proposal_id = proposals.open_for(session, place.code, actor).id
    page = NEW.get(kind, "forms/{}").format(proposal_id)
    return redirect(f"/{page}/new", 303)


def _kind() -> str:
    """Return which kind is shown: the one asked for, every one for a search, forms at first."""
    asked = request.args.get("kind", "")
    if asked in {ALL, TOP, *KINDS} and asked:
        return asked
    return ALL if request.args.get("q") or request.args.get("source") else FIRST


def _tabs(found: Sequence[ResourceLine]) -> list[tuple[str, str, int]]:
    """Return every kind with its name and how many files of it there are."""
    folders = [one.folder for one in found]
    tabs = [(name or TOP, word, folders.count(name)) for name, word in KINDS.items()]
    return [*tabs, (ALL, "全部", len(folders))]


def _fits(line: ResourceLine, listing: Listing) -> bool:
    words, source = listing.q.lower(), listing.values["source"]
    if words and words not in line.title.lower() and words not in line.path:
        return False
    return not source or line.source == source or (source == "draft" and bool(line.drafts))


SPEC = ListSpec(
    title="表单与文书",
    search_hint="名称或文件名",
    keep=("kind",),
    columns=(
        Column(label="名称", value=lambda one: one.title),
        Column(label="文件", value=lambda one: one.path),
        Column(label="种类", value=lambda one: KINDS.get(one.folder, one.folder)),
        Column(label="来源", value=lambda one: SOURCES[one.source]),
        Column(label="改动", value=lambda one: "、".join(each.title for each in one.drafts)),
    ),
    filters=(Filter(name="source", label="来源", options=tuple(SOURCES.items())),),
)
