"""The worker's sign of life: what its silence tells, and what it does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.flow.job import Job, JobState
from models.ledger.tables import LedgerEntry
from models.outage import Heartbeat, Outage, OutageSource
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from processes import case_messages, heartbeat, job_runner
from tests.city import FREEZE, MORNING, SELECTION, City, city, county
from tests.flows.interrupting import set_new_time
from tests.seeding import rows

__all__ = ["city", "county"]

DOWN, BACK = SELECTION - timedelta(minutes=30), SELECTION + timedelta(hours=1)


@pytest.fixture
def clocks(monkeypatch):
    """Set both clocks of the heartbeat: the machine's, and the business clock behind it."""

    def set_(machine, business=None):
        monkeypatch.setattr(heartbeat, "system_now", lambda: machine)
        monkeypatch.setattr(heartbeat, "business_now", lambda: business or machine)

    return set_


def beat(city: City, clocks, machine, business=None) -> int:
    clocks(machine, business)
    return heartbeat.beat(city.settings)


def do_jobs(city: City, at) -> None:
    with city.player.at(at):
        for job in job_runner.due_jobs():
            job_runner.run_job(job, city.settings)


def messages() -> list[Job]:
    return [one for one in rows(Job) if one.kind == "case.message"]


def frozen(city: City, *contractors: int):
    story = city.announced(*contractors)
    story.wake(FREEZE)
    return story


def test_first_sign_is_written_and_a_second_soon_after_is_not(city: City, clocks) -> None:
    assert beat(city, clocks, MORNING) == 0
    assert beat(city, clocks, MORNING + timedelta(seconds=14)) == 0
    assert rows(Heartbeat)[0].beat_at == MORNING
    assert beat(city, clocks, MORNING + timedelta(seconds=15)) == 0
    assert rows(Heartbeat)[0].beat_at == MORNING + timedelta(seconds=15)
    assert rows(Outage) == []


@pytest.mark.parametrize(("minutes", "found"), [(5, 0), (5.1, 1)])
def test_silence_counts_when_it_is_longer_than_the_setting(
    city: City, clocks, minutes: float, found: int
) -> None:
    beat(city, clocks, MORNING)
    assert beat(city, clocks, MORNING + timedelta(minutes=minutes)) == found
    assert len(rows(Outage)) == found


@pytest.mark.req("DZ-81.2")
def test_outage_across_the_selection_time_is_recorded_and_stops_the_selection(
    city: City, clocks
) -> None:
    story = frozen(city, 1, 2, 3)
    beat(city, clocks, DOWN)
    assert beat(city, clocks, BACK) == 1
    (outage,) = rows(Outage)
    assert (outage.began_at, outage.recovered_at) == (DOWN, BACK)
    assert (outage.found_by, outage.draws) == (OutageSource.PLATFORM, [city.draw(story).id])
    with reading() as session:
        bodies = session.scalars(select(LedgerEntry.body)).all()
    assert sum('"outage:recorded"' in one for one in bodies) == 1
    do_jobs(city, BACK)
    assert city.steps(story) == ["set_new_time"]


@pytest.mark.req("DZ-81.2")
def test_each_draw_is_told_once_however_often_the_worker_looks(city: City, clocks) -> None:
    story = frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    for seconds in range(0, 60, 20):
        beat(city, clocks, BACK + timedelta(seconds=seconds))
        do_jobs(city, BACK)
    (owed,) = messages()
    assert owed.state is JobState.DONE
    assert len(owed.key) <= 100
    assert len(rows(Outage)) == 1
    assert city.steps(story) == ["set_new_time"]


def test_worker_that_dies_while_it_records_repeats_nothing(city: City, clocks, monkeypatch) -> None:
    frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    with monkeypatch.context() as dying:
        dying.setattr(heartbeat, "owe_message", _die)
        with pytest.raises(KeyboardInterrupt):
            beat(city, clocks, BACK)
    assert rows(Outage) == []
    assert rows(Heartbeat)[0].beat_at == DOWN
    assert beat(city, clocks, BACK) == 1
    assert (len(rows(Outage)), len(messages())) == (1, 1)


def _die(*_args, **_kwargs) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("began", "back"),
    [
        (SELECTION + timedelta(minutes=1), SELECTION + timedelta(hours=1)),
        (SELECTION - timedelta(hours=2), SELECTION - timedelta(minutes=1)),
    ],
)
def test_outage_beside_the_selection_time_is_recorded_and_moves_nothing(
    city: City, clocks, began, back
) -> None:
    story = frozen(city, 1, 2)
    beat(city, clocks, began)
    assert beat(city, clocks, back) == 1
    assert rows(Outage)[0].draws == []
    assert messages() == []
    assert city.draw(story).state is DrawState.FROZEN


@pytest.mark.req("DZ-81.2")
def test_draw_that_is_opening_is_left_alone(city: City, clocks) -> None:
    story = frozen(city, 1, 2)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    beat(city, clocks, DOWN)
    beat(city, clocks, BACK)
    assert rows(Outage)[0].draws == []


def test_draw_that_began_to_open_before_the_message_came_goes_on(city: City, clocks) -> None:
    story = frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    beat(city, clocks, BACK)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    do_jobs(city, BACK)
    assert messages()[0].state is JobState.DONE
    story.wake(BACK)
    assert city.steps(story) == ["open_draw"]


@pytest.mark.req("DZ-81.2")
def test_list_that_should_have_frozen_meanwhile_freezes_first(city: City, clocks) -> None:
    story = city.announced(1, 2)
    beat(city, clocks, FREEZE - timedelta(minutes=5))
    assert beat(city, clocks, BACK) == 1
    do_jobs(city, BACK)
    assert city.draw(story).state is DrawState.FROZEN
    assert city.steps(story) == ["set_new_time"]


def test_too_few_after_the_outage_is_no_selection_to_put_off(city: City, clocks) -> None:
    story = city.announced(1)
    beat(city, clocks, FREEZE - timedelta(minutes=5))
    beat(city, clocks, BACK)
    do_jobs(city, BACK)
    assert messages()[0].state is JobState.DONE
    assert city.draw(story).state is DrawState.UNSUCCESSFUL


@pytest.mark.parametrize(
    "business",
    [
        pytest.param(BACK + timedelta(days=1), id="moved on"),
        pytest.param(DOWN, id="standing"),
    ],
)
def test_training_clock_that_moves_or_stands_is_no_outage(city: City, clocks, business) -> None:
    frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    assert beat(city, clocks, BACK, business) == 0
    assert rows(Outage) == []


def test_training_clock_that_jumps_between_two_signs_is_no_outage(city: City, clocks) -> None:
    frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    assert beat(city, clocks, DOWN + timedelta(seconds=20), BACK) == 0
    assert rows(Outage) == []


def test_machine_clock_that_goes_back_is_no_outage(city: City, clocks) -> None:
    beat(city, clocks, BACK)
    assert beat(city, clocks, DOWN) == 0
    assert rows(Heartbeat)[0].beat_at == DOWN


@pytest.mark.req("DZ-81.2")
def test_new_time_is_met_by_a_second_outage(city: City, clocks) -> None:
    story = frozen(city, 1, 2)
    beat(city, clocks, DOWN)
    beat(city, clocks, BACK)
    do_jobs(city, BACK)
    new = SELECTION + timedelta(days=3)
    set_new_time(city, story, BACK, new)
    beat(city, clocks, new - timedelta(minutes=10))
    story.wake(new)
    assert beat(city, clocks, new + timedelta(minutes=10)) == 1
    do_jobs(city, new + timedelta(minutes=10))
    assert city.steps(story) == ["set_new_time"]


def test_refusal_of_the_receivers_next_step_is_answered_and_not_tried_again(
    city: City,
) -> None:
    story = city.frozen(1, 2)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    args = {"to": story.instance, "message": "cancel_approved", "payload": {"reason": "理由"}}
    with city.player.at(SELECTION), unit_of_work() as session:
        reason = case_messages._hand_over(session, args, city.settings)
    assert "已经开启" in reason
    assert city.steps(story) == ["open_draw"]
