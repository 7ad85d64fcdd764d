"""Moving the running cases of many counties in one act, with a result per county and case."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.flow.case_move import CaseMove, MovedState, MoveState
from models.flow.definition import BASE
from models.identity.actor import Actor
from models.identity.county import County
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes import definitions
from processes.moving import acting, together
from processes.moving.errors import MoveNotFoundError
from processes.moving.reading import counts_of, results_of
from web.access import guard, require_actor
from web.workbench.moves import CASE_WORDS, MAPS, MOVE_WORDS
from web.workbench.place import ROLES, place_of

blueprint = Blueprint("moves_together", __name__, url_prefix="/flows/base/<key>/moves/together")
guard(blueprint, roles=ROLES)


@blueprint.get("")
def index(key: str) -> str:
    """Show in which counties cases run on older versions, and prepare to move them."""
    actor = require_actor()
    with reading() as session:
        place = place_of(session, actor, BASE)
        parts = together.parts_of(session, key, actor)
        return render_template(
            "workbench/moves/together.html",
            place=place,
            key=key,
            title=definitions.in_force(session, key, BASE).title,
            parts=parts,
            gone=together.gone_of(session, parts),
            most=acting.MOST_CASES,
        )


@blueprint.post("")
def prepare(key: str) -> ResponseReturnValue:
    """Rehearse the chosen counties' cases on copies and store the moves for approval."""
    form, actor = request.form, require_actor()
    settings = current_app.extensions["settings"]
    mapping = {name.removeprefix(MAPS): one for name, one in form.items() if name.startswith(MAPS)}
    counties, reason = set(form.getlist("county")), form.get("reason", "")
    with reading() as session:
        place_of(session, actor, BASE)
        plans = together.plan_together(
            session, settings, key, mapping, actor, counties=counties, reason=reason
        )
    with unit_of_work() as session:
        group = together.keep_together(session, plans, actor)
    flash("已在副本上试迁，案卷没有改动。请核对每个区县、每个案卷的结果，再批准。", "ok")
    return redirect(url_for(".show", key=key, group=group), 303)


@blueprint.get("/<group>")
def show(key: str, group: str) -> str:
    """Show the group: county by county, what became, or would become, of each case."""
    actor = require_actor()
    with reading() as session:
        place = place_of(session, actor, BASE)
        moves = _moves(session, key, group)
        may = {move.id: acting.may_approve(session, move, actor) for move in moves}
        results = {move.id: results_of(session, move.id) for move in moves}
        return render_template(
            "workbench/moves/together_show.html",
            place=place,
            key=key,
            group=group,
            moves=moves,
            results=results,
            counts=counts_of(session, [move.id for move in moves]),
            counties={move.county_code: _name(session, move.county_code) for move in moves},
            names=account_names(session, {move.created_by for move in moves}),
            may_approve=may,
            mine=any(one.state == MoveState.PREPARED and may[one.id] for one in moves),
            title=definitions.pinned(session, moves[0].to_id).title,
            move_words=MOVE_WORDS,
            case_words=CASE_WORDS,
            states=MovedState,
            move_states=MoveState,
        )


@blueprint.post("/<group>/approve")
def approve(key: str, group: str) -> ResponseReturnValue:
    """Approve what this person may approve."""
    return _act(key, group, together.approve_all, "已批准，案卷正在逐个迁移，稍后刷新看结果。")


@blueprint.post("/<group>/undo")
def undo(key: str, group: str) -> ResponseReturnValue:
    """Bring back what has not gone on."""
    return _act(key, group, together.undo_all, "正在撤回；迁移后已经继续办理的案卷留在新版本上。")


Act = Callable[[Session, str, Actor], together.Told]


def _act(key: str, group: str, act: Act, said: str) -> ResponseReturnValue:
    actor = require_actor()
    with unit_of_work() as session:
        place_of(session, actor, BASE)
        _moves(session, key, group)
        told = act(session, group, actor)
        names = {code: _name(session, code) for code, _ in told.refused}
    if told.done:
        flash(said, "ok")
    for code, why in told.refused:
        flash(f"{names[code]}：{why}", "late")
    if not told.done and not told.refused:
        flash("没有可以办理的区县，请刷新后查看。", "late")
    return redirect(url_for(".show", key=key, group=group), 303)


def _moves(session: Session, key: str, group: str) -> list[CaseMove]:
    moves = together.moves_in(session, group)
    if moves[0].flow != key:
        raise MoveNotFoundError
    return moves


def _name(session: Session, code: str) -> str:
    return session.get_one(County, code).name
