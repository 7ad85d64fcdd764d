"""Rehearsals (试运行): the list, what can be tried, a new one."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import FlowRehearsal
from models.identity.county import County
from models.identity.names import account_names
from models.session import reading
from processes import proposals
from processes.references import named_in
from processes.rehearsal import beginning, rows
from processes.rehearsal.errors import WorldFaultyError
from web.access import guard, require_actor
from web.lists import Column, Listing, ListSpec
from web.workbench.place import ROLES, Place, edits, place_of
from web.workbench.rehearsal_offers import DIAGRAMS, PART, flows_in

MOST = 200
SIMPLE = 2
"""A flow that is simply started has its beginning and its start."""
blueprint = Blueprint("rehearsals", __name__, url_prefix="/rehearsals")
guard(blueprint, roles=ROLES)
SPEC = ListSpec(
    title="试运行",
    columns=(
        Column(label="试运行"),
        Column(label="区县"),
        Column(label="改动单"),
        Column(label="步数", is_right=True),
        Column(label="谁"),
        Column(label="最近办理"),
        Column(label="操作"),
    ),
    search_hint="名称、流程",
)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what was tried; with a flow in the address, offer to try it."""
    if request.args.get("flow"):
        return new()
    actor, listing = require_actor(), Listing(SPEC)
    with reading() as session:
        counties = {row.code: row.name for row in session.scalars(select(County))}
        rows = _rows(session, [one for one in (BASE, *counties) if edits(actor, one)], listing.q)
        named = _proposals(session, rows)
        names = account_names(session, {row.created_by for row in rows})
        return render_template(
            "rehearsals/index.html",
            listing=listing,
            rows=rows,
            named=named,
            names=names,
            counties=counties,
        )


def _rows(session: Session, counties: Sequence[str], words: str) -> Sequence[FlowRehearsal]:
    """Return the newest rehearsals of some counties, or of proposals of theirs."""
    place = func.coalesce(Proposal.county_code, FlowRehearsal.county_code)
    named = (FlowRehearsal.title, FlowRehearsal.flow)
    query = (
        select(FlowRehearsal)
        .outerjoin(Proposal, FlowRehearsal.proposal_id == Proposal.id)
        .where(place.in_(counties), or_(*(one.contains(words, autoescape=True) for one in named)))
        .order_by(FlowRehearsal.touched_at.desc())
    )
    return session.scalars(query.limit(MOST)).all()


def _proposals(session: Session, rows: Sequence[FlowRehearsal]) -> dict[str, Proposal]:
    ids = {row.proposal_id for row in rows if row.proposal_id}
    found = session.scalars(select(Proposal).where(Proposal.id.in_(ids)))
    return {row.id: row for row in found}


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Ask which flow is to be tried, as it holds or as a proposal has it."""
    with reading() as session:
        place = place_of(session, require_actor())
        return _form(session, place)


def _form(session: Session, place: Place, fault: WorldFaultyError | None = None) -> str:
    flows = _flows(session, place)
    return render_template(
        "rehearsals/new.html",
        place=place,
        flows=flows,
        chosen=request.values.get("flow", "") or _changed(session, place, dict(flows)),
        drafts=_drafts(session, place),
        findings=fault.details.get("findings", []) if fault else [],
        fault=fault,
    )


def _flows(session: Session, place: Place) -> Sequence[tuple[str, str]]:
    """Return the flows one can start here, by key and title."""
    return flows_in(proposals.files_in(session, place.code, place.proposal))


def _changed(session: Session, place: Place, flows: Mapping[str, str]) -> str:
    """Return the flow that the proposal draws anew, or the first that shows a file it changes."""
    if place.proposal is None:
        return ""
    rows = proposals.rows_of(session, place.proposal)
    files = proposals.files_in(session, place.code, place.proposal)
    paths = {key: path for key in flows if (path := f"{DIAGRAMS}{key}.bpmn") in files}
    drawn = (key for key, path in paths.items() if path in rows)
    shows = (key for key, path in paths.items() if named_in(files[path]).files & rows.keys())
    return next(drawn, "") or next(shows, "")


def _drafts(session: Session, place: Place) -> list[Proposal]:
    query = select(Proposal).where(Proposal.county_code == place.code)
    rows = session.scalars(query.order_by(Proposal.created_at.desc()).limit(MOST))
    open_states = ("draft", "submitted", "scheduled")
    return [row for row in rows if row.state.value in open_states]


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Make a rehearsal and open it; what the check refuses is shown where it is."""
    actor = require_actor()
    with reading() as session:
        place = place_of(session, actor)
        titles = {key: title.removesuffix(PART) for key, title in _flows(session, place)}
    flow = request.form.get("flow", "")
    if flow not in titles:
        flash("请选择要试的流程。", "error")
        return redirect("/rehearsals/new", 303)
    wanted = rows.Wanted(
        owner=place.code,
        flow=flow,
        title=titles[flow],
        county="" if place.code == BASE else place.code,
        proposal_id=place.proposal.id if place.proposal else None,
        element=request.form.get("element", "")[:100],
    )
    try:
        made = beginning.begin(current_app.extensions["settings"], wanted, actor)
    except WorldFaultyError as fault:
        with reading() as session:
            return _form(session, place_of(session, actor), fault), 422
    _say(made, wanted)
    return redirect(f"/rehearsals/{made}", 303)


def _say(made: str, wanted: rows.Wanted) -> None:
    """Tell how far a rehearsal was begun when it begins anywhere but at a flow's start."""
    with reading() as session:
        steps = rows.steps_of(session, made)
    is_there = wanted.flow in steps[-1].seen.trail
    if wanted.element and is_there:
        told = (
            "已按现有样例办到这一支之前。请改填写、等待或让一件事发生，走完这一支后存为办理样例。"
        )
        flash(told, "info")
    elif not is_there:
        told = (
            f"还没有走到“{wanted.title}”，请接着办到那里；没有自己的发起环节的流程由其他流程带起。"
        )
        flash(told, "warn")
    elif len(steps) > SIMPLE:
        flash(f"这个流程不能从头单独发起，已先自动办了{len(steps) - 1}步，请接着办。", "info")


@blueprint.post("/<rehearsal_id>/remove")
def remove(rehearsal_id: str) -> ResponseReturnValue:
    """Delete a rehearsal."""
    rows.remove(rehearsal_id, require_actor())
    flash("已删除这次试运行。", "ok")
    return redirect("/rehearsals", 303)
