"""One work item: what to do and the form on the left, the case on the right."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.flow.work_item import OPEN_STATES, Draft, WorkItem
from models.identity.actor import Actor
from models.letter import Letter
from models.paging import encode_cursor
from models.session import reading, unit_of_work
from processes import access
from processes.about import matter
from processes.calendar_window import calendar_ahead
from processes.colleagues import colleagues
from processes.documents import visible_documents
from processes.engine import ProcessEngine
from processes.floor_entry import FloorEntry, floor_entry
from processes.history import history, trail
from processes.holding import name_of
from processes.inbox import list_items
from processes.item_view import ItemView, item_view
from processes.letters.owed import current_letter
from web.access import guard, require_actor
from web.auth import key_site, step_key
from web.auth.keys import has_keys
from web.case_parts import progress, special_parts, summary

blueprint = Blueprint("work_item", __name__, url_prefix="/work-items")
# a form's JSON: the longest bill of quantities by rows stays far below
guard(blueprint, signed_in=True, body_limit=2 * 1024 * 1024)

EMPTY_FORM = {"type": "default", "components": []}
CEREMONY = "ceremony"
SEAL_FLOOR = "seal_floor"
SEALING = "/api/v1/projects/{project}/sealing?kind=draw_secret"


def engine(session: Session) -> ProcessEngine:
    """Return the engine of this unit of work."""
    return ProcessEngine(session, settings=current_app.extensions["settings"])


@blueprint.get("/<item_id>")
def show(item_id: str) -> ResponseReturnValue:
    """Show the item with its case; a ceremony has a page of its own."""
    actor = require_actor()
    with reading() as session:
        view = item_view(session, item_id, actor)
        if view.page == CEREMONY and view.may_act:
            return redirect(f"/ceremonies/item/{view.item.id}", 303)
        page = render_template(
            "work_item/show.html",
            view=view,
            item=view.item,
            is_mine=view.item.claimed_by == actor.account_id,
            is_for_me=access.is_for(actor, view.item),
            done_by=name_of(session, view.item.done_by) if view.item.done_by else "",
            form=_form(session, view, actor),
            facts=summary(session, view.project, actor)
            or matter(session, view.instance.id, view.item.flow),
            documents=visible_documents(session, view.instance, actor),
            lines=_lines(session, view),
            trail=trail(session, view.instance),
            colleagues=colleagues(session, view.item, actor) if view.may_act else [],
            following=_following(session, view.item, actor),
            letter=_letter(session, view),
            floor=_floor(session, view),
            **special_parts(session, view.instance, view.project, actor),
            now=business_now(),
            key_site=key_site.key_site() if view.item.wants_key else None,
            has_keys=view.item.wants_key and has_keys(session, actor),
        )
        return key_site.with_program(page) if view.item.wants_key else page


def _lines(session: Session, view: ItemView) -> Any:  # noqa: ANN401
    waiting = session.scalars(
        select(WorkItem)
        .where(WorkItem.instance_id == view.instance.id, WorkItem.state.in_(OPEN_STATES))
        .order_by(WorkItem.opened_at, WorkItem.id)
    ).all()
    return progress(session, history(session, view.instance.id), waiting)


def _letter(session: Session, view: ItemView) -> Letter | None:
    kind = view.properties.get("letter")
    if not kind or view.project is None or not view.may_act:
        return None
    return current_letter(session, view.project.id, kind)


def _floor(session: Session, view: ItemView) -> FloorEntry | None:
    if view.page != SEAL_FLOOR or view.project is None or not view.may_act:
        return None
    return floor_entry(session, view.project)


def _form(session: Session, view: ItemView, actor: Actor) -> Mapping[str, Any]:
    """Return what the form's script needs, as JSON blocks and attributes."""
    address = f"/work-items/{view.item.id}"
    draft = session.get(Draft, (view.item.id, actor.account_id)) if view.draft else None
    seals = view.properties.get("accepts") == "draw_secret"
    return {
        "schema": view.schema or EMPTY_FORM,
        "data": view.data,
        "draft": {"form": draft.form, "saved_at": iso(draft.saved_at)} if draft else None,
        "submit_url": f"{address}/complete",
        "draft_url": f"{address}/draft",
        "submit_label": view.properties.get("submit", "提交"),
        "today": business_now().date().isoformat(),
        "sealing_url": SEALING.format(project=view.item.project_id) if seals else "",
        "has_files": '"filepicker"' in str(view.schema),
        "calendar": calendar_ahead(session) if "working_day" in str(view.schema) else None,
    }


def next_item(session: Session, instance_id: str, actor: Actor) -> WorkItem | None:
    """Return the open item of a case that this actor may go on with, if there is one."""
    found = session.scalars(
        select(WorkItem)
        .where(WorkItem.instance_id == instance_id, WorkItem.state.in_(OPEN_STATES))
        .order_by(WorkItem.opened_at, WorkItem.id)
    )
    mine = (None, actor.account_id)
    return next(
        (one for one in found if one.claimed_by in mine and access.is_for(actor, one)), None
    )


def _following(session: Session, item: WorkItem, actor: Actor) -> str | None:
    """Return the id of the next item in the inbox, for going through a pile."""
    place = encode_cursor(item.ordered_at, item.id)
    page = list_items(session, actor, limit=1, cursor=place)
    return page.items[0].id if page.items else None


@blueprint.post("/<item_id>/complete")
def complete(item_id: str) -> ResponseReturnValue:
    """Finish the item with the submitted form and say where to go next."""
    sent = request.get_json()
    form = sent.get("form") if isinstance(sent, dict) else None
    with step_key.noted(sent) as key, unit_of_work() as session:
        instance = engine(session).complete(item_id, form, actor=require_actor(), key=key)
    with reading() as session:
        following = next_item(session, instance.id, require_actor())
    flash("已提交，进度见下方。" if following is None else "已提交，接着办理下一步。", "ok")
    place = f"/cases/{instance.id}" if following is None else f"/work-items/{following.id}"
    return jsonify(instance=instance.id, next=place)


@blueprint.put("/<item_id>/draft")
def save_draft(item_id: str) -> ResponseReturnValue:
    """Keep what was typed so far."""
    sent = request.get_json()
    form = sent.get("form") if isinstance(sent, dict) else None
    with unit_of_work() as session:
        draft = engine(session).save_draft(item_id, form, actor=require_actor())
        saved_at = iso(draft.saved_at)
    return jsonify(saved_at=saved_at)


@blueprint.post("/<item_id>/claim")
def claim(item_id: str) -> ResponseReturnValue:
    """Claim the item and open it."""
    with unit_of_work() as session:
        engine(session).claim(item_id, actor=require_actor())
    flash("已领取，由您办理。", "ok")
    return redirect(f"/work-items/{item_id}", 303)


@blueprint.post("/<item_id>/release")
def release(item_id: str) -> ResponseReturnValue:
    """Give the item back to everybody it is for."""
    with unit_of_work() as session:
        engine(session).release(item_id, actor=require_actor())
    flash("已退回可领，同岗位的人可以领取。", "ok")
    return redirect("/inbox", 303)


@blueprint.post("/<item_id>/hand-over")
def hand_over(item_id: str) -> ResponseReturnValue:
    """Let a colleague hold the item."""
    to = request.form.get("to", "")
    with unit_of_work() as session:
        engine(session).hand_over(item_id, to, actor=require_actor())
    flash("已移交，由同事办理。", "ok")
    return redirect("/inbox", 303)
