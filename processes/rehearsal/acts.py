"""The acts of a rehearsal, which are the lines of a worked case: start, step, wait, event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.instance import Instance
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.loading import actor_of
from models.project import Project
from models.session import reading, unit_of_work
from processes import access, definitions
from processes.engine import ProcessEngine
from processes.forms import with_marks
from processes.item_view import shown
from processes.rehearsal import cast, events
from processes.rehearsal.answering import SECRET, Answering
from processes.rehearsal.errors import ActWrongError, PersonUnknownError, StepNotOpenError
from processes.rehearsal.look import actors
from processes.rehearsal.values import paper_named

if TYPE_CHECKING:
    from processes.rehearsal.world import World

WINNER = "$winner"
KINDS = ("start", "step", "wait", "event")
COMMON = frozenset({"note"})
KNOWN = {
    "start": frozenset({"start", "by", "about", "as", "data"}) | COMMON,
    "step": frozenset({"step", "by", "form", "case", "fen", "exact"}) | COMMON,
    "wait": frozenset({"wait"}) | COMMON,
}


@dataclass
class Done:
    """What an act handed in, and what went wrong after it."""

    answers: dict[str, Any] = field(default_factory=dict)
    invented: list[str] = field(default_factory=list)
    failures: list[tuple[str, BaseException | str]] = field(default_factory=list)


def kind_of(act: Mapping[str, Any]) -> str:
    """Return which kind of act this is, or raise what is wrong with it."""
    found = [kind for kind in KINDS if kind in act]
    if len(found) != 1:
        raise ActWrongError(reason="须且只能写 start、step、wait、event 中的一项")
    unknown = set(act) - KNOWN.get(found[0], set(act))
    if unknown:
        raise ActWrongError(reason=f"有不认识的项目：{'、'.join(sorted(unknown))}")
    return found[0]


def perform(world: "World", act: Mapping[str, Any], done: Done) -> None:
    """Do an act, then what the platform owes after it."""
    verbs: dict[str, Callable[[World, Mapping[str, Any], Done], None]] = {
        "start": _start,
        "step": _step,
        "wait": _wait,
        "event": _event,
    }
    verbs[kind_of(act)](world, act, done)
    _adopt(world)
    clockwork = world.clockwork
    clockwork.settle()
    done.failures += clockwork.failures
    _adopt(world)


def _start(world: "World", act: Mapping[str, Any], _: Done) -> None:
    flow = str(act["start"])
    data = dict(act.get("data") or {})
    with reading() as session:
        if "about" in act:
            data |= _about(world, session, str(act["about"]))
        who = act.get("by")
        person = actor(session, str(who)) if who else starter(session, flow, world.county)
    with unit_of_work() as session:
        engine = ProcessEngine(session, settings=world.settings)
        case = engine.start(flow, world.county, data, actor=person).id
    world.cases.append(case)
    world.touched = case
    if "as" in act:
        world.names[str(act["as"])] = case


def _about(world: "World", session: Session, named: str) -> dict[str, str]:
    """Return what a request is about: a case, or an organisation of the cast."""
    try:
        return {"about": case_of(world, session, named)}
    except ActWrongError:
        return {"enterprise": party_of(session, named)}


def _step(world: "World", act: Mapping[str, Any], done: Done) -> None:
    with reading() as session:
        item = find_item(world, session, act)
        person = doer(session, item, act.get("by"))
    answering = Answering(world, item, person)
    given = dict(act.get("form") or {})
    form = answering.exactly(given) if act.get("exact") else answering.fill(given)
    done.answers, done.invented = form, answering.invented
    if answering.properties.get("page") == events.SEAL_FLOOR:
        events.seal_floor_of(world, item, person, act)
    with unit_of_work() as session:
        ProcessEngine(session, settings=world.settings).complete(item.id, form, actor=person)
    world.touched = item.instance_id


def _wait(world: "World", act: Mapping[str, Any], done: Done) -> None:
    clockwork = world.clockwork
    clockwork.wait(act["wait"])
    done.failures += clockwork.failures


def _event(world: "World", act: Mapping[str, Any], done: Done) -> None:
    if act["event"] == events.SEAL_FLOOR:
        given = {
            "step": events.SEAL_FLOOR,
            **{k: act[k] for k in ("by", "fen", "case") if k in act},
        }
        _step(world, given, done)
        return
    events.happen(world, act)


def _adopt(world: "World") -> None:
    """Take in the cases that the platform began by itself."""
    with reading() as session:
        query = select(Instance.id).order_by(Instance.created_at, Instance.id)
        world.cases += [one for one in session.scalars(query) if one not in world.cases]


def case_of(world: "World", session: Session, named: str) -> str:
    """Return a case by the name an act gave it, by its flow (the newest), or by its id."""
    if named in world.names:
        return world.names[named]
    if named in world.cases:
        return named
    for case in reversed(world.cases):
        if definitions.pinned(session, session.get_one(Instance, case).definition_id).key == named:
            return case
    if named in ("main", "") and world.cases:
        return world.cases[0]
    raise ActWrongError(reason=f"没有名为“{named}”的案卷")


def find_item(world: "World", session: Session, act: Mapping[str, Any]) -> WorkItem:
    """Return the open item an act means: of the case it names, or the one opened last."""
    step = str(act["step"])
    query = select(WorkItem).where(WorkItem.state.in_(OPEN_STATES))
    if "case" in act:
        query = query.where(WorkItem.instance_id == case_of(world, session, str(act["case"])))
    items = list(session.scalars(query.order_by(WorkItem.opened_at.desc(), WorkItem.id)))
    found = [one for one in items if step in (one.step, one.id)]
    if not found:
        names = "、".join(f"{one.title}（{one.step}）" for one in items)
        raise StepNotOpenError(step=step, open=names or "没有")
    return found[0]


def doer(session: Session, item: WorkItem, named: object) -> Actor:
    """Return who does an item: whom the act names, or the first of those it is for."""
    if named:
        return actor(session, str(named))
    found = [one for one in actors(session) if access.is_for(one, item)]
    held = [one for one in found if one.account_id == item.claimed_by]
    if not found:
        raise PersonUnknownError(name=item.role, known="、".join(cast.known(session)))
    first = min(held or found, key=lambda one: (len(one.username), one.username))
    return actor(session, first.username)


def page_of(world: "World", item_id: str) -> dict[str, Any]:
    """Return an open step as a page shows it: schema, data of the case, invented answers."""
    with reading() as session:
        item = find_item(world, session, {"step": item_id})
        person = doer(session, item, None)
    answering = Answering(world, item, person, paper_named)
    form = answering.fill({}) if answering.schema is not None else {}
    form.pop(SECRET, None)
    schema = with_marks(answering.schema, answering.data) if answering.schema else None
    return {
        "schema": schema,
        "data": shown(answering.data, schema),
        "form": form,
        "who": person.username,
        "submit": answering.properties.get("submit", "提交"),
        "seals": answering.properties.get("accepts", "") == SECRET,
    }


def actor(session: Session, named: str) -> Actor:
    """Return a person of the cast by the name an act uses; ``$winner`` acts for the winner."""
    if named == WINNER:
        return winner(session)
    username = cast.username(named)
    account = session.scalar(select(Account.id).where(Account.username == username))
    found = actor_of(session, account) if account else None
    if found is None:
        raise PersonUnknownError(name=named, known="、".join(cast.known(session)))
    return found


def winner(session: Session) -> Actor:
    """Return who acts for the winner of the newest project that has one."""
    query = select(Project.winner_id).where(Project.winner_id.is_not(None))
    party = session.scalars(query.order_by(Project.created_at.desc())).first()
    query = select(Account.username).where(Account.party_id == party).order_by(Account.username)
    username = session.scalars(query).first()
    if party is None or username is None:
        raise PersonUnknownError(name="中选企业", known="、".join(cast.known(session)))
    return actor(session, username)


def party_of(session: Session, named: str) -> str:
    """Return the organisation of somebody of the cast."""
    found = actor(session, named).party_id
    if found is None:
        raise ActWrongError(reason=f"“{named}”不属于任何单位")
    return found


def starter(session: Session, flow: str, county: str) -> Actor:
    """Return the first of the cast that may start a flow."""
    version = events.version_of(session, flow, county)
    roles = version.starters or (access.ANALYST,)
    for one in sorted(actors(session), key=lambda each: (len(each.username), each.username)):
        if any(one.holds(role, county) for role in roles):
            return actor(session, one.username)
    raise PersonUnknownError(name="、".join(roles), known="、".join(cast.known(session)))
