"""The desk (工作台): what waits, what is due, what happened last."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from models.clock import business_now
from models.session import reading
from processes.desk import desk
from processes.inbox import MOST_COUNTED
from processes.late import count_late
from processes.review_lock import review_lock
from web import bulletins
from web.access import KEEPERS, guard, require_actor
from web.menu import OFFICES
from web.shell import current_shell

NOON, EVENING = 12, 18

blueprint = Blueprint("desk", __name__)
guard(blueprint, signed_in=True)


@blueprint.get("/desk")
def show() -> ResponseReturnValue:
    """Show the desk; keepers, who have no part in cases, have theirs in the back office."""
    actor = require_actor()
    if actor.roles and actor.roles <= KEEPERS:
        return redirect("/admin/", 303)
    county = current_shell().county
    oversees = bool(actor.roles & OFFICES - {"owner", "agency"})
    with reading() as session:
        found = desk(session, actor, county.code if county else "", with_phases=oversees)
        lock = review_lock(session, actor, county.code if county else "")
        board = bulletins.newest(session, bulletins.place())
        late = count_late(session, actor) if oversees else 0
    # the shell would count the same again
    current_shell().todo_count = found.todo
    now = business_now()
    return render_template(
        "desk/desk.html",
        desk=found,
        lock=lock,
        board=board,
        late=late,
        oversees=oversees,
        now=now,
        greeting=_greeting(now.hour),
        most=MOST_COUNTED,
    )


def _greeting(hour: int) -> str:
    if hour < NOON:
        return "上午好"
    return "下午好" if hour < EVENING else "晚上好"
