"""The inbox (待办): what waits for a person, what may be claimed, what is late, what is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import business_now, midnight
from models.errors import ConflictError, ForbiddenError, NotFoundError
from models.session import reading, unit_of_work
from processes.about import about
from processes.engine import ProcessEngine
from processes.flow_titles import flow_titles
from processes.inbox import MOST_COUNTED, ItemQuery, ItemRow, View, count_items, list_items
from web.access import guard, require_actor
from web.addresses import local_address
from web.list_page import every_row
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.shell import current_shell, has_page

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
guard(blueprint, signed_in=True)

VIEWS: Mapping[str, str] = {"todo": "待办", "claimable": "可领", "overdue": "超期", "done": "已办"}
COUNTED: Sequence[View] = ("todo", "claimable", "overdue")
DUE = (("today", "今天"), ("3", "3个工作日内"), ("5", "5个工作日内"))
PER_STATEMENT = 200
MOST_CLAIMED = 50
BLANK = {
    "todo": ("没有待办", "轮到您办理的事项会出现在这里，也会发短信提醒。", "bi-inbox"),
    "claimable": ("没有可以领取的待办", "新的事项到了会出现在这里，领取之后由您办理。", "bi-inbox"),
    "overdue": ("没有超期的待办", "过了办理期限还没有办结的事项会列在这里。", "bi-check-circle"),
    "done": ("还没有办结过事项", "您办结的事项会按时间列在这里。", "bi-archive"),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show one view of the inbox, or export what the filters find."""
    view = _view()
    with reading() as session:
        titles = flow_titles(session)
        listing = Listing(_spec(view, titles))
        query = _query(session, listing, view)
        if wants_export():
            return listing.export(_every(session, query))
        page = list_items(
            session, require_actor(), query, limit=listing.limit, cursor=listing.cursor
        )
        names = about(session, page.items)
        counts = {name: count_items(session, require_actor(), name) for name in COUNTED}
    # the shell would count the same again
    current_shell().todo_count = counts["todo"]
    listing.page = page
    return render_template(
        "inbox/index.html",
        listing=listing,
        page=page,
        view=view,
        views=VIEWS,
        counts={name: _words(count) for name, count in counts.items()},
        titles=titles,
        names=names,
        counties=_counties(),
        blank=_blank(view),
        now=business_now(),
        may_pick=view in ("todo", "claimable"),
    )


@blueprint.post("/claim")
def claim_many() -> ResponseReturnValue:
    """Claim the ticked items; what somebody else was quicker with is told, the rest is claimed."""
    chosen = request.form.getlist("item")[:MOST_CLAIMED]
    claimed, refused = 0, ""
    for item_id in chosen:
        try:
            with unit_of_work() as session:
                settings = current_app.extensions["settings"]
                ProcessEngine(session, settings=settings).claim(item_id, actor=require_actor())
            claimed += 1
        except (ConflictError, ForbiddenError, NotFoundError) as error:
            refused = error.text
    if claimed:
        flash(f"已领取{claimed}件待办，请在期限内办结。", "ok")
    if refused:
        flash(f"有{len(chosen) - claimed}件没有领到：{refused}", "warn")
    if not chosen:
        flash("没有选中待办，请先在行首勾选。", "warn")
    return redirect(local_address(request.form.get("back", ""), "/inbox"), 303)


def _view() -> View:
    asked = request.args.get("view", "todo")
    return next((name for name in (*COUNTED, "done") if name == asked), "todo")


def _spec(view: str, titles: Mapping[str, str]) -> ListSpec:
    return ListSpec(
        title=VIEWS[view],
        search_hint="项目名称、编号、业主、企业",
        default_sort="due",
        keep=("view",),
        columns=(
            Column(label="项目", value=lambda row: row.project_title or titles.get(row.flow, "")),
            Column(label="项目编号", value=lambda row: row.project_number),
            Column(label="流程", value=lambda row: titles.get(row.flow, row.flow)),
            Column(label="环节", value=lambda row: row.title),
            Column(label="业主", value=lambda row: row.owner_name),
            Column(label="截止", value=lambda row: row.due_at),
            Column(label="办理人", value=lambda row: row.holder_name),
            Column(label="办结", value=lambda row: row.done_at),
            Column(label="结论", value=lambda row: row.outcome),
        ),
        filters=_filters(view, titles),
    )


def _filters(view: str, titles: Mapping[str, str]) -> tuple[Filter, ...]:
    filters = [Filter(name="flow", label="流程", options=tuple(titles.items()))]
    if view != "done":
        filters.append(Filter(name="due", label="截止", options=DUE))
    if len(_counties()) > 1:
        filters.append(Filter(name="county", label="区县", options=tuple(_counties().items())))
    return tuple(filters)


def _words(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


def _counties() -> dict[str, str]:
    return {choice.code: choice.name for choice in current_shell().counties}


def _query(session: Session, listing: Listing, view: View) -> ItemQuery:
    return ItemQuery(
        view=view,
        q=listing.q,
        flow=listing.values["flow"],
        county=listing.values.get("county", ""),
        due_before=_due_before(session, listing.values.get("due", "")),
    )


def _due_before(session: Session, asked: str) -> datetime | None:
    if asked not in dict(DUE):
        return None
    today = business_now().date()
    last = today if asked == "today" else load_calendar(session).add(today, int(asked))
    return midnight(last + timedelta(days=1))


def _every(session: Session, query: ItemQuery) -> list[ItemRow]:
    actor = require_actor()
    return every_row(
        lambda cursor: list_items(session, actor, query, limit=PER_STATEMENT, cursor=cursor)
    )


def _blank(view: str) -> tuple[Any, ...]:
    actor = require_actor()
    if view == "todo" and actor.roles & {"owner", "agency"} and has_page("/projects/new"):
        return (*BLANK[view], "/projects/new", "项目报建")
    return BLANK[view]
