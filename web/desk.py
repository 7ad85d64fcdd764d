"""The desk (工作台): what waits, what is due, what happened last."""

from flask import Blueprint, current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.identity.actor import Actor
from models.ledger import witnesses
from models.ledger.alarm import KIND_TITLES
from models.roster.enrolment import KIND_TITLES as ENROLLED_KINDS
from models.roster.entry import Qualification
from models.roster.expiry import SHOWN_DAYS, ends_soon
from models.roster.qualification_rows import entry_of
from models.selection.guardians import GuardianStatus, not_ready
from models.session import reading
from processes.desk import desk
from processes.inbox import MOST_COUNTED
from processes.late import count_late
from processes.open_data.figures import home_figures
from processes.review_lock import review_lock
from web import bulletins
from web.access import KEEPERS, guard, require_actor
from web.menu import CENTRE, OFFICES, SUPERVISORS
from web.public_filters import EVERYWHERE
from web.shell import current_shell

WATCHERS = CENTRE | SUPERVISORS
"""Who is told on the desk when a guardian or a witness is silent, or one is alarmed."""
LISTED = frozenset(ENROLLED_KINDS) - {"owner"}
"""Who stands on rosters with licences that end."""
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
        figures = home_figures(session, bulletins.place())
        late = count_late(session, actor) if oversees else 0
        away = _guardians_away(session) if actor.roles & WATCHERS else []
        ending = _ending(session, actor, county.code if county else "")
        unwell = _unwell_witnesses(session) if actor.roles & WATCHERS else []
    # the shell would count the same again
    current_shell().todo_count = found.todo
    now = business_now()
    return render_template(
        "desk/desk.html",
        desk=found,
        lock=lock,
        board=board,
        figures=figures,
        figures_of=bulletins.place() or EVERYWHERE,
        place=county.name if county else "",
        late=late,
        guardians_away=away,
        unwell=unwell,
        ending=ending,
        alarms=KIND_TITLES,
        oversees=oversees,
        now=now,
        greeting=_greeting(now.hour),
        most=MOST_COUNTED,
    )


def _ending(session: Session, actor: Actor, county: str) -> list[Qualification]:
    is_listed = actor.party_id is not None and actor.roles & LISTED
    entry = entry_of(session, str(actor.party_id), county) if is_listed else None
    return ends_soon(entry, business_now().date(), SHOWN_DAYS)


def _unwell_witnesses(session: Session) -> list[witnesses.Standing]:
    return [one for one in witnesses.standings(session) if not one.is_well]


def _guardians_away(session: Session) -> list[GuardianStatus]:
    return not_ready(session, current_app.extensions["settings"], system_now())


def _greeting(hour: int) -> str:
    if hour < NOON:
        return "上午好"
    return "下午好" if hour < EVENING else "晚上好"
