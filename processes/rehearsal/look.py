"""Reads a rehearsed world: what waits, what was said to whom, where the cases stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from models.base import Base
from models.clock import iso
from models.flow.instance import Instance
from models.flow.job import OutboundMessage
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account, Grant
from models.identity.actor import Actor, with_parts
from models.letter import Letter
from models.message import InAppMessage
from models.notice import NOTICE_TITLES, Notice
from models.project import Project
from models.session import reading
from processes import access, definitions
from processes.cases.facts import facts
from processes.packs.roles import role_title
from processes.reading import runtime_of
from processes.rehearsal.seen import Open, Seen
from processes.rehearsal.walks import trails

if TYPE_CHECKING:
    from processes.rehearsal.world import World

MOST_MESSAGES = 200
TOLD: tuple[type[Base], ...] = (InAppMessage, OutboundMessage, Letter)
NEWEST = text(
    "SELECT " + ", ".join(f"(SELECT max(rowid) FROM {one.__tablename__})" for one in TOLD)  # noqa: S608 - names of models
)
"""The last row of each table: one question for all, and mostly nothing is new."""


def look(world: "World", *, whole: bool = True) -> Seen:
    """Return the world as it is; ``whole`` asks for trail and data, which take longest."""
    with reading() as session:
        seen = Seen(
            clock=iso(world.now),
            next=_next(world),
            open=list(_open(session)),
            cases=list(_cases(session, world)),
        )
        main = session.get(Instance, world.cases[0]) if world.cases else None
        if main is not None:
            seen.status = main.status.value
            project = session.get(Project, main.project_id) if main.project_id else None
            seen.phase = project.phase.value if project else ""
        new = _new(session, world)
        seen.messages = _messages(session, new)
        seen.notices = list(_notices(session, world))
        seen.letters = [_letter(one) for one in new.letters]
        if whole:
            seen.trail = trails(session, world.placed(session))
            seen.data = _data(session, world)
            seen.facts = facts(session)
    return seen


def _next(world: "World") -> str | None:
    moment = world.clockwork.next_timer()
    return iso(moment) if moment else None


def _open(session: Session) -> Iterator[Open]:
    query = select(WorkItem).where(WorkItem.state.in_(OPEN_STATES))
    items = list(session.scalars(query.order_by(WorkItem.opened_at, WorkItem.id)))
    people = actors(session) if items else []
    for one in items:
        yield Open(
            item=one.id,
            case=one.instance_id,
            flow=one.flow,
            step=one.step,
            title=one.title,
            role=one.role,
            role_title=role_title(session, one.role, one.county_code),
            who=sorted(actor.username for actor in people if access.is_for(actor, one)),
            form=one.form or "",
            due=iso(one.due_at) if one.due_at else None,
        )


def actors(session: Session) -> list[Actor]:
    """Return everybody as they would act now."""
    grants: dict[str, list[tuple[str, str]]] = {}
    for row in session.execute(select(Grant.account_id, Grant.role, Grant.county_code)):
        grants.setdefault(row.account_id, []).append((row.role, row.county_code))
    return [
        Actor(
            account_id=one.id,
            name=one.name,
            username=one.username,
            party_id=one.party_id,
            grants=with_parts(grants.get(one.id, [])),
        )
        for one in session.scalars(select(Account).where(Account.active))
    ]


def _cases(session: Session, world: "World") -> Iterator[dict[str, str]]:
    for case in world.cases:
        row = session.get_one(Instance, case)
        version = definitions.pinned(session, row.definition_id)
        yield {
            "id": case,
            "flow": version.key,
            "title": version.title,
            "status": row.status.value,
            "failure": row.failure,
        }


def _data(session: Session, world: "World") -> dict[str, Any]:
    if not world.cases:
        return {}
    query = select(Instance).where(Instance.id == (world.touched or world.cases[-1]))
    row = session.scalars(query.options(undefer(Instance.state))).one()
    return runtime_of(session, row).data


@dataclass
class New:
    """What was written since the last look, oldest first."""

    messages: list[InAppMessage]
    sent: list[OutboundMessage]
    letters: list[Letter]


def _new(session: Session, world: "World") -> New:
    newest = session.execute(NEWEST).one()
    rows = [
        _since(session, table, world.told.get(table.__tablename__, 0), last or 0)
        for table, last in zip(TOLD, newest, strict=True)
    ]
    for table, last in zip(TOLD, newest, strict=True):
        world.told[table.__tablename__] = last or 0
    return New(*rows)


def _since(session: Session, table: Any, last: int, newest: int) -> list[Any]:  # noqa: ANN401 - a model
    if newest <= last:
        return []
    name = table.__tablename__
    row = text(f"{name}.rowid > :last").bindparams(last=last)
    return list(session.scalars(select(table).where(row).order_by(text(f"{name}.rowid"))))


def _messages(session: Session, new: New) -> list[dict[str, str]]:
    wanted = {one.account_id for one in new.messages}
    people = session.scalars(select(Account).where(Account.id.in_(wanted))) if wanted else ()
    names, found = {one.id: one for one in people}, []
    for one in new.messages:
        to = names[one.account_id]
        words = {"kind": one.template, "title": "站内消息", "text": one.text, "channel": "inbox"}
        found.append({"to": to.name, "who": to.username, **words})
    for sms in new.sent:
        words = {"kind": sms.template, "title": "短信", "text": str(sms.values.get("text", ""))}
        found.append({"to": sms.recipient, "who": "", **words, "channel": sms.channel})
    return found[:MOST_MESSAGES]


def _notices(session: Session, world: "World") -> Iterator[dict[str, str]]:
    for one in session.scalars(select(Notice)):
        state = "published" if one.published_at else "drafted"
        if world.notices.get(one.id) != state:
            world.notices[one.id] = state
            title = NOTICE_TITLES[one.kind]
            yield {
                "id": one.id,
                "kind": one.kind.value,
                "kind_title": title,
                "title": one.title,
                "text": one.body,
                "state": state,
            }


def _letter(one: Letter) -> dict[str, str]:
    return {"id": one.id, "kind": one.kind.value, "title": one.title, "number": one.number}
