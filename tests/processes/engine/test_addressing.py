"""An item goes to a role of a party, or to one named person; counties stay apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from handlers.context import OperatorContext
from handlers.registry import operator, registry
from models.clock import CHINA
from models.errors import ForbiddenError
from models.identity.actor import PLATFORM, Actor
from models.session import unit_of_work
from models.settings import Settings
from processes import case_errors as errors
from processes.engine import ProcessEngine
from processes.item_view import item_view
from processes.script_engine import OperatorFailedError
from tests.processes.engine import samples
from tests.processes.engine.world import (
    BEGAN,
    complete,
    engine_does,
    items_of,
    make_actor,
    make_party,
    open_steps,
    publish,
    start,
)


@dataclass(frozen=True, kw_only=True)
class NameParams:
    """Whom to name."""

    centre: str = field(default="", metadata={"label": "交易中心"})


@pytest.fixture
def operators() -> Iterator[list[OperatorContext]]:
    """Operators that name a party or a person, and one that fails; yield what they were handed."""
    seen: list[OperatorContext] = []

    @operator("test.party", title="指定单位")
    def name_party(params: NameParams, context: OperatorContext) -> dict[str, str]:
        """Name the party that plays the centre."""
        seen.append(context)
        return {"trading_centre": params.centre}

    @operator("test.fail", title="失败")
    def fail(params: NameParams, context: OperatorContext) -> None:
        """Fail for no reason a person can put right."""
        context.log("test:failed", "nothing")
        raise ZeroDivisionError

    yield seen
    registry.remove("test.party")
    registry.remove("test.fail")


def test_an_item_of_a_party_is_for_its_people_alone(
    centre: Actor, operators: list[OperatorContext]
) -> None:
    mine, other = make_party("甲中心"), make_party("乙中心")
    publish(samples.served("test.party", "parties", centre=f"'{mine}'"))
    case = start(centre, "served")
    complete(centre, items_of(case)[0].id)
    item = items_of(case)[0]
    assert (item.step, item.party_id) == ("check", mine)
    for stranger in (centre, make_actor("other", "trading_centre", party=other)):
        with pytest.raises(errors.NotYoursError):
            complete(stranger, item.id)
    complete(make_actor("mine", "trading_centre", party=mine), item.id)


def test_a_named_item_is_for_one_person_and_is_not_handed_over(
    centre: Actor, colleague: Actor, operators: list[OperatorContext]
) -> None:
    publish(samples.served("test.party", "people", centre=f"'{colleague.account_id}'"))
    case = start(centre, "served")
    complete(centre, items_of(case)[0].id)
    item = items_of(case)[0]
    assert item.account_id == colleague.account_id
    with pytest.raises(errors.NotYoursError):
        complete(centre, item.id)
    with pytest.raises(errors.HandOverRefusedError):
        engine_does("hand_over", item.id, centre.account_id, actor=colleague)
    complete(colleague, item.id)


def test_an_operator_is_handed_the_case_its_actor_and_its_county(
    centre: Actor, operators: list[OperatorContext]
) -> None:
    publish(samples.served("test.party"))
    case = start(centre, "served")
    complete(centre, items_of(case)[0].id)
    (context,) = operators
    assert context.actor == centre
    assert (context.case.instance_id, context.case.county) == (case, "dazhou")
    assert (context.case.flow, context.case.element) == ("served", "serve")
    assert context.clock() == BEGAN


def test_a_failing_operator_takes_the_whole_step_back(
    centre: Actor, operators: list[OperatorContext]
) -> None:
    publish(samples.served("test.fail"))
    case = start(centre, "served")
    with pytest.raises(OperatorFailedError):
        complete(centre, items_of(case)[0].id)
    assert open_steps(case) == ["write"]


def test_a_person_cannot_write_what_the_platform_writes(
    centre: Actor, operators: list[OperatorContext]
) -> None:
    publish(samples.served("test.party", "made", centre="'x'"))
    data = {"people": {"trading_centre": "me"}, "made": "mine", "county": "huairou"}
    case = engine_does("start", "served", "dazhou", data, actor=centre).id
    forged = {"people": {"trading_centre": centre.account_id}, "amount": 1}
    with pytest.raises(errors.FormInvalidError):
        complete(centre, items_of(case)[0].id, forged)
    complete(centre, items_of(case)[0].id, {"made": "mine", "project": "p", "parties": []})
    with unit_of_work() as session:
        data = item_view(session, items_of(case)[0].id, centre).data
    assert data["made"] == {"trading_centre": "x"}
    assert (data["project"], data["parties"], data["county"]) == (None, {}, "dazhou")


def test_each_step_goes_to_the_role_of_its_lane(centre: Actor) -> None:
    publish(samples.two_roles())
    owner = make_actor("dz.owner", "owner")
    case = start(owner, "two_roles")
    with pytest.raises(errors.NotYoursError):
        complete(centre, items_of(case)[0].id)
    complete(owner, items_of(case)[0].id)
    with pytest.raises(errors.NotYoursError):
        complete(owner, items_of(case)[0].id)
    assert items_of(case)[0].role == "trading_centre"


def test_a_deadline_is_computed_when_the_item_opens(centre: Actor) -> None:
    publish(samples.two_roles(due="'2026-11-20T17:30:00+08:00'"))
    owner = make_actor("dz.owner", "owner")
    case = start(owner, "two_roles")
    assert items_of(case)[0].due_at is None
    complete(owner, items_of(case)[0].id)
    due = items_of(case)[0].due_at
    assert due == BEGAN.replace(day=20, hour=17, minute=30, tzinfo=CHINA)


@pytest.mark.parametrize(("training", "refused"), [("0", True), ("1", False)])
def test_a_step_that_needs_presence_refuses_a_token_outside_practice(
    centre: Actor, training: str, refused: bool
) -> None:
    publish(samples.two_roles(presence="true"))
    owner = make_actor("dz.owner", "owner")
    case = start(owner, "two_roles")
    complete(owner, items_of(case)[0].id)
    item = items_of(case)[0].id
    program = make_program(centre)
    settings = Settings(data_dir="unused", training=training)

    def try_it() -> None:
        with unit_of_work() as session:
            ProcessEngine(session, settings=settings).complete(item, {}, actor=program)

    if refused:
        with pytest.raises(errors.PresenceRequiredError):
            try_it()
        complete(centre, item)
    else:
        try_it()
    assert open_steps(case) == []


def test_a_flow_is_started_by_the_role_of_its_first_step(centre: Actor) -> None:
    publish(samples.two_roles())
    with pytest.raises(ForbiddenError, match="项目业主"):
        start(centre, "two_roles")
    start(PLATFORM, "two_roles")


def make_program(actor: Actor) -> Actor:
    return Actor(account_id=actor.account_id, name=actor.name, grants=actor.grants, by_token=True)
