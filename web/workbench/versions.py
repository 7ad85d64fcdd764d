"""Versions of a flow: who published what and when, how they differ, back to an earlier one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Definition, DefinitionStatus
from models.flow.proposal import Proposal, ProposalFile, ProposalState
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import contents, proposals
from processes.proposals.errors import FileUnknownError
from processes.proposals.listing import drafts_of, running_by_version
from processes.proposals.retiring import is_withheld, offer_again, retire
from processes.proposals.rolling_back import roll_back_flow
from processes.publishing_errors import VersionNotFoundError
from web.access import guard, require_actor
from web.shell import has_page
from web.workbench.flows import as_file, pages_of_flow
from web.workbench.place import ROLES, place_of

STATUS = {
    DefinitionStatus.DRAFT: ("未发布", "idle", "bi-pencil"),
    DefinitionStatus.PUBLISHED: ("生效中", "ok", "bi-check-circle"),
    DefinitionStatus.RETIRED: ("已停用", "idle", "bi-archive"),
}
MOST = 100
COMPARE = "/flows/county/key/compare"
blueprint = Blueprint("flow_versions", __name__, url_prefix="/flows/<county>/<key>")
guard(blueprint, roles=ROLES)


@blueprint.get("")
def index(county: str, key: str) -> str:
    """List the versions of a flow in a county, the newest first, and those of the base."""
    path = f"diagrams/{key}.bpmn"
    with reading() as session:
        place = place_of(session, require_actor(), county)
        own = _versions(session, key, place.code)
        below = [] if place.is_base else _versions(session, key, BASE)
        drafts = drafts_of(session, place.code, path).get(path, [])
        if not (own or below or drafts):
            raise FileUnknownError(path=path)
        people = {one.published_by for one in (*own, *below)} | {
            one.created_by for one in (*own, *below)
        }
        return render_template(
            "workbench/versions.html",
            place=place,
            key=key,
            path=path,
            title=next((one.title for one in (*own, *below)), key),
            own=own,
            below=below,
            drafts=drafts,
            is_withheld=not place.is_base and is_withheld(session, place.code, key),
            is_offered=any(one.status == DefinitionStatus.PUBLISHED for one in (*own, *below)),
            states=STATUS,
            more=pages_of_flow(),
            compares=has_page(COMPARE),
            running=running_by_version(session, place.code, key),
            sources=_sources(session, path),
            names=account_names(session, people | {one.edited_by for one in drafts}),
        )


@blueprint.get("/versions/<int:version>/diagram.bpmn")
def diagram(county: str, key: str, version: int) -> Response:
    """Return the diagram of one version as a file."""
    with reading() as session:
        place = place_of(session, require_actor(), county)
        same = (Definition.key == key, Definition.county_code == place.code)
        found = session.scalar(select(Definition).where(*same, Definition.version == version))
        if found is None:
            raise VersionNotFoundError(key=key, version=version)
        body = contents.get(session, found.diagram)
    return as_file(body, f"{key}-{version}.bpmn")


@blueprint.post("/versions/<int:version>/restore")
def restore(county: str, key: str, version: int) -> ResponseReturnValue:
    """Make the proposal that gives the flow back as it was in a version."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        reason = request.form.get("reason", "")[:1000]
        made = roll_back_flow(session, place.code, key, version, actor, reason=reason)
        is_empty = not proposals.rows_of(session, made)
        made_id = made.id
    flash(
        "这一版就是现在生效的内容，没有需要改的。" if is_empty else "已建好回退的改动单，请核对。",
        "info" if is_empty else "ok",
    )
    return redirect(f"/proposals/{made_id}", 303)


@blueprint.post("/retire")
def take_out(county: str, key: str) -> ResponseReturnValue:
    """Put into one's open proposal that the county offers the flow no more."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        proposal = proposals.open_for(session, place.code, actor)
        retire(session, proposal, key, actor)
        made_id = proposal.id
    flash("已写入改动单：停办这个流程。发布之后不能再发起，在办案件照常办完。", "ok")
    return redirect(f"/proposals/{made_id}", 303)


@blueprint.post("/offer")
def offer(county: str, key: str) -> ResponseReturnValue:
    """Put into one's open proposal that the county offers a flow of the base again."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        proposal = proposals.open_for(session, place.code, actor)
        offer_again(session, proposal, key, actor)
        made_id = proposal.id
    flash("已写入改动单：恢复开办这个流程。发布之后可以发起。", "ok")
    return redirect(f"/proposals/{made_id}", 303)


def _versions(session: Session, key: str, county: str) -> Sequence[Definition]:
    same = (Definition.key == key, Definition.county_code == county)
    query = select(Definition).where(*same).order_by(Definition.version.desc()).limit(MOST)
    return session.scalars(query).all()


def _sources(session: Session, path: str) -> Mapping[str, Any]:
    """Return hash of a diagram → the published proposal that brought it: who, why."""
    query = (
        select(ProposalFile.sha256, Proposal)
        .join(Proposal, Proposal.id == ProposalFile.proposal_id)
        .where(
            ProposalFile.path == path,
            ProposalFile.sha256.is_not(None),
            Proposal.state == ProposalState.PUBLISHED,
        )
        .order_by(Proposal.published_at)
    )
    return {f"{one.county_code}/{sha}": one for sha, one in session.execute(query)}
