"""A small world for engine tests: two counties, people with roles, flows published in the base."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.clock import CHINA
from models.flow.definition import BASE, Asset
from models.flow.instance import Instance
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account, Grant
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.identity.loading import actor_of
from models.identity.party import Party
from models.ids import new_id
from models.session import unit_of_work
from models.settings import Settings
from processes import contents, flows
from processes.engine import ProcessEngine

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
LINEAR5 = DATA / "linear5.bpmn"
BEGAN = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
SETTINGS = Settings(data_dir="unused")
YES = {"amount": 12, "approved": 1}


def found_world() -> None:
    """Store counties and the base's roles."""
    with unit_of_work() as session:
        session.add_all(
            County(code=code, name=name) for code, name in (("dazhou", "达州"), ("huairou", "怀柔"))
        )
        digest = contents.put(session, (ROOT / "bpmn" / "base" / "roles.toml").read_bytes())
        session.add(Asset(county_code=BASE, path="roles.toml", sha256=digest))


def add_form(name: str, schema: bytes, county: str = BASE) -> None:
    with unit_of_work() as session:
        digest = contents.put(session, schema)
        session.add(Asset(county_code=county, path=f"forms/{name}.json", sha256=digest))


def make_party(name: str = "测试街道", county: str = "dazhou") -> str:
    party_id = new_id()
    with unit_of_work() as session:
        columns: dict[str, Any] = {"credit_code": new_id()[:18], "created_at": BEGAN}
        session.add(Party(id=party_id, name=name, county_code=county, **columns))
    return party_id


def make_actor(
    username: str, *roles: str, county: str = "dazhou", party: str | None = None
) -> Actor:
    account_id = new_id()
    with unit_of_work() as session:
        session.add(
            Account(
                id=account_id,
                username=username,
                name=f"{username}姓名",
                party_id=party,
                fs_uniquifier=new_id(),
                created_at=BEGAN,
            )
        )
        session.flush()
        session.add_all(
            Grant(account_id=account_id, role=role, county_code=county) for role in roles
        )
        session.flush()
        actor = actor_of(session, account_id)
    assert actor is not None
    return actor


def publish(bpmn: bytes, county: str = BASE, actor: Actor = PLATFORM) -> str:
    with unit_of_work() as session:
        draft, _ = flows.create_draft(session, bpmn, county, actor)
        return flows.publish(session, draft.key, county, draft.version, actor).id


def start(actor: Actor, flow: str = "linear5", county: str = "dazhou", **data: Any) -> str:
    with unit_of_work() as session:
        engine = ProcessEngine(session, settings=SETTINGS)
        return engine.start(flow, county, data, actor=actor).id


def complete(actor: Actor, item_id: str, form: object = None) -> Instance:
    with unit_of_work() as session:
        engine = ProcessEngine(session, settings=SETTINGS)
        return engine.complete(item_id, YES if form is None else form, actor=actor)


def engine_does(verb: str, *args: Any, **kwargs: Any) -> Any:
    with unit_of_work() as session:
        return getattr(ProcessEngine(session, settings=SETTINGS), verb)(*args, **kwargs)


def items_of(instance_id: str, *, only_open: bool = True) -> list[WorkItem]:
    with unit_of_work() as session:
        query = select(WorkItem).where(WorkItem.instance_id == instance_id)
        if only_open:
            query = query.where(WorkItem.state.in_(OPEN_STATES))
        return list(session.scalars(query.order_by(WorkItem.opened_at, WorkItem.step)))


def open_steps(instance_id: str) -> list[str]:
    return [item.step for item in items_of(instance_id)]


def instance_row(instance_id: str) -> Instance:
    with unit_of_work() as session:
        return session.get_one(Instance, instance_id)


def run_through(actor: Actor, instance_id: str) -> None:
    """Complete every open item until the case ends."""
    for _ in range(50):
        open_items = items_of(instance_id)
        if not open_items:
            return
        complete(actor, open_items[0].id)
