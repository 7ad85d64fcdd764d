"""The register of emergency works through HTTP: whose one sees, searched, exported, approved."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.clock import business_clock, fixed
from processes.demo.emergencies import Emergency
from tests.city import City, city, county
from tests.flows.emergencies import REPORTED, begun, need_approval, published
from tests.web.conftest import send
from tests.web.test_evaluations import browser, sheet_of

__all__ = ["city", "county"]
LATER = REPORTED + timedelta(hours=1)
TITLE = "枫泉镇北沟路基冲毁应急抢修工程"
PAGE = "/emergency-works"


def look(city: City, who: str, address: str = PAGE) -> str:
    with business_clock(fixed(LATER)):
        return page(browser(city, who), address)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.req("HR-2.4")
@pytest.mark.parametrize("who", ["hr.town", "hr.regulator", "hr.centre", "hr.oversight"])
def test_a_report_stands_in_the_register_from_its_first_minute(city: City, who) -> None:
    need_approval()
    story = published(city)
    text = look(city, who)
    assert TITLE in text
    assert city.project(story).number in text
    assert "栖梧市政工程有限公司" in text
    assert "应急结果已填报" in text
    assert "待核准" in text


@pytest.mark.req("HR-2.4")
def test_another_town_and_another_county_see_nothing_of_it(city: City) -> None:
    published(city)
    for who in ("hr.town2", "dz.owner", "dz.housing", "dz.centre"):
        assert TITLE not in look(city, who)


@pytest.mark.parametrize("who", ["hr.contractor03", "hr.supervisor", "hr.auditor", "hr.agency"])
def test_the_register_is_no_page_of_enterprises(city: City, who) -> None:
    with business_clock(fixed(LATER)):
        assert browser(city, who).get(PAGE).status_code == 403


@pytest.mark.req("HR-2.4")
def test_the_register_is_searched_by_everything_that_the_regulator_asks_for(city: City) -> None:
    story = published(city)
    late = begun(city, Emergency(title="枫泉镇水库溢洪道应急加固工程", works_type="水利水电"))
    late.report(
        REPORTED,
        occurred_at="2026-10-20T08:00",
        entrusted_at="2026-10-20T10:00",
        late_reason="抢险持续两周，通信中断。",
    )
    other = "枫泉镇水库溢洪道应急加固工程"
    number = city.project(story).number
    with business_clock(fixed(LATER)):
        client = browser(city, "hr.regulator")
        for query, found in (
            (f"number={number}", TITLE),
            ("title=溢洪道", other),
            ("works_type=水利水电", other),
            ("since=2026-11-01", TITLE),
            ("until=2026-10-31", other),
            ("late=yes", other),
            ("late=no", TITLE),
            ("q=北沟", TITLE),
        ):
            text = page(client, f"{PAGE}?{query}")
            missing = other if found == TITLE else TITLE
            assert (found in text, missing in text) == (True, False), query
        both = page(client, f"{PAGE}?owner=枫泉镇&phase=awarded")
        assert (TITLE in both, other in both) == (True, True)
        assert TITLE not in page(client, f"{PAGE}?owner=杏园街道")
        assert TITLE not in page(client, f"{PAGE}?phase=evaluated")
        assert client.get(f"{PAGE}?since=2026年").status_code == 422


@pytest.mark.req("HR-2.4")
def test_the_register_is_exported_with_what_the_filters_find(city: City) -> None:
    published(city)
    with business_clock(fixed(LATER)):
        client = browser(city, "hr.regulator")
        found = sheet_of(client.get(f"{PAGE}?export=xlsx").data)
        none = sheet_of(client.get(f"{PAGE}?export=xlsx&title=没有").data)
    for word in (TITLE, "枫泉镇人民政府", "栖梧市政工程有限公司", "不需核准"):
        assert word in found
        assert word not in none


@pytest.mark.req("HR-4.10")
def test_a_town_begins_an_emergency_from_the_register(city: City) -> None:
    with business_clock(fixed(LATER)):
        client = browser(city, "hr.town")
        assert "填报应急工程" in page(client, PAGE)
        answer = send(client, "/projects/new", flow="emergency_works")
        assert answer.status_code == 303
        assert "险情和抢险的必要性" in page(client, answer.headers["Location"])
        assert "填报应急工程</button>" not in page(browser(city, "dz.owner"), PAGE)


@pytest.mark.req("HR-4.10")
def test_the_regulator_reads_the_emergency_beside_the_approval(city: City) -> None:
    need_approval()
    story = published(city)
    with story.player.at(LATER):
        client = browser(city, "hr.regulator")
        text = page(client, f"/cases/{story.instance}")
        assert "强降雨冲毁进村道路路基" in text
        inbox = page(client, "/inbox")
        assert "核准应急工程" in inbox
    story.decide(LATER, "approved")
    text = look(city, "hr.regulator", f"/cases/{story.instance}")
    assert "同意" in text


def test_the_public_reads_the_result_with_its_law(city: City) -> None:
    story = published(city)
    with business_clock(fixed(LATER)):
        client = browser(city)
        listed = page(client, "/notices?county=huairou")
        assert f"{TITLE}应急工程发包结果公告" in listed
        address = listed.split("应急工程发包结果公告")[0].rpartition('href="')[2].partition('"')[0]
        text = page(client, address)
    assert "《中华人民共和国招标投标法》第六十六条" in text
    assert city.project(story).number in text
