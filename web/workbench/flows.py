"""Flows (流程): what a county has, where it comes from, who drafts it; open, make, take out."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import proposals
from processes.proposals.listing import FlowLine, flows_of
from web.access import guard, require_actor
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.shell import has_page
from web.workbench.addresses import editor_url
from web.workbench.place import ROLES, place_of

PAGE = "/flows"
ORIGINS = {
    "county": "本县",
    "bound": "基础包，用本县文件",
    "base": "基础包",
    "draft": "未发布",
}
MORE = (("cases", "办理样例"), ("insight", "运行情况"), ("moves", "在办案件换版本"))
STATES = (("draft", "有改动"), ("faulty", "有提示"), ("running", "有在办案件"))
blueprint = Blueprint("flows", __name__, url_prefix=PAGE)
guard(blueprint, roles=ROLES)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the flows of a county, its own first."""
    listing = Listing(SPEC)
    with reading() as session:
        place = place_of(session, require_actor())
        lines = [one for one in flows_of(session, place.code) if _fits(one, listing)]
        if wants_export():
            return listing.export(lines)
        return render_template(
            "workbench/flows.html",
            listing=listing,
            place=place,
            lines=lines,
            origins=ORIGINS,
            more=pages_of_flow(),
            names=_names(session, lines),
            running=sum(one.running for one in lines),
        )


@blueprint.post("/<county>/open")
def open_file(county: str) -> ResponseReturnValue:
    """Open a file of a county in its editor, in one's open proposal."""
    actor, path = require_actor(), request.form.get("path", "")
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        proposal = proposals.open_for(session, place.code, actor)
        proposals.read_file(session, place.code, path, proposal)
        address = editor_url(proposal.id, path)
    return redirect(address, 303)


@blueprint.get("/<county>/<key>/diagram.bpmn")
def diagram(county: str, key: str) -> Response:
    """Return the diagram that a county sees, or a proposal's, as a file."""
    path = f"diagrams/{key}.bpmn"
    with reading() as session:
        place = place_of(session, require_actor(), county)
        shown = proposals.read_file(session, place.code, path)
    return as_file(shown.body, f"{key}.bpmn")


def as_file(body: bytes, name: str) -> Response:
    """Return bytes to be kept, never shown as a page."""
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def pages_of_flow() -> list[tuple[str, str]]:
    """Return the further pages that each flow has on this installation, with their names."""
    return [(page, word) for page, word in MORE if has_page(f"{PAGE}/county/key/{page}")]


def _fits(line: FlowLine, listing: Listing) -> bool:
    words = listing.q.lower()
    origin, state = listing.values["origin"], listing.values["state"]
    if words and words not in line.title.lower() and words not in line.key:
        return False
    if origin and line.origin != origin:
        return False
    held = {"draft": line.drafts, "faulty": line.errors + line.warnings, "running": line.running}
    return not state or bool(held.get(state))


def _names(session: Session, lines: Sequence[FlowLine]) -> dict[str, str]:
    people = {one.published_by for one in lines}
    people |= {draft.edited_by for one in lines for draft in one.drafts}
    return account_names(session, people)


SPEC = ListSpec(
    title="流程",
    search_hint="流程名称或标识",
    keep=("in",),
    columns=(
        Column(label="流程", value=lambda one: one.title),
        Column(label="标识", value=lambda one: one.key),
        Column(label="来源", value=lambda one: ORIGINS[one.origin]),
        Column(label="生效版本", value=lambda one: one.version or ""),
        Column(label="生效时间", value=lambda one: one.published_at),
        Column(label="改动", value=lambda one: "、".join(each.title for each in one.drafts)),
        Column(label="在办", value=lambda one: one.running, is_right=True),
        Column(label="提示", value=lambda one: one.errors + one.warnings, is_right=True),
    ),
    filters=(
        Filter(name="origin", label="来源", options=tuple(ORIGINS.items())),
        Filter(name="state", label="状态", options=STATES),
    ),
)
