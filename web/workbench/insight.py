"""Insight (流程分析): on a flow's diagram, where cases wait, how long steps take, what is late."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.instance import WaitKind
from models.session import reading
from processes import definitions
from processes.compare.versions import Version, pair_of, versions_of
from processes.insight.figures import Spot, StepFigures, begun, figures, total
from processes.insight.places import Place as StepPlace
from processes.insight.places import parts_of, places_of
from processes.insight.scope import Scope, counties_of, scope_of
from processes.insight.waits import wait_figures
from processes.insight.xes import xes
from web.access import guard, require_actor
from web.workbench.compare import as_diagram
from web.workbench.insight_csv import Line, WaitLine, as_csv, waits_as_csv
from web.workbench.insight_marks import duration, marks_of
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("insight", __name__, url_prefix="/flows/<county>/<key>")
guard(blueprint, roles=ROLES)


class PartUnknownError(NotFoundError):
    """The flow calls no such part."""

    message = "这个流程没有调用这一部分，请从流程分析页选择。"


@dataclass(frozen=True)
class View:
    """What a page, or an export, is about."""

    place: Place
    scope: Scope
    version: str
    title: str
    counties: dict[str, str]
    versions: list[Version]


@blueprint.get("/insight")
def show(county: str, key: str) -> ResponseReturnValue:
    """Show the figures of a flow's steps on its diagram and as a table."""
    with reading() as session:
        view = _view(session, county, key)
        found, waits = figures(session, view.scope), wait_figures(session, view.scope)
        places = places_of(session, view.version, {*found, *(one.spot for one in waits)})
        waiting = [WaitLine(one, places[one.spot]) for one in waits]
        if request.args.get("export") == "csv":
            return as_csv(list(_lines(found, places)), _name(view))
        if request.args.get("export") == "waits":
            return waits_as_csv(waiting, f"{_name(view)}-waits")
        parts = parts_of(session, view.version)
        part = request.args.get("part", "") or key
        if part not in {one[0] for one in parts}:
            raise PartUnknownError
        return render_template(
            "workbench/insight.html",
            **view.__dict__,
            key=key,
            lines=list(_lines(found, places)),
            waiting=waiting,
            held=sum(one.count for one in waits if one.kind is not WaitKind.CALL),
            sums=total(found),
            begun=begun(session, view.scope),
            parts=parts,
            part=part,
            marks=marks_of(list(_lines(found, places)), waiting, part, is_top=part == key),
            chosen=request.args.get("county", ""),
            duration=duration,
        )


@blueprint.get("/insight/diagram.bpmn")
def diagram(county: str, key: str) -> Response:
    """Return the diagram of the flow or of a part it calls, for the page's own script."""
    with reading() as session:
        view = _view(session, county, key)
        part = request.args.get("part", "") or key
        versions = {one[0]: one[2] for one in parts_of(session, view.version)}
        if part not in versions:
            raise PartUnknownError
        return as_diagram(definitions.diagram(session, versions[part]))


@blueprint.get("/insight.xes")
def log(county: str, key: str) -> Response:
    """Stream the steps done in the period for a process mining tool."""
    with reading() as session:
        view = _view(session, county, key)

    def parts() -> Iterator[bytes]:
        with reading() as session:
            yield from xes(session, view.scope, view.title)

    response = Response(parts(), mimetype="application/xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(view)}.xes"'
    return response


def _view(session: Session, county: str, key: str) -> View:
    place = place_of(session, require_actor(), county)
    holds = definitions.in_force(session, key, place.code)
    versions = versions_of(session, place.code, key)
    # the figures are of every version; which of them is drawn can be chosen
    _, drawn = pair_of(versions, "", request.args.get("version", "") or holds.id)
    known = counties_of(session, place.code)
    asked = request.args.get("county", "")
    counties = (asked,) if asked in known else tuple(known)
    scope = scope_of(key, counties, request.args.get("from", ""), request.args.get("to", ""))
    return View(place, scope, drawn.id, holds.title, known, versions)


def _lines(found: dict[Spot, StepFigures], places: dict[Spot, StepPlace]) -> Iterator[Line]:
    """Yield the steps, where the most wait first."""
    for one in sorted(found.values(), key=lambda each: (-each.waiting, -each.done, each.spot)):
        yield Line(one, places[one.spot])


def _name(view: View) -> str:
    return f"{view.scope.flow}-{view.scope.since}-{view.scope.until}"
