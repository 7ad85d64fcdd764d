"""Registration, one's own organisation, the bureau's review and enquiries through HTTP."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import func, select

from models.clock import business_clock, fixed
from models.flow.instance import Instance
from models.identity.account import Account, SecurityEvent
from models.identity.party import Party
from models.session import reading
from processes.demo.papers import paper
from tests.city import MORNING, City, after, city, county
from tests.flows.enrolling import Applicant, code, typed
from tests.web.conftest import send
from web.app import create_app

__all__ = ["city", "county"]
DEMO = "smallworks-demo"


@pytest.fixture
def app(city: City) -> OpenAPI:
    with business_clock(fixed(after(hours=1))):
        application = create_app(city.settings)
        application.testing = False
        yield application


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


def signed_in(app: OpenAPI, username: str, password: str = DEMO) -> FlaskClient:
    browser = app.test_client()
    answer = send(browser, "/sign-in", username=username, password=password)
    assert answer.status_code == 303, answer.text
    return browser


def counted(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.req("DZ-A1")
def test_who_registers_lands_on_the_first_step_and_sees_nothing_else(client: FlaskClient) -> None:
    answer = send(client, "/register", **typed())
    assert answer.status_code == 303
    assert answer.location.startswith("/work-items/")
    step = client.get(answer.location).text
    assert "填写企业信息和资质" in step
    menu = step.split('class="sw-nav-body"')[1].split("</nav>")[0]
    for shown in ("待办", "本单位信息"):
        assert shown in menu
    for hidden in ("找项目", "项目报建", "企业核实", "咨询登记", "选取活动"):
        assert hidden not in menu
    for path in ("/find-projects", "/registrations", "/projects", "/enterprise-review"):
        assert client.get(path).status_code == 403


@pytest.mark.req("DZ-A2")
def test_an_owner_sees_its_menus_once_it_has_submitted(client: FlaskClient) -> None:
    first = send(client, "/register", **typed("owner")).location
    form = {
        "name": "清溪镇人民政府", "owner_kind": "subdistrict", "legal_person": "顾清溪",
        "address": "清溪镇正街1号", "is_truthful": True,
    }  # fmt: skip
    page = client.get(first).text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = client.post(f"{first}/complete", json={"form": form}, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text
    assert "项目报建" in client.get("/desk").text
    offered = client.get("/projects/new").text
    assert "随机选取" in offered
    assert "入驻" not in offered.split('class="sw-choices"')[1].split("</fieldset>")[0]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"credit_code": code()[:-1] + "0"}, "credit_code", "校验位"),
        ({"credit_code": "123"}, "credit_code", "18位"),
        ({"mobile": "12345"}, "mobile", "11位"),
        ({"password": "1234567890", "again": "1234567890"}, "password", "太常见"),
        ({"again": "别的"}, "again", "不一致"),
        ({"username": "青溪"}, "username", "字母开头"),
        ({"kind": "regulator"}, "kind", "请选择"),
        ({"county": "nowhere"}, "county", "请选择"),
        ({"agrees": ""}, "agrees", "勾选"),
        ({"name": "甲"}, "name", "2至100"),
    ],
)
def test_every_fault_is_told_at_its_field_and_nothing_is_made(
    client: FlaskClient, changed: dict[str, str], field: str, words: str
) -> None:
    before = counted(Account), counted(Party), counted(Instance)
    answer = send(client, "/register", **typed(**changed))
    assert answer.status_code == 422
    assert words in answer.text.split(f'id="f-{field}-error"')[1][:300]
    assert "清溪-岸边" not in answer.text
    assert (counted(Account), counted(Party), counted(Instance)) == before


@pytest.mark.req("DZ-A1")
def test_a_known_name_and_a_known_code_are_refused_in_the_same_words(
    client: FlaskClient, city: City
) -> None:
    with reading() as session:
        known = session.scalars(select(Party.credit_code)).first()
    by_code = send(client, "/register", **typed(credit_code=known))
    by_name = send(client, "/register", **typed(username="dz.owner"))
    texts = [one.text.split('role="alert"')[1].split("</div>")[0] for one in (by_code, by_name)]
    assert texts[0] == texts[1]
    assert "联系交易中心" in texts[0]
    assert (by_code.status_code, by_name.status_code) == (422, 422)
    with reading() as session:
        kinds = list(session.scalars(select(SecurityEvent.kind)))
    assert kinds.count("registration.refused") == 2


def test_registrations_from_one_place_are_limited(client: FlaskClient) -> None:
    answers = [client.post("/register", data={}).status_code for _ in range(32)]
    assert answers[-1] == 429


@pytest.mark.req("DZ-A3")
def test_the_bureau_finds_what_waits_and_what_it_did(app: OpenAPI, city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(MORNING)
    housing = signed_in(app, "dz.housing")
    assert "达州清溪建筑有限公司" in housing.get("/inbox").text
    listed = housing.get("/enterprise-review?state=submitted").text
    assert "还剩" in listed
    detail = listed.split('href="/enterprise-review/')[1].split('"')[0]
    shown = housing.get(f"/enterprise-review/{detail}").text
    assert "D351901" in shown
    document = shown.split('href="/documents/')[1].split('"')[0]
    assert housing.get(f"/documents/{document}").status_code == 200
    one.decide(after(hours=2), "passed")
    assert "达州清溪建筑有限公司" in housing.get("/inbox?view=done").text
    assert "已通过" in housing.get("/enterprise-review").text
    assert housing.get("/enterprise-review?export=xlsx").mimetype.endswith("sheet")


@pytest.mark.req("DZ-A1")
def test_a_late_verification_is_flagged(app: OpenAPI, city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(MORNING)
    with business_clock(fixed(MORNING + timedelta(days=3))):
        housing = signed_in(app, "dz.housing")
        assert "超期" in housing.get("/enterprise-review?late=yes").text
        assert "达州清溪建筑有限公司" in housing.get("/inbox?view=overdue").text


def test_a_change_is_shown_beside_what_is_in_force(app: OpenAPI, city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(MORNING)
    one.decide(MORNING, "passed")
    one.begin(MORNING)
    one.fill(MORNING, legal_person="周青禾", qualifications=[one.row(level="2")])
    housing = signed_in(app, "dz.housing")
    listed = housing.get("/enterprise-review?change=yes").text
    shown = housing.get(
        "/enterprise-review/" + listed.split('href="/enterprise-review/')[1].split('"')[0]
    ).text
    assert "<del>顾清溪</del>" in shown
    assert "<ins>周青禾</ins>" in shown
    assert "三级" in shown
    assert "二级" in shown


@pytest.mark.req("DZ-A1")
@pytest.mark.req("HR-3.4.3")
@pytest.mark.req("HR-3.4.6")
def test_an_enterprise_sees_what_is_in_force_what_is_pending_and_every_round(
    app: OpenAPI, city: City
) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(MORNING)
    one.decide(MORNING, "sent_back", "营业执照看不清楚，请重新扫描。")
    browser = signed_in(app, "qingxi", typed()["password"])
    page = browser.get("/organisation").text
    assert "尚未入驻" in page
    assert "已退回" in page
    details = page.split('href="/organisation/rounds/')[1].split('"')[0]
    assert "营业执照看不清楚" in browser.get(f"/organisation/rounds/{details}").text
    one.fill(MORNING)
    one.decide(MORNING, "passed")
    assert "建筑工程施工总承包" in browser.get("/organisation/qualifications").text
    assert "真实、有效" in browser.get("/organisation/pledges").text
    assert "没有停用记录" in browser.get("/organisation/suspensions").text
    assert "找项目" in browser.get("/desk").text
    assert send(browser, "/organisation/change", page="/organisation").status_code == 303
    assert "接着办理" in browser.get("/organisation").text


def test_a_round_of_another_enterprise_is_not_shown(app: OpenAPI, city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(MORNING)
    other = signed_in(app, "dz.contractor01")
    assert other.get(f"/organisation/rounds/{one.rounds()[0].id}").status_code == 404
    assert signed_in(app, "dz.owner").get("/enterprise-review").status_code == 403


@pytest.mark.req("HR-3.4.5")
def test_contact_and_materials_are_changed_without_verification(app: OpenAPI, city: City) -> None:
    browser = signed_in(app, "dz.contractor01")
    send(browser, "/organisation/contact", page="/organisation", contact="叶听", mobile="1")
    refused = send(
        browser, "/organisation/contact", page="/organisation", contact="叶听", mobile="1"
    )
    assert refused.status_code == 422
    kept = send(
        browser, "/organisation/contact", page="/organisation", contact="叶听",
        mobile="17000000099",
    )  # fmt: skip
    assert kept.status_code == 303
    assert "17000000099" in browser.get("/organisation").text
    page = browser.get("/organisation/materials").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(
        "/organisation/materials",
        data={"csrf_token": token, "file": (io.BytesIO(paper("获奖证书")), "获奖证书.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    listed = browser.get("/organisation/materials").text
    document = listed.split('href="/documents/')[1].split('"')[0]
    assert signed_in(app, "dz.housing").get(f"/documents/{document}").status_code == 200
    assert signed_in(app, "dz.contractor02").get(f"/documents/{document}").status_code == 404


def test_the_public_sees_suspensions_in_force_and_no_past_ones(
    client: FlaskClient, city: City
) -> None:
    assert "疏桐建设有限公司" in client.get("/conduct").text
    assert "没有符合条件" in client.get("/conduct?q=百川").text
    with business_clock(fixed(MORNING + timedelta(days=60))):
        assert "现在没有停用的企业" in client.get("/conduct").text


@pytest.mark.req("DZ-74.2")
def test_staff_register_answer_and_find_enquiries(app: OpenAPI) -> None:
    centre = signed_in(app, "dz.centre")
    first = send(centre, "/enquiries").location
    page = centre.get(first).text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    head = {"X-CSRFToken": token}
    asked = {
        "channel": "visit", "subject": "入驻要哪些资料", "question": "请问入驻需要准备什么资料？",
        "asker": {"name": "秦望舒", "organisation": "青禾公司", "telephone": ""},
    }  # fmt: skip
    answer = centre.post(f"{first}/complete", json={"form": asked}, headers=head).json
    assert "入驻要哪些资料" in centre.get("/enquiries?q=秦望舒&answered=no").text
    given = {"answer": "请带营业执照和资质证书。", "lacking": "安全生产许可证"}
    done = centre.post(f"{answer['next']}/complete", json={"form": given}, headers=head)
    assert done.status_code == 200, done.text
    listed = centre.get("/enquiries?answered=yes").text
    place = "/enquiries/" + listed.split('href="/enquiries/')[1].split('"')[0]
    shown = centre.get(place).text
    assert "安全生产许可证" in shown
    assert signed_in(app, "dz.leader").get(place).status_code == 200
    assert signed_in(app, "dz.owner").get("/enquiries").status_code == 403
    assert "没有符合条件的咨询" in centre.get("/enquiries?answered=late").text
