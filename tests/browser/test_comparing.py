"""Versions side by side, moving cases and a flow's figures, as an analyst and a publisher see them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.flow.case_move import CaseMove
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.moving import job
from processes.proposals import apply_files
from tests.browser.living import City, serving
from tests.browser.workbench import draft, put
from tests.conftest import BUSINESS_DAY

pytestmark = pytest.mark.browser

BPMN = Path(__file__).resolve().parents[2] / "bpmn" / "base"
FLOW = "/flows/dazhou/random_selection"
COMPARED = "[data-compare][data-ready]"
WIDTHS = (1366, 390)


def changed(kind: str) -> bytes:
    """The announcement with one step called anew, one gone and one moved on the drawing."""
    text = (BPMN / "diagrams" / f"{kind}.bpmn").read_text(encoding="utf-8")
    text = text.replace('name="编制选取公告"', 'name="拟定选取公告"')
    return text.replace("notice.draft_within", "intake.review_within").encode()


def renamed() -> bytes:
    """The whole flow with the owner's step called anew, under a new id."""
    text = (BPMN / "diagrams" / "random_selection.bpmn").read_text(encoding="utf-8")
    text = re.sub(r'(id|Ref|bpmnElement)="name_people"', r'\1="appoint_people"', text)
    return text.replace(">name_people<", ">appoint_people<").encode()


@pytest.fixture(scope="module")
def shared(browser, built, tmp_path_factory):
    """One site with a case that waits for its owner; the county has got a version of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr("web.assets.DIST", built)
    with serving(tmp_path_factory.mktemp("comparing") / "data", browser) as city:
        story = Story(Player(city.settings), FINISHED)
        story.start(BUSINESS_DAY - timedelta(hours=20))
        story.submit(BUSINESS_DAY - timedelta(hours=19))
        story.accept(BUSINESS_DAY - timedelta(hours=18))
        with unit_of_work() as session:
            apply_files(session, "dazhou", {"diagrams/random_selection.bpmn": renamed()}, PLATFORM)
        yield city
    patch.undo()


@pytest.fixture
def city(shared: City):
    """The shared site; no script may have failed and no policy been broken."""
    shared.faults.clear()
    yield shared
    assert shared.faults == []


@pytest.fixture(scope="module")
def analyst(shared: City) -> Page:
    return shared.sign_in("analyst")


def test_two_diagrams_move_together_and_a_click_shows_where(city: City, analyst: Page):
    proposal = draft()
    put(proposal, "diagrams/announcement.bpmn", changed("announcement"))
    analyst.goto(f"/proposals/{proposal}/compare/diagrams/announcement.bpmn")
    analyst.wait_for_selector(COMPARED)
    assert analyst.locator("[data-side] .djs-element.is-changed").count() >= 2
    analyst.get_by_role("button", name="用户任务“拟定选取公告”").first.click()
    assert analyst.locator('[data-side] [data-element-id="draft_notice"].is-picked').count() == 2
    boxes = [
        analyst.locator(f'[data-side="{side}"] [data-element-id="draft_notice"]').bounding_box()
        for side in ("before", "after")
    ]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 2
    assert city.violations(analyst) == []


def test_a_form_is_drawn_twice_with_what_changed_marked(city: City, analyst: Page):
    proposal = draft()
    form = (BPMN / "forms" / "accept_works.json").read_text(encoding="utf-8")
    put(proposal, "forms/accept_works.json", form.replace("竣工日期", "完工日期").encode())
    analyst.goto(f"/proposals/{proposal}/compare/forms/accept_works.json")
    analyst.wait_for_selector("[data-compare-forms][data-ready]")
    expect(analyst.locator('[data-side="after"]')).to_contain_text("完工日期")
    expect(analyst.locator(".sw-compare-field.is-changed")).to_have_count(2)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_flows_figures_stand_on_its_diagram(city: City, width: int):
    page = city.sign_in("analyst", width)
    page.goto(f"{FLOW}/insight")
    page.locator("#version").select_option(index=1)
    page.get_by_role("button", name="查看").click()
    page.wait_for_selector("[data-insight][data-ready]")
    expect(page.locator(".sw-insight-count").first).to_have_text("1")
    expect(page.get_by_role("cell", name="指定选取和监督人员").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert city.violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_moves_fit_and_can_be_used_by_everybody(city: City, width: int):
    page = city.sign_in("publisher", width)
    page.goto(f"{FLOW}/moves")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert city.violations(page) == []


def test_a_publisher_moves_a_case_by_clicks(city: City):
    page = city.sign_in("publisher")
    page.goto(f"{FLOW}/moves")
    page.get_by_role("link", name="准备迁移").click()
    expect(page.get_by_label("用户任务“指定选取和监督人员”")).to_have_value("appoint_people")
    page.get_by_label("理由").fill("改了步骤的标识")
    page.get_by_role("button", name="在副本上试迁").click()
    expect(page.locator("main")).to_contain_text("可以迁移")
    assert city.violations(page) == []
    page.get_by_role("button", name="批准迁移").click()
    page.get_by_role("dialog").get_by_role("button", name="批准迁移").click()
    expect(page.locator("main")).to_contain_text("正在迁移")
    with reading() as session:
        move = session.scalars(select(CaseMove.id)).one()
    args = {"move": move, "act": "move", "time": 1}
    left = job.prepare(args, city.settings)
    with unit_of_work() as session:
        job.store(session, args, left, city.settings)
    page.get_by_role("link", name="刷新").click()
    expect(page.locator("main")).to_contain_text("已迁移")
    page.get_by_role("link", name="返回迁移记录").click()
    expect(page.locator("main")).to_contain_text("已迁1")
