"""Notices for everybody: lists, filters, paging, feed, export, one page each."""

import io
import re
import zipfile
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from models.clock import business_clock, business_now, fixed
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.session import unit_of_work
from tests import seeding
from tests.seeding import FREEZE_AT, MORNING, PUBLISHED_AT, SELECTION_AT

ADDRESS = re.compile(r'"(/notices/[0-9a-f]{32})"')
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def at(moment, client, path):
    with business_clock(fixed(moment)):
        return client.get(path)


def notice_of(draw, kind=NoticeKind.TENDER_NOTICE):
    return seeding.rows(Notice, draw_id=draw.id, kind=kind)[0]


def publish(draw, kind, title, moment, **values):
    project_id = draw.project_id
    with unit_of_work() as session:
        notice = Notice(
            kind=kind, county_code="dazhou", project_id=project_id, title=title, body="正文。",
            facts={}, published_at=moment, **values,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        return notice.id


def test_an_empty_list_says_what_to_do(client, town):
    page = client.get("/notices").text
    assert "这里还没有发布公告" in page
    assert "查看全部公告" in page


@pytest.mark.req("HR-2.2.3")
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", {"照明", "水渠"}),
        ("title=照明", {"照明"}),
        ("number=0188", {"水渠"}),
        ("q=照明工程选取公告", {"照明"}),
        ("q=选取公告", {"照明", "水渠"}),
        ("from=2026-11-20&to=2026-11-21", {"照明", "水渠"}),
        ("from=2026-11-21", set()),
        ("to=2026-11-17", set()),
        ("kind=tender_notice", {"照明", "水渠"}),
        ("kind=award_notice", set()),
        ("kind=nonsense", {"照明", "水渠"}),
        ("q=照明", {"照明"}),
        ("q=%25", set()),
        ("q=青石镇", {"照明", "水渠"}),
        ("works_type=机电", {"照明"}),
        ("owner=青石", {"照明", "水渠"}),
        ("owner=柳河", set()),
        ("phase=frozen", {"水渠"}),
        ("phase=draft", {"照明", "水渠"}),
        ("since=2026-11-18&until=2026-11-18", {"照明", "水渠"}),
        ("until=2026-11-17", set()),
        ("since=2026-11-19", set()),
        ("county=dazhou", {"照明", "水渠"}),
        ("county=huairou", set()),
    ],
)
def test_filters_stand_in_the_address(client, town, address, found):
    seeding.announce(town, "照明工程", works_type="机电")
    channel = seeding.announce(town, "水渠工程")
    with unit_of_work() as session:
        session.get_one(Project, channel.project_id).phase = ProjectPhase.FROZEN
    page = client.get(f"/notices?{address}").text
    assert {word for word in ("照明", "水渠") if f"{word}工程选取公告" in page} == found


@pytest.mark.req("HR-2.2.4")
@pytest.mark.parametrize(
    ("address", "is_found"),
    [
        ("", True),
        ("q=灌溉渠", True),
        ("works_type=水利&owner=青石", True),
        ("works_type=机电", False),
        ("title=照明", False),
        ("since=2026-11-23&until=2026-11-23", True),
        ("since=2026-11-24", False),
        ("from=2026-11-24&to=2026-11-24", True),
        ("from=2026-11-26", False),
    ],
)
def test_award_notices_are_found_in_the_same_ways(client, town, address, is_found):
    seeding.finished(town)
    page = at(PUBLISHED_AT, client, f"/notices?kind=award_notice&{address}").text
    assert ("工程中选结果公示</a>" in page) is is_found


@pytest.mark.parametrize("address", ["since=2026-13-01", "until=x"])
def test_a_false_date_is_told_and_left_out(client, town, address):
    seeding.announce(town)
    page = client.get(f"/notices?{address}")
    assert page.status_code == 200
    assert "日期的写法应为2026-11-20" in page.text
    assert "灌溉渠" in page.text


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwieCJd", "WzEsMl0", "bnVsbA", "é"])
def test_a_false_cursor_is_refused_in_words(client, town, cursor):
    answer = client.get(f"/notices?cursor={cursor}")
    assert answer.status_code == 422
    assert "翻页位置无效" in answer.text


def test_pages_follow_one_another_without_gap_or_repetition(client, town):
    draw = seeding.announce(town)
    made = [
        publish(draw, NoticeKind.CORRIGENDUM, f"更正{n:02}", MORNING - timedelta(minutes=n // 2))
        for n in range(45)
    ]
    seen, path = [], "/notices?kind=corrigendum&q=更正"
    while path:
        page = client.get(path).text
        seen += ADDRESS.findall(page)
        rest = page.split('rel="next" href="')
        path = rest[1].split('"')[0].replace("&amp;", "&") if len(rest) > 1 else ""
    assert sorted(seen) == sorted(f"/notices/{one}" for one in made)
    assert "q=" in page.split("回到第一页")[0].split("href=")[-1]


def test_a_notice_of_tomorrow_or_a_draft_does_not_exist_yet(client, town):
    draw = seeding.announce(town)
    late = publish(draw, NoticeKind.CORRIGENDUM, "明天的更正", business_now() + timedelta(days=1))
    draft = publish(draw, NoticeKind.AWARD_NOTICE, "未发布的公示", None)
    shown = notice_of(draw).id
    for page in ("/", "/notices", "/notices/feed.atom", f"/notices/{shown}"):
        text = client.get(page).text
        assert "明天的更正" not in text
        assert "未发布的公示" not in text
    missing = client.get(f"/notices/{'0' * 32}")
    for one in (late, draft):
        assert client.get(f"/notices/{one}").status_code == missing.status_code == 404
        assert client.get(f"/notices/{one}/qr.svg").status_code == 404


def test_the_page_tells_the_plan_the_conditions_what_is_hidden_and_until_when(client, town):
    draw = seeding.announce(town)
    page = client.get(f"/notices/{notice_of(draw).id}").text
    assert draw.plan_hash[:8] in page
    assert "具备市政公用工程施工总承包三级及以上" in page
    assert "参与企业的名称在结果公布前不公开（交易规程第七十六条）" in page
    assert "还剩2个工作日" in page
    assert "我要参与" in page


def test_the_page_is_the_same_bytes_whoever_joined(client, town):
    draw = seeding.announce(town)
    path = f"/notices/{notice_of(draw).id}"
    before = client.get(path).data
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    assert client.get(path).data == before


def steps(page):
    lines = page.split('<ol class="sw-steps')[1].split("</ol>")[0].split("<li")[1:]
    state = {"已完成：": "done", "当前：": "now", "未开始：": "next"}
    told = [next(word for mark, word in state.items() if mark in line) for line in lines]
    titles = [line.split("</span></b>")[0] for line in lines]
    return told, titles


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (ProjectPhase.ANNOUNCED, ["done", "now", "next", "next", "next", "next", "next", "next"]),
        (ProjectPhase.FROZEN, ["done", "done", "now", "next", "next", "next", "next", "next"]),
        (ProjectPhase.DRAWN, ["done", "done", "now", "next", "next", "next", "next", "next"]),
        (ProjectPhase.PUBLICISED, ["done", "done", "done", "now", "next", "next", "next", "next"]),
        (ProjectPhase.AWARDED, ["done", "done", "done", "done", "now", "next", "next", "next"]),
        (ProjectPhase.CONTRACTED, ["done", "done", "done", "done", "done", "now", "next", "next"]),
        (ProjectPhase.COMPLETED, ["done", "done", "done", "done", "done", "done", "done", "now"]),
        (ProjectPhase.EVALUATED, ["done", "done", "done", "done", "done", "done", "done", "done"]),
        (ProjectPhase.UNSUCCESSFUL, ["done", "done", "now", "next"]),
        (ProjectPhase.TERMINATED, ["done", "done", "now"]),
    ],
)
def test_the_timeline_stands_where_the_project_stands(client, town, phase, told):
    draw = seeding.announce(town)
    with unit_of_work() as session:
        session.get_one(Project, draw.project_id).phase = phase
    assert steps(client.get(f"/notices/{notice_of(draw).id}").text)[0] == told


@pytest.mark.parametrize(
    ("moment", "word", "joins"),
    [
        (MORNING, "公告中", True),
        (FREEZE_AT - timedelta(seconds=1), "公告中", True),
        (FREEZE_AT, "已期满", False),
        (SELECTION_AT, "已期满", False),
    ],
)
def test_joining_is_offered_until_the_minute_and_no_longer(client, town, moment, word, joins):
    draw = seeding.announce(town)
    page = at(moment, client, f"/notices/{notice_of(draw).id}").text
    assert word in page
    assert ("我要参与" in page) is joins


def test_people_who_cannot_join_are_not_offered_it(town, sign_in):
    draw = seeding.announce(town)
    path = f"/notices/{notice_of(draw).id}"
    assert "我要参与" in sign_in("dz.contractor01").get(path).text
    assert "我要参与" not in sign_in("dz.owner").get(path).text


def test_the_award_notice_leads_to_the_result(client, town):
    draw = seeding.finished(town)
    page = at(PUBLISHED_AT, client, f"/notices/{notice_of(draw, NoticeKind.AWARD_NOTICE).id}").text
    assert "公示中" in page
    assert f"/results/{draw.id}" in page
    assert "本项目的全部公告" in page


def test_the_feed_is_an_atom_feed_whatever_a_title_holds(client, town, settings):
    draw = seeding.announce(town, '照明<b>&"工程\x0b"')
    feed = ET.fromstring(client.get("/notices/feed.atom?kind=tender_notice").data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == '照明<b>&"工程"选取公告'
    address = f"{settings.url}/notices/{notice_of(draw).id}"
    assert entry.find(f"{ATOM}link").get("href") == address
    assert feed.find(f"{ATOM}link").get("href").endswith("feed.atom?kind=tender_notice")
    assert entry.find(f"{ATOM}updated").text.startswith("2026-11-18T09:00:00+08:00")


def test_the_export_holds_what_the_filters_find(client, town):
    seeding.announce(town, "照明工程")
    seeding.announce(town, "水渠工程")
    answer = client.get("/notices/export.xlsx?q=照明")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "照明工程选取公告" in strings
    assert "水渠" not in strings
    assert sheet.count("<row ") == 2


def test_text_from_the_database_is_never_markup(client, town):
    draw = seeding.announce(town, "<script>alert(1)</script>")
    for path in ("/", "/notices", f"/notices/{notice_of(draw).id}"):
        assert "<script>alert" not in client.get(path).text


def test_a_list_takes_few_statements_however_long_it_is(client, town, statements):
    for n in range(8):
        seeding.announce(town, f"工程{n}")
    statements.clear()
    client.get("/notices")
    assert sum(one.startswith("SELECT") for one in statements) <= 6, statements
