"""A draw as those present follow it: who may, what shows in which state, who is there."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import event

from models.clock import business_clock, fixed
from models.identity.party import Party
from models.project import Project
from models.selection import cancelling, postponements, presence
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import ceremony
from processes.ceremony import CeremonyMissingError
from processes.ceremony_list import list_ceremonies
from tests import seeding
from tests.seeding import FREEZE_AT, MORNING, SELECTION_AT


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def draw(town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    return draw


def account(username):
    return seeding.actor(seeding.rows(seeding.Account, username=username)[0].id)


def read(draw, username="dz.selector", at=SELECTION_AT):
    with business_clock(fixed(at)), reading() as session:
        return ceremony.read(session, draw.id, account(username))


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("dz.selector", "selection_officer"),
        ("dz.monitor", "monitor"),
        ("dz.owner", "owner"),
        ("dz.centre", "trading_centre"),
    ],
)
def test_each_person_follows_in_the_role_of_this_draw(draw, username, role):
    assert read(draw, username).role == role


def test_who_has_no_part_hears_the_same_as_of_a_draw_that_does_not_exist(draw, town):
    seeding.add_contractor(town, 8, county="huairou")
    told = set()
    for username in ("dz.contractor01", "dz.contractor09"):
        with pytest.raises(CeremonyMissingError) as caught:
            read(draw, username)
        told.add(caught.value.text)
    with pytest.raises(CeremonyMissingError) as caught, reading() as session:
        ceremony.read(session, "unknown", account("dz.centre"))
    assert told | {caught.value.text} == {CeremonyMissingError.message}


@pytest.mark.parametrize("state", [DrawState.PREPARING, DrawState.PLANNED, DrawState.CANCELLED])
def test_a_draw_that_is_not_announced_or_was_cancelled_is_followed_by_nobody(draw, state):
    with unit_of_work() as session:
        session.get_one(Draw, draw.id).state = state
    with pytest.raises(CeremonyMissingError):
        read(draw)


def test_the_number_is_hidden_until_the_freeze_and_told_after_it(draw, town):
    before = read(draw, at=FREEZE_AT)
    assert (before.frozen_count, before.place) == (None, 1)
    assert read(draw, at=MORNING).place == 0
    seeding.freeze(town, draw)
    after = read(draw, at=FREEZE_AT)
    assert (after.frozen_count, after.place) == (4, 2)


def test_the_ranking_and_the_winner_show_once_drawn_and_never_before(draw, town):
    seeding.freeze(town, draw)
    assert read(draw).ranking == []
    seeding.open_(town, draw)
    opened = read(draw)
    assert (opened.ranking, opened.winner, opened.place) == ([], "", 3)
    held = seeding.hold(town, draw)
    shown = read(draw)
    assert shown.ranking[0] == held.winner_ticket
    assert len(shown.ranking) == 4
    seeding.publish(town, draw)
    (project,) = seeding.rows(Project)
    (party,) = seeding.rows(Party, id=project.winner_id)
    assert shown.winner == party.name == read(draw).winner
    assert (shown.place, read(draw).place) == (5, 6)


def test_too_few_tickets_end_the_draw_and_say_how_many_there_were(town):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    seeding.freeze(town, draw)
    shown = read(draw)
    assert (shown.draw.state, shown.frozen_count) == (DrawState.UNSUCCESSFUL, 1)


def test_the_time_has_come_at_the_printed_second_and_not_before(draw, town):
    seeding.freeze(town, draw)
    assert not read(draw, at=SELECTION_AT - timedelta(seconds=1)).is_due
    assert read(draw, at=SELECTION_AT).is_due


def test_the_button_is_for_the_person_whose_step_it_is_and_for_nobody_else(draw, town):
    seeding.freeze(town, draw)
    item_id = seeding.wait_for(town, draw, "open_draw", "selection_officer", town.officer_id)
    assert read(draw).item.id == item_id
    for username in ("dz.monitor", "dz.owner", "dz.centre"):
        assert read(draw, username).item is None
    with reading() as session:
        assert ceremony.draw_of_item(session, item_id) == draw.id


def test_an_item_of_no_draw_leads_nowhere(draw):
    with pytest.raises(CeremonyMissingError), reading() as session:
        ceremony.draw_of_item(session, "unknown")


def arrive(draw, username, at=SELECTION_AT):
    who = account(username)
    with business_clock(fixed(at)), unit_of_work() as session:
        presence.arrive(session, draw.id, read(draw, username).role, who)


def test_who_opens_the_page_is_present_until_half_a_minute_after_the_last_sign(draw, monkeypatch):
    arrive(draw, "dz.selector")
    arrive(draw, "dz.monitor")
    here = read(draw)
    # they arrived together: then by role
    assert [one.role for one in here.present] == ["monitor", "selection_officer"]
    assert here.is_attended
    assert here.present[0].arrived_at == SELECTION_AT
    now = presence.system_now()
    monkeypatch.setattr(presence, "system_now", lambda: now + timedelta(seconds=31))
    assert read(draw).present == []
    arrive(draw, "dz.selector", SELECTION_AT + timedelta(minutes=9))
    (back,) = read(draw).present
    assert back.arrived_at == SELECTION_AT + timedelta(minutes=9), "who was away arrives anew"


def test_a_second_sign_keeps_the_arrival_and_moves_the_last_sign(draw, monkeypatch):
    arrive(draw, "dz.selector")
    (first,) = read(draw).present
    monkeypatch.setattr(presence, "system_now", lambda: first.seen_at + timedelta(seconds=11))
    assert presence.is_stale([first], "selection_officer", account("dz.selector"))
    arrive(draw, "dz.selector")
    (second,) = read(draw).present
    assert second.arrived_at == first.arrived_at
    assert second.seen_at > first.seen_at
    assert not presence.is_stale([second], "selection_officer", account("dz.selector"))


def test_two_windows_of_one_person_arriving_at_once_do_not_fail(draw):
    who = account("dz.selector")
    with unit_of_work() as session:
        presence._insert(session, draw.id, "selection_officer", who)
        presence._insert(session, draw.id, "selection_officer", who)
    assert len(read(draw).present) == 1


def test_one_look_takes_few_statements_in_every_state(draw, town, database):
    sent: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *a: sent.append(a[2]))
    who = account("dz.selector")
    for step in (seeding.freeze, seeding.hold, seeding.publish):
        step(town, draw)
        sent.clear()
        with business_clock(fixed(SELECTION_AT)), reading() as session:
            ceremony.read(session, draw.id, who)
        assert sum(one.startswith("SELECT") for one in sent) <= 6, sent


def listed(username, **values):
    with business_clock(fixed(SELECTION_AT)), reading() as session:
        page = list_ceremonies(session, account(username), **values)
        return [row.project.title for row in page.items]


@pytest.mark.parametrize("username", ["dz.selector", "dz.monitor", "dz.owner", "dz.centre"])
def test_the_list_shows_the_draws_of_ones_scope(draw, town, username):
    seeding.finished(town, "柳河镇卫生院围墙工程")
    assert listed(username) == ["石桥村灌溉渠修缮工程"]
    assert listed(username, held=True) == ["柳河镇卫生院围墙工程"]
    assert listed(username, q="柳河") == []


@pytest.mark.parametrize("held", [False, True])
def test_the_list_goes_on_by_the_page(town, held):
    build = seeding.finished if held else seeding.announce
    titles = [f"工程{number}" for number in range(5)]
    for title in titles:
        build(town, title)
    seen, cursor = [], None
    for _ in range(3):
        with reading() as session:
            who = account("dz.centre")
            page = list_ceremonies(session, who, held=held, limit=2, cursor=cursor)
        seen += [row.project.title for row in page.items]
        cursor = page.next
    assert sorted(seen) == titles
    assert cursor is None


def test_the_list_hides_the_number_until_the_freeze(draw, town):
    def tickets():
        with reading() as session:
            return [row.tickets for row in list_ceremonies(session, account("dz.centre")).items]

    assert tickets() == [None]
    seeding.freeze(town, draw)
    assert tickets() == [4]


def test_a_contractor_has_no_draw_in_the_list(draw):
    assert listed("dz.contractor01") == []


def test_a_secret_that_never_opened_is_named_and_not_shown_as_kept(draw, town):
    seeding.freeze(town, draw)
    held = seeding.hold(town, draw)
    assert read(draw).unopened == frozenset()
    proof = orjson.loads(held.public_proof)
    next(one for one in proof["reveals"] if one["role"] == "monitor")["secret"] = ""
    with unit_of_work() as session:
        session.get_one(Draw, draw.id).public_proof = orjson.dumps(proof).decode()
    assert read(draw).unopened == {"monitor"}


def put_off(town, draw, to):
    with unit_of_work() as session:
        held = session.get_one(Draw, draw.id)
        postponements.postpone(seeding.world(session, town), held, to, (None, "线路检修停电"))


@pytest.mark.req("DZ-81.2")
def test_a_draw_that_was_put_off_is_due_at_its_new_time_and_says_why(draw, town):
    seeding.freeze(town, draw)
    later = SELECTION_AT + timedelta(days=1)
    put_off(town, draw, later)
    shown = read(draw, at=SELECTION_AT + timedelta(hours=1))
    assert (shown.opens_at, shown.is_due) == (later, False)
    assert shown.postponement is not None
    assert (shown.postponement.former_at, shown.postponement.cause) == (
        SELECTION_AT,
        "线路检修停电",
    )
    assert read(draw, at=later).is_due


@pytest.mark.req("DZ-81.2")
def test_the_list_is_ordered_by_the_new_time(draw, town):
    seeding.freeze(town, draw)
    put_off(town, draw, SELECTION_AT + timedelta(days=2))
    other = seeding.announce(town, "柳河镇卫生院围墙工程")
    with unit_of_work() as session:
        session.get_one(Draw, other.id).not_before = SELECTION_AT + timedelta(days=1)
    assert listed("dz.centre") == ["柳河镇卫生院围墙工程", "石桥村灌溉渠修缮工程"]


def test_a_draw_cancelled_after_the_freeze_is_closed_and_says_why(draw, town):
    seeding.freeze(town, draw)
    with business_clock(fixed(SELECTION_AT)), unit_of_work() as session:
        held = session.get_one(Draw, draw.id)
        cancelling.cancel_after_freeze(seeding.world(session, town), held, "施工范围有重大调整。")
    shown = read(draw)
    assert shown.is_cancelled
    assert (shown.item, shown.ranking, shown.winner, shown.frozen_count) == (None, [], "", 4)
    assert shown.draw.cancel_reason == "施工范围有重大调整。"
    assert listed("dz.selector", held=True) == ["石桥村灌溉渠修缮工程"]
    assert listed("dz.contractor01", held=True) == []
