"""Two versions side by side: diagrams, forms, decisions, rules and texts, with what changed."""

from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.proposal import Proposal, ProposalState
from models.session import reading
from processes import contents, proposals
from processes.compare import Kind, changes
from processes.compare.sides import line_pairs, tables_of
from processes.compare.versions import Version, body_of, files_of, pair_of, versions_of
from processes.proposals import FileUnknownError
from web.access import guard, require_actor
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("compare", __name__)
guard(blueprint, roles=ROLES)

SIDES = ("before", "after")
STATUS_WORDS = {"draft": "草稿", "published": "现行", "retired": "已停用"}


class NothingThereError(NotFoundError):
    """A side has no such file."""

    message = "这一边没有这个文件，请返回重新选择。"


@dataclass(frozen=True)
class Pair:
    """The two sides of a file."""

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def kind(self) -> str:
        """Which picture the page draws."""
        suffix = self.path.rpartition(".")[2]
        return {"bpmn": "diagram", "json": "form", "dmn": "decision"}.get(suffix, "text")


@blueprint.get("/flows/<county>/<key>/compare")
def versions(county: str, key: str) -> str:
    """Show two versions of a flow side by side, or one of the files they are made of."""
    with reading() as session:
        place = place_of(session, require_actor(), county)
        found = versions_of(session, place.code, key)
        left, right = pair_of(found, request.args.get("left", ""), request.args.get("right", ""))
        path = request.args.get("path", "") or f"diagrams/{key}.bpmn"
        pair = Pair(path, body_of(session, left.id, path), body_of(session, right.id, path))
        differing = _differing(session, left, right)
        address = f"/flows/{place.code}/{key}/compare"
        return _page(
            pair,
            place=place,
            key=key,
            found=found,
            left=left,
            right=right,
            differing=differing,
            sources=[f"{address}/diagram.bpmn?version={each.id}" for each in (left, right)],
            address=address,
            proposal=None,
        )


@blueprint.get("/flows/<county>/<key>/compare/diagram.bpmn")
def version_diagram(county: str, key: str) -> Response:
    """Return the diagram of one version, for the page's own script."""
    with reading() as session:
        place = place_of(session, require_actor(), county)
        wanted = request.args.get("version", "")
        if wanted not in {each.id for each in versions_of(session, place.code, key)}:
            raise NothingThereError
        return as_diagram(body_of(session, wanted, f"diagrams/{key}.bpmn"))


@blueprint.get("/proposals/<proposal_id>/compare/<path:path>")
def proposed(proposal_id: str, path: str) -> str:
    """Show a file of a proposal beside what holds."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        pair = _pair(session, proposal, path)
        address = f"/proposals/{proposal.id}/compare-sides"
        sources = [f"{address}/{side}/{path}" for side in SIDES]
        place = place_of(session, require_actor(), proposal.county_code)
        return _page(pair, place=place, sources=sources, proposal=proposal, differing=[])


@blueprint.get("/proposals/<proposal_id>/compare-sides/<any(before, after):side>/<path:path>")
def proposed_diagram(proposal_id: str, side: str, path: str) -> Response:
    """Return one side of a proposal's diagram, for the page's own script."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        pair = _pair(session, proposal, path)
        return as_diagram(pair.before if side == "before" else pair.after)


def as_diagram(data: bytes | None) -> Response:
    """Return a diagram as a file that no browser opens as a page."""
    if data is None:
        raise NothingThereError
    response = Response(data, mimetype="application/xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = 'attachment; filename="diagram.bpmn"'
    return response


def _pair(session: Session, proposal: Proposal, path: str) -> Pair:
    after = proposals.read_file(session, proposal.county_code, path, proposal)
    shown = None if after.taken_away and not after.body else after.body
    return Pair(path, _before(session, proposal, path), shown)


def _before(session: Session, proposal: Proposal, path: str) -> bytes | None:
    if proposal.state == ProposalState.PUBLISHED:
        row = proposals.rows_of(session, proposal).get(path)
        kept = row and (row.before_sha256 or row.base_sha256)
        return contents.get(session, kept) if kept else None
    try:
        return proposals.read_file(session, proposal.county_code, path).body
    except FileUnknownError:
        return None


def _differing(session: Session, left: Version, right: Version) -> list[str]:
    one, other = files_of(session, left.id), files_of(session, right.id)
    return [path for path in sorted({*one, *other}) if one.get(path) != other.get(path)]


def _page(pair: Pair, *, place: Place, **words: Any) -> str:  # noqa: ANN401
    if pair.before is None and pair.after is None:
        raise NothingThereError
    found = changes(pair.path, pair.before, pair.after)
    return render_template(
        "workbench/compare.html",
        pair=pair,
        place=place,
        changes=found,
        counts={kind.value: sum(one.kind == kind for one in found) for kind in Kind},
        status_words=STATUS_WORDS,
        schemas=[_schema(pair.before), _schema(pair.after)] if pair.kind == "form" else [],
        tables=[tables_of(pair.before), tables_of(pair.after)] if pair.kind == "decision" else [],
        lines=line_pairs(pair.before, pair.after) if pair.kind != "diagram" else [],
        as_json=[one.as_json() for one in found],
        **words,
    )


def _schema(body: bytes | None) -> Any:  # noqa: ANN401 - a form is any JSON
    try:
        return orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        return None
