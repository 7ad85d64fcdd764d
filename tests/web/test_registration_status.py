"""Registration status: nothing before the county's rule opens it, everything to whom it is due."""

import io
import re
import zipfile

import pytest

from models.clock import business_clock, fixed
from models.project import Management
from tests.web import comparison_town
from tests.web.comparison_town import CLOSES, COMPARED, REVIEWED, TITLE
from web.access_log import PRIVATE_RULE

ORGANISER, TOWN, REGULATOR = "dz.agency", "dz.owner", "dz.housing"
STRANGERS = ("dz.agency2", "dz.owner2")
NO_ROLE = ("dz.contractor01", "dz.centre", "dz.supervisor", "dz.auditor")


@pytest.fixture
def made(database, settings, business_day):
    return comparison_town.build(settings)


def page_of(browser, made) -> str:
    return browser.get(f"/registrations-of/{made.project_id}").text


def exported(browser, address: str) -> str:
    with zipfile.ZipFile(io.BytesIO(browser.get(address).data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


@pytest.mark.req("HR-4.5.4")
@pytest.mark.parametrize("username", [ORGANISER, TOWN, REGULATOR])
def test_before_the_close_it_says_when_names_are_shown_and_by_which_rule(made, sign_in, username):
    comparison_town.at_stage(made, "registering")
    page = page_of(sign_in(username), made)
    assert "报名截止（11-23 17:00）之后公开报名企业的家数和名称" in page
    assert comparison_town.ARTICLE in page
    assert page.count("保密") == 2
    for name in comparison_town.names(made):
        assert name not in page


@pytest.mark.req("HR-4.5.4")
@pytest.mark.parametrize("username", [ORGANISER, TOWN, REGULATOR])
def test_who_registers_changes_nothing_on_the_page_before_the_close(made, sign_in, username):
    comparison_town.announce(made)
    browser = sign_in(username)
    before = [without_tokens(browser.get(one).text) for one in addresses(made)]
    comparison_town.register(made, 0, 2)
    assert [without_tokens(browser.get(one).text) for one in addresses(made)] == before


def addresses(made) -> list[str]:
    return [f"/registrations-of/{made.project_id}", "/registrations-of", "/entrusted", "/projects"]


def without_tokens(page: str) -> str:
    """Return a page without its anti-forgery tokens and its request's number."""
    return re.sub(r'(nonce|value|content)="[^"]{20,}"|\b[0-9A-F]{10}\b', "", page)


@pytest.mark.parametrize("stage", ["registering", "closed"])
def test_the_export_is_refused_in_words_while_names_are_sealed(made, sign_in, stage):
    comparison_town.at_stage(made, stage)
    answer = sign_in(ORGANISER).get(f"/registrations-of/{made.project_id}?export=xlsx")
    assert answer.status_code == 409
    assert "报名企业现在不公开，不能导出" in answer.text


@pytest.mark.req("HR-4.5.4")
def test_after_the_close_the_count_waits_for_its_rule_and_names_for_the_guardians(made, sign_in):
    comparison_town.at_stage(made, "closed")
    with business_clock(fixed(CLOSES)):
        page = page_of(sign_in(ORGANISER), made)
    assert "保管方正在开启名称" in page
    assert page.count("保密") == 2


@pytest.mark.req("HR-4.5.4")
@pytest.mark.parametrize("username", [ORGANISER, TOWN, REGULATOR])
def test_once_open_number_names_and_contacts_are_shown_to_print_and_as_a_workbook(
    made, sign_in, username
):
    comparison_town.at_stage(made, "opened")
    browser = sign_in(username)
    page = page_of(browser, made)
    assert "共4家" in page
    assert "data-print" in page
    book = exported(browser, f"/registrations-of/{made.project_id}?export=xlsx")
    for number, name in enumerate(comparison_town.names(made)):
        for text in (page, book):
            assert name in text
            assert f"联系{number} 1391000{number:04}" in text
    assert "4家" in browser.get("/registrations-of").text


def test_review_and_ranking_stand_beside_each_name(made, sign_in):
    comparison_town.at_stage(made, "compared", failed=1)
    with business_clock(fixed(COMPARED)):
        page = page_of(sign_in(ORGANISER), made)
    for words in ("不通过", "项目经理证书已过期", "第1名", "报价合理，业绩相近工程3个"):
        assert words in page


def test_before_the_review_nothing_of_it_is_shown(made, sign_in):
    comparison_town.at_stage(made, "opened")
    with business_clock(fixed(REVIEWED)):
        page = page_of(sign_in(ORGANISER), made)
    assert "资格审查</th>" not in page
    assert "名次</th>" not in page


@pytest.mark.req("HR-4.5.4")
@pytest.mark.parametrize("stage", ["registering", "published"])
def test_others_guess_its_address_and_learn_nothing(made, sign_in, stage):
    comparison_town.at_stage(made, stage)
    for username in STRANGERS:
        browser = sign_in(username)
        for address in (f"/registrations-of/{made.project_id}", f"/registrations-of/{'0' * 32}"):
            for query in ("", "?export=xlsx"):
                answer = browser.get(address + query)
                assert answer.status_code == 404
                assert "没有找到这个项目" in answer.text
        assert TITLE not in browser.get("/registrations-of").text
        assert TITLE not in exported(browser, "/registrations-of?export=xlsx")
    for username in NO_ROLE:
        answer = sign_in(username).get(f"/registrations-of/{made.project_id}")
        assert answer.status_code == 403


def test_a_town_that_runs_its_comparison_itself_is_its_organiser(made, sign_in):
    comparison_town.announce(made, Management.SELF)
    comparison_town.register(made, 0, 1, 2)
    comparison_town.open_names(made)
    assert comparison_town.names(made)[1] in page_of(sign_in(TOWN), made)
    assert sign_in(ORGANISER).get(f"/registrations-of/{made.project_id}").status_code == 404


def test_a_mask_that_still_hides_outweighs_one_that_was_lifted(made, sign_in):
    comparison_town.at_stage(made, "opened")
    with comparison_town.masked_again(made):
        page = page_of(sign_in(ORGANISER), made)
    assert comparison_town.names(made)[0] not in page


def test_a_look_at_registrations_is_in_the_access_log_and_a_registration_is_not():
    assert PRIVATE_RULE.search("/registrations-of/<project_id>") is None
    assert PRIVATE_RULE.search("/registrations/<draw_id>/receipt")
    assert PRIVATE_RULE.search("/registrations")


def test_without_comparisons_the_list_says_what_will_come(made, sign_in):
    assert "还没有比选项目" in sign_in(TOWN).get("/registrations-of").text
