"""Matters (事项): what analysts' own flows begin and work on, beside projects."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import Definition
from models.flow.instance import Instance, InstanceStatus
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes.matters import flow_names, matters_of, standings
from processes.starting import matters
from web.access import guard, require_actor
from web.list_page import county_filter, list_page, open_counties
from web.lists import Column, Filter, ListSpec
from web.new_project import NoCountyError, NoFlowChosenError
from web.shell import chosen_county
from web.work_item import engine, next_item

blueprint = Blueprint("matters", __name__, url_prefix="/matters")
guard(blueprint, signed_in=True)

STATUS_WORDS: Mapping[str, str] = {
    InstanceStatus.RUNNING.value: "办理中",
    InstanceStatus.COMPLETED.value: "已办结",
    InstanceStatus.TERMINATED.value: "已终止",
    InstanceStatus.SUSPENDED.value: "已暂停",
    InstanceStatus.FAILED.value: "故障排查中",
}


class NoMatterChosenError(NoFlowChosenError):
    """The form came without a flow."""

    message = "还没有选择事项，请选择一项再开始填报。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the matters in one's sight, the newest first, or export them."""
    actor = require_actor()
    with reading() as session:
        county = chosen_county()
        may_begin = bool(county and matters(session, actor, county.code))
        flows = _flows(session)
    return list_page(
        "matters/index.html",
        lambda found: _spec(flows, found),
        matters_of(actor),
        _details,
        may_begin=may_begin,
        now=business_now(),
    )


@blueprint.get("/new")
def new() -> str:
    """Offer the flows that this person may begin here."""
    with reading() as session:
        found = matters(session, require_actor(), _county())
    return render_template("matters/new.html", choices=found)


@blueprint.post("/new")
def begin() -> ResponseReturnValue:
    """Begin the chosen flow and open its first step."""
    flow = request.form.get("flow", "")
    if not flow:
        raise NoMatterChosenError
    actor = require_actor()
    with unit_of_work() as session:
        instance = engine(session).start(flow, _county(), {}, actor=actor)
    with reading() as session:
        first = next_item(session, instance.id, actor)
    flash("已新建，填写的内容会自动保存，随时可以离开再回来。", "ok")
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{instance.id}", 303)


def _county() -> str:
    county = chosen_county()
    if county is None:
        raise NoCountyError
    return county.code


def _flows(session: Session) -> list[tuple[str, str]]:
    query = select(Definition.key, Definition.title).where(Definition.is_matter)
    rows = session.execute(query.order_by(Definition.key, Definition.version)).all()
    return sorted({row.key: row.title for row in rows}.items(), key=lambda one: one[1])


def _details(session: Session, rows: Sequence[Instance]) -> Mapping[str, Any]:
    return {
        "flows": flow_names(session, rows),
        "starters": account_names(session, {one.started_by for one in rows}),
        "standing": standings(session, rows),
    }


def _spec(flows: Sequence[tuple[str, str]], found: Mapping[str, Any]) -> ListSpec:
    titles, starters = found.get("flows", {}), found.get("starters", {})
    standing = found.get("standing", {})

    def now(one: Instance) -> str:
        return standing[one.id].title if one.id in standing else ""

    return ListSpec(
        title="事项",
        search_in=(Instance.subject.expression,),
        search_hint="事项名称",
        default_sort="-begun",
        tie=Instance.id.expression,
        columns=(
            Column(label="事项", value=lambda one: one.subject),
            Column(label="流程", value=lambda one: titles.get(one.id, "")),
            Column(label="发起人", value=lambda one: starters.get(one.started_by, "")),
            Column(
                label="发起时间",
                name="begun",
                sort=Instance.created_at.expression,
                value=lambda one: one.created_at,
            ),
            Column(label="现在", value=now),
            Column(label="状态", value=lambda one: STATUS_WORDS[one.status.value]),
        ),
        filters=(
            Filter(
                name="flow",
                label="流程",
                options=flows,
                narrow=lambda query, value: query.where(
                    Instance.definition_id.in_(select(Definition.id).where(Definition.key == value))
                ),
            ),
            Filter(
                name="status",
                label="状态",
                options=tuple(STATUS_WORDS.items()),
                narrow=lambda query, value: query.where(Instance.status == value),
            ),
            county_filter(Instance.county_code.expression, open_counties()),
        ),
    )
