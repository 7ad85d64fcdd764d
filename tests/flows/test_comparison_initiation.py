"""Who carries a comparison out: the agency that is named, fit to act, or the town itself."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handlers.context import OperatorContext
from handlers.initiation import AgencyNeedlessError, AgencyUnfitError, InitiationParams, initiate
from models.errors import InvalidError, SmallworksError
from models.session import unit_of_work
from processes.case_errors import FormInvalidError
from tests.city import MORNING, City, after
from tests.flows import comparing as play
from tests.flows.comparing import (
    ANNOUNCED,
    CLOSES,
    ENTRUSTED,
    Comparing,
)

TEXT, REASON = "更正联系电话，其余不变。", "本年度资金计划调整，项目不再实施。"
AT = after(days=1)


def begun(city: City, management: str = ENTRUSTED) -> Comparing:
    one = play.story(city, management)
    one.start(MORNING)
    return one


def world_of(city: City, session: Session, one: Comparing, at: datetime) -> OperatorContext:
    world = city.world(session, one, at)
    return replace(world, case=replace(world.case, county="huairou"))


def parameters(**given: Any) -> InitiationParams:
    works = play.WORKS
    names = ("title", "works_type", "ceiling_price", "location", "scope", "duration_days")
    plain = {name: getattr(works, name) for name in (*names, "funding")}
    return InitiationParams(**plain, **given)


@pytest.mark.req("HR-4.5.1")
def test_an_entrusted_project_needs_its_agency(city: City) -> None:
    one = begun(city)
    with pytest.raises(FormInvalidError) as refused:
        one.initiate(MORNING, agency=None)
    assert set(refused.value.fields) == {"agency"}


@pytest.mark.req("HR-4.5.1")
def test_a_self_managed_project_takes_no_agency_whatever_is_sent(city: City) -> None:
    one = begun(city, play.SELF)
    one.initiate(MORNING, agency=one.party(one.agency))
    assert city.project(one).agency_id is None
    with one.player.at(MORNING), unit_of_work() as session:
        world = world_of(city, session, one, MORNING)
        given = parameters(management=play.SELF, agency=one.party(one.agency))
        with pytest.raises(AgencyNeedlessError) as refused:
            initiate(given, world)
    assert "自行发包" in refused.value.fields["agency"]


@pytest.mark.req("HR-2.5.4")
def test_a_suspended_agency_cannot_be_entrusted(city: City) -> None:
    one = begun(city)
    play.suspend(one, one.agency, MORNING)
    with pytest.raises(InvalidError) as refused:
        one.initiate(AT)
    assert set(refused.value.fields) == {"agency"}


@pytest.mark.req("HR-2.5.4")
def test_an_agency_suspended_while_the_form_is_open_is_refused_with_the_reason(city: City) -> None:
    one = play.initiated(city)
    play.suspend(one, one.agency, MORNING)
    with one.player.at(AT), unit_of_work() as session:
        world = world_of(city, session, one, AT)
        given = parameters(management=ENTRUSTED, agency=one.party(one.agency))
        with pytest.raises(AgencyUnfitError) as refused:
            initiate(given, world)
    assert "整改期间" in refused.value.fields["agency"]


def test_landscaping_is_for_those_who_are_qualified_in_it(city: City) -> None:
    works = play.Works(works_type="园林绿化", qualification="landscaping", level="0")
    one = play.story(city, works=works)
    one.start(MORNING)
    one.initiate(MORNING)
    one.announce(ANNOUNCED, CLOSES)
    one.register(AT, 6)
    with pytest.raises(SmallworksError, match="园林绿化工程施工"):
        one.register(AT, 1)
