"""The English site: complete, with its places filled in, and Chinese only where people wrote it."""

import re
from collections import Counter
from html import unescape

import pytest
import structlog
from sqlalchemy import update

from models import errors
from models.identity.account import Account
from models.session import reading, unit_of_work
from tests.web import route_table, words
from tests.web.conftest import send
from tests.web.english_pages import SWITCH, left_over, written_by_people
from tests.web.route_world import route_world
from web.app import create_app
from web.errors import said
from web.i18n import listed, translated
from web.i18n.catalogue import english
from web.i18n.marking import mark_chinese

PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
TAGS = re.compile(r"<[^<>]+>")
MAIN = (
    "/",
    "/notices",
    "/notices/<notice_id>",
    "/results",
    "/results/<draw_id>",
    "/roster",
    "/conduct",
    "/outages",
    "/how-it-works",
    "/check",
    "/log",
    "/open-data",
    "/letters/check",
    "/sign-in",
    "/register",
    "/desk",
    "/inbox",
    "/late",
    "/messages",
    "/projects",
    "/projects/new",
    "/cases/<instance_id>",
    "/ceremonies",
    "/ceremonies/<draw_id>",
    "/letters",
    "/enquiries",
    "/enterprise-review",
    "/enterprises",
    "/evaluations",
    "/find-projects",
    "/registrations",
    "/organisation",
    "/organisation/qualifications",
    "/organisation/pledges",
    "/organisation/suspensions",
    "/account/",
    "/admin/",
    "/admin/accounts/",
    "/admin/instances/",
    "/admin/jobs/",
)
"""Pages on which nothing of the site's own may be left in Chinese."""
ENOUGH = 2
"""Roles with which a page is read: those who may see it differ in the frame around it."""


@pytest.fixture(scope="module")
def catalogue():
    return words.kept()


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else(catalogue):
    assert {str(one.id) for one in catalogue if one.id} == set(words.sources())


def test_every_text_has_an_english_one(catalogue):
    assert [one.id for one in catalogue if one.id and not one.string] == []


def test_no_english_text_holds_chinese(catalogue):
    found = [
        one.string for one in catalogue if words.CHINESE.search(str(one.string).replace(SWITCH, ""))
    ]
    assert found == []


def test_places_and_marks_of_a_text_stand_in_its_english_one_too(catalogue):
    for one in catalogue:
        if one.id:
            assert set(PLACES.findall(one.id)) == set(PLACES.findall(one.string)), one.id
            assert sorted(TAGS.findall(one.id)) == sorted(TAGS.findall(one.string)), one.id


def test_the_catalogue_is_written_as_it_would_be_now():
    assert words.ENGLISH_FILE.read_bytes() == words.written(words.renewed())


def test_no_template_speaks_chinese_past_gettext():
    for folder in words.TEMPLATES:
        for path in (words.ROOT / folder).rglob("*.html"):
            assert words.unwrapped(path.read_text()) == set(), path


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with route_world(tmp_path_factory.mktemp("english") / "data") as world:
        with unit_of_work() as session:
            session.execute(update(Account).values(locale="en"))
        with route_table.quietly():
            app = create_app(world.settings)
            app.extensions["limits"].enabled = False
            structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
            yield app, world, route_table.Visitor(app, world)


def test_main_pages_are_english_but_for_what_people_wrote(site):
    app, world, visitor = site
    written, seen = written_by_people(world.file), Counter()
    for call in route_table.calls_of(app, world):
        if call.method != "GET" or call.shown not in MAIN:
            continue
        for role, people in world.people.items():
            if seen[call.shown] == ENOUGH:
                break
            cookie = f"{visitor.cookies[people[0]]}; language=en"
            answer = visitor.browser.get(call.address, headers={"Cookie": cookie})
            if answer.status_code == 200:
                seen[call.shown] += 1
                assert '<html lang="en">' in answer.text
                assert left_over(answer.text, written) == [], f"{call.shown} as {role}"
    assert set(seen) == set(MAIN)


def test_a_sentence_of_a_script_is_found_whatever_its_values_are():
    script = b"say('\xe7\x94\xb2{a}{b}', { a, b: f(1, 2) }); say(`\xe4\xb9\x99${c}`, 'x');"
    assert words.script_texts(script) == {"甲{a}{b}"}


def test_a_text_left_in_chinese_is_found():
    assert left_over("<p>请稍候</p><p>达州市</p>", ["达州市"]) == ["请稍候"]
    assert left_over('<button aria-label="关闭">x</button>', []) == ["关闭"]


def english_request(app):
    return app.test_request_context("/", headers={"Cookie": "language=en"})


def test_an_error_is_said_in_english_with_its_facts(app):
    class GoneError(errors.ConflictError):
        message = "该待办已由{by}领取，如需由您办理，请请其退回或移交。"

    with english_request(app):
        assert said(GoneError(by="陈明")).startswith("陈明 claimed this work item.")
    with app.test_request_context("/"):
        assert said(GoneError(by="陈明")).startswith("该待办已由陈明领取")


def test_a_sentence_filled_in_below_is_recognised(app):
    with english_request(app):
        assert translated("最多20个字，请缩短。") == "At most 20 characters. Shorten it."
        assert translated("达州市") == "达州市"
        assert listed(["项目业主", "达州市"]) == "Project owner, 达州市"
        assert translated("暂停申请") == "Request: Pause"
        assert translated("我自己写的申请") == "我自己写的申请"
    with app.test_request_context("/"):
        assert listed(["项目业主", "达州市"]) == "项目业主、达州市"


def test_a_program_gets_errors_in_its_callers_language(client):
    client.set_cookie("language", "en")
    answer = client.get("/notices/nothing", headers={"Accept": "application/json"})
    assert answer.json["message"].startswith("This notice was not found")


def test_a_visitor_switches_by_a_link_and_the_browser_remembers(client):
    page = client.get("/notices").text
    address = re.search(r'href="(/language/en\?[^"]+)"', page)
    assert address
    answer = client.get(unescape(address[1]))
    assert (answer.status_code, answer.location) == (303, "/notices")
    assert '<html lang="en">' in client.get("/notices").text
    client.get("/language/zh")
    assert '<html lang="zh-CN">' in client.get("/notices").text


def test_an_account_keeps_its_language_wherever_it_signs_in(people, sign_in):
    account = people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    send(browser, "/language/en", page="/account/", back="/account/")
    with reading() as session:
        assert session.get_one(Account, account.id).locale == "en"
    assert "Account and keys" in sign_in("dz.owner").get("/account/").text


def test_a_switch_leads_nowhere_else_and_knows_two_languages(client):
    assert client.get("/language/en?back=https://elsewhere.example/").location == "/"
    assert client.get("/language/fr").status_code == 404


def test_english_costs_no_statement_more(people, sign_in, statements):
    people("dz.owner", "owner")
    people("hr.owner", "owner", locale="en")
    counts = []
    for name in ("dz.owner", "hr.owner"):
        browser = sign_in(name)
        browser.get("/account/")
        statements.clear()
        browser.get("/account/")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_stretches_of_chinese_are_marked_for_screen_readers():
    page = '<title>达州</title><p title="道路">From <b> 达州市 </b></p><script>"达"</script>'
    marked = '<b> <span lang="zh-CN">达州市</span> </b>'
    assert mark_chinese(page) == page.replace("<b> 达州市 </b>", marked)


def test_a_chinese_page_is_not_looked_through(client):
    assert '<span lang="zh-CN">' not in client.get("/notices").text


def test_the_words_of_scripts_are_on_english_pages_alone(client):
    assert 'id="words"' not in client.get("/notices").text
    client.set_cookie("language", "en")
    page = client.get("/notices").text
    assert english().of_scripts
    assert page.count('id="words"') == 1
