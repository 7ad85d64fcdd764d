"""Moving running cases (案卷迁移): choose, rehearse on copies, approve, look, take back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.flow.case_move import CaseMove, MovedState, MoveState
from models.identity.actor import Actor
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import definitions
from processes.definitions import FlowNotFoundError
from processes.moving import acting
from processes.moving.errors import MoveNotFoundError, NothingToMoveError
from processes.moving.reading import (
    cases_on,
    counts_of,
    moves_of,
    results_of,
    running_on,
    where_they_stand,
)
from processes.moving.suggest import suggest
from processes.publishing import PUBLISHER
from web.access import guard, require_actor
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("moves", __name__, url_prefix="/flows/<county>/<key>/moves")
guard(blueprint, roles=ROLES)

MAPS = "map-"
MOVE_WORDS = {
    MoveState.PREPARED: ("待批准", "is-warn"),
    MoveState.APPROVED: ("正在迁移", "is-info"),
    MoveState.MOVED: ("已迁移", "is-ok"),
    MoveState.UNDONE: ("已撤回", "is-idle"),
}
CASE_WORDS = {
    MovedState.READY: ("可以迁移", "is-info"),
    MovedState.REFUSED: ("不能迁移", "is-late"),
    MovedState.MOVED: ("已迁移", "is-ok"),
    MovedState.UNDONE: ("已回到原版本", "is-idle"),
}


@blueprint.get("")
def index(county: str, key: str) -> str:
    """Show on which versions cases run, and the moves so far; with ``from``, prepare one."""
    actor = require_actor()
    with reading() as session:
        place = place_of(session, actor, county)
        target = definitions.in_force(session, key, place.code)
        running = running_on(session, place.code, key)
        moves = moves_of(session, place.code, key)
        return render_template(
            "workbench/moves/index.html",
            place=place,
            key=key,
            title=target.title,
            target=target,
            running=running,
            moves=moves,
            counts=counts_of(session, [move.id for move in moves]),
            names=account_names(session, {move.created_by for move in moves}),
            chosen=_chosen(session, place, target.id, request.args.get("from", "")),
            may_move=actor.holds(PUBLISHER, place.code),
            move_words=MOVE_WORDS,
            states=MovedState,
        )


@blueprint.post("")
def prepare(county: str, key: str) -> ResponseReturnValue:
    """Rehearse the chosen cases on copies and store the move for approval."""
    form, settings, actor = request.form, current_app.extensions["settings"], require_actor()
    mapping = {
        name.removeprefix(MAPS): value
        for name, value in form.items()
        if name.startswith(MAPS) and value
    }
    with reading() as session:
        place = place_of(session, actor, county)
        versions = (form.get("from", ""), definitions.in_force(session, key, place.code).id)
        if definitions.pinned(session, versions[0]).key != key:
            raise NothingToMoveError
        planned = acting.plan(
            session,
            settings,
            place.code,
            versions,
            mapping,
            actor,
            cases=form.getlist("case"),
            reason=form.get("reason", ""),
        )
    with unit_of_work() as session:
        move_id = acting.keep(session, planned, actor).id
    flash("已在副本上试迁，案卷没有改动。请核对每个案卷的结果，再提交批准。", "ok")
    return redirect(url_for(".show", county=county, key=key, move_id=move_id), 303)


@blueprint.get("/<move_id>")
def show(county: str, key: str, move_id: str) -> str:
    """Show a move: its mapping and what became, or would become, of each case."""
    actor = require_actor()
    with reading() as session:
        place = place_of(session, actor, county)
        move = _move(session, place, key, move_id)
        results = results_of(session, move.id)
        ids = {move.created_by, move.approved_by, move.undone_by} - {None}
        may_move = actor.holds(PUBLISHER, place.code)
        return render_template(
            "workbench/moves/show.html",
            place=place,
            key=key,
            move=move,
            old=definitions.pinned(session, move.from_id),
            new=definitions.pinned(session, move.to_id),
            results=results,
            ready=sum(one.state == MovedState.READY for one in results),
            names=account_names(session, {one for one in ids if one}),
            may_move=may_move,
            may_approve=acting.may_approve(session, move, actor),
            move_words=MOVE_WORDS,
            case_words=CASE_WORDS,
            states=MoveState,
        )


@blueprint.post("/<move_id>/approve")
def approve(county: str, key: str, move_id: str) -> ResponseReturnValue:
    """Approve a move; the job does it."""
    return _act(county, key, move_id, acting.approve, "已批准，案卷正在逐个迁移，稍后刷新看结果。")


@blueprint.post("/<move_id>/rehearse")
def rehearse(county: str, key: str, move_id: str) -> ResponseReturnValue:
    """Rehearse the cases as they stand now."""
    settings, actor = current_app.extensions["settings"], require_actor()
    with reading() as session:
        place = place_of(session, actor, county)
        results = acting.again(session, settings, _move(session, place, key, move_id), actor)

    def keep(session: Session, move: CaseMove, actor: Actor) -> None:
        acting.keep_again(session, move, results, actor)

    return _act(county, key, move_id, keep, "已按案卷现在的状态重新试迁。")


@blueprint.post("/<move_id>/undo")
def undo(county: str, key: str, move_id: str) -> ResponseReturnValue:
    """Bring back what has not gone on."""
    told = "正在撤回；迁移后已经继续办理的案卷留在新版本上。"
    return _act(county, key, move_id, acting.undo, told)


def _act(
    county: str,
    key: str,
    move_id: str,
    act: Callable[[Session, CaseMove, Actor], None],
    told: str,
) -> ResponseReturnValue:
    actor = require_actor()
    with unit_of_work() as session:
        place = place_of(session, actor, county)
        act(session, _move(session, place, key, move_id), actor)
    flash(told, "ok")
    return redirect(url_for(".show", county=county, key=key, move_id=move_id), 303)


def _move(session: Session, place: Place, key: str, move_id: str) -> CaseMove:
    move = acting.find(session, move_id)
    if (move.county_code, move.flow) != (place.code, key):
        raise MoveNotFoundError
    return move


def _chosen(session: Session, place: Place, to_id: str, from_id: str) -> dict[str, Any] | None:
    """Return what preparing a move from a version starts with."""
    if not from_id:
        return None
    version = definitions.pinned(session, from_id)
    if version.key != definitions.pinned(session, to_id).key or from_id == to_id:
        raise FlowNotFoundError(flow=from_id[:40])
    lines = cases_on(session, place.code, from_id)
    return {
        "version": version,
        "lines": lines,
        "stand": where_they_stand(lines),
        "gone": suggest(session, from_id, to_id),
        "most": acting.MOST_CASES,
    }
