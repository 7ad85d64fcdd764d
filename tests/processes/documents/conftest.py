"""One case of one county, with its owner, the centre, and people of neither."""

from dataclasses import dataclass

import pytest

from models.clock import system_now
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.identity.account import Account
from models.identity.actor import PLATFORM, Actor
from models.identity.party import Party
from models.ids import new_id
from models.project import Project, ProjectPhase, SelectionMethod
from models.storage import LocalStorage
from tests.processes.engine.world import LINEAR5, found_world, publish, start


@dataclass
class World:
    session: object
    instance: Instance
    project: Project

    def actor(self, name):
        return self.people[name]


@pytest.fixture(autouse=True)
def _no_rules_of_another_test():
    forget_rules()


@pytest.fixture
def storage(tmp_path):
    return LocalStorage(tmp_path / "blobs")


def person(session, name, county, *, party=None, roles=()):
    account = Account(
        id=new_id(), username=name, name=name, party_id=party.id if party else None,
        fs_uniquifier=new_id(), created_at=system_now(),
    )  # fmt: skip
    session.add(account)
    session.flush()
    return Actor(
        account_id=account.id, name=name, username=name, party_id=account.party_id,
        grants=frozenset((role, county) for role in roles),
    )  # fmt: skip


def party(session, name, code):
    made = Party(
        id=new_id(), name=name, credit_code=code, county_code="dazhou", created_at=system_now()
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def world(session, business_day):
    found_world()
    version = publish(LINEAR5.read_bytes())
    owner, stranger, supervisor = (
        party(session, name, f"{n:018}") for n, name in enumerate(("业主", "路人", "监理"))
    )
    people = {
        "owner": person(session, "owner", "dazhou", party=owner, roles=["owner"]),
        "colleague": person(session, "colleague", "dazhou", party=owner, roles=["owner"]),
        "supervisor": person(
            session, "supervisor", "dazhou", party=supervisor, roles=["supervisor"]
        ),
        "centre": person(session, "centre", "dazhou", roles=["trading_centre"]),
        "other_centre": person(session, "other_centre", "huairou", roles=["trading_centre"]),
        "stranger": person(session, "stranger", "dazhou", party=stranger, roles=["contractor"]),
        "keeper": person(session, "keeper", "*", roles=["keeper_system"]),
    }
    project = Project(
        id=new_id(),
        number="DZ-1",
        county_code="dazhou",
        owner_id=owner.id,
        title="渠道修缮",
        works_type="water",
        method=SelectionMethod.RANDOM_DRAW,
        phase=ProjectPhase.INTAKE,
        ceiling_price=100,
        created_at=business_day,
    )
    session.add(project)
    session.commit()
    data = {"parties": {"owner": owner.id, "supervisor": supervisor.id}, "project": project.id}
    instance_id = start(PLATFORM, county="dazhou", **data)
    assert version
    world = World(session, session.get_one(Instance, instance_id), project)
    world.people = people
    return world
