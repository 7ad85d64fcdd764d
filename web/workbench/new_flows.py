"""A new flow (新建流程): drawn from nothing, or taken over from a flow that there is."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.session import reading, unit_of_work
from processes import proposals
from processes.packs.roles import Role, roles_of
from processes.proposals.copying import Side, copied
from processes.proposals.first_draft import first_draft, form_name
from processes.proposals.listing import flows_of
from processes.proposals.new_flow import UNFIT, NewFlowWrongError, check_new, new_flow
from web.access import guard, require_actor
from web.workbench.addresses import editor_url
from web.workbench.flows import PAGE
from web.workbench.place import ROLES, Place, place_of

NAMES = ("key", "title", "starter", "summary", "copy_of")
LABELS = {
    "key": "标识",
    "title": "名称",
    "starter": "由谁发起",
    "summary": "简要说明",
    "copy_of": "照着哪个流程",
}
OTHERS = frozenset({"analyst", "publisher", "witness", "guardian", "platform", "organiser"})
KEEPER = "keeper_"
MAX_SUMMARY = 200
blueprint = Blueprint("new_flows", __name__, url_prefix=PAGE)
guard(blueprint, roles=ROLES)


@blueprint.get("/new")
def new() -> str:
    """Ask what a new flow is called, who begins it, and which one it starts from."""
    return _page({"copy_of": request.args.get("copy_of", "")[:100]}, {})


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Put a new flow into one's open proposal and open it."""
    actor = require_actor()
    given = {name: request.form.get(name, "").strip()[:300] for name in NAMES}
    try:
        with unit_of_work() as session:
            place = place_of(session, actor)
            proposal = place.proposal or proposals.open_for(session, place.code, actor)
            made = _files(session, place, proposal, given)
            held = proposals.rows_of(session, proposal)
            for path, body in made.items():
                version = held[path].version if path in held else 0
                proposals.save_file(session, proposal, path, body, version=version, actor=actor)
            address = editor_url(proposal.id, next(iter(made)))
    except NewFlowWrongError as error:
        return _page(given, error.fields), 422
    if len(made) > 1:
        flash(f"已放进改动单：流程图和它用到的{len(made) - 1}个文件。", "ok")
    return redirect(address, 303)


def _files(
    session: Session, place: Place, proposal: Proposal, given: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the files of the new flow, its diagram first."""
    key, title = given["key"], given["title"]
    files = proposals.files_in(session, place.code, proposal)
    taken = {one.key for one in flows_of(session, place.code)}
    taken |= {path[9:-5] for path in files if path.startswith("diagrams/")}
    roles = roles_with(session, place, proposal)
    wrong = check_new(key, title, taken)
    if given["starter"] and given["starter"] not in roles:
        wrong["starter"] = "本区县没有这个角色，请重新选择，或先在“角色”里加上。"
    wrong |= _wrong_summary(given["summary"])
    if given["copy_of"] and not given["starter"]:
        county, _, old = given["copy_of"].partition(":")
        if (county, old) not in {(one, flow) for one, flow, _, _ in _copies(session, place)}:
            wrong["copy_of"] = "没有这个可以照抄的流程，请重新选择。"
    if given["copy_of"] and given["starter"]:
        wrong["copy_of"] = "照抄的流程已写明由谁发起：请把“由谁发起”留空，打开后再改。"
    if wrong:
        raise NewFlowWrongError(fields=wrong)
    if given["copy_of"]:
        base = proposals.files_in(session, BASE)
        source = Side(proposals.files_in(session, county), base)
        return copied(source, Side(files, base), old, key, title)
    if not given["starter"]:
        return dict([new_flow(key, title)])
    if f"forms/{form_name(key)}.json" in files:
        raise NewFlowWrongError(fields={"key": "已有同名的填报表单，请换一个标识。"})
    role = roles[given["starter"]]
    return first_draft(key, title, role.id, role.title, given["summary"])


def _wrong_summary(summary: str) -> dict[str, str]:
    if len(summary) > MAX_SUMMARY:
        return {"summary": f"简要说明不超过{MAX_SUMMARY}字，请精简。"}
    if UNFIT.search(summary):
        return {"summary": "简要说明里有换行或看不见的控制字符，请删去后重新输入。"}
    return {}


def roles_with(session: Session, place: Place, proposal: Proposal | None) -> dict[str, Role]:
    """Return the roles of a place, those that its proposal adds among them."""
    files = proposals.files_in(session, place.code, proposal)
    side = Side(files, proposals.files_in(session, BASE))
    return side.roles or roles_of(session, place.code)


def _copies(session: Session, place: Place) -> list[tuple[str, str, str, str]]:
    """Return county, key, title and county's name of each flow that may be taken over."""
    found = [
        (place.code, one.key, one.title, place.name)
        for one in flows_of(session, place.code)
        if one.version
    ]
    for code, name in place.choices:
        if code not in {place.code, BASE}:
            own = (one for one in flows_of(session, code) if one.origin == "county")
            found += [(code, one.key, one.title, name) for one in own if one.version]
    return found


def _page(given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        place = place_of(session, require_actor())
        roles = roles_with(session, place, place.proposal)
        return render_template(
            "workbench/new_flow.html",
            place=place,
            given=given,
            errors=errors,
            labels=LABELS,
            starters=[one for one in roles.values() if not _keeps(one.id)],
            copies=_copies(session, place),
        )


def _keeps(role: str) -> bool:
    return role in OTHERS or role.startswith(KEEPER)
