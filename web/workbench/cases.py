"""Worked cases (办理样例) of a flow: what each came to, and which branches they walk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import InvalidError, NotFoundError
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import CaseRun
from models.identity.actor import Actor
from models.session import reading, unit_of_work
from processes import proposals
from processes.cases import owing
from processes.cases.coverage import Coverage, coverage
from processes.cases.format import WorkedCase
from processes.cases.running import readable, runs_of
from processes.cases.touching import flows_below
from processes.cases.verdict import flow_titles, walked_in
from web.access import guard, require_actor
from web.workbench.addresses import editor_url
from web.workbench.compare import as_diagram
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("flow_cases", __name__, url_prefix="/flows/<county>/<key>/cases")
guard(blueprint, roles=ROLES)
STOPPED = "已停止运行，已经办完的样例结果保留。"


class FlowUnknownError(NotFoundError):
    """No diagram of the county has this key."""

    message = "没有这个流程，请从流程列表中打开。"


class DraftMissingError(InvalidError):
    """Cases are changed in a proposal alone."""

    message = "样例要在改动单里补写，请从改动单打开这一页。"


class CasesElsewhereError(InvalidError):
    """A proposal of the base cannot write into files that belong to the counties."""

    message = "办理样例是各区县自己的文件，基础包的改动单不能改写；请由各区县在自己的改动单里补写。"


@dataclass(frozen=True)
class Line:
    """One worked case and its last run."""

    path: str
    case: WorkedCase
    run: CaseRun | None
    edit_url: str


@dataclass(frozen=True)
class Part:
    """A flow of the page: the one asked for, or one it calls."""

    key: str
    title: str
    covered: Coverage


@blueprint.get("")
def show(county: str, key: str) -> ResponseReturnValue:
    """Show a flow's worked cases and, on its diagram, what they walk."""
    with reading() as session:
        place, draft, visible = _seen(session, county, key)
        now = owing.running(session, county, draft.id if draft else "")
        if request.headers.get("HX-Request") == "true":
            return asked_again(now, request.full_path, f"{request.path}/stop", draft)
        runs = runs_of(session, county, draft.id if draft else None)
        walked = walked_in(session, county, draft.id if draft else None)
        titles = flow_titles(visible)
        parts = [_part(one, titles, visible, walked) for one in flows_below(visible, key)]
        asked = request.args.get("part", "") or key
        part = next((one for one in parts if one.key == asked), parts[0])
        return render_template(
            "workbench/cases.html",
            place=place,
            draft=draft,
            key=key,
            title=titles.get(key, key),
            titles=titles,
            lines=list(_lines(visible, runs, {one.key for one in parts}, draft)),
            parts=parts,
            part=part,
            trail={
                "done": [],
                "flows": sorted(part.covered.walked),
                "failed": [one.element for one in part.covered.missing],
            },
            now=now,
            ran_at=max((one.ran_at for one in runs), default=None),
        )


@blueprint.post("/run")
def run(county: str, key: str) -> ResponseReturnValue:
    """Let the worker run the cases that lead through this flow."""
    with unit_of_work() as session:
        _, draft, _ = _seen(session, county, key)
        wish = owing.Wish(county=county, flow=key, proposal=draft.id if draft else "")
        is_new = owing.owe(session, wish)
        asked = f"?proposal={draft.id}" if draft else ""
    say_owed(is_new)
    return redirect(f"/flows/{county}/{key}/cases{asked}", 303)


@blueprint.post("/stop")
def stop(county: str, key: str) -> ResponseReturnValue:
    """Stop the runs of this place's cases; what came of those played so far is kept."""
    with unit_of_work() as session:
        _, draft, _ = _seen(session, county, key)
        owing.stop(session, county, draft.id if draft else "")
        asked = f"?proposal={draft.id}" if draft else ""
    flash(STOPPED, "info")
    return redirect(f"/flows/{county}/{key}/cases{asked}", 303)


@blueprint.post("/mend")
def mend(county: str, key: str) -> ResponseReturnValue:
    """Let the worker write new steps into every case that a proposal touches, and run them."""
    actor = require_actor()
    with unit_of_work() as session:
        _, draft, _ = _seen(session, county, key)
        if draft is None:
            raise DraftMissingError
        owe_mending(session, draft, actor)
    return redirect(f"/flows/{county}/{key}/cases?proposal={draft.id}", 303)


def owe_mending(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Owe the run of a proposal's cases that writes the steps into them they do not know yet."""
    place, account = proposal.county_code, actor.account_id or ""
    if place == BASE:
        raise CasesElsewhereError
    wish = owing.Wish(county=place, proposal=proposal.id, then=owing.MEND_ALL, account=account)
    owing.owe(session, wish)


@blueprint.get("/diagram.bpmn")
def diagram(county: str, key: str) -> Response:
    """Return the diagram of the flow or of a part it calls, for the page's own script."""
    with reading() as session:
        _, _, visible = _seen(session, county, key)
        part = request.args.get("part", "") or key
        if part not in flows_below(visible, key):
            raise FlowUnknownError
        return as_diagram(visible[f"diagrams/{part}.bpmn"])


def _seen(
    session: Session, county: str, key: str
) -> tuple[Place, Proposal | None, Mapping[str, bytes]]:
    """Return the place, the proposal that the address names, and the files seen there."""
    actor = require_actor()
    place = place_of(session, actor, county)
    named = request.values.get("proposal", "")
    draft = proposals.find(session, named, actor) if named else None
    if draft is not None and draft.county_code != place.code:
        draft = None
    visible = proposals.files_in(session, place.code, draft)
    if f"diagrams/{key}.bpmn" not in visible:
        raise FlowUnknownError
    return place, draft, visible


def asked_again(
    now: owing.Running | None, address: str, stop: str, draft: Proposal | None = None
) -> ResponseReturnValue:
    """Answer a page that waits for a run: how far it has come, or that it is to be loaded anew."""
    if now is None:
        return Response(headers={"HX-Refresh": "true"})
    page = "workbench/_running.html"
    return render_template(page, now=now, address=address, stop=stop, draft=draft)


def say_owed(is_new: bool) -> None:  # noqa: FBT001 - the whole question
    """Tell that a run is under way, or was already."""
    told = "已开始运行办理样例。" if is_new else "同样的运行正在进行，不用再点。"
    flash(told, "info")


def _part(
    key: str,
    titles: Mapping[str, str],
    visible: Mapping[str, bytes],
    walked: Mapping[str, set[str]],
) -> Part:
    body = visible[f"diagrams/{key}.bpmn"]
    return Part(key, titles.get(key, key), coverage(body, walked.get(key, ())))


def _lines(
    visible: Mapping[str, bytes],
    runs: list[CaseRun],
    keys: set[str],
    draft: Proposal | None,
) -> Iterator[Line]:
    """Yield the cases written for these flows, or that went through them when they last ran."""
    by_name = {(one.path, one.name): one for one in runs}
    for path, file in readable(visible)[0]:
        for one in file.cases:
            if not isinstance(one, WorkedCase):
                continue
            last = by_name.get((path, one.name))
            if one.flow in keys or (last and keys & set(last.walked)):
                yield Line(path, one, last, editor_url(draft.id, path) if draft else "")
