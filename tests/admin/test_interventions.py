import pytest
from sqlalchemy import select

from models.flow.instance import Instance
from models.identity.account import SecurityEvent
from models.session import reading
from tests.web import case_world
from tests.web.conftest import send


@pytest.fixture
def world(database, business_day):
    case_world.found()


@pytest.fixture
def case(world, people, sign_in):
    """A case that has just begun."""
    account = people("dz.owner", "owner")
    case_world.join_party(account, "青石镇人民政府")
    send(sign_in("dz.owner"), "/projects/new", flow="small_flow")
    with reading() as session:
        return session.scalar(select(Instance))


@pytest.fixture
def keeper(people, sign_in):
    people("keeper.system", "keeper_system", county="*")
    return sign_in("keeper.system")


def status_of(case):
    with reading() as session:
        return session.get_one(Instance, case.id).status


def test_a_case_is_held_and_let_go_on_with_a_reason(case, keeper):
    for verb, expected in (("suspend", "suspended"), ("resume", "running")):
        path = f"/admin/instances/{verb}/?id={case.id}"
        assert send(keeper, path, reason="").status_code == 422
        assert send(keeper, path, reason="核对数据").status_code == 303
        assert status_of(case) == expected
    with reading() as session:
        told = session.scalars(select(SecurityEvent.detail).order_by(SecurityEvent.at)).all()
    assert [text for text in told if case.id in text] == [
        f"暂停办件 {case.id}：核对数据",
        f"恢复办件 {case.id}：核对数据",
    ]


def test_what_does_not_fit_the_state_is_refused(case, keeper):
    answer = send(keeper, f"/admin/instances/retry/?id={case.id}", reason="试试")
    assert answer.status_code == 409
    assert status_of(case) == "running"


def test_the_page_of_a_case_shows_its_trail_and_diagram(case, keeper):
    page = keeper.get(f"/admin/instances/details/?id={case.id}").text
    assert "填报项目需求" in page
    assert "流程发起" in page
    assert '"current": ["fill"]' in page
    diagram = keeper.get(f"/admin/instances/diagram.bpmn?id={case.id}")
    assert b"bpmn" in diagram.data
    assert "sandbox" in diagram.headers["Content-Security-Policy"]


def test_a_case_that_does_not_exist_is_not_found(keeper):
    for path in ("details/", "suspend/", "diagram.bpmn"):
        assert keeper.get(f"/admin/instances/{path}?id=none").status_code == 404
