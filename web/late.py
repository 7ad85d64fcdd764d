"""What is late (超期督办): since when, how long, in whose hands, who was told; and what was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError, load_calendar
from models.clock import business_now, midnight
from models.flow.work_item import WorkItem
from models.session import reading
from processes.about import about
from processes.flow_titles import flow_titles
from processes.late import LateQuery, LateRow, View, list_late, oversees
from processes.role_titles import role_titles
from web.access import guard, require_actor
from web.list_page import every_row
from web.lists import Column, Filter, Listing, ListSpec, day_or_none, wants_export
from web.shell import current_shell

blueprint = Blueprint("late", __name__, url_prefix="/late")
guard(blueprint, signed_in=True)

VIEWS: Mapping[View, str] = {"open": "现在超期", "done": "超期办结"}
HOW_LONG = (
    ("2", "2个工作日以上"),
    ("3", "3个工作日以上"),
    ("5", "5个工作日以上"),
    ("10", "10个工作日以上"),
)
PER_STATEMENT = 200


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what is late in one's sight, or export what the filters find."""
    view: View = "done" if request.args.get("view") == "done" else "open"
    actor = require_actor()
    with reading() as session:
        titles, calendar = flow_titles(session), load_calendar(session)
        listing = Listing(_spec(view, titles, calendar))
        query = _query(listing, view, calendar)
        if wants_export():
            return listing.export(_every(session, query))
        page = list_late(session, actor, query, limit=listing.limit, cursor=listing.cursor)
        names = about(session, page.items)
    listing.page = page
    return render_template(
        "late/index.html",
        listing=listing,
        page=page,
        view=view,
        views=VIEWS,
        titles=titles,
        names=names,
        roles=role_titles(),
        lateness={row.id: how_late(row, calendar) for row in page.items},
        counties={choice.code: choice.name for choice in current_shell().counties},
        sees_all=oversees(actor),
    )


def how_late(row: LateRow, calendar: Calendar) -> str:
    """Return by how many working days something is or was late, in words."""
    try:
        days = calendar.between(row.due_at.date(), row.ended.date())
    except CalendarYearMissingError:
        return "工作日历未载入"
    return f"{days}个工作日" if days else "不到1个工作日"


def told(row: LateRow) -> str:
    """Return to whom lateness was reported and when, in words."""
    if row.escalated_at is None:
        return ""
    leader = role_titles().get(row.escalate_role, row.escalate_role)
    when = f"{row.escalated_at:%Y-%m-%d %H:%M}"
    return f"{leader} {when}" if row.escalated_to else f"{leader}无人任职，未能报告"


def _spec(view: View, titles: Mapping[str, str], calendar: Calendar) -> ListSpec:
    sort = WorkItem.done_at if view == "done" else WorkItem.ordered_at
    roles = role_titles()
    ending = Column(
        label="办结" if view == "done" else "期限",
        name="at",
        sort=sort.expression,
        value=lambda row: row.done_at if view == "done" else row.due_at,
    )
    return ListSpec(
        title="超期办结" if view == "done" else "超期督办",
        search_hint="项目名称、编号、业主、企业",
        default_sort="-at" if view == "done" else "at",
        keep=("view",),
        columns=(
            Column(
                label="事项", value=lambda row: row.project_title or titles.get(row.flow, row.flow)
            ),
            Column(label="环节", value=lambda row: row.title),
            Column(label="由谁办理", value=lambda row: _holder(row, roles)),
            ending,
            Column(label="超期", value=lambda row: how_late(row, calendar)),
            Column(label="已提醒", value=lambda row: row.reminded_at),
            Column(label="已报告", value=told),
        ),
        filters=_filters(view, titles, roles),
    )


def _holder(row: LateRow, roles: Mapping[str, str]) -> str:
    parts = (roles.get(row.role, row.role), row.party_name, row.holder_name)
    return " · ".join(part for part in parts if part)


def _filters(view: View, titles: Mapping[str, str], roles: Mapping[str, str]) -> tuple[Filter, ...]:
    filters = [
        Filter(name="flow", label="流程", options=tuple(titles.items())),
        Filter(name="role", label="角色", options=tuple(roles.items())),
        Filter(name="party", label="单位", kind="text"),
    ]
    if view == "open":
        filters.append(Filter(name="long", label="超期", options=HOW_LONG))
    else:
        filters.append(Filter(name="since", label="办结自", kind="date"))
        filters.append(Filter(name="until", label="办结至", kind="date"))
    counties = current_shell().counties
    if len(counties) > 1:
        options = tuple((one.code, one.name) for one in counties)
        filters.append(Filter(name="county", label="区县", options=options))
    return tuple(filters)


def _query(listing: Listing, view: View, calendar: Calendar) -> LateQuery:
    values = listing.values
    return LateQuery(
        view=view,
        q=listing.q,
        flow=values["flow"],
        role=values["role"],
        party=values["party"],
        county=values.get("county", ""),
        before=_before(values.get("long", ""), calendar),
        since=day_or_none(values.get("since", "")),
        until=day_or_none(values.get("until", "")),
        newest_first=listing.descending,
    )


def _before(asked: str, calendar: Calendar) -> datetime | None:
    """Return the moment before which a deadline lies so many working days back."""
    if asked not in dict(HOW_LONG):
        return None
    today = business_now().date()
    back = int(asked) - calendar.is_workday(today)
    return midnight(calendar.add(today, -back))


def _every(session: Session, query: LateQuery) -> list[Any]:
    actor = require_actor()
    return every_row(
        lambda cursor: list_late(session, actor, query, limit=PER_STATEMENT, cursor=cursor)
    )
