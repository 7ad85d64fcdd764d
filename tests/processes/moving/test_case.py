"""A running case goes on in another version from where it stands, or says why it cannot."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.clock import business_clock, fixed
from models.flow.instance import AwaitedMessage, CaseWait, Instance, InstanceStatus
from models.flow.work_item import Draft, WorkItemState
from models.session import unit_of_work
from processes.moving.errors import CaseGoneOnError, CaseNotMovableError
from processes.spiff.codec import plain
from processes.wakeups import MAX_FAILURES, wake_one
from tests.processes.engine.world import (
    BEGAN,
    SETTINGS,
    complete,
    engine_does,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    publish,
    run_through,
    start,
)
from tests.processes.moving import flows
from tests.processes.moving.moves import move, undo

AFTER_WEEK = fixed(BEGAN + timedelta(days=7, minutes=1))


def begun(actor, bpmn, *steps, **data):
    """Start a case of the flow and finish its first steps."""
    publish(bpmn)
    case = start(actor, "walk", **data)
    for step in steps:
        done(actor, case, step)
    return case


def done(actor, case, step, form=None):
    item = next(item for item in items_of(case) if item.step == step)
    complete(actor, item.id, form)


def walked(actor, case):
    """Complete what is open until the case ends; the steps in order."""
    order = []
    for _ in range(20):
        items = items_of(case)
        if not items:
            return order
        order.append(items[0].step)
        complete(actor, items[0].id)
    return order


def test_a_case_goes_on_into_a_step_that_was_added(centre):
    case = begun(centre, flows.steps("write", "check"))
    move(case, flows.steps("write", "countersign", "check"))
    assert walked(centre, case) == ["write", "countersign", "check"]
    assert instance_row(case).status == InstanceStatus.COMPLETED


def test_the_same_task_stays_open_with_its_claim_and_draft(centre):
    case = begun(centre, flows.steps("write", "check"))
    (item,) = items_of(case)
    engine_does("claim", item.id, actor=centre)
    engine_does("save_draft", item.id, {"amount": 7}, actor=centre)
    move(case, flows.steps("write", "countersign", "check"))
    (after,) = items_of(case)
    assert (after.id, after.task_id) == (item.id, item.task_id)
    assert (after.state, after.claimed_by) == (WorkItemState.CLAIMED, centre.account_id)
    with unit_of_work() as session:
        assert session.scalar(select(Draft.form)) == {"amount": 7}
    complete(centre, after.id)


def test_a_renamed_step_goes_on_under_its_new_name_when_mapped(centre):
    case = begun(centre, flows.steps("write", "check"), "write")
    move(case, flows.steps("write", "verify", "archive", verify="复核"), check="verify")
    (item,) = items_of(case)
    assert (item.step, item.title) == ("verify", "复核")
    assert walked(centre, case) == ["verify", "archive"]


def test_a_removed_step_where_the_case_stands_is_refused(centre):
    case = begun(centre, flows.steps("write", "check"), "write")
    before = instance_row(case)
    with pytest.raises(CaseNotMovableError, match="案卷停在“check”"):
        move(case, flows.steps("write", "archive"))
    after = instance_row(case)
    assert (after.version, after.definition_id) == (before.version, before.definition_id)
    assert open_steps(case) == ["check"]


def test_a_removed_step_the_case_has_passed_is_folded_away_with_its_data_kept(centre):
    case = begun(centre, flows.steps("write", "check", "archive"))
    done(centre, case, "write", {"amount": 77})
    done(centre, case, "check", {"approved": 1})
    move(case, flows.steps("write", "archive"))
    assert walked(centre, case) == ["archive"]
    with unit_of_work() as session:
        state = session.scalar(select(Instance.state).where(Instance.id == case))
    assert b'"amount":77' in plain(state)
    assert b'"approved":1' in plain(state)


def test_a_changed_condition_decides_the_case_that_has_not_come_there_yet(centre):
    case = begun(centre, flows.decided(100))
    move(case, flows.decided(5))
    done(centre, case, "write", {"amount": 12, "approved": 1})
    assert open_steps(case) == ["large"]


def test_a_running_timer_keeps_its_moment_though_the_new_version_says_another(centre):
    case = begun(centre, flows.with_deadline("write", "check", host="write"))
    due = instance_row(case).next_check
    new = flows.with_deadline("write", "sign", "check", host="write").replace(b"11-25", b"12-25")
    move(case, new)
    assert instance_row(case).next_check == due
    with business_clock(AFTER_WEEK):
        engine_does("wake", case)
        assert open_steps(case) == ["remind"]


def test_a_timer_the_case_waits_at_does_not_begin_anew(centre):
    case = begun(centre, flows.waiting_long("check"))
    due = instance_row(case).next_check
    new = publish(flows.waiting_long("sign", "check"))
    with business_clock(fixed(BEGAN + timedelta(days=3))):
        move(case, to=new)
    assert instance_row(case).next_check == due


def test_a_deadline_added_to_the_step_where_a_case_stands_begins_to_run(centre):
    case = begun(centre, flows.steps("write", "check"))
    moved = move(case, flows.with_deadline("write", "check", host="write"))
    assert instance_row(case).next_check == BEGAN + timedelta(days=7)
    assert "late" in moved.told
    with business_clock(AFTER_WEEK):
        engine_does("wake", case)
        assert open_steps(case) == ["remind"]


def test_a_case_finishes_a_step_to_which_a_deadline_was_added(centre):
    case = begun(centre, flows.steps("write", "check"))
    move(case, flows.with_deadline("write", "check", host="write"))
    assert walked(centre, case) == ["write", "check"]
    assert instance_row(case).next_check is None


def test_a_deadline_taken_away_no_longer_fires(centre):
    case = begun(centre, flows.with_deadline("write", "check", host="write"))
    move(case, flows.steps("write", "check"))
    assert instance_row(case).next_check is None
    assert walked(centre, case) == ["write", "check"]


def test_a_message_renamed_is_awaited_under_its_new_name(centre):
    case = begun(centre, flows.hearing("check"))
    move(case, flows.hearing("check", name="reply"))
    with unit_of_work() as session:
        assert list(session.scalars(select(AwaitedMessage.name))) == ["reply"]
    engine_does("message", case, "reply", {}, actor=centre)
    assert open_steps(case) == ["check"]


def test_a_case_between_parallel_branches_goes_on_and_joins(centre):
    case = begun(centre, flows.forked("left", "right"), "left")
    move(case, flows.forked("left", "right", after=("weigh", "sum_up")))
    assert walked(centre, case) == ["right", "weigh", "sum_up"]


def test_a_third_branch_that_a_case_behind_the_fork_cannot_walk_is_refused(centre):
    case = begun(centre, flows.forked("left", "right"), "left")
    with pytest.raises(CaseNotMovableError, match="永远等不到"):
        move(case, flows.forked("left", "right", "middle"))


def test_a_third_branch_is_walked_by_a_case_before_the_fork(centre):
    case = begun(centre, flows.forked("left", "right", before=("write",)))
    move(case, flows.forked("left", "right", "middle", before=("write",)))
    assert sorted(walked(centre, case)) == sorted(["write", "left", "right", "middle", "sum_up"])


def test_a_case_in_its_second_round_goes_on_and_may_come_back_again(centre):
    case = begun(centre, flows.looped("write", "check"), "write")
    done(centre, case, "check", {"approved": 0})
    move(case, flows.looped("write", "sign", "check"))
    done(centre, case, "write")
    done(centre, case, "sign")
    done(centre, case, "check", {"approved": 0})
    assert walked(centre, case) == ["write", "sign", "check"]


def test_a_case_inside_a_called_part_moves_inside_it_too(centre):
    publish(flows.part("look", "tell"))
    case = begun(centre, flows.calling("close"), "look")
    publish(flows.part("look", "ask", "tell"))
    move(case, flows.calling("file", "close"))
    assert walked(centre, case) == ["tell", "file", "close"]


def test_a_step_renamed_inside_a_called_part_is_mapped_by_the_parts_name(centre):
    publish(flows.part("look"))
    case = begun(centre, flows.calling("close"))
    publish(flows.part("inspect"))
    new = publish(flows.calling("close", "file"))
    with pytest.raises(CaseNotMovableError):
        move(case, to=new)
    move(case, to=new, part__look="inspect")
    assert walked(centre, case) == ["inspect", "close", "file"]


def test_a_called_part_that_was_ended_needs_nothing_of_its_new_version(centre):
    publish(flows.part("look"))
    case = begun(centre, flows.calling("close"), "look")
    publish(flows.part("inspect", "tell"))
    move(case, flows.calling("close", "file"))
    assert walked(centre, case) == ["close", "file"]


def test_a_case_inside_a_part_that_is_called_no_more_is_refused(centre):
    publish(flows.part("look"))
    publish(flows.part("look").replace(b'id="part"', b'id="other"').replace(b'"part"', b'"other"'))
    case = begun(centre, flows.calling("close"))
    with pytest.raises(CaseNotMovableError, match="调用别的流程"):
        move(case, flows.calling("close", key="other"))


def test_a_step_that_became_another_kind_is_refused(centre):
    case = begun(centre, flows.steps("write", "check"))
    new = flows.steps("write", "check").replace(b'userTask id="write"', b'manualTask id="write"')
    new = new.replace(b'name="write"></bpmn:userTask>', b'name="write"></bpmn:manualTask>')
    with pytest.raises(CaseNotMovableError, match="换了类型"):
        move(case, new)


def test_a_suspended_case_stays_suspended_and_is_resumed_on_the_new_version(centre, keeper):
    case = begun(centre, flows.scripted("total = amount + 1"))
    engine_does("suspend", case, actor=keeper, reason="改流程")
    move(case, flows.scripted("total = amount + 2"))
    assert instance_row(case).status == InstanceStatus.SUSPENDED
    engine_does("resume", case, actor=keeper, reason="改好了")
    assert walked(centre, case) == ["write", "check"]


def test_a_case_that_failed_is_moved_to_the_mended_version_and_tried_again(centre, keeper):
    case = begun(centre, flows.computing("total = [1][4 + 1]"))
    with business_clock(AFTER_WEEK):
        for _ in range(MAX_FAILURES):
            with unit_of_work() as session:
                session.execute(update(Instance).values(next_check=BEGAN))
            wake_one(case, SETTINGS)
        assert instance_row(case).status == InstanceStatus.FAILED
        assert "failed" in waits_of(case)
        move(case, flows.computing("total = [1][0]"))
        assert instance_row(case).status == InstanceStatus.FAILED
        engine_does("retry", case, actor=keeper, reason="改好了")
        assert "failed" not in waits_of(case)
        wake_one(case, SETTINGS)
        assert open_steps(case) == ["check"]


def waits_of(case):
    with unit_of_work() as session:
        rows = session.scalars(select(CaseWait).where(CaseWait.instance_id == case))
        return {row.kind.value: row.element for row in rows}


def test_a_moved_case_goes_back_to_its_kept_state(centre):
    case = begun(centre, flows.steps("write", "check"), "write")
    former = instance_row(case)
    moved = move(case, flows.steps("write", "verify", verify="复核"), check="verify")
    undo(moved)
    back = instance_row(case)
    assert back.definition_id == former.definition_id
    assert open_steps(case) == ["check"]
    assert walked(centre, case) == ["check"]


def test_a_case_that_went_on_after_the_move_does_not_go_back(centre):
    case = begun(centre, flows.steps("write", "check"))
    moved = move(case, flows.steps("write", "sign", "check"))
    done(centre, case, "write")
    with pytest.raises(CaseGoneOnError):
        undo(moved)
    assert open_steps(case) == ["sign"]


def test_a_claim_is_given_up_when_the_step_is_another_roles_now(centre):
    make_actor("dz.owner", "owner")
    case = begun(centre, flows.steps("write", "check"))
    (item,) = items_of(case)
    engine_does("claim", item.id, actor=centre)
    new = flows.steps("write", "check").decode()
    new = new.replace("交易中心", "项目业主")
    move(case, new.encode())
    (item,) = items_of(case)
    assert (item.role, item.state, item.claimed_by) == ("owner", WorkItemState.READY, None)


def test_an_ended_case_is_refused(centre):
    case = begun(centre, flows.steps("write"))
    run_through(centre, case)
    with pytest.raises(CaseNotMovableError, match="已经办结"):
        move(case, flows.steps("write", "check"))
