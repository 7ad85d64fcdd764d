"""Batch review (批量审核): several enterprises ticked, one decision, each result told."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.roster.comparison import compare
from models.roster.enrolment import REVIEWERS, ROUND_TITLES, EnrolmentRound, RoundState
from models.session import reading
from processes import batch_review
from web.access import guard, require_actor
from web.enterprise_review import review_query

blueprint = Blueprint("batch_review", __name__, url_prefix="/enterprise-review/batch")
guard(blueprint, roles=REVIEWERS)


@blueprint.get("")
def choose() -> str:
    """Show what was ticked, each with its changes, and ask for the one decision."""
    return _page(request.args.getlist("round"), {})


@blueprint.post("")
def decide() -> ResponseReturnValue:
    """Decide each ticked round and tell what became of it."""
    chosen = request.form.getlist("round")
    decision, reasons = request.form.get("decision", ""), request.form.get("reasons", "")
    try:
        settings, actor = current_app.extensions["settings"], require_actor()
        told = batch_review.decide(settings, chosen, decision, reasons, actor=actor)
    except InvalidError as error:
        typed = {"decision": decision, "reasons": reasons}
        return _page(request.form.getlist("listed"), typed, error, ticked=chosen), 422
    done = sum(one.is_done for one in told)
    return render_template("review/batch_done.html", told=told, done=done, left=len(told) - done)


def _page(
    listed: Sequence[str],
    typed: dict[str, str],
    error: InvalidError | None = None,
    ticked: Sequence[str] | None = None,
) -> str:
    with reading() as session:
        rounds = _rounds(session, listed[: batch_review.MOST])
        lines = {one.id: _changed(session, one) for one in rounds if one.is_change}
        waiting = [one for one in rounds if one.state is RoundState.SUBMITTED]
        return render_template(
            "review/batch.html",
            rounds=waiting,
            settled=[one for one in rounds if one.state is not RoundState.SUBMITTED],
            ticked=[one.id for one in waiting] if ticked is None else ticked,
            lines=lines,
            typed=typed,
            fields=error.fields if error else {},
            problem=error.text if error and not error.fields else "",
            decisions=batch_review.DECISIONS,
            round_titles=ROUND_TITLES,
        )


def _rounds(session: Session, ids: Sequence[str]) -> list[EnrolmentRound]:
    query = review_query().where(EnrolmentRound.id.in_(ids))
    return list(session.scalars(query.order_by(EnrolmentRound.submitted_at, EnrolmentRound.id)))


def _changed(session: Session, round_: EnrolmentRound) -> list[Any]:
    return [line for line in compare(session, round_) if line.is_changed]
