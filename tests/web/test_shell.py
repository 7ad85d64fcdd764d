import pytest

from models.flow.definition import Content, Definition, DefinitionStatus
from models.flow.job import Setting
from models.identity.county import County
from models.session import unit_of_work
from models.settings import Settings
from tests.web.case_world import join_party
from tests.web.conftest import PASSWORD, send
from web.app import create_app

REHEARSAL = "这是演练系统"
PLACES = ("dazhou", "huairou")


@pytest.fixture
def counties(people):
    with unit_of_work() as session:
        session.add_all(
            [
                County(code="huairou", name="怀柔区"),
                County(code="shut", name="未开通县", is_open=False),
            ]
        )


def menu_of(page):
    return page.partition('aria-label="主菜单"')[2].partition("</nav>")[0]


@pytest.mark.parametrize(
    ("role", "shown", "missing"),
    [
        (
            "owner",
            ("/desk", "/inbox", "/projects/new", "/projects", "/ceremonies"),
            ("/find-projects", "/admin/"),
        ),
        ("contractor", ("/desk", "/find-projects", "/registrations"), ("/projects", "/ceremonies")),
        ("trading_centre", ("/projects", "/ceremonies"), ("/projects/new", "/registrations")),
        ("keeper_audit", ("/admin/", "/notices"), ("/desk", "/inbox", "/projects")),
    ],
)
def test_the_menu_shows_what_the_role_may_open_and_each_item_opens(
    people, sign_in, role, shown, missing
):
    join_party(people("somebody", role), "甲公司")
    browser = sign_in("somebody")
    menu = menu_of(browser.get("/account/").text)
    for path in shown:
        assert f'href="{path}"' in menu, path
        assert browser.get(path).status_code == 200, path
    for path in missing:
        assert f'href="{path}"' not in menu, path


@pytest.mark.parametrize("status", [DefinitionStatus.PUBLISHED, DefinitionStatus.DRAFT])
def test_a_page_of_a_flow_stands_in_the_menu_where_the_county_has_the_flow(
    counties, people, sign_in, business_day, status
):
    has_it = status is DefinitionStatus.PUBLISHED
    with unit_of_work() as session:
        session.add(Content(sha256="d" * 64, body=b"<definitions/>"))
        session.flush()
        session.add(
            Definition(
                key="comparative_selection",
                county_code="huairou",
                version=1,
                title="比选",
                status=status,
                diagram="d" * 64,
                created_at=business_day,
            )
        )
    join_party(people("town", "owner", county="*"), "甲镇")
    browser = sign_in("town")
    menus = {place: menu_of(browser.get(f"/account/?in={place}").text) for place in PLACES}
    assert ('href="/entrusted"' in menus["huairou"]) == has_it
    assert ('href="/registrations-of"' in menus["huairou"]) == has_it
    assert 'href="/entrusted"' not in menus["dazhou"]
    assert all('href="/emergency-works"' not in menu for menu in menus.values())


def test_one_works_in_a_county_one_holds_a_role_in(counties, people, sign_in):
    people("both", "owner", county="*")
    browser = sign_in("both")
    page = browser.get("/account/").text
    assert "怀柔区" in page
    assert "未开通县" not in page
    browser.get("/desk?in=huairou")
    assert "区县：怀柔区" in browser.get("/account/").text
    browser.get("/desk?in=shut")
    assert "区县：怀柔区" in browser.get("/account/").text


def test_a_county_without_a_role_is_not_offered(counties, people, sign_in):
    people("one", "owner", county="huairou")
    page = sign_in("one").get("/desk?in=dazhou").text
    assert "区县：怀柔区" in page
    assert "达州市" not in page


def test_training_and_demonstration_are_marked_on_every_page(database, tmp_path, people, sign_in):
    people("dz.owner", "owner")
    assert REHEARSAL not in sign_in("dz.owner").get("/desk").text
    with unit_of_work() as session:
        session.add(Setting(name="demonstration", value=True))
    settings = Settings(data_dir=str(tmp_path), secret_key="s" * 64)
    browser = create_app(settings).test_client()
    assert REHEARSAL in browser.get("/sign-in").text
    assert REHEARSAL in browser.get("/nothing").text
    send(browser, "/sign-in", username="dz.owner", password=PASSWORD)
    assert REHEARSAL in browser.get("/desk").text


def test_what_was_done_is_said_once(people, sign_in):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    new = "another-long-secret"
    send(browser, "/account/password", page="/account/", present=PASSWORD, password=new, again=new)
    assert "密码已修改" in browser.get("/account/").text
    assert "密码已修改" not in browser.get("/account/").text


def test_the_page_names_its_language_title_landmarks_and_one_heading(people, sign_in):
    people("dz.owner", "owner")
    page = sign_in("dz.owner").get("/desk").text
    assert '<html lang="zh-CN">' in page
    assert "<title>工作台 - 达州市小额工程</title>" in page
    assert page.count("<h1>") == 1
    assert 'href="#main"' in page
    assert 'aria-current="page"' in page
