"""Taking a project back before it is accepted: one button on the page of the case."""

from flask import Blueprint, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue

from models.session import unit_of_work
from processes.withdrawal import withdraw
from web.access import guard, require_actor

blueprint = Blueprint("withdrawal", __name__, url_prefix="/cases")
guard(blueprint, roles=("owner",))


@blueprint.post("/<instance_id>/withdrawal")
def post(instance_id: str) -> ResponseReturnValue:
    """Withdraw the project of a case."""
    settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        reason = request.form.get("reason", "")
        withdraw(session, settings, instance_id, reason, actor=require_actor())
    flash("项目已撤回，案卷和资料都已保存。", "ok")
    return redirect(f"/cases/{instance_id}", 303)
