"""One rehearsal (试运行): walk it step by step, look back, let time pass, let things happen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import NotFoundError, SmallworksError
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import FlowRehearsal
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.rehearsal import casebook, events, keeping, showing
from processes.rehearsal.coming import coming
from processes.rehearsal.keeping import Kept
from processes.rehearsal.seen import Open, Seen
from processes.rehearsal.values import paper_named
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.addresses import editor_url
from web.workbench.place import ROLES
from web.workbench.rehearsal_acts import TooLittleToldError, act_told

MOST_AT_ONCE = 25
blueprint = Blueprint("rehearsal", __name__, url_prefix="/rehearsals/<rehearsal_id>")
guard(blueprint, roles=ROLES, body_limit=2 * 1024 * 1024)


class StepGoneError(NotFoundError):
    """The rehearsal has no such step."""

    message = "这次试运行没有这一步，可能已经从更早的一步重新办理。请回到最后一步。"


@dataclass(frozen=True)
class View:
    """A rehearsal at one of its steps."""

    row: FlowRehearsal
    steps: list[Kept]
    at: int

    @property
    def seen(self) -> Seen:
        """What was seen after the step."""
        return self.steps[self.at].seen

    @property
    def before(self) -> Seen | None:
        """What was seen after the step before."""
        return self.steps[self.at - 1].seen if self.at else None


def settings() -> Settings:
    """Return this installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def view_of(session: Session, rehearsal_id: str) -> View:
    """Return the rehearsal at the step that the address names, or at its last."""
    row = keeping.find(session, rehearsal_id, require_actor())
    steps = keeping.steps_of(session, row.id)
    at = whole_number(request.values.get("at", ""), len(steps) - 1)
    if at >= len(steps):
        raise StepGoneError
    return View(row, steps, at)


@blueprint.get("")
def show(rehearsal_id: str) -> ResponseReturnValue:
    """Show the rehearsal at a step."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
        proposal = session.get(Proposal, view.row.proposal_id) if view.row.proposal_id else None
        is_current = keeping.is_current(session, view.row)
        flow = _flow_shown(view)
        has_diagram = _diagram(session, view.row, flow) is not None
    item = _item(view)
    form, trouble = _form(view, item)
    return render_template(
        "rehearsals/show.html",
        view=view,
        seen=view.seen,
        row=view.row,
        proposal=proposal,
        is_current=is_current,
        flow=flow,
        has_diagram=has_diagram,
        trail=_trail(view, flow),
        item=item,
        form=form,
        trouble=trouble,
        lines=_lines(view),
        data=showing.data_lines(view.seen.data, view.before.data if view.before else {}),
        events=events.titles(),
        people=showing.people(view.seen),
        editor=editor_url(proposal.id, f"diagrams/{flow}.bpmn") if proposal else "",
    )


def _lines(view: View) -> list[tuple[Kept, str]]:
    """Return every step with its act in words."""
    seen = [None, *(one.seen for one in view.steps)]
    return [
        (one, showing.words_of(one.act, before, one.seen))
        for one, before in zip(view.steps, seen, strict=False)
    ]


def _flow_shown(view: View) -> str:
    """Return the flow whose diagram is shown: the asked one, or where it failed, or goes on."""
    asked = request.args.get("flow", "")
    trail = view.seen.trail
    failure = view.seen.error
    waiting = [one.key for one in _waiting(view) if one.key in trail]
    wanted = [asked, failure.flow if failure else "", *waiting, view.row.flow, *trail]
    return next((key for key in wanted if key in trail), view.row.flow)


@dataclass(frozen=True)
class Waiting:
    """A flow in which somebody's step waits."""

    key: str


def _waiting(view: View) -> list[Waiting]:
    item = _item(view)
    steps = [item.step] if item else []
    return [
        Waiting(key)
        for key, one in view.seen.trail.items()
        if any(step in one.current for step in steps)
    ]


def _trail(view: View, flow: str) -> dict[str, list[str]]:
    one = view.seen.trail.get(flow)
    failure = view.seen.error
    failed = [failure.element] if failure and failure.element else []
    if one is None:
        return {"done": [], "current": [], "failed": failed, "flows": []}
    return {
        "done": one.done,
        "current": one.current,
        "failed": [*one.failed, *failed],
        "flows": one.flows,
    }


def _item(view: View) -> Open | None:
    asked = request.args.get("item", "")
    found = [one for one in view.seen.open if one.item == asked]
    return next(iter(found or view.seen.open), None)


def _form(view: View, item: Open | None) -> tuple[dict[str, Any] | None, str]:
    """Return the open step's form with invented answers, or why there is none just now."""
    if item is None:
        return None, ""
    try:
        return keeping.answers(settings(), view.row.id, view.at, item.item), ""
    except SmallworksError as error:
        return None, error.text


@blueprint.get("/diagrams/<flow>")
def diagram(rehearsal_id: str, flow: str) -> Response:
    """Return a diagram as the draft has it."""
    with reading() as session:
        row = keeping.find(session, rehearsal_id, require_actor())
        body = _diagram(session, row, flow)
    if body is None:
        raise NotFoundError
    return Response(body, mimetype="application/xml")


def _diagram(session: Session, row: FlowRehearsal, flow: str) -> bytes | None:
    path = f"diagrams/{flow}.bpmn"
    proposal = session.get(Proposal, row.proposal_id) if row.proposal_id else None
    if proposal is not None:
        found = proposals.files_in(session, proposal.county_code, proposal).get(path)
        if found is not None and proposal.county_code != BASE:
            return found
        own = proposals.files_in(session, row.county_code).get(path)
        return found if path in proposals.overlay(session, proposal) else own or found
    return proposals.files_in(session, row.county_code).get(path)


@blueprint.post("/steps/<int:at>/items/<item>")
def complete(rehearsal_id: str, at: int, item: str) -> ResponseReturnValue:
    """Finish an open step with the form as it was handed in."""
    sent = request.get_json()
    form = sent.get("form") if isinstance(sent, dict) else None
    act = {"step": _step_of(rehearsal_id, at, item), "form": form if isinstance(form, dict) else {}}
    seen = keeping.act(settings(), rehearsal_id, at, act)
    if seen.error is not None and seen.refused and not seen.error.element:
        details = {"fields": seen.error.fields}
        return jsonify(code=seen.error.code, message=seen.error.message, details=details), 422
    return jsonify(next=f"/rehearsals/{rehearsal_id}")


def _step_of(rehearsal_id: str, at: int, item: str) -> str:
    """Return the step of an open item: acts name steps, so that they can be walked again."""
    with reading() as session:
        keeping.find(session, rehearsal_id, require_actor())
        steps = keeping.steps_of(session, rehearsal_id)
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
    except TooLittleToldError as error:
        flash(error.text, "error")
        return _back(rehearsal_id, view.at)
    seen = keeping.act(settings(), rehearsal_id, view.at, given)
    return _after(rehearsal_id, view.at, seen)


@blueprint.post("/on")
def go_on(rehearsal_id: str) -> ResponseReturnValue:
    """Do one step after another with invented answers, until somebody has to look."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
    at, walked = view.at, [(one.act, one.seen) for one in view.steps[: view.at + 1]]
    refused: list[str] = []
    for _ in range(MOST_AT_ONCE):
        given = coming(walked, refused)
        if given is None:
            break
        seen = keeping.act(settings(), rehearsal_id, at, given)
        if seen.refused and "step" in given and coming(walked, [*refused, given["step"]]):
            refused.append(str(given["step"]))
            continue
        if seen.error is not None:
            return _after(rehearsal_id, at, seen)
        at, refused = at + 1, []
        walked.append((given, seen))
    return _back(rehearsal_id, at)


def _after(rehearsal_id: str, at: int, seen: Seen) -> ResponseReturnValue:
    if seen.refused and seen.error is not None and not seen.error.element:
        flash(_told(seen.error.message, seen.error.fields), "error")
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
    made = keeping.branch(rehearsal_id, view.at, require_actor())
    flash("已从这一步另起一次试运行，原来的一次保持不变。", "ok")
    return redirect(f"/rehearsals/{made}", 303)


@blueprint.post("/replay")
def replay(rehearsal_id: str) -> ResponseReturnValue:
    """Walk the same acts with the draft as it is now."""
    with reading() as session:
        view = view_of(session, rehearsal_id)
        wanted = len([one for one in view.steps if one.act])
    made, done = keeping.replay(settings(), rehearsal_id, require_actor())
    told = (
        "已用现在的稿重走一遍。" if done == wanted else f"用现在的稿走到第{done}步，之后请接着办。"
    )
    flash(told, "ok" if done == wanted else "warn")
    return redirect(f"/rehearsals/{made}", 303)


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
            flash(error.text, "error")
            return _back(rehearsal_id, view.at)
        address = editor_url(proposal.id, path)
    flash("已存为办理样例，发布前和以后每次修改都会自动重走。", "ok")
    return redirect(address, 303)


@blueprint.get("/steps/<int:at>/letters/<letter>.pdf")
def letter(rehearsal_id: str, at: int, letter: str) -> Response:
    """Return a letter of the rehearsed world, typeset when somebody looks at it."""
    with reading() as session:
        keeping.find(session, rehearsal_id, require_actor())
    body = keeping.letter(settings(), rehearsal_id, at, letter)
    return Response(body, mimetype="application/pdf")


@blueprint.post("/papers")
def paper(rehearsal_id: str) -> ResponseReturnValue:
    """Take a file's name in place of the file: papers are made up when the step is done."""
    with reading() as session:
        keeping.find(session, rehearsal_id, require_actor())
    sent = request.files.get("file")
    name = (sent.filename if sent else "") or "附件.pdf"
    return jsonify(paper_named(f"$file:{name[:80]}")[0]), 201
