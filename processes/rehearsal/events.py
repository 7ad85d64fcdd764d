"""What happens outside work items: people join and bid, the power fails, guardians are away."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import to_china
from models.flow.definition import BASE, RuleValue
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.identity.registration import Registration, register
from models.project import Project
from models.roster.enrolment import EnrolmentRound
from models.selection import envelope, guardians
from models.selection.tables import Guardian, Interest
from models.session import reading, unit_of_work
from models.works_report import ReportKind
from processes import definitions, enrolment_withdrawal, heartbeat, report_units
from processes.definitions import Pinned
from processes.demo import bidding, codes
from processes.demo.people import mobile
from processes.engine import ProcessEngine
from processes.rehearsal import cast
from processes.rehearsal.cast import REGION
from processes.rehearsal.errors import ActWrongError

if TYPE_CHECKING:
    from processes.rehearsal.world import World

CONTACT = "项目负责人，见名册登记电话"
SEAL_FLOOR = "seal_floor"
FLOOR_SHARE = 80
PERCENT = 100
STRANGER = {"org": "91511702MADM9999XX", "blind": "00" * 32, "at": "2026-11-09T10:00:00Z"}
PASSWORD = "试运行-河岸-杨树-29"  # noqa: S105 - of invented people in a world of their own
Act = Mapping[str, Any]
Event = Callable[["World", Act], None]


def happen(world: "World", act: Act) -> None:
    """Let an event happen."""
    name = str(act["event"])
    if name not in EVENTS:
        raise ActWrongError(reason=f"没有“{name}”这种事件，可用：{'、'.join(sorted(EVENTS))}")
    EVENTS[name][1](world, act)


def titles() -> dict[str, str]:
    """Return every event by name with its words for a page."""
    return {name: words for name, (words, _) in EVENTS.items()}


def version_of(session: Session, flow: str, county: str) -> Pinned:
    """Return the version of a flow in force in a county."""
    return definitions.pinned(session, definitions.in_force(session, flow, county).id)


def usual_floor(project: str) -> int:
    """Return a floor that an owner could have set."""
    with reading() as session:
        return session.get_one(Project, project).ceiling_price * FLOOR_SHARE // PERCENT


def _people(act: Act) -> list[str]:
    who = act.get("who", act.get("by"))
    names = [who] if isinstance(who, str) else list(who or ())
    if not names:
        raise ActWrongError(reason="要写明是谁（who）")
    return [_username(str(one)) for one in names]


def _username(name: str) -> str:
    from processes.rehearsal.acts import WINNER, winner  # noqa: PLC0415 - acts ask events for more

    if name != WINNER:
        return cast.username(name)
    with reading() as session:
        return winner(session).username


def _case(world: "World", act: Act) -> Instance:
    """Return the newest case of the flow an event names, or the first that has a project."""
    named = act.get("case") or act.get("flow")
    with reading() as session:
        rows = [session.get_one(Instance, one) for one in world.cases]
        keys = {one.id: definitions.pinned(session, one.definition_id).key for one in rows}
        if named:
            rows = [one for one in reversed(rows) if named in (keys[one.id], one.id)]
        if not rows:
            raise ActWrongError(reason="没有这样的案卷，请先发起")
        return next((one for one in rows if one.project_id), rows[0])


def _project(world: "World", act: Act) -> str:
    project = _case(world, act).project_id
    if project is None:
        raise ActWrongError(reason="这时案卷还没有项目")
    return project


def _join(world: "World", act: Act) -> None:
    project = _project(world, act)
    words = {"contact": CONTACT} | {n: str(act[n]) for n in ("contact", "remark") if n in act}
    for one in _people(act):
        world.player.join(one, project, **words)


def _leave(world: "World", act: Act) -> None:
    for one in _people(act):
        world.player.leave(one, _project(world, act))


def _bid(world: "World", act: Act) -> None:
    project = _project(world, act)
    offers = act.get("offers") or {_people(act)[0]: act.get("fen")}
    for name, fen in offers.items():
        bidding.bid(world.player, cast.username(str(name)), project, int(fen))


def _withdraw(world: "World", act: Act) -> None:
    reason = str(act.get("reason") or "资金安排有调整，今年不再实施。")
    world.player.withdraw(_people({"by": "owner", **act})[0], _case(world, act).id, reason)


def _take_back(world: "World", act: Act) -> None:
    world.player.take_back(_people({"by": "owner", **act})[0], _case(world, act).id)


def _withdraw_enrolment(world: "World", act: Act) -> None:
    case = _case(world, act).id
    with unit_of_work() as session:
        actor = world.player.actor(session, _people({"by": "newcomer", **act})[0])
        query = select(EnrolmentRound).where(EnrolmentRound.instance_id == case)
        row = session.scalars(query.order_by(EnrolmentRound.round.desc())).first()
        enrolment_withdrawal.withdraw(session, world.settings, row, actor=actor)


def _register(world: "World", act: Act) -> None:
    username = str(act.get("as", "newcomer"))
    number = int(act.get("number", 701))
    given = Registration(
        kind=str(act.get("kind", "contractor")),
        county=world.county,
        name=str(act.get("name", "试运行新入驻单位")),
        credit_code=codes.credit_code(codes.COMPANY, REGION, number),
        contact="新入驻经办",
        mobile=mobile(number),
        username=username,
        password=PASSWORD,
        again=PASSWORD,
        agrees="yes",
    )
    with unit_of_work() as session:
        register(session, given, "127.0.0.1")


def _guardians(_: "World", act: Act) -> None:
    """Let some guardians answer by themselves and the others be away."""
    answering = act.get("answering", "all")
    names = [answering] if isinstance(answering, str) else list(answering)
    with unit_of_work() as session:
        for one in session.scalars(select(Guardian)):
            one.is_local = names == ["all"] or one.name in names


def _outage(world: "World", act: Act) -> None:
    """Let the platform have been down: nothing fired, and the worker tells of it when back."""
    began, recovered = (_moment(act, name) for name in ("began", "recovered"))
    world.now = max(world.now, recovered)
    with unit_of_work() as session:
        heartbeat.record_outage(session, began, recovered, str(act.get("cause") or heartbeat.CAUSE))


def _moment(act: Act, name: str) -> datetime:
    given = act.get(name)
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if not isinstance(given, datetime):
        raise ActWrongError(reason=f"停机要写明起止时间（{name}）")
    return to_china(given)


def _unreadable(world: "World", act: Act) -> None:
    """Let every joiner's sealed name turn out to be that of no company of the roster."""
    project = _project(world, act)
    with unit_of_work() as session:
        keepers = guardians.public_guardians(session)
        for row in session.scalars(select(Interest)):
            context = {"project": project, "kind": "interest", "holder": row.ticket}
            row.envelope = json.dumps(envelope.seal(context, STRANGER, keepers))


def _replace_unit(world: "World", act: Act) -> None:
    case = _case(world, act).id
    reason = str(act.get("reason") or "原单位人员调离，不能按期出具报告。")
    with unit_of_work() as session:
        actor = world.player.actor(session, _people({"by": "owner", **act})[0])
        unit = world.player.actor(session, cast.username(str(act["unit"]))).party_id or ""
        kind = ReportKind(str(act["kind"]))
        report_units.replace(session, world.settings, case, kind, (unit, reason), actor=actor)


def _rule(world: "World", act: Act) -> None:
    """Let a rule of the county have had another value from its beginning on."""
    key = str(act["key"])
    with unit_of_work() as session:
        own = select(RuleValue).where(
            RuleValue.key == key, RuleValue.county_code.in_((world.county, BASE))
        )
        rows = sorted(session.scalars(own), key=lambda row: row.county_code == BASE)
        if not rows:
            raise ActWrongError(reason=f"没有“{key}”这项规则")
        for row in [one for one in rows if one.county_code == rows[0].county_code]:
            row.value = act["value"]
    forget_rules()


def _hold(world: "World", _: Act) -> None:
    world.holding = True


def _deliver(world: "World", _: Act) -> None:
    world.holding = False


def seal_floor_of(world: "World", item: WorkItem, person: Actor, act: Act) -> None:
    """Seal a floor as the owner's browser does, before its step is completed."""
    with unit_of_work() as session:
        ProcessEngine(session, settings=world.settings).claim(item.id, actor=person)
    project = str(item.project_id)
    fen = int(act.get("fen") or usual_floor(project))
    bidding.seal_floor(world.player, person.username, project, fen)


EVENTS: Mapping[str, tuple[str, Event]] = {
    "join": ("企业参与", _join),
    "leave": ("企业退出", _leave),
    "bid": ("企业报价", _bid),
    "withdraw": ("业主撤回项目", _withdraw),
    "take_back": ("撤回申请", _take_back),
    "register": ("单位注册", _register),
    "withdraw_enrolment": ("撤回入驻材料", _withdraw_enrolment),
    "guardians": ("密钥保管方是否应答", _guardians),
    "outage": ("平台停机", _outage),
    "strange_interests": ("名单密封件对不上企业", _unreadable),
    "replace_unit": ("更换监理、审计单位", _replace_unit),
    "rule": ("换一个规则值", _rule),
    "hold_messages": ("暂不送达案卷之间的通知", _hold),
    "deliver_messages": ("送达案卷之间的通知", _deliver),
}
