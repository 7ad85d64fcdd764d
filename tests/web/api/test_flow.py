"""A program publishes a flow, starts a case and completes it over HTTP."""

import pytest
from flask.testing import FlaskClient

from tests.processes.engine.world import LINEAR5
from tests.web.api.conftest import Caller, Program

YES = {"form": {"amount": 12, "approved": 1}}


def first_item(caller: Caller) -> dict[str, object]:
    return caller("GET", "/work-items?state=ready").get_json()["items"][0]


def start(caller: Caller, **data: object) -> str:
    body = {"flow": "linear5", "county": "dazhou", "data": data}
    answer = caller("POST", "/instances", body)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def test_a_program_publishes_starts_and_completes(analyst: Caller, centre: Caller) -> None:
    drafted = analyst("POST", "/definitions", LINEAR5.read_bytes())
    assert drafted.status_code == 201, drafted.text
    assert {k: drafted.json[k] for k in ("key", "version")} == {"key": "linear5", "version": 1}
    published = analyst("POST", "/definitions/linear5/versions/1/publish")
    assert published.status_code == 200, published.text
    case = start(centre)
    for step in range(1, 6):
        item = first_item(centre)
        assert item["step"] == f"task{step}"
        assert item["instance"] == case
        done = centre("POST", f"/work-items/{item['id']}/complete", YES)
        assert done.status_code == 200, done.text
    seen = centre("GET", f"/instances/{case}").get_json()
    assert seen["status"] == "completed"
    assert seen["work_items"] == []
    assert [line["step"] for line in seen["history"] if line["step"]] == [
        "task1", "task2", "task3", "task4", "task5",
    ]  # fmt: skip


def test_an_item_has_exactly_the_fixed_fields(linear5: str, centre: Caller) -> None:
    start(centre)
    item = first_item(centre)
    assert set(item) == {
        "id", "instance", "flow", "county", "project", "step", "title", "role", "state", "due_at",
    }  # fmt: skip
    assert (item["role"], item["state"], item["county"]) == ("trading_centre", "ready", "dazhou")


def test_a_case_has_exactly_the_fixed_fields(linear5: str, centre: Caller) -> None:
    seen = centre("GET", f"/instances/{start(centre)}").get_json()
    assert set(seen) == {"id", "flow", "version", "county", "status", "work_items", "history"}


def test_the_second_of_two_is_told_who_was_first(
    linear5: str, centre: Caller, program: Program
) -> None:
    start(centre)
    item = first_item(centre)["id"]
    assert centre("POST", f"/work-items/{item}/complete", YES).status_code == 200
    late = program("dz.second", "trading_centre")("POST", f"/work-items/{item}/complete", YES)
    assert late.status_code == 409
    assert late.json["code"] == "work_item_taken"
    assert late.json["details"]["by"] == "dz.centre姓名"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/work-items"),
        ("POST", "/instances"),
        ("GET", "/instances/x"),
        ("GET", "/operators"),
        ("POST", "/definitions"),
    ],
)
def test_without_a_token_nothing_is_answered(
    client: FlaskClient, world: None, method: str, path: str
) -> None:
    answer = client.open(f"/api/v1{path}", method=method)
    assert answer.status_code in {400, 401}
    assert set(answer.json) == {"code", "message", "details"}
    assert answer.status_code == 401 or method == "POST"


def test_a_wrong_token_is_refused(client: FlaskClient, world: None) -> None:
    answer = client.get("/api/v1/work-items", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


def test_a_faulty_diagram_gives_its_findings(analyst: Caller) -> None:
    broken = LINEAR5.read_bytes().replace(b"approved == 1", b"approved == = 1")
    answer = analyst("POST", "/definitions", broken)
    assert answer.status_code == 422
    finding = answer.json["details"]["findings"][0]
    assert set(finding) == {"element", "rule", "level", "message"}
    assert finding["level"] == "error"
    assert "f4" in {each["element"] for each in answer.json["details"]["findings"]}


def test_what_is_no_diagram_is_refused(analyst: Caller) -> None:
    assert analyst("POST", "/definitions", b"<html/>").status_code == 422


def test_only_analysts_upload_diagrams(centre: Caller) -> None:
    assert centre("POST", "/definitions", LINEAR5.read_bytes()).status_code == 403


def test_claim_release_and_hand_over(linear5: str, centre: Caller, program: Program) -> None:
    start(centre)
    item = first_item(centre)["id"]
    other = program("dz.second", "trading_centre")
    assert centre("POST", f"/work-items/{item}/claim").json["state"] == "claimed"
    assert other("POST", f"/work-items/{item}/claim").status_code == 409
    assert other("POST", f"/work-items/{item}/complete", YES).status_code == 409
    assert other("POST", f"/work-items/{item}/release").status_code == 409
    handed = centre("POST", f"/work-items/{item}/hand-over", {"account": "dz.second"})
    assert handed.status_code == 200, handed.text
    assert centre("POST", f"/work-items/{item}/release").status_code == 409
    assert other("POST", f"/work-items/{item}/release").json["state"] == "ready"


def test_an_item_is_not_handed_to_somebody_who_may_not_do_it(
    linear5: str, centre: Caller, program: Program
) -> None:
    start(centre)
    item = first_item(centre)["id"]
    program("dz.owner", "owner")
    for name in ("dz.owner", "nobody"):
        answer = centre("POST", f"/work-items/{item}/hand-over", {"account": name})
        assert answer.status_code == 422


def test_a_draft_is_kept_and_forgotten_when_the_item_is_done(linear5: str, centre: Caller) -> None:
    start(centre)
    item = first_item(centre)["id"]
    for amount in (1, 2):
        body = {"form": {"amount": amount}}
        assert centre("PUT", f"/work-items/{item}/draft", body).status_code == 200
    assert centre("GET", f"/work-items/{item}").json["draft"] == {"amount": 2}
    assert centre("POST", f"/work-items/{item}/complete", YES).status_code == 200
    assert centre("GET", f"/work-items/{item}").json["draft"] is None


@pytest.mark.parametrize(
    "form",
    [
        {"deep": {"a": 1}},
        {"big": "x" * 70_000},
        {"nul": "a\x00b"},
    ],
)
def test_data_that_cannot_be_stored_is_refused_and_nothing_changes(
    linear5: str, centre: Caller, form: dict[str, object]
) -> None:
    start(centre)
    item = first_item(centre)["id"]
    answer = centre("POST", f"/work-items/{item}/complete", {"form": form})
    assert answer.status_code == 422
    assert first_item(centre)["id"] == item


def test_a_number_that_is_none_is_refused(linear5: str, centre: Caller) -> None:
    start(centre)
    item = first_item(centre)["id"]
    more = {"data": '{"form": {"amount": NaN}}', "content_type": "application/json"}
    assert centre("POST", f"/work-items/{item}/complete", **more).status_code == 422


def test_a_case_of_another_county_is_not_shown(
    linear5: str, centre: Caller, program: Program
) -> None:
    case = start(centre)
    item = first_item(centre)["id"]
    stranger = program("hr.centre", "trading_centre", county="huairou")
    assert stranger("GET", f"/instances/{case}").status_code == 403
    assert stranger("GET", f"/work-items/{item}").status_code == 403
    assert stranger("GET", "/work-items").json == {"items": [], "next": None}
    assert stranger("POST", f"/work-items/{item}/claim").status_code == 403


def test_a_flow_is_started_by_the_role_of_its_first_lane_in_its_county(
    linear5: str, program: Program
) -> None:
    body = {"flow": "linear5", "county": "dazhou", "data": {}}
    for caller in (
        program("dz.owner", "owner"),
        program("hr.centre", "trading_centre", county="huairou"),
    ):
        answer = caller("POST", "/instances", body)
        assert answer.status_code == 403
        assert "交易中心" in answer.json["message"]


def test_an_unknown_flow_county_or_item_is_told(linear5: str, centre: Caller) -> None:
    unknown = {"flow": "nothing", "county": "dazhou", "data": {}}
    assert centre("POST", "/instances", unknown).status_code == 404
    assert centre("POST", "/instances", {**unknown, "county": "mars"}).status_code == 422
    assert centre("POST", "/instances", {"flow": "linear5"}).status_code == 422
    assert centre("GET", "/work-items/nothing").status_code == 404
    assert centre("GET", "/instances/nothing").status_code == 404


def test_the_list_is_paged(linear5: str, centre: Caller) -> None:
    for _ in range(5):
        start(centre)
    first = centre("GET", "/work-items?limit=3").json
    second = centre("GET", f"/work-items?limit=3&cursor={first['next']}").json
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert len(set(ids)) == 5
    assert second["next"] is None
    assert centre("GET", "/work-items?cursor=nonsense").status_code == 422


def test_the_interface_describes_itself(client: FlaskClient, world: None) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/work-items/{item_id}/complete" in described["paths"]


def test_the_operators_are_listed(centre: Caller) -> None:
    listed = centre("GET", "/operators").json
    assert set(listed) == {"items", "next"}


def test_the_diagram_of_a_case_is_served_as_it_was_uploaded(linear5: str, centre: Caller) -> None:
    answer = centre("GET", f"/instances/{start(centre)}/diagram")
    assert answer.data == LINEAR5.read_bytes()
