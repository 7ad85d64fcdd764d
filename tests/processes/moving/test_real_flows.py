"""Cases of the shipped flows, played as they are played in a county, moved where they stand."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.case_move import CaseMove, MovedCase, MovedState, MoveState
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.session import reading, unit_of_work
from processes import contents, definitions, statements
from processes.case_runner import CaseRunner
from processes.engine import _instance
from processes.moving.attempt import attempt
from processes.moving.case import move_case
from processes.proposals import apply_files
from processes.spiff.codec import plain
from tests.city import FREEZE, SELECTION, after, city, county

__all__ = ["city", "county"]

COUNTERSIGN = """<bpmn:userTask id="countersign" name="纪委会签" />
<bpmn:sequenceFlow id="flow_countersign_award" sourceRef="countersign" targetRef="award_project" />
<bpmn:callActivity id="publicise" """


def shape(blob):
    """The tree of each part: names and states from the root down, ids and moments left out."""
    document = orjson.loads(plain(blob))
    return sorted(_paths(part) for part in (document, *document.get("sub", ())))


def _paths(part):
    paths = []
    for parent, name, state in zip(part["p"], part["n"], part["s"], strict=True):
        above = paths[parent] if parent >= 0 else ()
        paths.append((*above, (name, state)))
    return sorted(paths)


def check_every_case(city):
    """Move a copy of every running case onto its own version: nothing at all may differ."""
    count = 0
    with reading() as session:
        running = select(Instance.id).where(Instance.status == InstanceStatus.RUNNING)
        for case_id in session.scalars(running).all():
            row = session.connection().execute(
                select(*statements.CASE.c).where(statements.CASE.c.id == case_id)
            )
            case = CaseRunner(session, city.settings, _instance(row.mappings().one()), PLATFORM)
            found = attempt(case, case.version.id, {})
            assert shape(found.runtime.dump()) == shape(case.instance.state)
            assert found.notes == ()
            count += 1
    assert count


def test_a_case_taken_apart_and_put_together_is_the_same_wherever_it_stands(city):
    story = city.story()
    story.start(after())
    check_every_case(city)
    story.submit(after(minutes=10))
    check_every_case(city)
    story.accept(after(minutes=20))
    check_every_case(city)
    story.name_people(after(minutes=30))
    check_every_case(city)
    story.confirm_officer(after(minutes=35))
    story.confirm_monitor(after(minutes=40))
    check_every_case(city)
    story.announce(after(hours=1), FREEZE, SELECTION)
    story.join(after(hours=6), 1, 2, 3)
    check_every_case(city)
    story.wake(FREEZE + timedelta(minutes=3))
    check_every_case(city)
    story.wake(SELECTION)
    check_every_case(city)
    story.hold(SELECTION + timedelta(minutes=5))
    check_every_case(city)
    story.publish(SELECTION + timedelta(hours=1))
    check_every_case(city)


def changed(city):
    """Lay a countersigning step behind the publicity, and another title in the announcement."""
    with unit_of_work() as session:
        base = definitions.in_force(session, "random_selection", "dazhou")
        main = definitions.diagram(session, base.id).decode()
        inner = definitions.in_force(session, "announcement", "dazhou")
        part = contents.get(session, inner.diagram).decode()
        main = main.replace('<bpmn:callActivity id="publicise" ', COUNTERSIGN, 1)
        main = main.replace(
            "<bpmn:flowNodeRef>name_people",
            "<bpmn:flowNodeRef>countersign</bpmn:flowNodeRef><bpmn:flowNodeRef>name_people",
            1,
        )
        main = main.replace(
            'sourceRef="publicise" targetRef="award_project"',
            'sourceRef="publicise" targetRef="countersign"',
        )
        part = part.replace('name="等待报名截止"', 'name="等到报名截止"')
        files = {
            "diagrams/random_selection.bpmn": main.encode(),
            "diagrams/announcement.bpmn": part.encode(),
        }
        apply_files(session, "dazhou", files, PLATFORM)
        return base.id, definitions.in_force(session, "random_selection", "dazhou").id


def moved(city, case, versions):
    with unit_of_work() as session:
        old, new = versions
        act = CaseMove(
            id=new_id(),
            county_code="dazhou",
            flow="random_selection",
            from_id=old,
            to_id=new,
            mapping={},
            reason="改进",
            state=MoveState.APPROVED,
            created_by="somebody",
            created_at=after(),
        )
        session.add(act)
        session.flush()
        one = MovedCase(move_id=act.id, instance_id=case, state=MovedState.READY)
        session.add(one)
        session.flush()
        move_case(session, city.settings, act, one, PLATFORM)


def steps_of(story):
    with reading() as session:
        query = select(WorkItem.step).where(
            WorkItem.instance_id == story.instance, WorkItem.state.in_(OPEN_STATES)
        )
        return list(session.scalars(query))


@pytest.mark.req("PL-3")
def test_a_project_announced_on_the_old_version_is_drawn_and_countersigned_on_the_new_one(city):
    story = city.announced(1, 2, 3)
    with business_clock(fixed(after(hours=7))):
        versions = changed(city)
        with reading() as session:
            due = session.get_one(Instance, story.instance).next_check
        moved(city, story.instance, versions)
        with reading() as session:
            case = session.get_one(Instance, story.instance)
            assert (case.definition_id, case.next_check) == (versions[1], due)
    story.wake(FREEZE + timedelta(minutes=3))
    story.wake(SELECTION)
    story.hold(SELECTION + timedelta(minutes=5))
    story.publish(SELECTION + timedelta(hours=1))
    with reading() as session:
        end = session.get_one(Instance, story.instance).next_check
    assert end is not None
    story.wake(end + timedelta(minutes=1))
    assert steps_of(story) == ["countersign"]
