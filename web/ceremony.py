"""The ceremony of a draw: the pages of those present and the screen for the hall."""

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.paging import MOST
from models.project import METHOD_TITLES
from models.selection import presence
from models.selection.tables import DrawState
from models.session import reading, unit_of_work
from processes import ceremony
from processes.bid_ceremony import bidding_of
from processes.ceremony_list import list_ceremonies
from web.access import guard, require_actor
from web.lists import Column, Listing, ListSpec, wants_export
from web.qr import qr_svg

blueprint = Blueprint("ceremony", __name__, url_prefix="/ceremonies")
guard(
    blueprint,
    roles=("owner", *ceremony.PEOPLE, *ceremony.ONLOOKERS),
)

SPEC = ListSpec(
    title="选取活动",
    search_hint="项目名称、编号、业主",
    columns=(
        Column(label="项目", value=lambda row: row.project.title),
        Column(label="项目编号", value=lambda row: row.project.number),
        Column(label="选取方式", value=lambda row: METHOD_TITLES[row.project.method]),
        Column(label="轮次", value=lambda row: row.draw.round + 1),
        Column(label="业主", value=lambda row: row.owner),
        Column(label="选取时间", value=lambda row: row.draw.opens_at),
        Column(label="家数", value=lambda row: "保密" if row.tickets is None else row.tickets),
    ),
    keep=("held",),
)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the draws in the person's scope: those to come, or those held; or export them."""
    listing = Listing(SPEC)
    held = listing.kept.get("held") == "1"
    most = MOST if wants_export() else listing.limit
    with reading() as session:
        page = list_ceremonies(
            session, require_actor(), q=listing.q, held=held, limit=most, cursor=listing.cursor
        )
    if wants_export():
        return listing.export(page.items)
    return render_template(
        "ceremony/index.html", rows=page.items, page=page, listing=listing, q=listing.q, held=held
    )


@blueprint.get("/item/<item_id>")
def for_item(item_id: str) -> ResponseReturnValue:
    """Lead from a work item to the draw it belongs to."""
    with reading() as session:
        draw_id = ceremony.draw_of_item(session, item_id)
    return redirect(url_for("ceremony.show", draw_id=draw_id))


@blueprint.get("/<draw_id>")
def show(draw_id: str) -> str:
    """Show the draw; its live part asks again every few seconds."""
    return _render("show", "live", draw_id)


@blueprint.get("/<draw_id>/hall")
def hall(draw_id: str) -> str:
    """Show the draw on the screen of the hall: big type, nothing to click."""
    return _render("hall", "hall_live", draw_id)


def _is_live() -> bool:
    return request.headers.get("X-Requested-With") == "live"


def _render(name: str, live: str, draw_id: str) -> str:
    actor = require_actor()
    with reading() as session:
        found = ceremony.read(session, draw_id, actor)
        bid = bidding_of(session, found)
    if presence.is_stale(found.present, found.role, actor):
        with unit_of_work() as session:
            presence.arrive(session, draw_id, found.role, actor)
            found = replace(found, present=presence.present(session, draw_id))
        bid = replace(bid, one=found) if bid else None
    live = f"bidding_{live}.html" if bid and not bid.is_tied else f"{live}.html"
    page = live if _is_live() else f"{name}.html"
    stages = bid.stages if bid else ceremony.STAGES
    return render_template(f"ceremony/{page}", one=found, bid=bid, live=live, stages=stages)


@blueprint.get("/<draw_id>/qr.svg")
def qr(draw_id: str) -> Response:
    """Return the code that leads phones to the result page, or to the notice before the result."""
    with reading() as session:
        found = ceremony.read(session, draw_id, require_actor())
        notice = ceremony.tender_notice(session, draw_id)
    if found.draw.state == DrawState.PUBLISHED or notice is None:
        path = url_for("results.show", draw_id=draw_id)
    else:
        path = url_for("notices.show", notice_id=notice)
    return qr_svg(path)
