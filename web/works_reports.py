"""What an owner does about the reports it waits for: notify the units, name another (HR-4.7)."""

from flask import Blueprint, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue

from models.session import unit_of_work
from models.works_report import REPORT_TITLES
from models.works_reports import UNIT_TITLES, kind_of
from processes import report_units
from web.access import guard, require_actor

blueprint = Blueprint("works_reports", __name__, url_prefix="/cases")
guard(blueprint, signed_in=True)


@blueprint.post("/<instance_id>/invite")
def invite(instance_id: str) -> ResponseReturnValue:
    """Tell the units that owe a report, each once a working day; say who was told and who not."""
    settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        told = report_units.invite(session, settings, instance_id, actor=require_actor())
    flash(f"已通知{'、'.join(told.now)}提交报告。", "ok")
    if told.before:
        flash(f"{'、'.join(told.before)}今天已经通知过，没有再通知。", "info")
    return _back(instance_id)


@blueprint.post("/<instance_id>/reports/<kind>/unit")
def replace(instance_id: str, kind: str) -> ResponseReturnValue:
    """Let another unit owe a report while it is not in."""
    settings = current_app.extensions["settings"]
    of, given = kind_of(kind), (request.form.get("party", ""), request.form.get("reason", ""))
    with unit_of_work() as session:
        report_units.replace(session, settings, instance_id, of, given, actor=require_actor())
    unit, title = UNIT_TITLES[of], REPORT_TITLES[of]
    flash(f"已更换{unit}，{title}由新的单位提交，前后两个单位都已收到通知。", "ok")
    return _back(instance_id)


def _back(instance_id: str) -> ResponseReturnValue:
    """Return to the page that asked: the step, or the case."""
    item = request.form.get("item", "")
    is_item = item.isalnum() and len(item) == ID_LENGTH
    return redirect(f"/work-items/{item}" if is_item else f"/cases/{instance_id}", 303)


ID_LENGTH = 32
