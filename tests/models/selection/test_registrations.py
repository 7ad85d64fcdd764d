"""A contractor's own list: its tickets in every state of a draw, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from models.clock import business_clock, fixed
from models.identity.party import Party
from models.selection import draw_keys, interests, registration, registrations
from models.selection.tables import Draw, DrawState, Interest
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import seeding
from tests.seeding import FREEZE_AT, MORNING, SELECTION_AT


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


def mine(town, n, at=MORNING):
    with business_clock(fixed(at)), reading() as session:
        party = session.get_one(Party, seeding.actor(town.contractors[n]).party_id)
        return registrations.my_registrations(session, town.settings, party)


def test_a_ticket_is_in_ones_own_list_and_in_no_other(town):
    draw = seeding.announce(town)
    receipt = seeding.join(town, draw, town.contractors[0])
    (one,) = mine(town, 0)
    assert (one.ticket, one.state, one.may_leave) == (
        receipt["ticket"],
        "已参与，等待名单冻结",
        True,
    )
    assert mine(town, 1) == []


def test_who_left_while_the_list_was_open_has_nothing_in_the_list(town):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    seeding.leave(town, draw, town.contractors[0])
    assert mine(town, 0) == []


def test_leaving_ends_at_the_freeze_even_before_anything_has_frozen(town):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    assert mine(town, 0, FREEZE_AT - timedelta(seconds=1))[0].may_leave
    assert not mine(town, 0, FREEZE_AT)[0].may_leave


def test_every_state_up_to_the_result_is_told_in_words(town):
    draw = seeding.announce(town)
    for account_id in town.contractors[:3]:
        seeding.join(town, draw, account_id)
    seen = [mine(town, 0)[0].state]
    for step in (seeding.freeze, seeding.open_, seeding.hold, seeding.publish):
        step(town, draw)
        seen.append(mine(town, 0, SELECTION_AT)[0].state)
    assert seen[:4] == [
        "已参与，等待名单冻结",
        "名单已冻结，等待选取",
        "正在开启",
        "已选取，等待公布",
    ]
    states = sorted(mine(town, n, SELECTION_AT)[0].state for n in range(3))
    assert states == ["中选", "未中选", "未中选"]


def test_at_drawn_nobody_learns_from_the_list_whether_it_won(town):
    draw = seeding.announce(town)
    for account_id in town.contractors[:3]:
        seeding.join(town, draw, account_id)
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    assert {mine(town, n, SELECTION_AT)[0].state for n in range(3)} == {"已选取，等待公布"}
    assert not any(mine(town, n, SELECTION_AT)[0].won for n in range(3))


@pytest.mark.req("DZ-77")
def test_who_was_suspended_at_the_freeze_is_told_that_its_ticket_is_not_in_the_list(town):
    draw = seeding.announce(town)
    for account_id in town.contractors[:3]:
        seeding.join(town, draw, account_id)
    seeding.suspend(town.contractors[0], FREEZE_AT + timedelta(days=9))
    seeding.freeze(town, draw)
    (one,) = mine(town, 0, FREEZE_AT)
    assert one.state == registration.OUT
    assert not one.live


def test_a_draw_without_a_result_stays_in_the_list_for_half_a_year(town):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    seeding.freeze(town, draw)
    assert mine(town, 0, SELECTION_AT)[0].state == "参与企业不足，选取失败"
    assert mine(town, 0, SELECTION_AT + registrations.REMEMBERED + timedelta(days=1)) == []


def test_after_the_result_the_list_needs_no_key(town):
    draw = seeding.finished(town)
    assert not draw_keys.exists(town.settings, draw.id)
    with reading() as session:
        party = session.get_one(Party, seeding.actor(town.contractors[0]).party_id)
        row = interests.own_row(session, town.settings, session.get_one(Draw, draw.id), party)
        assert row is not None
        assert row.party_id == party.id
        assert row.blind
    assert len(mine(town, 0, SELECTION_AT)) == 1


def test_one_missing_key_hides_one_draw_and_not_the_whole_list(town):
    lost, kept = seeding.announce(town), seeding.announce(town, "柳河镇卫生院围墙工程")
    for draw in (lost, kept):
        seeding.join(town, draw, town.contractors[0])
    draw_keys.forget(town.settings, lost.id)
    assert [one.draw.id for one in mine(town, 0)] == [kept.id]


def test_a_company_of_another_county_on_this_roster_sees_what_it_joined_here(town):
    draw = seeding.announce(town)
    with unit_of_work() as session:
        party = session.get_one(Party, seeding.actor(town.contractors[0]).party_id)
        party.county_code = "city"
    seeding.join(town, draw, town.contractors[0])
    assert len(mine(town, 0)) == 1


def test_the_list_costs_the_same_statements_however_many_draws_there_are(town, database):
    sent: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *a: sent.append(a[2]))
    seeding.announce(town)
    sent.clear()
    mine(town, 0)
    few = len(sent)
    for n in range(3):
        seeding.join(town, seeding.announce(town, f"工程{n}"), town.contractors[0])
    sent.clear()
    assert len(mine(town, 0)) == 3
    assert len(sent) == few


def test_an_ended_draw_is_never_open_again(town):
    draw = seeding.announce(town)
    with unit_of_work() as session:
        session.get_one(Draw, draw.id).state = DrawState.CANCELLED
    assert seeding.rows(Interest) == []
    with pytest.raises(interests.JoiningClosedError):
        seeding.join(town, draw, town.contractors[0])
