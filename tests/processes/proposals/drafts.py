"""People who change packs, and files for them to change."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.clock import business_now
from models.flow.proposal import Proposal
from models.identity.account import Account, Grant
from models.identity.actor import Actor
from models.ids import new_id
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.city import City, city, county

__all__ = ["city", "county"]

EVALUATION = "diagrams/evaluation.bpmn"
FORM = "forms/open_draw.json"


def base_file(path: str) -> bytes:
    return (BPMN / "base" / path).read_bytes()


def changed(path: str, old: str, new: str) -> bytes:
    """A file of the base in which one place is put differently."""
    text = base_file(path).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.fixture
def person(city: City) -> Callable[..., Actor]:
    """Make an account that plays a role in one county, the base, or everywhere."""

    def make(name: str, role: str, where: str) -> Actor:
        with unit_of_work() as session:
            found = session.scalar(select(Account).where(Account.username == name))
            account = found or Account(
                id=new_id(), username=name, name=name, fs_uniquifier=name, created_at=business_now()
            )
            session.add(account)
            session.flush()
            if found is None:
                grant = Grant(account_id=account.id, role=role, county_code=where)
                session.add(grant)
            return Actor(account_id=account.id, name=name, grants=frozenset({(role, where)}))

    return make


@pytest.fixture
def analyst(person: Callable[..., Actor]) -> Actor:
    return person("顾见川", "analyst", "city")


@pytest.fixture
def publisher(person: Callable[..., Actor]) -> Actor:
    return person("姜予安", "publisher", "city")


def draft_with(county: str, actor: Actor, files: dict[str, bytes | None]) -> str:
    with unit_of_work() as session:
        proposal = proposals.create(session, county, "一次改动", actor)
        for path, body in files.items():
            proposals.save_file(session, proposal, path, body, version=0, actor=actor)
        return proposal.id


def row(proposal_id: str) -> Proposal:
    with reading() as session:
        return session.get_one(Proposal, proposal_id)


def errors_of(proposal_id: str) -> dict[str, str]:
    """Element → message of what forbids publishing."""
    with reading() as session:
        found = proposals.check(session, session.get_one(Proposal, proposal_id))
    return {one.element: one.message for one in found if one.level == "error"}
