"""Entrusted projects: the town follows every step and acts in none; the agency sees its own alone."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import calendar
from models import session as sessions
from models.clock import business_clock, fixed
from models.document import Document
from models.flow.rules import forget_rules
from models.letter import Letter
from models.project import Project
from models.settings import Settings
from processes.demo.city import PASSWORD
from processes.demo.comparing import ENTRUSTED, SELF, Comparing
from tests.built import once
from tests.city import City, build, engine_at
from tests.flows import comparing
from tests.flows.comparing import PUBLISHED, REVIEWED
from tests.web.conftest import send
from web.app import create_app

TOWN, AGENCY, OTHER_TOWN, OTHER_AGENCY = "hr.town", "hr.agency", "hr.town2", "hr.agency2"
CONTRACTOR, REGULATOR = "hr.contractor01", "hr.regulator"


@dataclass
class Site:
    """Three cases of Huairou, and browsers signed in to look at them."""

    city: City
    drafting: Comparing
    reviewing: Comparing
    published: Comparing
    own: Comparing
    enter: Callable[[str], FlaskClient]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    county = once("county", build)
    folder = Path(shutil.copytree(county, tmp_path_factory.mktemp("entrusted") / "data"))
    engine = engine_at(folder)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(data_dir=str(folder), secret_key="s" * 64)
    city = City(folder, settings, engine)
    played = [
        comparing.initiated(city, ENTRUSTED),
        comparing.closed(city, management=ENTRUSTED),
        comparing.published(city, management=ENTRUSTED),
        comparing.initiated(city, SELF),
    ]
    app = create_app(settings)
    app.testing = False
    browsers: dict[str, FlaskClient] = {}

    def enter(username: str) -> FlaskClient:
        if username not in browsers:
            browsers[username] = app.test_client()
            told = {"username": username, "password": PASSWORD}
            assert send(browsers[username], "/sign-in", **told).status_code == 303
        return browsers[username]

    yield Site(city, *played, enter)
    engine.dispose()


def project_of(one: Comparing) -> Project:
    with sessions.reading() as session:
        return session.get_one(Project, one.project)


def numbers_in(page: str, *played: Comparing) -> list[bool]:
    return [project_of(one).number in page for one in played]


def workbook_of(browser: FlaskClient, address: str) -> str:
    with zipfile.ZipFile(io.BytesIO(browser.get(address).data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


@pytest.mark.req("HR-4.11")
@pytest.mark.parametrize(
    ("who", "seen"), [(TOWN, True), (AGENCY, True), (OTHER_TOWN, False), (OTHER_AGENCY, False)]
)
def test_town_and_agency_list_what_was_entrusted_and_nobody_elses(site, who, seen):
    entrusted = (site.drafting, site.reviewing, site.published)
    browser = site.enter(who)
    with business_clock(fixed(REVIEWED)):
        for text in (
            browser.get("/entrusted").text,
            workbook_of(browser, "/entrusted?export=xlsx"),
        ):
            assert numbers_in(text, *entrusted) == [seen] * 3
            assert numbers_in(text, site.own) == [False]
    if not seen:
        assert "还没有" in browser.get("/entrusted").text


@pytest.mark.req("HR-4.11")
def test_the_list_says_whose_turn_it_is(site):
    with business_clock(fixed(REVIEWED)):
        page = site.enter(TOWN).get("/entrusted").text
    assert "资格审查" in page
    assert "编制发包公告" in page
    assert "青穗招标代理有限公司" in page


@pytest.mark.req("HR-4.11")
def test_the_town_follows_the_case_in_detail(site):
    browser = site.enter(TOWN)
    with business_clock(fixed(PUBLISHED)):
        page = browser.get(f"/cases/{site.published.instance}").text
        waiting = browser.get(f"/cases/{site.reviewing.instance}").text
    for words in ("报名和比选", "第1名", "综合评议", "比选记录", "发包公告</a>"):
        assert words in page
    assert "由代理机构办理，本单位可以查看每一步，不能代办" in waiting
    assert "资格审查" in waiting


@pytest.mark.req("HR-4.11")
@pytest.mark.parametrize("who", [TOWN, OTHER_TOWN, OTHER_AGENCY, CONTRACTOR, REGULATOR])
def test_nobody_but_the_agency_does_its_steps(site, who):
    with sessions.reading() as session:
        item = site.city.player.item(session, site.reviewing.instance, "qualification_review").id
    browser = site.enter(who)
    token = browser.get("/account/").text.split('name="csrf-token" content="')[1].split('"')[0]
    head = {"X-CSRFToken": token}
    with business_clock(fixed(REVIEWED)):
        for verb in ("complete", "claim", "release", "hand-over"):
            answer = browser.post(f"/work-items/{item}/{verb}", json={"form": {}}, headers=head)
            assert answer.status_code == 403, (verb, answer.text[:200])
        answer = browser.put(f"/work-items/{item}/draft", json={"form": {}}, headers=head)
        assert answer.status_code == 403
        page = browser.get(f"/work-items/{item}")
    assert "data-form-schema" not in page.text


@pytest.mark.parametrize("who", [OTHER_TOWN, OTHER_AGENCY, CONTRACTOR])
def test_guessed_ids_of_anothers_project_lead_nowhere(site, who):
    browser, one = site.enter(who), site.reviewing
    with sessions.reading() as session:
        item = site.city.player.item(session, one.instance, "qualification_review").id
    with business_clock(fixed(REVIEWED)):
        for address in (
            f"/cases/{one.instance}",
            f"/cases/{one.instance}/diagram.bpmn",
            f"/work-items/{item}",
            f"/registrations-of/{one.project}",
            f"/api/v1/instances/{one.instance}",
            f"/api/v1/work-items/{item}",
        ):
            answer = browser.get(address)
            assert answer.status_code in (403, 404), address
            assert "霁云" not in answer.text
        for address in ("/projects", "/projects?export=xlsx", "/api/v1/projects?q=枫泉镇"):
            answer = browser.get(address)
            if answer.status_code == 200 and "export" not in address and who != CONTRACTOR:
                assert numbers_in(answer.text, one) == [False]


@pytest.mark.parametrize("who", [OTHER_TOWN, OTHER_AGENCY])
def test_what_an_outsider_reads_of_a_project_has_no_name_before_the_result(site, who):
    with business_clock(fixed(REVIEWED)):
        told = site.enter(who).get(f"/api/v1/projects/{site.reviewing.project}").text
    inside = site.enter(AGENCY).get(f"/api/v1/projects/{site.reviewing.project}").json
    assert inside["registrants"]
    for name in inside["registrants"]:
        assert name not in told


@pytest.mark.req("HR-4.11")
def test_the_agency_has_its_documents_and_letters_and_the_other_agency_none(site):
    with sessions.reading() as session:
        letter = session.scalars(
            select(Letter).where(Letter.project_id == site.published.project)
        ).first()
        record = session.scalars(
            select(Document).where(
                Document.project_id == site.published.project,
                Document.kind == "comparison_record",
            )
        ).first()
    with business_clock(fixed(PUBLISHED)):
        for who, status in ((AGENCY, 200), (TOWN, 200), (OTHER_AGENCY, 404), (OTHER_TOWN, 404)):
            browser = site.enter(who)
            assert browser.get(f"/documents/{record.id}").status_code == status, who
            listed = browser.get("/letters").text
            assert (letter.code in listed) == (status == 200), who
            assert numbers_in(browser.get("/projects").text, site.published) == [status == 200]


@pytest.mark.parametrize("who", [CONTRACTOR, REGULATOR, "hr.supervisor", "hr.auditor"])
def test_others_have_no_such_page(site, who):
    assert site.enter(who).get("/entrusted").status_code == 403


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [
        (AGENCY, ("/projects", "/entrusted", "/registrations-of", "/letters"), ("/find-projects",)),
        ("hr.supervisor", ("/projects", "/inbox", "/organisation"), ("/entrusted",)),
        ("hr.auditor", ("/projects", "/inbox", "/organisation"), ("/entrusted",)),
        ("hr.reviewer", ("/inbox", "/organisation"), ("/entrusted", "/projects")),
        ("hr.landscape", ("/inbox", "/enterprise-review"), ("/entrusted", "/registrations-of")),
    ],
)
def test_each_new_role_has_its_menu_and_every_item_opens(site, who, has, lacks):
    browser = site.enter(who)
    menu = browser.get("/desk").text.split('class="sw-nav-body"')[1].split("</nav>")[0]
    for path in has:
        assert f'href="{path}"' in menu, path
        assert browser.get(path).status_code == 200, path
    for path in lacks:
        assert f'href="{path}"' not in menu, path
