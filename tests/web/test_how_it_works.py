"""How it works: published flows alone, in words that say what the diagram says, with the rules."""

import re

import pytest

from models.clock import business_clock, fixed
from models.flow.definition import BASE
from models.identity.actor import PLATFORM
from models.session import unit_of_work
from processes import flows
from tests.city import MORNING, City, city, county
from tests.processes.diagrams import END, START, chain, lanes, node, process
from web.app import create_app

__all__ = ["city", "county"]


@pytest.fixture
def visitor(city: City):
    with business_clock(fixed(MORNING)):
        yield create_app(city.settings).test_client()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def sketch(key: str) -> bytes:
    return process(
        lanes(交易中心="begin check finish"),
        START,
        node("userTask", "check"),
        END,
        chain("begin", "check", "finish"),
        id=key,
    )


def test_everybody_sees_the_countys_flows_and_rules_with_their_articles(visitor) -> None:
    page = text_of(visitor.get("/how-it-works?in=dazhou").text)
    assert "小额工程随机选取" in page
    assert "由项目业主发起。" in page
    assert "达州市小额工程交易规程第七十五条" in page
    assert "2个工作日" in page
    assert "2021" in page


def test_a_county_without_rules_of_its_own_shows_the_platforms(visitor) -> None:
    page = text_of(visitor.get("/how-it-works?in=huairou").text)
    assert "平台缺省" in page
    assert "达州市小额工程交易规程" not in page


def test_the_words_of_a_flow_say_who_does_what_by_when_and_what_comes_next(visitor) -> None:
    page = text_of(visitor.get("/how-it-works/project_intake?in=dazhou").text)
    watched = "1个工作日 提前1个工作日提醒 超期报告交易中心领导"
    review = re.search(rf"交易中心 受理审核 人工办理 {watched} 第(\d+)步", page)
    assert review
    asked = rf"{review[1]} 交易中心 是否受理 分情况 无 受理：第\d+步；退回：第\d+步"
    assert re.search(asked, page)


@pytest.mark.req("XX-2.7")
def test_a_watched_deadline_says_who_is_reminded_when_and_who_is_told(visitor) -> None:
    page = text_of(visitor.get("/how-it-works/enquiry?in=dazhou").text)
    told = "1个工作日 提前1个工作日提醒 超期报告交易中心领导"
    assert re.search(rf"交易中心 答复咨询 人工办理 {told} 第\d+步", page)
    assert "办理期限届满前多久提醒" in page


def test_a_flow_that_is_called_is_one_link_away(visitor) -> None:
    page = visitor.get("/how-it-works/random_selection").text
    assert 'href="/how-it-works/draw_ceremony"' in page
    assert visitor.get("/how-it-works/draw_ceremony").status_code == 200


def test_the_diagram_is_the_published_one_as_it_is(visitor) -> None:
    answer = visitor.get("/how-it-works/enquiry/diagram.bpmn")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert b'id="enquiry"' in answer.data


def test_a_draft_is_shown_to_nobody(visitor) -> None:
    with unit_of_work() as session:
        flows.create_draft(session, sketch("not_yet"), BASE, PLATFORM)
    for address in ("/how-it-works/not_yet", "/how-it-works/not_yet/diagram.bpmn"):
        assert visitor.get(address).status_code == 404
    assert "not_yet" not in visitor.get("/how-it-works").text
    with unit_of_work() as session:
        flows.publish(session, "not_yet", BASE, 1, PLATFORM)
    assert visitor.get("/how-it-works/not_yet").status_code == 200
