from datetime import datetime

import pytest
from flask import Blueprint, request
from sqlalchemy.exc import DataError

from models import errors
from models.clock import CHINA, iso
from models.session import reading
from tests.web.conftest import send
from web import shell
from web.access import guard


class WorkItemTakenError(errors.ConflictError):
    message = "该待办已由{by}办结，您的这一次没有生效。"


FAMILIES = [
    (errors.NotFoundError(), 404, "not_found"),
    (errors.ForbiddenError(), 403, "forbidden"),
    (errors.ConflictError(), 409, "conflict"),
    (errors.InvalidError(), 422, "invalid"),
    (errors.UnavailableError(), 503, "unavailable"),
    (RecursionError("secret detail"), 422, "invalid"),
    (UnicodeEncodeError("utf-8", "secret detail", 0, 1, "secret detail"), 422, "invalid"),
    (DataError("secret detail", {}, ValueError("secret detail")), 422, "invalid"),
    (ZeroDivisionError("secret detail"), 500, "fault"),
]


@pytest.fixture
def stop(app):
    """Let /stop raise what a test hands in."""
    raised = []
    blueprint = Blueprint("stop", __name__)
    guard(blueprint, public=True, body_limit=2048)

    def view():
        if raised:
            raise raised[0]
        return str(len(request.get_data()))

    blueprint.add_url_rule("/stop", view_func=view, methods=["GET", "POST"])
    blueprint.add_url_rule("/api/v1/stop", view_func=view, endpoint="api", methods=["GET"])
    app.register_blueprint(blueprint)
    return raised


@pytest.mark.parametrize(("error", "status", "code"), FAMILIES)
def test_each_family_has_one_status_and_one_shape_for_programs(client, stop, error, status, code):
    stop.append(error)
    answer = client.get("/api/v1/stop")
    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "details"}
    assert answer.json["code"] == code
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(("error", "status", "code"), FAMILIES)
def test_each_family_has_a_page_with_its_request_number(client, stop, error, status, code):
    stop.append(error)
    answer = client.get("/stop")
    assert answer.status_code == status
    assert f"错误编号 {status}-{code.replace('_', '-')}" in answer.text
    assert answer.headers["X-Request-Number"] in answer.text
    assert "secret detail" not in answer.text


def test_a_conflict_says_who_did_what_when_and_keeps_what_was_typed(people, sign_in, stop):
    people("dz.centre", "trading_centre")
    browser = sign_in("dz.centre")
    when = datetime(2026, 11, 20, 9, 46, tzinfo=CHINA)
    stop.append(
        WorkItemTakenError(by="何以宁", done_at=iso(when), outcome="退回业主", step="受理审核")
    )
    answer = send(
        browser, "/stop", page="/account/", opinion="原因：<面积>不符", password="hidden-word"
    )
    assert answer.status_code == 409
    for words in ("何以宁", "2026-11-20 09:46", "退回业主", "受理审核", "原因：&lt;面积&gt;不符"):
        assert words in answer.text
    assert "hidden-word" not in answer.text


def test_fields_are_told_one_by_one(client, stop):
    stop.append(errors.InvalidError(fields={"price": "不能高于批复金额。"}))
    assert client.get("/api/v1/stop").json["details"] == {"fields": {"price": "不能高于批复金额。"}}
    assert "不能高于批复金额。" in client.get("/stop").text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nothing", 404, "not_found"),
        ("delete", "/api/v1/stop", 405, "method_not_allowed"),
    ],
)
def test_what_does_not_exist_is_json_under_api(client, stop, method, path, status, code):
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_body_larger_than_the_blueprint_takes_is_refused(client, stop, people, token):
    headers = token(people("dz.owner", "owner"))
    assert client.post("/stop", data=b"x" * 2000, headers=headers).text == "2000"
    answer = client.post(
        "/stop", data=b"x" * 3000, headers={**headers, "Accept": "application/json"}
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_the_page_is_bare_when_the_shell_cannot_be_drawn(client, stop, monkeypatch):
    stop.append(errors.UnavailableError())

    def broken():
        raise OSError("database is gone")

    monkeypatch.setattr(shell, "reading", broken)
    answer = client.get("/stop")
    assert answer.status_code == 503
    assert "暂时无法办理" in answer.text
    assert reading is not shell.reading
