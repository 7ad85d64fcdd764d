"""The new time of a selection: what is proposed, what is refused, what is kept."""

from datetime import datetime, timedelta

import pytest

from models.clock import CHINA, business_clock, fixed
from models.selection import guardians, postponements
from models.selection.draw_errors import DrawStateError, TooEarlyError
from models.selection.postponements import NewTimeError, OpeningBegunError, Postponement
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import seeding
from tests.seeding import FREEZE_AT, SELECTION_AT, rows

BACK = SELECTION_AT + timedelta(hours=2)
HOURS = {postponements.NOTICE: 4}


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def draw(town):
    draw = seeding.announce(town)
    for account_id in town.contractors[:2]:
        seeding.join(town, draw, account_id)
    return seeding.freeze(town, draw)


def at(moment, town, act):
    """Run an act in the world at a moment, with the draw of this session."""
    with business_clock(fixed(moment)), unit_of_work() as session:
        return act(seeding.world(session, town, **HOURS), session.get_one(Draw, _id()))


def _id() -> str:
    (draw,) = rows(Draw)
    return draw.id


@pytest.mark.parametrize(
    ("now", "recovered", "expected"),
    [
        pytest.param(SELECTION_AT, BACK, SELECTION_AT + timedelta(days=1), id="next day"),
        pytest.param(
            datetime(2026, 11, 27, 16, 0, tzinfo=CHINA),
            datetime(2026, 11, 27, 16, 0, tzinfo=CHINA),
            datetime(2026, 11, 30, 15, 0, tzinfo=CHINA),
            id="over a weekend",
        ),
        pytest.param(
            SELECTION_AT,
            SELECTION_AT + timedelta(days=2, hours=1),
            SELECTION_AT + timedelta(days=3),
            id="after a long outage",
        ),
    ],
)
def test_printed_time_of_day_on_the_first_working_day_possible_is_proposed(
    town, draw, now, recovered, expected
) -> None:
    assert at(now, town, lambda w, d: postponements.proposal(w, d.opens_at, recovered)) == expected


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (SELECTION_AT - timedelta(days=1), "已经过去"),
        (BACK - timedelta(minutes=15), "恢复之后"),
        (BACK + timedelta(minutes=15), "提前4小时"),
        (datetime(2026, 11, 28, 10, 0, tzinfo=CHINA), "不是工作日"),
    ],
)
def test_time_that_breaks_a_rule_is_refused_with_the_way_out(town, draw, to, words) -> None:
    with pytest.raises(NewTimeError) as refused:
        at(
            SELECTION_AT + timedelta(hours=1),
            town,
            lambda w, d: postponements.check_new_time(w, d, to, BACK, "when"),
        )
    assert words in refused.value.fields["when"]


def test_time_before_the_printed_one_is_no_postponement(town, draw) -> None:
    early = SELECTION_AT - timedelta(minutes=30)
    with pytest.raises(NewTimeError) as refused:
        at(
            FREEZE_AT,
            town,
            lambda w, d: postponements.check_new_time(w, d, early, None, "when"),
        )
    assert "晚于原定" in refused.value.fields["when"]


@pytest.mark.req("DZ-81.2")
def test_plan_stays_and_each_move_is_kept(town, draw) -> None:
    first, second = SELECTION_AT + timedelta(days=1), SELECTION_AT + timedelta(days=2)
    for to in (first, second):
        at(BACK, town, lambda w, d, to=to: postponements.postpone(w, d, to, (None, "停电")))
    (now,) = rows(Draw)
    assert (now.plan, now.not_before, now.opens_at) == (draw.plan, SELECTION_AT, second)
    moves = [(one.former_at, one.new_at) for one in rows(Postponement)]
    assert sorted(moves) == [(SELECTION_AT, first), (first, second)]


def test_draw_never_opens_before_the_plans_own_bound(draw) -> None:
    with unit_of_work() as session:
        session.get_one(Draw, draw.id).postponed_to = SELECTION_AT - timedelta(days=1)
    (now,) = rows(Draw)
    assert now.opens_at == SELECTION_AT


@pytest.mark.req("DZ-81.2")
def test_guardians_release_nothing_before_the_new_time(town, draw) -> None:
    to = SELECTION_AT + timedelta(days=1)
    at(BACK, town, lambda w, d: postponements.postpone(w, d, to, (None, "停电")))
    with reading() as session:
        held = session.get_one(Draw, draw.id)
        with pytest.raises(TooEarlyError):
            guardians.check_may_release(session, held, to - timedelta(seconds=1))
        guardians.check_may_release(session, held, to)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (DrawState.OPEN, DrawStateError),
        (DrawState.CANCELLED, DrawStateError),
        (DrawState.OPENING, OpeningBegunError),
        (DrawState.PUBLISHED, OpeningBegunError),
    ],
)
def test_only_a_frozen_draw_is_put_off(town, draw, state, error) -> None:
    with unit_of_work() as session:
        session.get_one(Draw, draw.id).state = state
    to = SELECTION_AT + timedelta(days=1)
    with pytest.raises(error):
        at(BACK, town, lambda w, d: postponements.postpone(w, d, to, (None, "停电")))
    assert rows(Postponement) == []
