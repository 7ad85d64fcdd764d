"""Proposals (改动单): the list, one with its files and findings, and what is done with it."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.flow.proposal import Proposal
from models.identity.actor import Actor
from models.session import reading, unit_of_work
from processes import proposals
from processes.cases import owing
from processes.proposals import deciding, errors, rolling_back, saving, submitting
from processes.publishing import wants_two
from web.access import guard, require_actor
from web.list_page import list_page
from web.workbench.cases import STOPPED, owe_mending
from web.workbench.place import ROLES, place_of
from web.workbench.proposal_list import STATES, counties_of, people_of, spec_for, visible_to
from web.workbench.proposal_view import view_of

PAGE = "/proposals"
blueprint = Blueprint("proposals", __name__, url_prefix=PAGE)
guard(blueprint, roles=ROLES)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the proposals of one's counties, what was changed last first."""
    actor = require_actor()
    with reading() as session:
        counties = counties_of(session, actor)
    return list_page(
        "workbench/proposals.html",
        spec_for(actor, counties),
        select(Proposal).where(visible_to(actor)),
        people_of,
        states=STATES,
        counties=counties,
    )


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Begin a proposal in the county one works in."""
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor)
        title, reason = request.form.get("title", ""), request.form.get("reason", "")
        made = proposals.create(session, place.code, title, actor, reason=reason).id
    return redirect(f"{PAGE}/{made}", 303)


@blueprint.get("/<proposal_id>")
def show(proposal_id: str) -> ResponseReturnValue:
    """Show a proposal: its files, findings, worked cases, and what may be done with it."""
    actor = require_actor()
    with reading() as session:
        proposal = proposals.find(session, proposal_id, actor)
        view = view_of(session, proposal, actor)
        part = request.headers.get("HX-Request") == "true"
        if part and not view.is_waiting:
            return "", 200, {"HX-Refresh": "true"}  # the head of the page changes, too
        page = "workbench/_proposal.html" if part else "workbench/proposal.html"
        return render_template(page, view=view, one=proposal, states=STATES)


@blueprint.post("/<proposal_id>/run-cases")
def run_cases(proposal_id: str) -> ResponseReturnValue:
    """Run the worked cases that a proposal touches."""

    def act(session: Session, proposal: Proposal, _actor: Actor) -> None:
        owing.owe(session, owing.Wish(county=proposal.county_code, proposal=proposal.id))

    return _done(proposal_id, act, "正在办理样例，完成后本页自动更新。")


@blueprint.post("/<proposal_id>/stop-cases")
def stop_cases(proposal_id: str) -> ResponseReturnValue:
    """Stop the runs of a proposal's cases; what came of those played so far is kept."""

    def act(session: Session, proposal: Proposal, _actor: Actor) -> None:
        owing.stop(session, proposal.county_code, proposal.id)

    return _done(proposal_id, act, STOPPED)


@blueprint.post("/<proposal_id>/mend-cases")
def mend_cases(proposal_id: str) -> ResponseReturnValue:
    """Write the steps into the worked cases that they do not know yet, and run them again."""
    said = "正在补写样例并重新办理，完成后本页自动更新。"
    return _done(proposal_id, owe_mending, said)


@blueprint.post("/<proposal_id>/title")
def rename(proposal_id: str) -> ResponseReturnValue:
    """Change what a draft is called and why it is made."""
    title, reason = request.form.get("title", ""), request.form.get("reason", "")

    def act(session: Session, proposal: Proposal, actor: Actor) -> None:
        saving.rename(session, proposal, title, reason, actor)

    return _done(proposal_id, act, "已保存。")


@blueprint.post("/<proposal_id>/submit")
def submit(proposal_id: str) -> ResponseReturnValue:
    """Ask for a second person's word."""
    moment = _moment()

    def act(session: Session, proposal: Proposal, actor: Actor) -> None:
        submitting.submit(session, proposal, actor, effective_at=moment)

    return _done(proposal_id, act, "已提交，等待流程发布人审批。")


@blueprint.post("/<proposal_id>/publish")
def publish(proposal_id: str) -> ResponseReturnValue:
    """Publish without a second person, or agree to what another one submitted."""
    moment, note = _moment(), request.form.get("note", "")

    def act(session: Session, proposal: Proposal, actor: Actor) -> None:
        if wants_two(session, proposal.county_code):
            deciding.approve(session, proposal, actor, note=note, effective_at=moment)
        else:
            deciding.publish(session, proposal, actor, effective_at=moment)

    said = "已定好生效时间，到时再检查一遍后发布。" if moment else "正在检查并发布，稍等片刻。"
    return _done(proposal_id, act, said)


@blueprint.post("/<proposal_id>/send-back")
def send_back(proposal_id: str) -> ResponseReturnValue:
    """Return a proposal to its makers with a reason."""
    note = request.form.get("note", "")

    def act(session: Session, proposal: Proposal, actor: Actor) -> None:
        deciding.send_back(session, proposal, note, actor)

    return _done(proposal_id, act, "已退回编制人。")


@blueprint.post("/<proposal_id>/recall")
def recall(proposal_id: str) -> ResponseReturnValue:
    """Take a proposal back to go on editing."""
    return _done(proposal_id, submitting.recall, "已取回，可以继续修改。")


@blueprint.post("/<proposal_id>/withdraw")
def withdraw(proposal_id: str) -> ResponseReturnValue:
    """Give a proposal up."""
    return _done(proposal_id, submitting.withdraw, "改动单已撤回，内容仍可查看。")


@blueprint.post("/<proposal_id>/merged")
def merged(proposal_id: str) -> ResponseReturnValue:
    """Note that what others published meanwhile has been taken in."""
    path = request.form.get("path", "")

    def act(session: Session, proposal: Proposal, actor: Actor) -> None:
        proposals.accept_present(session, proposal, path, actor)

    return _done(proposal_id, act, "已记下：您看过别人发布的内容。")


@blueprint.post("/<proposal_id>/roll-back")
def roll_back(proposal_id: str) -> ResponseReturnValue:
    """Make the reverse of a published proposal; publish it where the county allows it alone."""
    actor, reason = require_actor(), request.form.get("reason", "")[:1000]
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        made = rolling_back.roll_back(session, proposal, actor, reason=reason)
        made_id, alone = made.id, not wants_two(session, made.county_code)
    said = "已建好回退的改动单，请核对后提交审批。"
    if alone:
        return _done(made_id, deciding.publish, "正在回退，稍等片刻。")
    flash(said, "ok")
    return redirect(f"{PAGE}/{made_id}", 303)


def _done(
    proposal_id: str, act: Callable[[Session, Proposal, Actor], object], said: str
) -> ResponseReturnValue:
    """Do an act on a proposal and show it again, with what was refused if it was."""
    actor = require_actor()
    try:
        with unit_of_work() as session:
            act(session, proposals.find(session, proposal_id, actor), actor)
    except REFUSALS as error:
        flash(error.text, "late")
    else:
        flash(said, "ok")
    return redirect(f"{PAGE}/{proposal_id}", 303)


REFUSALS = (
    errors.ProposalFaultyError,
    errors.NothingChangedError,
    errors.ReasonMissingError,
    errors.BadMomentError,
    errors.WrongStateError,
    errors.ProposalClosedError,
)


def _moment() -> datetime | None:
    """Return the moment in the form, in China time, if one was given."""
    given = request.form.get("effective_at", "").strip()
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=CHINA)
    except ValueError:
        raise errors.BadMomentError from None
