"""A new project (项目报建): choose the flow, then go straight to its first step."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from models.errors import InvalidError
from models.session import reading, unit_of_work
from processes.engine import ProcessEngine
from processes.review_lock import review_lock
from processes.starting import choices
from web.access import guard, require_actor
from web.shell import chosen_county
from web.work_item import engine, next_item

blueprint = Blueprint("new_project", __name__, url_prefix="/projects/new")
guard(blueprint, roles=("owner", "agency"))
BEGINNERS = frozenset({"owner", "agency"})
"""Who begins projects: the other flows are begun elsewhere."""


class NoFlowChosenError(InvalidError):
    """The form came without a flow."""

    message = "还没有选择选取方式，请选择一种再开始填报。"


class NoCountyError(InvalidError):
    """The person works in no county."""

    message = "您的账号还没有任何区县的岗位，请联系安全管理员授予岗位后再报建。"


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Offer the flows that may be begun, and say why not the others."""
    county = _county()
    with reading() as session:
        found = [
            one
            for one in choices(session, require_actor(), county)
            if BEGINNERS & set(one.version.starters) and not one.about.subject
        ]
        lock = review_lock(session, require_actor(), county)
    return render_template("projects/new.html", choices=found, lock=lock)


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin the chosen flow and open its first step."""
    flow = request.form.get("flow", "")
    if not flow:
        raise NoFlowChosenError
    actor = require_actor()
    with unit_of_work() as session:
        running: ProcessEngine = engine(session)
        instance = running.start(flow, _county(), {}, actor=actor)
    with reading() as session:
        first = next_item(session, instance.id, actor)
    flash("已新建，填写的内容会自动保存，随时可以离开再回来。", "ok")
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{instance.id}", 303)


def _county() -> str:
    county = chosen_county()
    if county is None:
        raise NoCountyError
    return county.code
