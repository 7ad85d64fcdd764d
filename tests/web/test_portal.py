"""The portal's own pages: figures from public results alone, county switch, check, QR codes."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import segno

from models.clock import business_clock, fixed
from models.project import Project, ProjectPhase
from models.selection import verifier
from models.session import unit_of_work
from tests import seeding
from tests.seeding import MORNING, PUBLISHED_AT
from tests.web.conftest import TOKEN_FIELD


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def later(client, path, at=PUBLISHED_AT, **values):
    with business_clock(fixed(at)):
        return client.get(path, **values)


def test_an_empty_installation_says_what_will_come(client, town):
    page = client.get("/").text
    assert "目前没有选取公告" in page
    assert "还没有公示中的结果" in page
    assert "日志的第一个检查点" in page


def test_home_shows_notices_while_they_run_and_results_once_published(client, town):
    open_ = seeding.announce(town, "望江路照明工程")
    seeding.finished(town)
    page = later(client, "/").text
    assert "望江路照明工程选取公告" in page
    assert "石桥村灌溉渠修缮工程" in page
    assert "中选：云泽" in page
    assert open_.id not in page


def test_home_is_the_same_bytes_whoever_joins(client, town):
    draw = seeding.announce(town)
    before = client.get("/").data
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    assert client.get("/").data == before


def test_the_week_counts_a_traded_project_once_and_only_its_own_week(client, town):
    seeding.finished(town)
    monday = later(client, "/").text
    assert re.search(r"本周成交项目</span><b>1<", monday)
    assert re.search(r"本周成交金额</span><b>38\.64<", monday)
    next_week = later(client, "/", PUBLISHED_AT + timedelta(days=7)).text
    assert re.search(
        r"本周成交项目</span><b>0<small>个</small></b><span class=\"sw-quiet\">上周1个", next_week
    )


def test_projects_that_are_not_announced_are_not_counted(client, town):
    seeding.announce(town)
    draw = seeding.announce(town, "未公告的工程")
    with unit_of_work() as session:
        session.get_one(Project, draw.project_id).phase = ProjectPhase.INTAKE
    assert re.search(r"公告中项目</span><b>1<", client.get("/").text)


def test_the_county_is_switched_in_the_head_and_stays(client, town):
    seeding.add_contractor(town, 5, county="huairou")
    seeding.announce(town)
    assert "石桥村灌溉渠修缮工程选取公告" in client.get("/").text
    assert "石桥村灌溉渠修缮工程选取公告" not in client.get("/?in=huairou").text
    assert "石桥村灌溉渠修缮工程选取公告" not in client.get("/").text
    assert "石桥村灌溉渠修缮工程选取公告" not in client.get("/notices").text
    assert "石桥村灌溉渠修缮工程选取公告" in client.get("/notices?county=all").text
    assert "石桥村灌溉渠修缮工程选取公告" in client.get("/?in=city").text
    assert client.get("/?in=nowhere").status_code == 200


def test_the_verifier_is_handed_out_byte_for_byte(client, town):
    answer = client.get("/verifier")
    assert answer.data == Path(verifier.__file__).read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_ticket_is_found_only_once_the_result_is_public(client, town):
    draw = seeding.announce(town)
    tickets = [seeding.join(town, draw, one)["ticket"] for one in town.contractors]
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    unknown = client.get(f"/check?ticket={'0' * 32}").text.replace("0" * 32, "")
    hidden = client.get(f"/check?ticket={tickets[0]}").text.replace(tickets[0], "")
    assert "没有这个票号" in hidden
    token = re.compile(r'(csrf_token" value=")[^"]+')
    assert token.sub("", hidden) == token.sub("", unknown)
    seeding.publish(town, draw)
    page = client.get(f"/check?ticket={tickets[0].upper()}").text
    assert "票号在名单内" in page
    assert "共4张票" in page


def check_receipt(client, text):
    token = TOKEN_FIELD.search(client.get("/check").text)[1]
    return client.post("/check", data={"csrf_token": token, "receipt": text})


def test_a_receipt_is_checked_by_its_signature_and_an_altered_one_refused(client, town):
    draw = seeding.announce(town)
    receipt = seeding.join(town, draw, town.contractors[0])
    receipt.pop("blind")
    good = check_receipt(client, json.dumps(receipt))
    assert good.status_code == 200
    assert "回执是本平台签发的" in good.text
    receipt["ticket"] = receipt["ticket"][::-1]
    bad = check_receipt(client, json.dumps(receipt))
    assert bad.status_code == 422
    assert "内容被改动过" in bad.text
    assert receipt["ticket"] in bad.text, "what was pasted is not lost"


@pytest.mark.parametrize(
    "text", ["", "x" * 9000, "[1]", '{"signature": 5}', "<script>", '{"v":1e999}']
)
def test_rubbish_as_a_receipt_is_refused_and_never_faults(client, town, text):
    answer = check_receipt(client, text)
    assert answer.status_code == 422
    assert "<script>x" not in answer.text


def test_a_qr_code_holds_the_address_of_its_page(client, town, settings):
    draw = seeding.finished(town)
    answer = later(client, f"/results/{draw.id}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    wanted = io.BytesIO()
    segno.make(f"{settings.url}/results/{draw.id}", error="m").save(
        wanted, kind="svg", scale=4, border=2, omitsize=True, xmldecl=False, nl=False
    )
    path = re.compile(rb' d="([^"]+)"')
    assert path.findall(answer.data) == path.findall(wanted.getvalue())


def test_the_interface_is_listed_with_the_key_of_the_log(client, town):
    page = client.get("/open-data").text
    assert "/api/v1/public/log/consistency" in page
    assert "smallworks/" in page


def test_home_takes_few_statements(client, town, statements):
    for n in range(5):
        seeding.announce(town, f"工程{n}")
    statements.clear()
    client.get("/")
    assert sum(one.startswith("SELECT") for one in statements) <= 12, statements


def test_signed_in_people_see_the_portal_with_the_way_to_their_desk(town, sign_in):
    page = sign_in("dz.contractor01").get("/").text
    assert "工作台" in page
    assert 'name="csrf-token"' in page


def test_the_clock_of_the_page_is_the_business_clock(client, town):
    assert f'name="server-now" content="{MORNING.isoformat()}"' in client.get("/").text
