"""Open data without a token: notices, projects, proofs, the log (architecture: fixed names)."""

from typing import Any

from flask import Response, current_app, jsonify, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from models.clock import iso
from models.notice import Notice, NoticeKind
from models.session import reading
from processes.open_data import log, notices, openings, projects, results
from processes.open_data.notice_search import NoticeQuery
from web.access import guard

blueprint = APIBlueprint(
    "public", __name__, url_prefix="/api/v1/public", abp_tags=[Tag(name="public")]
)
guard(blueprint, public=True)


class NoticeList(BaseModel):
    """What to list; ``cursor`` is the ``next`` of the page before."""

    kind: NoticeKind | None = None
    county: str = Field("", max_length=40)
    q: str = Field("", max_length=100)
    limit: int = Field(20, ge=1, le=200)
    cursor: str | None = Field(None, max_length=200)


class ById(BaseModel):
    """An id in the address."""

    id: str = Field(max_length=40)


LARGEST = 2**53
"""The largest number that every program can hold; no log comes near it."""


class EntryRange(BaseModel):
    """Entries of the log from a number on."""

    start: int = Field(0, ge=0, le=LARGEST, alias="from")
    limit: int = Field(100, ge=1, le=200)


class Inclusion(BaseModel):
    """Which entry, in the log of which size."""

    seq: int = Field(ge=0)
    size: int = Field(ge=1)


class Consistency(BaseModel):
    """Two sizes of the log."""

    first: int = Field(ge=1)
    second: int = Field(ge=1)


@blueprint.get("/notices")
def list_notices(query: NoticeList) -> Response:
    """List published notices, newest first."""
    wanted = NoticeQuery(
        kinds=(query.kind,) if query.kind else (),
        county=query.county,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    with reading() as session:
        page = notices.list_notices(session, wanted)
        return jsonify(
            {"items": [notice_json(line.notice) for line in page.items], "next": page.next}
        )


@blueprint.get("/projects/<string:id>")
def show_project(path: ById) -> Response:
    """Return what the public may see of a project."""
    with reading() as session:
        view = projects.public_project(session, path.id)
        view["notices"] = [notice_json(notice) for notice in view["notices"]]
        return jsonify(view)


@blueprint.get("/projects/<string:id>/opening")
def show_opening(path: ById) -> Response:
    """Return the transcript of a bidding's opening once its result is out, byte for byte."""
    with reading() as session:
        return Response(openings.project_transcript(session, path.id), mimetype="application/json")


@blueprint.get("/draws/<string:id>/proof")
def show_proof(path: ById) -> Response:
    """Return the public proof of a published draw, byte for byte."""
    with reading() as session:
        return Response(results.public_proof(session, path.id), mimetype="application/json")


@blueprint.get("/log/checkpoint")
def show_checkpoint() -> Response:
    """Return the newest signed checkpoint as text."""
    with reading() as session:
        return Response(log.checkpoint_text(session), mimetype="text/plain")


@blueprint.get("/log/entries")
def list_entries(query: EntryRange) -> Response:
    """Return entries of the published log."""
    with reading() as session:
        rows, size = log.entries(session, query.start, query.limit)
    last = rows[-1][0] + 1 if rows else size
    return jsonify(
        {
            "items": [{"seq": seq, "entry": body} for seq, body in rows],
            "next": str(last) if last < size else None,
        }
    )


@blueprint.get("/log/inclusion")
def show_inclusion(query: Inclusion) -> Response:
    """Prove that an entry is in the log of a size."""
    with reading() as session:
        path = log.inclusion(session, query.seq, query.size)
    return jsonify({"seq": query.seq, "size": query.size, "path": path})


@blueprint.get("/log/consistency")
def show_consistency(query: Consistency) -> Response:
    """Prove that the log only grew between two sizes."""
    with reading() as session:
        path = log.consistency(session, query.first, query.second)
    return jsonify({"first": query.first, "second": query.second, "path": path})


def notice_json(notice: Notice) -> dict[str, Any]:
    """Return a notice in the fixed shape."""
    base = current_app.extensions["settings"].url
    return {
        "id": notice.id,
        "kind": notice.kind.value,
        "title": notice.title,
        "county": notice.county_code,
        "project": notice.project_id,
        "draw": notice.draw_id,
        "published_at": iso(notice.published_at) if notice.published_at else None,
        "url": base + url_for("notices.show", notice_id=notice.id),
    }
