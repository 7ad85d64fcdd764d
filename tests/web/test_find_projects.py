"""A contractor's pages: what it fits and why not, what it joined, its receipt."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.document import Document
from models.identity.account import Account
from models.letter import Letter
from models.roster.entry import RosterEntry
from models.selection import receipts
from models.selection.tables import Draw
from models.session import reading, unit_of_work
from processes.letters.stamp import holds
from tests import seeding
from tests.seeding import FREEZE_AT, MORNING, PUBLISHED_AT
from web import find_projects


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def contractor(town, sign_in):
    return sign_in("dz.contractor01")


def test_without_announcements_the_page_says_what_will_come(contractor):
    page = contractor.get("/find-projects")
    assert page.status_code == 200
    assert "现在没有可以参与的项目" in page.text
    assert "没有因条件不符而不能参与的项目" in page.text


def test_a_fitting_project_is_offered_and_once_joined_may_be_left(contractor, town):
    draw = seeding.announce(town)
    page = contractor.get("/find-projects").text
    assert f'data-join="/api/v1/projects/{draw.project_id}"' in page
    assert "未参与" in page
    seeding.join(town, draw, town.contractors[0])
    page = contractor.get("/find-projects").text
    assert f'data-leave="/api/v1/projects/{draw.project_id}/interest"' in page
    assert "data-join=" not in page


def test_what_another_joined_changes_nothing_on_ones_own_page(contractor, town):
    draw = seeding.announce(town)
    before = without_tokens(contractor.get("/find-projects").text)
    for account_id in town.contractors[1:]:
        seeding.join(town, draw, account_id)
    assert without_tokens(contractor.get("/find-projects").text) == before


def without_tokens(page):
    """The page without the anti-forgery tokens, which tell the second they were made in."""
    return re.sub(r'(csrf-token" content|name="csrf_token" value)="[^"]+"', "", page)


def test_who_does_not_fit_is_told_each_condition_and_offered_no_button(town, sign_in):
    seeding.announce(town)
    seeding.add_contractor(town, 7, level=4)
    seeding.suspend(town.contractors[1], MORNING + timedelta(days=30))
    small = sign_in("dz.contractor08").get("/find-projects").text
    assert "不符合" in small
    assert "本企业为四级，等级不够" in small
    assert "data-join=" not in small
    stopped = sign_in("dz.contractor02").get("/find-projects").text
    assert "停用至2026-12-18" in stopped
    assert "data-join=" not in stopped


def test_of_many_that_do_not_fit_the_first_are_told_and_all_are_counted(town, sign_in, monkeypatch):
    monkeypatch.setattr(find_projects, "MOST_LACKING", 1)
    for title in ("渠道一期", "渠道二期"):
        seeding.announce(town, title)
    seeding.add_contractor(town, 7, level=4)
    page = sign_in("dz.contractor08").get("/find-projects").text
    told = page.split('id="unfit"')[1]
    assert ("渠道一期" in told) + ("渠道二期" in told) == 1
    assert "只列出前1个" in told
    assert '<span class="sw-count">2</span>' in page


def test_a_closed_list_is_gone_at_the_minute(contractor, town):
    seeding.announce(town)
    for moment, shown in ((FREEZE_AT - timedelta(seconds=1), True), (FREEZE_AT, False)):
        with business_clock(fixed(moment)):
            assert ("data-join=" in contractor.get("/find-projects").text) is shown


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("q=灌溉", True),
        ("q=zzz", False),
        ("works_type=水利", True),
        ("works_type=机电", False),
        ("state=open", True),
        ("state=joined", False),
        ("state=nonsense", True),
    ],
)
def test_filters_stand_in_the_address(contractor, town, address, found):
    seeding.announce(town)
    assert ("data-join=" in contractor.get(f"/find-projects?{address}").text) is found


def test_a_contractor_of_another_county_sees_its_own_county_alone(town, sign_in):
    seeding.announce(town)
    seeding.add_contractor(town, 9, county="huairou")
    assert "石桥村" not in sign_in("dz.contractor10").get("/find-projects").text


def test_an_account_without_a_company_is_refused_in_words(town, sign_in):
    with unit_of_work() as session:
        session.get_one(Account, town.contractors[0]).party_id = None
    answer = sign_in("dz.contractor01").get("/find-projects")
    assert answer.status_code == 403
    assert "请用本企业的账号登录" in answer.text


@pytest.mark.parametrize("username", ["dz.owner", "dz.selector", "dz.centre"])
def test_other_roles_have_no_such_pages(town, sign_in, username):
    browser = sign_in(username)
    for path in ("/find-projects", "/registrations", f"/registrations/{'0' * 32}/receipt"):
        assert browser.get(path).status_code == 403


def test_ones_registrations_their_receipts_and_the_export(contractor, town, settings):
    assert "本企业还没有参与任何项目" in contractor.get("/registrations").text
    draw = seeding.announce(town)
    ticket = seeding.join(town, draw, town.contractors[0])["ticket"]
    assert f"/registrations/{draw.id}/receipt" in contractor.get("/registrations").text
    page = contractor.get(f"/registrations/{draw.id}/receipt").text
    assert ticket in page
    assert f'data-blind="{ticket}"' in page
    slip = contractor.get(f"/registrations/{draw.id}/receipt?download=1")
    assert slip.headers["Content-Disposition"].startswith("attachment")
    with reading() as session:
        assert receipts.is_genuine(session, settings, json.loads(slip.text))
    with zipfile.ZipFile(io.BytesIO(contractor.get("/registrations?export=xlsx").data)) as book:
        assert ticket in book.read("xl/sharedStrings.xml").decode()


def test_a_receipt_is_only_for_the_company_that_joined(town, sign_in):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    other = sign_in("dz.contractor02")
    missing = other.get(f"/registrations/{'0' * 32}/receipt")
    answer = other.get(f"/registrations/{draw.id}/receipt")
    assert answer.status_code == missing.status_code == 404
    assert "本企业没有参与这个项目" in answer.text


def test_after_the_result_the_receipt_shows_the_blind_and_the_list_the_outcome(contractor, town):
    draw = seeding.finished(town)
    with business_clock(fixed(PUBLISHED_AT)):
        page = contractor.get("/registrations").text
        receipt = contractor.get(f"/registrations/{draw.id}/receipt").text
    assert f"/results/{draw.id}" in page
    assert "盲值" in receipt
    assert "data-blind=" not in receipt


def test_before_publication_no_link_to_a_result_is_shown(contractor, town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    assert "/results/" not in contractor.get("/registrations").text


@pytest.mark.req("DZ-74.1")
def test_the_receipt_is_a_stamped_pdf_of_which_nothing_is_kept(contractor, town, sign_in):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    answer = contractor.get(f"/registrations/{draw.id}/receipt.pdf")
    assert answer.mimetype == "application/pdf"
    assert holds(answer.data)
    with reading() as session:
        assert session.scalars(select(Document)).all() == []
        assert session.scalars(select(Letter)).all() == []
    assert (
        sign_in("dz.contractor02").get(f"/registrations/{draw.id}/receipt.pdf").status_code == 404
    )


def exported(browser, address):
    with zipfile.ZipFile(io.BytesIO(browser.get(address).data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_what_is_found_is_exported_with_what_is_lacking(town, sign_in):
    seeding.announce(town)
    seeding.add_contractor(town, 7, level=4)
    small = sign_in("dz.contractor08")
    book = exported(small, "/find-projects?export=xlsx")
    assert "等级不够" in book
    assert "有不符合" in book
    assert "等级不够" not in exported(small, "/find-projects?fits=yes&export=xlsx")


def test_long_lists_are_paged_and_a_foreign_place_is_refused(contractor, town):
    for _ in range(3):
        seeding.announce(town)
    first = contractor.get("/find-projects?limit=2").text
    assert first.count("data-join=") == 2
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert contractor.get(onward).text.count("data-join=") == 1
    answer = contractor.get("/find-projects?cursor=WyJhIl0")
    assert answer.status_code == 422
    assert "翻页位置无效" in answer.text


def test_registrations_tell_the_next_step_and_are_narrowed_by_result(contractor, town):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    page = contractor.get("/registrations").text
    assert "冻结名单，之前可以退出" in page
    assert "等待结果" in page
    assert (
        f"/registrations/{draw.id}/receipt" in contractor.get("/registrations?result=waiting").text
    )
    assert "没有符合条件的参与记录" in contractor.get("/registrations?result=won").text
    assert "没有符合条件的参与记录" in contractor.get("/registrations?q=zzz").text


@pytest.mark.req("DZ-76.1")
def test_an_expired_qualification_at_the_freeze_is_told_with_what_to_do(contractor, town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    with unit_of_work() as session:
        party = session.get_one(Account, town.contractors[0]).party_id
        entry = session.scalars(select(RosterEntry).where(RosterEntry.party_id == party)).one()
        for held in entry.qualifications:
            held.valid_until = MORNING.date()
    seeding.freeze(town, draw)
    page = contractor.get("/registrations").text
    assert "不在冻结的名单内" in page
    assert "当日不在有效期内" in page
    assert "申请变更，补充或更新资质证书" in page
    with reading() as session:
        assert session.get_one(Draw, draw.id).tickets == len(town.contractors) - 1
