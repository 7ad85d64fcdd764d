"""One case of one county, with its owner, the centre, and people of neither."""

from dataclasses import dataclass

import pytest

from models.clock import system_now
from models.flow.definition import Content, Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import forget_rules
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.county import County
from models.identity.party import Party
from models.ids import new_id
from models.project import Project, ProjectPhase, SelectionMethod
from models.storage import LocalStorage


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
    session.add(County(code="dazhou", name="达州市"))
    session.add(County(code="huairou", name="怀柔区"))
    session.add(Content(sha256="0" * 64, body=b""))
    session.flush()
    owner, stranger, supervisor = (
        party(session, name, f"{n:018}") for n, name in enumerate(("业主", "路人", "监理"))
    )
    definition = Definition(
        id=new_id(), key="random_selection", county_code="base", version=1, title="随机选取",
        status=DefinitionStatus.PUBLISHED, diagram="0" * 64, created_at=business_day,
    )  # fmt: skip
    session.add(definition)
    project = Project(
        id=new_id(), number="DZ-1", county_code="dazhou", owner_id=owner.id, title="渠道修缮",
        works_type="water", method=SelectionMethod.RANDOM_DRAW, phase=ProjectPhase.INTAKE,
        ceiling_price=100, created_at=business_day,
    )  # fmt: skip
    session.add(project)
    session.flush()
    instance = Instance(
        id=new_id(), definition_id=definition.id, county_code="dazhou", project_id=project.id,
        status=InstanceStatus.RUNNING, state=b"", rules_on=business_day.date(), started_by="x",
        created_at=business_day,
    )  # fmt: skip
    session.add(instance)
    session.flush()
    session.add(
        WorkItem(
            id=new_id(),
            instance_id=instance.id,
            task_id="t",
            flow="random_selection",
            county_code="dazhou",
            step="supervise",
            title="监理",
            role="supervisor",
            party_id=supervisor.id,
            state=WorkItemState.READY,
            opened_at=business_day,
        )
    )
    world = World(session, instance, project)
    world.people = {
        "owner": person(session, "owner", "dazhou", party=owner, roles=["owner"]),
        "colleague": person(session, "colleague", "dazhou", party=owner, roles=["owner"]),
        "supervisor": person(session, "supervisor", "dazhou", party=supervisor),
        "centre": person(session, "centre", "dazhou", roles=["trading_centre"]),
        "other_centre": person(session, "other_centre", "huairou", roles=["trading_centre"]),
        "stranger": person(session, "stranger", "dazhou", party=stranger, roles=["contractor"]),
        "keeper": person(session, "keeper", "*", roles=["keeper_system"]),
    }
    return world
