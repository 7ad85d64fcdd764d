"""Diagrams of other tools come in through the page: repaired, told, kept as they were."""

import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.flow.proposal import Origin, Proposal
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.web.conftest import TOKEN_FIELD
from tests.web.workbench.site import browser_of

pytestmark = pytest.mark.req("PL-1")
MIWG = Path(__file__).parents[2] / "data" / "miwg"
PAGE = "/flows/import"


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


def upload(browser: FlaskClient, data: bytes, name: str = "a.bpmn", **fields: str):
    token = TOKEN_FIELD.search(browser.get(PAGE).text)
    assert token
    given = {"csrf_token": token[1], "in": "dazhou", "file": (io.BytesIO(data), name), **fields}
    return browser.post(PAGE, data=given)


def stored() -> list[Proposal]:
    with reading() as session:
        return list(session.scalars(select(Proposal)))


@pytest.mark.req("PL-1")
def test_a_foreign_diagram_is_stored_repaired_with_its_original_kept(analyst: FlaskClient) -> None:
    original = (MIWG / "C.1.0.bpmn").read_bytes()
    answer = upload(analyst, original, "发票 invoice.bpmn", key="invoice_check")

    assert answer.status_code == 303, answer.text
    (proposal,) = stored()
    assert (proposal.county_code, proposal.origin) == ("dazhou", Origin.IMPORTED)
    with reading() as session:
        files = proposals.overlay(session, session.merge(proposal, load=False))
        first = proposals.saved_body(session, proposal, "diagrams/invoice_check.bpmn", 1)
    assert set(files) == {"diagrams/invoice_check.bpmn", "diagrams/invoice_check_2.bpmn"}
    assert b"isExecutable" in (first or b"")
    assert b'id="invoice_check"' in (files["diagrams/invoice_check.bpmn"] or b"")


def test_the_page_lists_what_was_changed_and_what_is_to_do(analyst: FlaskClient) -> None:
    answer = upload(analyst, (MIWG / "C.1.0.bpmn").read_bytes(), key="invoice_check")
    page = analyst.get(answer.headers["Location"]).text

    assert "待办" in page
    assert "请核对" in page
    assert "原来由别的程序办理" in page
    (proposal,) = stored()
    assert f"/modeller/{proposal.id}/invoice_check" in page


def test_what_is_left_to_do_forbids_publishing(analyst: FlaskClient) -> None:
    upload(analyst, (MIWG / "C.1.0.bpmn").read_bytes(), key="invoice_check")
    with reading() as session:
        (proposal,) = session.scalars(select(Proposal))
        found = proposals.check(session, proposal)
    assert any(each.rule == "left_to_do" and each.level == "error" for each in found)


def test_a_single_process_keeps_its_file_byte_by_byte(analyst: FlaskClient) -> None:
    original = (MIWG / "A.1.0.bpmn").read_bytes()
    upload(analyst, original)
    with reading() as session:
        (proposal,) = session.scalars(select(Proposal))
        assert proposals.saved_body(session, proposal, "diagrams/a.bpmn", 1) == original


def test_our_own_diagram_comes_in_unchanged(analyst: FlaskClient) -> None:
    body = (BPMN / "base" / "diagrams" / "enquiry.bpmn").read_bytes()
    answer = upload(analyst, body.replace(b'"enquiry"', b'"question"'), key="question")
    page = analyst.get(answer.headers["Location"]).text
    assert "原样可用" in page


def test_an_existing_flow_is_only_replaced_when_asked_for(analyst: FlaskClient) -> None:
    original = (MIWG / "A.1.0.bpmn").read_bytes()
    refused = upload(analyst, original, key="enquiry")
    assert refused.status_code == 409
    assert "已有流程" in refused.text
    assert stored() == []
    assert upload(analyst, original, key="enquiry", replace="yes").status_code == 303


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是正确的 XML"),
        (b"<html/>", "不是 BPMN"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "DOCTYPE"),
        ("\ufeff<x/>".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(analyst: FlaskClient, data, words) -> None:
    answer = upload(analyst, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert stored() == []


def test_nothing_chosen_is_told(analyst: FlaskClient) -> None:
    token = TOKEN_FIELD.search(analyst.get(PAGE).text)
    assert token
    answer = analyst.post(PAGE, data={"csrf_token": token[1], "in": "dazhou"})
    assert answer.status_code == 422
    assert "没有选择文件" in answer.text


@pytest.mark.parametrize("key", ["../x", "A", "x y", "x" * 61, "<b>"])
def test_a_key_that_is_none_is_refused(analyst: FlaskClient, key: str) -> None:
    answer = upload(analyst, (MIWG / "A.1.0.bpmn").read_bytes(), key=key)
    assert answer.status_code == 422
    assert "流程标识" in answer.text


def test_another_countys_analyst_imports_nothing_here(site: OpenAPI) -> None:
    stranger = browser_of(site, "hr.analyst")
    answer = upload(stranger, (MIWG / "A.1.0.bpmn").read_bytes())
    assert answer.status_code in {403, 422}
    assert stored() == []


def test_nobody_else_comes_in(site: OpenAPI) -> None:
    assert browser_of(site, "dz.owner").get(PAGE).status_code == 403
    assert site.test_client().get(PAGE).status_code == 303


def test_names_of_the_file_are_shown_as_text(analyst: FlaskClient) -> None:
    body = (MIWG / "A.1.0.bpmn").read_bytes()
    hostile = re.sub(rb'name="Task 1"', b'name="&lt;img src=x onerror=alert(1)&gt;"', body)
    assert hostile != body
    answer = upload(analyst, hostile, "<script>alert(1)</script>.bpmn", key="hostile")
    page = analyst.get(answer.headers["Location"]).text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x" in page


def test_a_proposal_that_was_not_imported_says_so(analyst: FlaskClient) -> None:
    with unit_of_work() as session:
        made = proposals.create(session, "dazhou", "试", PLATFORM).id
    assert "不是导入的" in analyst.get(f"{PAGE}/{made}").text
    assert analyst.get(f"{PAGE}/nothing").status_code == 404
