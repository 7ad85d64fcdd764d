"""Versions: checked, numbered, published once, retired by the next; counties over the base."""

from datetime import date

import pytest
from sqlalchemy import update

from models.errors import ForbiddenError
from models.flow.definition import BASE, Definition, DefinitionStatus, RuleValue
from models.flow.rules import forget_rules
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.session import unit_of_work
from processes import flows, publishing
from processes.xml import BadDiagramError
from tests.processes.diagrams import END, START, chain, lanes, line, node, process
from tests.processes.engine import samples
from tests.processes.engine.world import (
    LINEAR5,
    complete,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    publish,
    start,
)

SECOND = LINEAR5.read_bytes().replace(b"Enter request", b"Write request")


def draft(bpmn: bytes, county: str = BASE, actor: Actor = PLATFORM) -> Definition:
    with unit_of_work() as session:
        return flows.create_draft(session, bpmn, county, actor)[0]


def row(definition_id: str) -> Definition:
    with unit_of_work() as session:
        return session.get_one(Definition, definition_id)


def test_the_same_bytes_make_no_second_version(world: object) -> None:
    first, again = draft(LINEAR5.read_bytes()), draft(LINEAR5.read_bytes())
    assert first.id == again.id
    assert draft(SECOND).version == 2


def test_publishing_retires_the_former_and_running_cases_stay_on_it(centre: Actor) -> None:
    first = publish(LINEAR5.read_bytes())
    old = start(centre)
    second = publish(SECOND)
    assert row(first).status == DefinitionStatus.RETIRED
    new = start(centre)
    assert instance_row(old).definition_id == first
    assert instance_row(new).definition_id == second
    complete(centre, items_of(old)[0].id)
    assert open_steps(old) == ["task2"]


def test_publishing_twice_changes_nothing(world: object) -> None:
    first = publish(LINEAR5.read_bytes())
    before = row(first).published_at
    assert publish(LINEAR5.read_bytes()) == first
    assert row(first).published_at == before


def test_a_retired_version_is_not_published_again(world: object) -> None:
    publish(LINEAR5.read_bytes())
    publish(SECOND)
    with pytest.raises(publishing.VersionRetiredError), unit_of_work() as session:
        flows.publish(session, "linear5", BASE, 1, PLATFORM)


def test_a_county_runs_its_own_version_and_the_others_the_bases(centre: Actor) -> None:
    base, own = publish(LINEAR5.read_bytes()), publish(SECOND, "dazhou")
    elsewhere = make_actor("hr.centre", "trading_centre", county="huairou")
    assert instance_row(start(centre)).definition_id == own
    assert instance_row(start(elsewhere, county="huairou")).definition_id == base
    assert row(own).base_id == base


def test_a_diagram_with_an_error_is_refused_with_findings(world: object) -> None:
    unknown = samples.two_roles().replace("交易中心".encode(), "月球中心".encode())
    with pytest.raises(publishing.DiagramFaultyError) as caught:
        draft(unknown)
    assert {finding.rule for finding in caught.value.findings} >= {"lane_known"}


@pytest.mark.parametrize("bpmn", [b"", b"<html/>", b"\xff\xfe", b"<!DOCTYPE x><a/>"])
def test_what_is_no_diagram_is_refused(world: object, bpmn: bytes) -> None:
    with pytest.raises(BadDiagramError):
        draft(bpmn)


def test_only_those_who_edit_flows_may(centre: Actor) -> None:
    with pytest.raises(ForbiddenError):
        draft(LINEAR5.read_bytes(), actor=centre)
    analyst = make_actor("dz.analyst", "analyst")
    assert draft(LINEAR5.read_bytes(), "dazhou", analyst).created_by == analyst.account_id
    for county in (BASE, "huairou"):
        with pytest.raises(ForbiddenError):
            draft(LINEAR5.read_bytes(), county, analyst)


def test_a_county_may_ask_for_a_second_person(
    world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = make_actor("analyst", "analyst", county="*")
    publisher = make_actor("publisher", "publisher", county="*")
    monkeypatch.setattr(publishing, "wants_two", lambda *_: True)
    draft(LINEAR5.read_bytes(), actor=analyst)
    with pytest.raises(publishing.SecondPersonNeededError):
        publish(LINEAR5.read_bytes(), actor=analyst)
    publish(LINEAR5.read_bytes(), actor=publisher)


@pytest.mark.parametrize(("citys_rule", "alone"), [(False, True), (True, False)])
def test_the_citys_rule_decides_for_what_is_in_base(
    world: object, citys_rule: bool, alone: bool
) -> None:
    analyst = make_actor("analyst", "analyst", county="*")
    with unit_of_work() as session:
        session.add(County(code="city", name="市本级"))
        session.execute(update(County).where(County.code != "city").values(parent_code="city"))
        shared = {"key": publishing.APPROVAL, "label": "二人发布", "from_on": date(2021, 1, 1)}
        for county, value in ((BASE, not citys_rule), ("city", citys_rule)):
            session.add(RuleValue(county_code=county, value=value, source="测试", **shared))
    forget_rules()
    draft(LINEAR5.read_bytes(), actor=analyst)
    if alone:
        publish(LINEAR5.read_bytes(), actor=analyst)
        return
    with pytest.raises(publishing.SecondPersonNeededError):
        publish(LINEAR5.read_bytes(), actor=analyst)


def test_roles_and_starters_are_pinned(world: object) -> None:
    stored = row(publish(samples.two_roles()))
    assert stored.lanes == {"项目业主": "owner", "交易中心": "trading_centre"}
    assert stored.starters == ["owner"]


def test_a_called_flow_is_pinned_at_its_version(centre: Actor) -> None:
    called = process(
        lanes(交易中心="begin ask finish"), START, samples.task("ask"), END,
        chain("begin", "ask", "finish"), id="called",
    )  # fmt: skip
    caller = process(
        lanes(交易中心="begin call finish"), START,
        node("callActivity", "call", calledElement="called"), END,
        chain("begin", "call", "finish"), id="caller",
    )  # fmt: skip
    first = publish(called)
    stored = row(publish(caller))
    assert stored.resources == {"calls/called": first}
    publish(called.replace(b'name="ask"', b'name="asked"'))
    assert stored.starters == ["trading_centre"]
    case = start(centre, "caller")
    (item,) = items_of(case)
    assert (item.title, item.role, item.flow) == ("ask", "trading_centre", "caller")
    complete(centre, item.id)
    assert open_steps(case) == []


def test_a_version_that_is_unknown_is_not_found(world: object) -> None:
    with pytest.raises(publishing.VersionNotFoundError), unit_of_work() as session:
        flows.publish(session, "nothing", BASE, 1, PLATFORM)


def test_a_case_of_a_flow_that_was_never_published_does_not_start(centre: Actor) -> None:
    draft(LINEAR5.read_bytes())
    with pytest.raises(flows.FlowNotFoundError):
        start(centre)


def test_nobody_starts_a_retired_flow(centre: Actor) -> None:
    first = publish(LINEAR5.read_bytes())
    with unit_of_work() as session:
        retired = {"status": DefinitionStatus.RETIRED}
        session.execute(update(Definition).where(Definition.id == first).values(retired))
    with pytest.raises(flows.FlowNotFoundError):
        start(centre)


def test_a_flow_without_lanes_is_tried_by_its_analyst(centre: Actor) -> None:
    publish(line(samples.task("try"), ids="try"))
    analyst = make_actor("analyst", "analyst", county="*")
    with pytest.raises(ForbiddenError):
        start(centre, "flow")
    case = start(analyst, "flow")
    complete(analyst, items_of(case)[0].id)
    assert open_steps(case) == []
