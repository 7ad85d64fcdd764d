"""The portal's own pages: figures from public results alone, county switch, check, QR codes."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import segno

from models.clock import business_clock, fixed
from models.completion import Completion
from models.contract import Contract, ContractState
from models.document import Document
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


@pytest.mark.req("HR-2.2.2")
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


def tile(page, label):
    """The figure of this week and the words of the last."""
    found = re.search(
        rf'{label}</span><b>([^<]+)<.*?<span class="sw-quiet">([^<]+)<', page, re.DOTALL
    )
    return found.groups()


@pytest.mark.req("HR-2.2.1")
def test_home_counts_both_weeks_traded_running_amount_and_settlement(client, town):
    draw = seeding.finished(town)
    seeding.announce(town, "望江路照明工程")
    settle(draw, PUBLISHED_AT + timedelta(days=7))
    page = later(client, "/", PUBLISHED_AT + timedelta(days=7)).text
    assert tile(page, "本周成交项目") == ("0", "上周1个")
    assert tile(page, "本周成交金额") == ("0.00", "上周38.64万元")
    assert tile(page, "本周进行中项目") == ("2", "上周2个")
    assert tile(page, "本周审定结算") == ("37.00", "上周0.00万元")
    with unit_of_work() as session:
        session.get_one(Project, draw.project_id).ended_at = PUBLISHED_AT
    page = later(client, "/", PUBLISHED_AT + timedelta(days=7)).text
    assert tile(page, "本周进行中项目") == ("1", "上周2个")
    elsewhere = later(client, "/?in=nowhere", PUBLISHED_AT).text
    assert tile(elsewhere, "本周成交项目") == ("1", "上周0个")


@pytest.mark.req("HR-4.3")
@pytest.mark.parametrize("username", ["dz.owner", "dz.contractor01", "dz.centre"])
def test_desks_show_the_same_figures_as_the_portal(town, sign_in, username):
    seeding.finished(town)
    with business_clock(fixed(PUBLISHED_AT)):
        browser = sign_in(username)
        desk, home = browser.get("/desk").text, browser.get("/").text
    for label in ("本周成交项目", "本周进行中项目", "本周成交金额", "本周审定结算"):
        assert tile(desk, label) == tile(home, label)
    assert tile(desk, "本周成交项目")[0] == "1"


def settle(draw, at):
    """Accept the works of a project, settled at 37 万元."""
    with unit_of_work() as session:
        project = session.get_one(Project, draw.project_id)
        about = {"project_id": project.id, "instance_id": "i" * 32}
        day = {"county_code": project.county_code, "owner_id": project.owner_id}
        document = Document(
            project_id=project.id, name="合同.pdf", sha256="0" * 64, size=1,
            media_type="application/pdf", created_at=at,
        )  # fmt: skip
        session.add(document)
        session.flush()
        contract = Contract(
            **about, **day, contractor_id=project.winner_id, round=1, number="1",
            state=ContractState.CONFIRMED, award_price=1, contract_price=1, signed_on=at.date(),
            sign_by=at, starts_on=at.date(), duration_days=1, document_id=document.id,
            sha256="0" * 64, submitted_by="x", submitted_at=at,
        )  # fmt: skip
        session.add(contract)
        session.flush()
        session.add(
            Completion(
                **about,
                contract_id=contract.id,
                started_on=at.date(),
                start_registered_by="x",
                start_registered_at=at,
                audited_settlement=37_000_000,
                acceptance_registered_at=at,
            )
        )


def test_projects_that_are_not_announced_are_not_counted(client, town):
    seeding.announce(town)
    draw = seeding.announce(town, "未公告的工程")
    with unit_of_work() as session:
        session.get_one(Project, draw.project_id).phase = ProjectPhase.INTAKE
    assert "现有1个项目正在公告" in client.get("/").text


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
