"""Security keys (Chromium's virtual authenticator) and certificates, as people use them."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.flow.definition import BASE, RuleValue
from models.flow.rules import forget_rules
from models.identity import authorities
from models.identity.account import Account
from models.identity.key_tables import CaToken
from models.identity.loading import actor_of
from models.session import reading, unit_of_work
from processes.demo.city import PASSWORD
from tests.browser.living import City, serving
from tests.pki import Authority, Holder, ec_key, rsa_key
from tests.processes.diagrams import END, START, chain, lanes, process
from tests.processes.engine.world import items_of, publish, start
from tests.web.case_world import task

pytestmark = pytest.mark.browser
FILE_PASSWORD = "p12-secret-密码-57"
OWNER, TOWN = "dz.owner", "hr.town"


class Program(ThreadingHTTPServer):
    """The twin of a token vendor's local program: it signs what its page asks, if it is asked."""

    daemon_threads = True
    holder: Holder
    refuses = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Signing)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Signing(BaseHTTPRequestHandler):
    server: Program

    def log_message(self, *_: object) -> None:
        """Keep the test's output to the test."""

    def do_OPTIONS(self) -> None:
        self._answer(204, b"")

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked_by, statement = self.headers["Origin"], sent["statement"]
        if self.server.refuses or statement.split("\n")[1] != asked_by:
            self._answer(403, json.dumps({"message": "证书锁没有插好"}).encode())
            return
        self._answer(200, json.dumps(self.server.holder.sign(statement)).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", ""))
        self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def program() -> Iterator[Program]:
    served = Program()
    thread = threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture
def city(browser, built, tmp_path, monkeypatch, program) -> Iterator[City]:
    """The site under its own name: security keys know no bare addresses."""
    monkeypatch.setattr("web.assets.DIST", built)
    more = {"public_url": "", "token_program": program.url}
    with serving(tmp_path / "data", browser, **more) as served:
        yield served
        assert served.faults == []


@pytest.fixture
def authority(city: City) -> Authority:
    made = Authority(has_rsa=True)
    with unit_of_work() as session:
        row = authorities.register(session, "测试证书中心", "*", made.pem)
        authorities.load_crl(session, row, made.crl())
    return made


def plug_in(page: Page) -> tuple[object, str]:
    """Give the browser a security key that its person unlocks."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def bind_key(page: Page, name: str = "桌上的密钥") -> None:
    page.goto("/account/keys/")
    page.get_by_label("名称", exact=True).last.fill(name)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="绑定安全密钥").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")


def name_of(username: str) -> str:
    with reading() as session:
        return session.scalar(select(Account.name).where(Account.username == username))


def choose_file(page: Page, holder: Holder, way: str, password: str = FILE_PASSWORD) -> None:
    panel = page.locator(".sw-keys")
    if not panel.locator("details[open]").count():
        panel.locator("summary").click()
    file = {"name": "我的证书.p12", "mimeType": "application/x-pkcs12"}
    panel.get_by_label("证书文件").set_input_files(file | {"buffer": holder.p12(FILE_PASSWORD)})
    panel.get_by_label("证书密码").fill(password)
    panel.get_by_role("button", name=way).click()


@pytest.mark.req("HR-3.4.4", "HR-4.12.2", "HR-5.2")
def test_a_town_binds_names_uses_and_unbinds_a_security_key(city):
    page = city.sign_in(TOWN, width=390)
    plug_in(page)
    bind_key(page)
    assert city.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("名称", exact=True).first.fill("镇政府的密钥")
    page.get_by_role("button", name="改名：桌上的密钥").click()
    expect(page.get_by_role("heading", name="镇政府的密钥")).to_be_visible()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="绑定安全密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("已经绑定到您的账号")
    sign_out(page)
    assert city.violations(page) == []
    page.get_by_role("button", name="用安全密钥登录").click()
    page.wait_for_url("**/desk")
    page.goto("/account/keys/")
    page.get_by_role("button", name="解绑：镇政府的密钥").click()
    page.locator(".modal.show").get_by_role("button", name="解绑", exact=True).click()
    expect(page.get_by_text("还没有绑定。")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="用安全密钥登录").click()
    expect(page.get_by_role("alert")).to_contain_text("没有绑定到本平台的账号")


@pytest.mark.req("HR-3.4.4", "HR-5.2")
def test_nobody_binds_without_the_password(city):
    page = city.sign_in(OWNER)
    plug_in(page)
    page.goto("/account/keys/")
    page.get_by_role("button", name="绑定安全密钥").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("登录密码").fill("not the password")
    page.get_by_role("button", name="绑定安全密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("登录密码不对")
    with reading() as session:
        assert session.scalars(select(CaToken)).all() == []


@pytest.mark.req("HR-3.4.4", "HR-5.2")
def test_a_copied_key_is_found_out_by_its_counter(city):
    page = city.sign_in(OWNER)
    devtools, authenticator = plug_in(page)
    bind_key(page)
    where = {"authenticatorId": authenticator}
    copy = devtools.send("WebAuthn.getCredentials", where)["credentials"][0]
    sign_out(page)
    page.get_by_role("button", name="用安全密钥登录").click()
    page.wait_for_url("**/desk")
    devtools.send("WebAuthn.removeCredential", where | {"credentialId": copy["credentialId"]})
    devtools.send("WebAuthn.addCredential", where | {"credential": copy})
    sign_out(page)
    page.get_by_role("button", name="用安全密钥登录").click()
    expect(page.get_by_role("alert")).to_contain_text("使用次数倒退")


@pytest.mark.req("HR-3.4.4", "HR-5.2")
@pytest.mark.parametrize("key", ["rsa", "p256", "p384"])
def test_a_certificate_in_a_file_signs_in_and_neither_file_nor_password_leaves_the_page(
    city, authority, key
):
    curve = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}.get(key)
    holder = authority.issue(name_of(OWNER), key=ec_key(curve) if curve else rsa_key())
    page = city.sign_in(OWNER)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(_all_of(request)))
    page.goto("/account/keys/")
    page.get_by_label("登录密码").fill(PASSWORD)
    choose_file(page, holder, "绑定这张证书", password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("证书密码不对")
    choose_file(page, holder, "绑定这张证书")
    expect(page.get_by_role("heading", name="数字证书", exact=True)).to_be_visible()
    sign_out(page)
    choose_file(page, holder, "用这张证书登录")
    page.wait_for_url("**/desk")
    assert any("/sign-in/keys" in one for one in sent)
    for secret in _secrets(holder):
        assert not any(secret in one for one in sent)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert FILE_PASSWORD not in kept


def _all_of(request) -> str:
    body = request.post_data_buffer or b""
    return "\n".join((request.url, json.dumps(request.headers), body.decode("latin-1"), body.hex()))


def _secrets(holder: Holder) -> Iterator[str]:
    """Yield the password and the private key as anything might write them."""
    number = holder.key.private_numbers()
    key = getattr(number, "d", None) or number.private_value
    raw = key.to_bytes((key.bit_length() + 7) // 8)[:24]
    for secret in (FILE_PASSWORD.encode(), raw):
        yield secret.decode("latin-1")
        yield secret.hex()
        for at in range(3):
            yield base64.b64encode(secret[at : at + 18]).decode()
    yield json.dumps(FILE_PASSWORD)[1:-1]


@pytest.mark.req("HR-3.4.4", "HR-5.2")
def test_what_is_no_certificate_file_is_told_and_a_strangers_certificate_refused(city, authority):
    page = city.visitor()
    page.goto("/sign-in")
    page.locator(".sw-keys summary").click()
    page.get_by_role("button", name="用这张证书登录").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有选择证书文件")
    rubbish = {"name": "a.p12", "mimeType": "application/x-pkcs12", "buffer": b"hello"}
    page.get_by_label("证书文件").set_input_files(rubbish)
    page.get_by_role("button", name="用这张证书登录").click()
    expect(page.get_by_role("alert")).to_contain_text("不能使用这个文件")
    choose_file(page, authority.issue("路人"), "用这张证书登录")
    expect(page.get_by_role("alert")).to_contain_text("没有绑定到本平台的账号")


@pytest.mark.req("HR-3.4.4", "HR-5.2")
def test_a_vendors_program_signs_for_this_site_and_says_why_not(city, authority, program):
    program.holder = authority.issue(name_of(OWNER))
    page = city.sign_in(OWNER)
    page.goto("/account/keys/")
    page.get_by_label("登录密码").fill(PASSWORD)
    page.locator(".sw-keys summary").click()
    page.get_by_role("button", name="证书锁").click()
    expect(page.get_by_role("heading", name="数字证书", exact=True)).to_be_visible()
    sign_out(page)
    page.locator(".sw-keys summary").click()
    program.refuses = True
    page.get_by_role("button", name="证书锁").click()
    expect(page.get_by_role("alert")).to_contain_text("证书锁没有插好")
    program.refuses = False
    page.get_by_role("button", name="证书锁").click()
    page.wait_for_url("**/desk")


@pytest.fixture
def keyed(city) -> None:
    """A flow whose only step the county wants confirmed."""
    rule = {"key": "keys.test", "label": "须用密钥", "unit": "boolean", "source": "测试"}
    with unit_of_work() as session:
        begins = date(2021, 1, 1)
        session.add(RuleValue(county_code=BASE, value=True, from_on=begins, **rule))
    forget_rules()
    step = task("fill", "发布中选结果", "请核对。", key="keys.test")
    lane = lanes(项目业主="begin fill finish")
    publish(process(lane, START, step, END, chain("begin", "fill", "finish"), id="keyed"))


@pytest.mark.req("HR-3.4.4")
@pytest.mark.parametrize("width", [1366, 390])
def test_a_step_is_confirmed_by_the_key_its_person_has_bound(city, keyed, width):
    page = city.sign_in(OWNER, width)
    plug_in(page)
    with reading() as session:
        owner = session.scalars(select(Account.id).where(Account.username == OWNER)).one()
        actor = actor_of(session, owner)
    case = start(actor, "keyed")
    item = items_of(case)[0].id
    page.goto(f"/work-items/{item}")
    expect(page.get_by_text("您还没有绑定。")).to_be_visible()
    bind_key(page)
    page.goto(f"/work-items/{item}")
    expect(page.get_by_text("提交时须用您绑定的安全密钥或数字证书确认")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).click()
    asked = page.get_by_role("dialog", name="请用安全密钥或数字证书确认")
    expect(asked).to_be_visible()
    assert city.violations(page) == []
    asked.get_by_role("button", name="关闭").click()
    expect(page.get_by_text("还没有用安全密钥或数字证书确认，没有提交")).to_be_visible()
    assert items_of(case) != []
    page.get_by_role("button", name="提交", exact=True).click()
    asked.get_by_role("button", name="用安全密钥确认").click()
    page.wait_for_url("**/cases/**")
    assert items_of(case) == []
