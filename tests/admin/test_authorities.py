"""The keeper of security registers authorities, loads their lists, and retires them."""

from io import BytesIO

import pytest
from sqlalchemy import select

from models.identity.account import SecurityEvent
from models.identity.key_tables import CertificateAuthority
from models.session import reading
from tests.pki import DAY, Authority
from tests.web.conftest import TOKEN_FIELD, send

pytestmark = pytest.mark.req("HR-3.4.4")
PLACE = "/admin/authorities/"


@pytest.fixture
def security(people, sign_in):
    people("keeper.security", "keeper_security", county="*")
    return sign_in("keeper.security")


@pytest.fixture
def authority():
    return Authority("省证书中心")


def register(browser, authority, county="dazhou", certificate=None):
    text = authority.pem if certificate is None else certificate
    fields = {"name": "省证书中心", "county": county, "certificate": text}
    return send(browser, f"{PLACE}create/", **fields)


def row():
    with reading() as session:
        return session.scalars(select(CertificateAuthority)).one()


def load(browser, data):
    address = f"{PLACE}crl/?id={row().id}"
    token = TOKEN_FIELD.search(browser.get(address).text)[1]
    sent = {"csrf_token": token, "crl": (BytesIO(data), "list.crl")}
    return browser.post(address, data=sent, content_type="multipart/form-data")


def test_an_authority_counts_once_its_list_is_loaded(security, authority):
    assert register(security, authority).status_code == 303
    page = security.get(PLACE).text
    assert "没有吊销列表，证书不能使用" in page
    assert "缺吊销列表的颁发机构" in security.get("/admin/").text
    assert load(security, authority.crl()).status_code == 303
    assert "没有吊销列表" not in security.get(PLACE).text
    send(security, f"{PLACE}retire/?id={row().id}", page=PLACE)
    assert "已停用" in security.get(PLACE).text
    with reading() as session:
        told = session.scalars(
            select(SecurityEvent.detail)
            .where(SecurityEvent.kind.startswith("admin."))
            .order_by(SecurityEvent.at)
        ).all()
    assert [text.partition(" ")[0] for text in told] == ["登记颁发机构", "载入", "停用颁发机构"]


def test_what_is_no_authority_is_refused_and_what_was_typed_stays(security, authority):
    holder = authority.issue("韩知远")
    answer = register(security, authority, certificate=holder.pem)
    assert answer.status_code == 422
    assert "不能签发证书" in answer.text
    assert holder.pem.splitlines()[1] in answer.text
    register(security, authority)
    again = register(security, authority)
    assert (again.status_code, "已经登记" in again.text) == (422, True)
    assert register(security, authority, county="*").status_code == 303
    assert "全部区县" in security.get(PLACE).text


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda a: Authority(a.name).crl(), "不是这个颁发机构签发的"),
        (lambda a: a.crl(since=-9 * DAY, until=-DAY), "已过期"),
        (lambda a: b"", "无法识别"),
    ],
)
def test_a_list_that_will_not_do_is_refused_with_its_reason(security, authority, make, why):
    register(security, authority)
    answer = load(security, make(authority))
    assert (answer.status_code, why in answer.text) == (422, True)
    assert row().crl is None


def test_a_great_list_is_taken(security, authority):
    register(security, authority)
    many = [authority.issue(f"证书{number}") for number in range(3)]
    data = authority.crl(*many)
    assert load(security, data + b"\0" * (2 * 1024 * 1024)).status_code == 422
    assert load(security, data).status_code == 303
    missing = security.get(f"{PLACE}crl/?id=nobody")
    assert missing.status_code == 404


@pytest.mark.parametrize("role", ["keeper_system", "keeper_audit"])
def test_other_keepers_have_no_hand_in_it(people, sign_in, role):
    people("keeper.other", role, county="*")
    assert sign_in("keeper.other").get(PLACE).status_code == 403
