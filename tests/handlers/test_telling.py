"""Telling in words of the diagram's own: whom the case names, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import telling
from handlers.context import OperatorContext
from models.clock import business_now
from models.flow.job import OutboundMessage
from models.identity.account import Account, Grant
from models.identity.party import Party
from models.ids import new_id
from models.ledger.tables import LedgerEntry
from models.message import InAppMessage
from models.session import unit_of_work
from tests.city import MORNING, City

ROLE = "contractor"


@pytest.fixture
def world(city: City) -> Iterator[OperatorContext]:
    with unit_of_work() as session:
        begun = city.world(session, city.story(), MORNING)
        yield replace(begun, case=replace(begun.case, instance_id="case1", task_id="step1"))


def tell(world: OperatorContext, **case: object) -> int:
    world = replace(world, case=replace(world.case, **case))
    return telling.tell(telling.TellParams(role=ROLE, text="请领取资料"), world)


def told(session: Session) -> tuple[set[str], set[str]]:
    """Who was told here, and by which numbers."""
    here = session.scalars(select(InAppMessage.account_id))
    return set(here), set(session.scalars(select(OutboundMessage.recipient)))


def silent(session: Session, city: City) -> Party:
    party = city.contractor(session, 1)
    party.mobile = ""
    session.flush()
    return party


def people_of(session: Session, party: Party) -> list[Account]:
    return list(session.scalars(select(Account).where(Account.party_id == party.id)))


def test_a_party_without_a_number_is_told_through_its_own_people_alone(
    city: City, world: OperatorContext
) -> None:
    party = silent(world.session, city)
    own = people_of(world.session, party)
    assert tell(world, parties={ROLE: party.id}) == len(own) > 0
    here, numbers = told(world.session)
    assert here == {one.id for one in own}
    assert numbers == {one.mobile for one in own if one.mobile}


def test_a_party_that_nobody_answers_for_is_not_reached_and_the_log_says_so(
    city: City, world: OperatorContext
) -> None:
    party = silent(world.session, city)
    for one in people_of(world.session, party):
        one.active = False
    assert tell(world, parties={ROLE: party.id}) == 0
    assert told(world.session) == (set(), set())
    world.session.flush()
    query = select(LedgerEntry.object).where(LedgerEntry.body.contains(telling.UNREACHED))
    assert list(world.session.scalars(query)) == ["case1"]


def test_a_named_person_who_has_left_is_replaced_by_nobody(
    city: City, world: OperatorContext
) -> None:
    one = people_of(world.session, city.contractor(world.session, 1))[0]
    one.active = False
    assert tell(world, people={ROLE: one.id}) == 0
    assert told(world.session) == (set(), set())


def test_whoever_began_the_case_is_told_however_many_hold_the_role(
    world: OperatorContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_TOLD", 1)
    last = Account(id="~" + new_id()[1:], username="last", name="末位", fs_uniquifier=new_id())
    last.created_at = business_now()
    last.grants = [Grant(role=ROLE, county_code="dazhou")]
    world.session.add(last)
    world.session.flush()
    assert tell(replace(world, actor=replace(world.actor, account_id=last.id))) == 1
    assert told(world.session)[0] == {last.id}
