"""A move is prepared with a rehearsal, approved by a second person, done in batches, undone."""

import pytest
from sqlalchemy import func, select

from models.errors import InvalidError
from models.flow.case_move import CaseMove, MovedCase, MovedState, MoveState
from models.flow.definition import RuleValue
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.identity.account import Account
from models.session import reading, unit_of_work
from processes import publishing
from processes.moving import acting, job
from processes.moving.errors import (
    MappingWrongError,
    MayNotMoveError,
    MoveNeedsSecondError,
    MoveStateError,
    NothingToMoveError,
)
from processes.moving.suggest import guessed, suggest
from tests.processes.engine.world import (
    BEGAN,
    SETTINGS,
    complete,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    publish,
    start,
)
from tests.processes.moving import flows

OLD, NEW = flows.steps("write", "check"), flows.steps("write", "sign", "check")


@pytest.fixture
def publisher(world):
    return make_actor("dz.publisher", "publisher")


@pytest.fixture
def second(world):
    with unit_of_work() as session:
        columns = {"label": "复核", "unit": "boolean", "source": "规定", "from_on": BEGAN.date()}
        session.add(
            RuleValue(
                id="r" * 32, county_code="dazhou", key=publishing.APPROVAL, value=True, **columns
            )
        )
    forget_rules()
    return make_actor("dz.publisher2", "publisher")


def prepared(actor, cases, new=NEW, mapping=None):
    to = publish(new)
    with unit_of_work() as session:
        versions = (instance_row(cases[0]).definition_id, to)
        planned = acting.plan(
            session, SETTINGS, "dazhou", versions, mapping or {}, actor, cases=cases, reason="改进"
        )
        return acting.keep(session, planned, actor).id


def approved(move_id, actor):
    with unit_of_work() as session:
        acting.approve(session, acting.find(session, move_id), actor)


def run(move_id, act="move"):
    for time in range(1, 50):
        args = {"move": move_id, "act": act, "time": time}
        left = job.prepare(args, SETTINGS)
        with unit_of_work() as session:
            job.store(session, args, left, SETTINGS)
        if not left:
            return


def states(move_id):
    with unit_of_work() as session:
        query = select(MovedCase.instance_id, MovedCase.state).where(MovedCase.move_id == move_id)
        return {row.instance_id: row.state for row in session.execute(query)}


def begun(centre, count=1, *steps):
    publish(OLD)
    cases = [start(centre, "walk") for _ in range(count)]
    for case in cases:
        for step in steps:
            complete(centre, next(item.id for item in items_of(case) if item.step == step))
    return cases


def test_preparing_moves_nothing_and_says_what_would_become_of_each_case(centre, publisher):
    one, other = begun(centre, 2)
    complete(centre, items_of(other)[0].id)
    before = instance_row(one)
    move = prepared(publisher, [one, other], flows.steps("write", "sign"))
    assert states(move) == {one: MovedState.READY, other: MovedState.REFUSED}
    after = instance_row(one)
    assert (after.version, after.definition_id) == (before.version, before.definition_id)


def test_a_rehearsal_writes_nothing_and_a_later_one_sees_where_the_case_went(centre, publisher):
    (case,) = begun(centre)
    move = prepared(publisher, [case], flows.steps("write", "sign"))
    complete(centre, items_of(case)[0].id)
    with reading() as session:
        results = acting.again(session, SETTINGS, acting.find(session, move), publisher)
    assert results[case][0] == MovedState.REFUSED
    assert states(move) == {case: MovedState.READY}
    with unit_of_work() as session:
        acting.keep_again(session, acting.find(session, move), results, publisher)
    assert states(move) == {case: MovedState.REFUSED}


def test_the_mapping_is_guessed_from_the_difference(centre, publisher):
    (case,) = begun(centre)
    new = publish(flows.steps("write", "verify", verify="check"))
    with unit_of_work() as session:
        gone = suggest(session, instance_row(case).definition_id, new)
    assert guessed(gone) == {"check": "verify"}
    assert [name for name, _ in gone[0].choices] == ["verify", "write"]


def test_the_mapping_of_a_called_part_is_guessed_under_its_name(centre, publisher):
    publish(flows.part("look"))
    publish(flows.calling("close"))
    case = start(centre, "walk")
    publish(flows.part("inspect").replace(b'name="inspect"', b'name="look"'))
    new = publish(flows.calling("close", "file"))
    with unit_of_work() as session:
        gone = suggest(session, instance_row(case).definition_id, new)
    assert guessed(gone) == {"part:look": "part:inspect"}


def test_a_move_takes_many_cases_in_batches(centre, publisher, monkeypatch):
    monkeypatch.setattr(job, "BATCH", 2)
    cases = begun(centre, 5)
    move = prepared(publisher, cases)
    approved(move, publisher)
    run(move)
    assert set(states(move).values()) == {MovedState.MOVED}
    with unit_of_work() as session:
        assert acting.find(session, move).state == MoveState.MOVED
        versions = select(func.count(func.distinct(Instance.definition_id)))
        assert session.scalar(versions) == 1


def test_a_batch_done_twice_moves_nothing_twice(centre, publisher):
    (case,) = begun(centre)
    move = prepared(publisher, [case])
    approved(move, publisher)
    run(move)
    version = instance_row(case).version
    run(move)
    assert instance_row(case).version == version


def test_a_case_that_went_on_between_rehearsal_and_move_is_moved_from_where_it_stands(
    centre, publisher
):
    (case,) = begun(centre)
    move = prepared(publisher, [case])
    complete(centre, items_of(case)[0].id)
    approved(move, publisher)
    run(move)
    assert states(move) == {case: MovedState.MOVED}
    assert open_steps(case) == ["check"]


def test_a_case_that_went_where_it_cannot_be_moved_from_is_refused_and_stays(centre, publisher):
    stays, moves = begun(centre, 2)
    move = prepared(publisher, [stays, moves], flows.steps("write", "sign"))
    complete(centre, items_of(stays)[0].id)
    approved(move, publisher)
    run(move)
    assert states(move) == {stays: MovedState.REFUSED, moves: MovedState.MOVED}
    assert open_steps(stays) == ["check"]


def test_undoing_brings_back_what_has_not_gone_on(centre, publisher):
    back, gone_on = begun(centre, 2)
    move = prepared(publisher, [back, gone_on])
    approved(move, publisher)
    run(move)
    complete(centre, items_of(gone_on)[0].id)
    with unit_of_work() as session:
        acting.undo(session, acting.find(session, move), publisher)
    run(move, "undo")
    assert states(move) == {back: MovedState.UNDONE, gone_on: MovedState.MOVED}
    with unit_of_work() as session:
        told = session.get_one(MovedCase, (move, gone_on)).told
    assert "已经继续办理" in told
    assert (open_steps(back), open_steps(gone_on)) == (["write"], ["sign"])


def test_where_the_county_says_so_a_second_person_approves(centre, publisher, second):
    (case,) = begun(centre)
    move = prepared(publisher, [case])
    with pytest.raises(MoveNeedsSecondError):
        approved(move, publisher)
    approved(move, second)
    with pytest.raises(MoveStateError):
        approved(move, second)


def test_the_second_person_is_not_the_first_by_another_account(centre, publisher, second):
    (case,) = begun(centre)
    move = prepared(publisher, [case])
    with unit_of_work() as session:
        for one in (publisher, second):
            session.get_one(Account, one.account_id).person = "511702199001010001"
    with pytest.raises(MoveNeedsSecondError):
        approved(move, second)


@pytest.mark.parametrize("role", ["analyst", "trading_centre", "keeper_system"])
def test_nobody_but_a_publisher_of_the_county_moves_cases(centre, publisher, role):
    (case,) = begun(centre)
    other = make_actor("other", role)
    abroad = make_actor("abroad", "publisher", county="huairou")
    for actor in (other, abroad):
        with pytest.raises(MayNotMoveError):
            prepared(actor, [case])
    move = prepared(publisher, [case], flows.steps("write", "file", "check"))
    with pytest.raises(MayNotMoveError):
        approved(move, other)


def test_a_move_needs_a_reason_a_case_and_a_mapping_that_names_elements(centre, publisher):
    (case,) = begun(centre)
    new = publish(NEW)
    old = instance_row(case).definition_id

    def attempt(mapping, cases, reason):
        with unit_of_work() as session:
            acting.plan(
                session,
                SETTINGS,
                "dazhou",
                (old, new),
                mapping,
                publisher,
                cases=cases,
                reason=reason,
            )

    with pytest.raises(InvalidError):
        attempt({}, [case], " ")
    with pytest.raises(NothingToMoveError):
        attempt({}, ["0" * 32], "改进")
    with pytest.raises(MappingWrongError):
        attempt({"write": "nowhere"}, [case], "改进")
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(CaseMove)) == 0
