"""One rehearsal (试运行): walk it step by step, look back, let time pass, let things happen."""

from collections.abc import Mapping
from time import monotonic

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from models.errors import NotFoundError
from models.session import reading, unit_of_work
from processes.rehearsal import beginning, casebook, events, keeping, rows, showing
from processes.rehearsal.errors import (
    RehearsalFullError,
    RehearsalMovedError,
    WorldGoneError,
)
from processes.rehearsal.onward import Onward, Walked
from processes.rehearsal.seen import Seen
from processes.rehearsal.values import paper_named
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.addresses import editor_url
from web.workbench.place import ROLES
from web.workbench.rehearsal_acts import TooLittleToldError, act_told
from web.workbench.rehearsal_offers import offers
from web.workbench.rehearsal_view import (
    StepGoneError,
    View,
    diagram_of,
    form_of,
    is_redrawn,
    proposal_of,
    settings,
    view_of,
)

MOST_SECONDS = 45.0
"""So long one request goes on by itself; whoever wants more asks again."""
blueprint = Blueprint("rehearsal", __name__, url_prefix="/rehearsals/<rehearsal_id>")
guard(blueprint, roles=ROLES, body_limit=2 * 1024 * 1024)


@blueprint.get("")
def show(rehearsal_id: str) -> ResponseReturnValue:
    """Show the rehearsal at a step."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
        proposal = proposal_of(session, view.row)
        is_current = rows.is_current(session, view.row)
        first = view.steps[0].seen
        has_diagram = diagram_of(session, view.row, first, view.flow) is not None
        redrawn = not is_current and is_redrawn(session, view)
        offered = offers(session, view)
    form, trouble, is_gone = form_of(view)
    return render_template(
        "rehearsals/show.html",
        view=view,
        seen=view.seen,
        row=view.row,
        proposal=proposal,
        is_current=is_current,
        is_redrawn=redrawn,
        is_gone=is_gone,
        flow=view.flow,
        has_diagram=has_diagram,
        trail=view.trail,
        item=view.item,
        form=form,
        trouble=trouble,
        lines=view.lines,
        data=showing.data_lines(view.seen.data, view.before.data if view.before else {}),
        events=events.titles(),
        people=showing.people(view.seen),
        offered=offered,
        editor=editor_url(proposal.id, f"diagrams/{view.flow}.bpmn") if proposal else "",
    )


@blueprint.get("/diagrams/<flow>")
def diagram(rehearsal_id: str, flow: str) -> Response:
    """Return a diagram as the rehearsal began with it."""
    with reading() as session:
        row = rows.find(session, rehearsal_id, require_actor())
        body = diagram_of(session, row, rows.steps_of(session, row.id)[0].seen, flow)
    if body is None:
        raise NotFoundError
    return Response(body, mimetype="application/xml")


@blueprint.post("/steps/<int:at>/items/<item>")
def complete(rehearsal_id: str, at: int, item: str) -> ResponseReturnValue:
    """Finish an open step with the form as it was handed in."""
    sent = request.get_json()
    form = sent.get("form") if isinstance(sent, dict) else None
    act = {"step": _step_of(rehearsal_id, at, item), "form": form if isinstance(form, dict) else {}}
    known = whole_number(request.args.get("last", ""), None)
    seen = keeping.act(settings(), rehearsal_id, at, act, known)
    if seen.error is not None and seen.refused and not seen.error.element:
        details = {"fields": seen.error.fields}
        return jsonify(code=seen.error.code, message=seen.error.message, details=details), 422
    return jsonify(next=f"/rehearsals/{rehearsal_id}")


def _step_of(rehearsal_id: str, at: int, item: str) -> str:
    """Return the step of an open item: acts name steps, so that they can be walked again."""
    with reading() as session:
        rows.find(session, rehearsal_id, require_actor())
        steps = rows.steps_of(session, rehearsal_id)
    if at >= len(steps):
        raise StepGoneError
    found = [one for one in steps[at].seen.open if one.item == item]
    if not found:
        raise StepGoneError
    same = [one for one in steps[at].seen.open if one.step == found[0].step]
    return found[0].step if len(same) == 1 else item


@blueprint.post("/act")
def act(rehearsal_id: str) -> ResponseReturnValue:
    """Do what a form of the page says: time, an event, another case, or simply what comes next."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
    try:
        given = act_told(request.form, view.seen)
        seen = keeping.act(settings(), rehearsal_id, view.at, given, _known(view))
    except (TooLittleToldError, RehearsalMovedError, WorldGoneError) as error:
        flash(error.text, "late")
        return _back(rehearsal_id, view.at)
    return _after(rehearsal_id, view.at, seen)


@blueprint.post("/on")
def go_on(rehearsal_id: str) -> ResponseReturnValue:
    """Do one step after another with invented answers, until somebody has to look."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
    last, until = _known(view), monotonic() + MOST_SECONDS
    walked: Walked = [(one.act, one.seen) for one in view.steps[: view.at + 1]]

    def do(given: Mapping[str, object]) -> Seen:
        nonlocal last
        at = len(walked) - 1
        seen = keeping.act(settings(), rehearsal_id, at, given, last)
        last = at + 1 if keeping.is_kept(seen) else last
        return seen

    onward = Onward(do, walked, lambda _: monotonic() > until)
    try:
        done = len(list(onward.steps()))
    except (RehearsalMovedError, RehearsalFullError, WorldGoneError) as error:
        flash(error.text, "late")
        return _back(rehearsal_id, len(walked) - 1)
    if onward.failed is not None:
        return _after(rehearsal_id, len(walked) - 1, onward.failed)
    _say(onward, done)
    return _back(rehearsal_id, len(walked) - 1)


def _say(onward: Onward, done: int) -> None:
    """Tell why going on ended where it did."""
    seen = onward.walked[-1][1]
    if onward.looped:
        flash(f"“{onward.looped}”已经是第四次出现，请自己填写，决定往哪里走。", "warn")
    elif seen.open or seen.next:
        flash(f"已连续办理{done}步，还没有办结，请再按“连续办理”。", "info")
    elif done:
        flash(f"已连续办理{done}步，全部办结。", "ok")


def _known(view: View) -> int:
    """Return the last step that the page knew of, so that nobody's later steps are given up."""
    return whole_number(request.form.get("last", ""), view.last)


def _after(rehearsal_id: str, at: int, seen: Seen) -> ResponseReturnValue:
    if seen.refused and seen.error is not None and not seen.error.element:
        flash(_told(seen.error.message, seen.error.fields), "late")
        return _back(rehearsal_id, at)
    return _back(rehearsal_id, at + 1)


def _told(message: str, fields: Mapping[str, str]) -> str:
    return "；".join([message, *(f"{name}：{text}" for name, text in fields.items())])


def _back(rehearsal_id: str, at: int) -> ResponseReturnValue:
    return redirect(f"/rehearsals/{rehearsal_id}?at={at}", 303)


@blueprint.post("/branch")
def branch(rehearsal_id: str) -> ResponseReturnValue:
    """Go on from an earlier step in a rehearsal of its own."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
    made = rows.branch(rehearsal_id, view.at, require_actor())
    flash("已从这一步另起一次试运行，原来的一次保持不变。", "ok")
    return redirect(f"/rehearsals/{made}", 303)


@blueprint.post("/replay")
def replay(rehearsal_id: str) -> ResponseReturnValue:
    """Walk the same acts with the draft as it is now."""
    again = beginning.replay(settings(), rehearsal_id, require_actor())
    if again.act is None or again.seen is None or again.seen.error is None:
        flash("已用现在的稿重走一遍。", "ok")
    else:
        words = showing.words_of(again.act, again.before, again.seen)
        why = again.seen.error.message
        flash(f"用现在的稿走到第{again.done}步。下一步“{words}”办不下去：{why}", "warn")
    return redirect(f"/rehearsals/{again.id}", 303)


@blueprint.post("/case")
def save_case(rehearsal_id: str) -> ResponseReturnValue:
    """Keep what was walked so far as a worked case in the proposal."""
    name = request.form.get("name", "").strip()
    source = request.form.get("source", "").strip()[:200]
    with unit_of_work() as session:
        view = view_of(session, rehearsal_id)
        steps = view.steps[: view.at + 1]
        try:
            proposal, path = casebook.save(
                session, view.row, steps, (name, source), require_actor()
            )
        except casebook.CaseNameError as error:
            flash(error.text, "late")
            return _back(rehearsal_id, view.at)
        address = editor_url(proposal.id, path)
    flash("已存为办理样例，发布前和以后每次修改都会自动重走。", "ok")
    return redirect(address, 303)


@blueprint.get("/steps/<int:at>/letters/<letter>.pdf")
def letter(rehearsal_id: str, at: int, letter: str) -> Response:
    """Return a letter of the rehearsed world, typeset when somebody looks at it."""
    with reading() as session:
        rows.find(session, rehearsal_id, require_actor())
    body = keeping.letter(settings(), rehearsal_id, at, letter)
    return Response(body, mimetype="application/pdf")


@blueprint.post("/papers")
def paper(rehearsal_id: str) -> ResponseReturnValue:
    """Take a file's name in place of the file: papers are made up when the step is done."""
    with reading() as session:
        rows.find(session, rehearsal_id, require_actor())
    sent = request.files.get("file")
    name = (sent.filename if sent else "") or "附件.pdf"
    return jsonify(paper_named(f"$file:{name[:80]}")[0]), 201
