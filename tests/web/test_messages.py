"""Messages: one's own alone, as sent, read one by one or all at once, counted in the shell."""

import re
from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.message import InAppMessage, tell_accounts, tell_party
from models.session import reading, unit_of_work
from tests.web.case_world import join_party
from tests.web.conftest import send

pytestmark = pytest.mark.req("XX-2.7")


@pytest.fixture
def account(people, business_day):
    return people("dz.centre", "trading_centre")


@pytest.fixture
def browser(account, sign_in):
    return sign_in("dz.centre")


@pytest.fixture
def tell(business_day):
    def write(account, words, key="", link="", minutes=0):
        moment = fixed(business_day + timedelta(minutes=minutes))
        with business_clock(moment), unit_of_work() as session:
            tell_accounts(
                session, [account.id], key=key or words, template="t", words=words, link=link
            )

    return write


def unread(browser):
    return re.search(r'aria-label="消息，(\d+\+?)条未读"', browser.get("/messages").text)[1]


def test_what_was_told_is_listed_as_sent_the_newest_first(browser, account, tell):
    tell(account, "甲事项须在今天办结。")
    tell(account, "乙事项已经超期。", minutes=5)
    page = browser.get("/messages").text
    assert page.index("乙事项已经超期。") < page.index("甲事项须在今天办结。")
    assert unread(browser) == "2"


def test_nobody_sees_or_marks_what_was_told_to_another(browser, people, sign_in, tell):
    other = people("dz.leader", "centre_leader")
    tell(other, "给领导的话。")
    assert "给领导的话" not in browser.get("/messages").text
    assert unread(browser) == "0"
    with reading() as session:
        [one] = session.query(InAppMessage).all()
    page = sign_in("dz.leader").get("/messages").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/messages").text)[1]
    assert "给领导的话" in page
    refused = browser.post(f"/messages/{one.id}/open", data={"csrf_token": token})
    assert refused.status_code == 404
    browser.post("/messages/read", data={"csrf_token": token})
    with reading() as session:
        assert session.query(InAppMessage).one().read_at is None


def test_opening_marks_as_read_and_leads_to_the_case(browser, account, tell, business_day):
    tell(account, "请办理。", link="/inbox?view=overdue")
    with reading() as session:
        [one] = session.query(InAppMessage).all()
    answer = send(browser, f"/messages/{one.id}/open", page="/messages")
    assert answer.headers["Location"] == "/inbox?view=overdue"
    assert unread(browser) == "0"
    assert "请办理。" in browser.get("/messages?state=read").text
    assert "请办理。" not in browser.get("/messages?state=unread").text


def test_all_are_marked_at_once(browser, account, tell):
    for number in range(3):
        tell(account, f"第{number}件。")
    answer = send(browser, "/messages/read", page="/messages")
    assert answer.headers["Location"] == "/messages"
    assert unread(browser) == "0"


def test_the_same_is_told_once(browser, account, tell):
    tell(account, "只说一次。", key="k")
    tell(account, "只说一次。", key="k", minutes=9)
    assert browser.get("/messages").text.count("<b>只说一次。</b>") == 1


def test_every_account_of_an_organisation_is_told_and_no_other(people, sign_in, business_day):
    one, two, other = (people(name, "owner") for name in ("owner1", "owner2", "owner3"))
    party = join_party(one, "甲单位")
    with unit_of_work() as session:
        session.merge(two)
        session.get_one(type(two), two.id).party_id = party
        session.flush()
        tell_party(session, party, key="k", template="t", words="给单位的话。")
    for account, count in ((one, 1), (two, 1), (other, 0)):
        page = sign_in(account.username).get("/messages").text
        assert page.count("<b>给单位的话。</b>") == count


def test_pages_follow_one_another(browser, account, tell):
    for number in range(23):
        tell(account, f"第{number}件。", minutes=number)
    first = browser.get("/messages").text
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert first.count("件。</b>") == 20
    assert browser.get(link).text.count("件。</b>") == 3


def test_an_empty_list_says_what_will_be_here(browser):
    assert "还没有消息" in browser.get("/messages").text


def test_the_count_costs_the_pages_no_statement_of_its_own(browser, account, tell, statements):
    tell(account, "一件。")
    browser.get("/messages")
    statements.clear()
    browser.get("/messages")
    assert sum("in_app_message" in one for one in statements) == 2, statements


def test_many_unread_are_counted_only_so_far(browser, account, business_day):
    with unit_of_work() as session:
        for number in range(130):
            tell_accounts(session, [account.id], key=str(number), template="t", words="话。")
    assert unread(browser) == "99+"
