"""The ceremony's pages: what a refresh costs, what shows when, who is refused."""

from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.identity.account import Account
from models.selection import presence
from models.session import unit_of_work
from tests import seeding
from tests.seeding import SELECTION_AT

LIVE = {"X-Requested-With": "live"}


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def draw(town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    return draw


def look(browser, draw, path="", at=SELECTION_AT):
    with business_clock(fixed(at)):
        return browser.get(f"/ceremonies/{draw.id}{path}", headers=LIVE)


def test_a_refresh_takes_at_most_eight_statements_with_and_without_the_sign(
    town, draw, sign_in, statements, monkeypatch
):
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    browser = sign_in("dz.selector")
    look(browser, draw)
    for path in ("", "/hall"):
        statements.clear()
        assert look(browser, draw, path).status_code == 200
        assert len([one for one in statements if not one.startswith("BEGIN")]) <= 7, statements
    now = presence.system_now()
    monkeypatch.setattr(presence, "system_now", lambda: now + timedelta(seconds=12))
    statements.clear()
    look(browser, draw)
    written = [one for one in statements if not one.startswith(("SELECT", "BEGIN"))]
    assert len(written) == 1
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 9, statements


def test_within_ten_seconds_a_refresh_writes_nothing(town, draw, sign_in, statements):
    browser = sign_in("dz.selector")
    look(browser, draw)
    statements.clear()
    for _ in range(3):
        look(browser, draw)
    assert all(one.startswith(("SELECT", "BEGIN")) for one in statements), statements


def test_two_looks_at_the_same_state_are_the_same_bytes(town, draw, sign_in):
    browser = sign_in("dz.selector")
    look(browser, draw)
    assert look(browser, draw).data == look(browser, draw).data


def test_the_button_waits_for_the_printed_second(town, draw, sign_in):
    seeding.freeze(town, draw)
    seeding.wait_for(town, draw, "open_draw", "selection_officer", town.officer_id)
    browser = sign_in("dz.selector")
    early = look(browser, draw, at=SELECTION_AT - timedelta(seconds=1)).text
    assert " disabled aria-describedby" in early
    assert "才能开启" in early
    due = look(browser, draw).text
    assert "<button" in due
    assert " disabled" not in due
    assert "<button" not in look(sign_in("dz.monitor"), draw).text


def test_the_monitor_confirms_in_a_session_of_their_own(town, draw, sign_in):
    seeding.freeze(town, draw)
    seeding.open_(town, draw)
    seeding.wait_for(town, draw, "confirm_opening", "monitor", town.monitor_id)
    assert "确认开启" in look(sign_in("dz.monitor"), draw).text
    assert "<button" not in look(sign_in("dz.selector"), draw).text


def test_the_number_shows_from_the_freeze_on_and_never_before(town, draw, sign_in):
    browser = sign_in("dz.centre")
    for path in ("", "/hall"):
        assert "4 <small>家" not in look(browser, draw, path).text
        assert ">4家<" not in look(browser, draw, path).text
    seeding.freeze(town, draw)
    assert ">4家<" in look(browser, draw).text
    assert "4 <small>家" in look(browser, draw, "/hall").text


def test_who_joined_never_shows_and_the_page_is_the_same_before_the_freeze(town, sign_in):
    draw = seeding.announce(town)
    browser = sign_in("dz.centre")
    look(browser, draw)
    before = [look(browser, draw, path).data for path in ("", "/hall")]
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    assert [look(browser, draw, path).data for path in ("", "/hall")] == before


def test_the_winner_shows_to_those_present_once_drawn(town, draw, sign_in):
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    browser = sign_in("dz.monitor")
    for path in ("", "/hall"):
        page = look(browser, draw, path).text
        assert page.count("云泽") >= 1
        assert "保密" in page
    seeding.publish(town, draw)
    assert f"/results/{draw.id}" in look(browser, draw).text


@pytest.mark.parametrize("username", ["dz.contractor01", "hr.centre", "keeper"])
def test_who_has_no_part_is_refused_everywhere(town, draw, sign_in, people, username):
    people("hr.centre", "trading_centre", county="city")
    people("keeper", "keeper_system")
    item = seeding.wait_for(town, draw, "open_draw", "selection_officer", town.officer_id)
    browser = sign_in(username)
    for path in ("", "/hall", "/qr.svg"):
        assert look(browser, draw, path).status_code in (403, 404)
    answer = browser.get(f"/ceremonies/item/{item}", follow_redirects=True)
    assert answer.status_code in (403, 404)
    assert "石桥村" not in browser.get("/ceremonies").text


def test_nobody_signed_out_gets_in(client, draw):
    assert look(client, draw).status_code == 303


def test_a_work_item_leads_to_its_draw(town, draw, sign_in):
    item = seeding.wait_for(town, draw, "open_draw", "selection_officer", town.officer_id)
    answer = sign_in("dz.selector").get(f"/ceremonies/item/{item}")
    assert answer.location == f"/ceremonies/{draw.id}"


def test_the_code_on_the_screen_leads_to_the_notice_and_then_to_the_result(town, draw, sign_in):
    browser = sign_in("dz.centre")
    first = look(browser, draw, "/qr.svg").data
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    seeding.publish(town, draw)
    assert look(browser, draw, "/qr.svg").data != first


def test_the_list_has_two_parts_search_and_empty_states(town, draw, sign_in):
    browser = sign_in("dz.centre")
    assert "石桥村" in browser.get("/ceremonies").text
    assert "没有符合关键词" in browser.get("/ceremonies?q=x").text
    assert "还没有举行过" in browser.get("/ceremonies?held=1").text


def test_an_account_that_is_shut_is_present_no_longer_than_its_session(town, draw, sign_in):
    browser = sign_in("dz.selector")
    look(browser, draw)
    with unit_of_work() as session:
        session.get_one(Account, town.officer_id).active = False
    assert look(browser, draw).status_code == 303
