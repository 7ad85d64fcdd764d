"""Registering for a comparison: from the notice through sign-in to the receipt, and one's own list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.identity.account import Account
from models.roster.entry import RosterEntry
from models.selection.tables import Interest
from models.session import reading, unit_of_work
from processes.letters.stamp import holds
from tests import seeding
from tests.web import comparison_town
from tests.web.comparison_town import CLOSES, PUBLISHED, TITLE
from tests.web.conftest import PASSWORD, send


@pytest.fixture
def made(database, settings, business_day):
    return comparison_town.announce(comparison_town.build(settings))


def form_of(made) -> str:
    return f"/registrations/new/{made.project_id}"


@pytest.mark.req("HR-5.4.1")
def test_the_notice_leads_through_sign_in_back_to_the_form_of_its_project(made, client):
    notice = client.get(f"/notices/{comparison_town.tender_of(made)}").text
    assert f'href="{form_of(made)}"' in notice
    asked = client.get(form_of(made))
    assert asked.status_code == 303
    place = asked.headers["Location"]
    answer = send(
        client, "/sign-in", page=place, username="dz.contractor01", password=PASSWORD,
        next=form_of(made),
    )  # fmt: skip
    assert answer.headers["Location"].endswith(form_of(made))
    page = client.get(form_of(made)).text
    for words in ("请先确认项目", TITLE, "填写报名信息", "确认报名", "2026-11-23 17:00"):
        assert words in page


@pytest.mark.req("HR-5.4.1")
def test_confirming_gives_a_receipt_to_print_and_as_a_stamped_file(made, sign_in):
    browser = sign_in("dz.contractor01")
    ticket = seeding.join(made.town, made.draw, made.town.contractors[0], contact="叶听澜")[
        "ticket"
    ]
    page = browser.get(f"/registrations/{made.draw_id}/receipt").text
    for words in ("报名回执单", ticket, "data-print", TITLE):
        assert words in page
    answer = browser.get(f"/registrations/{made.draw_id}/receipt.pdf")
    assert answer.mimetype == "application/pdf"
    assert holds(answer.data)
    again = browser.get(form_of(made)).text
    assert "本企业已经报名" in again
    assert "data-join-form" not in again


@pytest.mark.req("HR-5.4.1")
def test_my_registrations_and_find_projects_lead_to_the_form(made, sign_in):
    browser = sign_in("dz.contractor01")
    assert 'href="/find-projects"' in browser.get("/registrations").text.split("sw-tools")[1]
    assert f'href="{form_of(made)}"' in browser.get("/find-projects").text


def test_the_form_says_nothing_of_others(made, sign_in):
    browser = sign_in("dz.contractor01")
    before = browser.get(form_of(made)).text
    comparison_town.register(made, 1, 2, 3)
    assert without_tokens(browser.get(form_of(made)).text) == without_tokens(before)


def without_tokens(page: str) -> str:
    return "".join(
        line for line in page.splitlines() if "csrf" not in line and "server-now" not in line
    )


def test_who_lacks_something_reads_what_and_gets_no_form(made, sign_in):
    seeding.suspend(made.town.contractors[0], CLOSES + timedelta(days=9))
    page = sign_in("dz.contractor01").get(form_of(made)).text
    assert "现在不能报名" in page
    assert "停用期满自动恢复" in page
    assert "data-join-form" not in page


def test_a_qualification_that_ends_before_the_close_is_told_before_registering(made, sign_in):
    with unit_of_work() as session:
        party = session.get_one(Account, made.town.contractors[0]).party_id
        entry = session.scalars(select(RosterEntry).where(RosterEntry.party_id == party)).one()
        for held in entry.qualifications:
            held.valid_until = CLOSES.date() - timedelta(days=2)
    page = sign_in("dz.contractor01").get(form_of(made)).text
    assert "报名截止时将不再符合" in page
    assert "data-join-form" in page


def test_after_the_close_the_form_says_that_it_is_closed(made, sign_in):
    browser = sign_in("dz.contractor01")
    with business_clock(fixed(CLOSES)):
        answer = browser.get(form_of(made))
        assert answer.status_code == 409
        assert form_of(made) not in browser.get("/find-projects").text
        assert form_of(made) not in browser.get(f"/notices/{comparison_town.tender_of(made)}").text


@pytest.mark.parametrize("username", ["dz.owner", "dz.agency", "dz.housing", "dz.centre"])
def test_no_other_role_registers_or_has_registrations(made, sign_in, username):
    browser = sign_in(username)
    for path in (form_of(made), "/registrations", f"/registrations/{made.draw_id}"):
        assert browser.get(path).status_code == 403


@pytest.mark.req("HR-5.4.2")
def test_my_registered_project_shows_state_progress_and_detail(made, sign_in):
    comparison_town.register(made, 0, 1, 2)
    browser = sign_in("dz.contractor01")
    listed = browser.get("/registrations").text
    assert TITLE in listed
    assert f'href="/registrations/{made.draw_id}"' in listed
    page = browser.get(f"/registrations/{made.draw_id}").text
    for words in ("发包公告和报名", "本企业的报名", "退出报名", "发包公告</a>", "青石镇人民政府"):
        assert words in page


@pytest.mark.req("HR-5.4.2")
def test_after_the_result_each_reads_its_own_review_and_nobody_elses(made, sign_in):
    comparison_town.register(made, 0, 1, 2, 3)
    for act in (comparison_town.open_names, comparison_town.review):
        act(made)
    with business_clock(fixed(PUBLISHED)):
        before = sign_in("dz.contractor01").get(f"/registrations/{made.draw_id}").text
    assert "资料齐全" not in before
    comparison_town.compare(made)
    comparison_town.publish(made)
    with business_clock(fixed(PUBLISHED)):
        pages = {
            number: sign_in(f"dz.contractor{number + 1:02}")
            .get(f"/registrations/{made.draw_id}")
            .text
            for number in range(4)
        }
    for row in comparison_town.candidates(made):
        number = next(
            n for n, name in enumerate(comparison_town.names(made)) if name == row.party.name
        )
        own = pages[number]
        assert f"第{row.rank}名" in own
        assert sum(f"第{rank}名" in own for rank in (1, 2, 3, 4)) == 1


def test_whoever_did_not_register_finds_nothing_at_the_address(made, sign_in):
    comparison_town.register(made, 0)
    browser = sign_in("dz.contractor02")
    for path in ("", "/receipt", "/receipt.pdf"):
        answer = browser.get(f"/registrations/{made.draw_id}{path}")
        missing = browser.get(f"/registrations/{'0' * 32}{path}")
        assert answer.status_code == missing.status_code == 404
    with reading() as session:
        assert len(session.scalars(select(Interest)).all()) == 1
