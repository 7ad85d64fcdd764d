"""Notices and letters edited as a form: previews show what is public, samples are no letters."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.flow.proposal import Proposal
from models.ledger.tables import LedgerEntry
from models.letter import Letter
from models.notice import Notice
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.city import City
from tests.web.conftest import TOKEN_FIELD, send
from tests.web.workbench.site import ask, browser_of

pytestmark = pytest.mark.req("PL-2")
NOTICE = (BPMN / "base/notices/award_notice.toml").read_text(encoding="utf-8")
LETTER = (BPMN / "base/letters/award_letter.toml").read_text(encoding="utf-8")


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


@pytest.fixture
def draft(analyst: FlaskClient) -> str:
    given = {"value": "5", "from_on": "2027-01-04", "source": "办法"}
    return send(analyst, "/rules/notice.minimum_period?in=dazhou", **given).location.rpartition(
        "="
    )[2]


def read(browser: FlaskClient, draft: str, where: str = "notices/award_notice", **given: object):
    return ask(browser, "POST", f"/texts/{draft}/{where}/read", **{"case": "", **given})


def test_a_text_is_shown_with_its_fields_in_words(analyst: FlaskClient, draft: str) -> None:
    page = analyst.get(f"/texts/{draft}/notices/award_notice").text

    assert 'data-insert="winner"' in page
    assert "中选企业" in page
    assert 'data-insert="situation"' in page
    assert 'data-insert="mobile"' not in page  # a letter's field


def test_form_and_file_say_the_same_and_are_previewed(analyst: FlaskClient, draft: str) -> None:
    first = read(analyst, draft, text=NOTICE).json
    assert (first["text"], first["findings"], first["problem"]) == (NOTICE, [], "")
    fields = {**first["fields"], "title": "{project_title}结果公示"}

    again = read(analyst, draft, fields=fields).json

    assert 'title = "{project_title}结果公示"' in again["text"]
    assert again["preview"]["title"] == "青石巷排水沟修缮结果公示"


def test_a_faulty_text_has_findings_and_no_preview(analyst: FlaskClient, draft: str) -> None:
    answer = read(analyst, draft, text=NOTICE.replace("{winner}", "{winer}")).json

    assert answer["preview"] is None
    assert "winer" in answer["findings"][0]["message"]
    broken = read(analyst, draft, text="title = [").json
    assert "源码" in broken["problem"]


def test_what_no_page_sends_is_refused_in_words(analyst: FlaskClient, draft: str) -> None:
    for given in [
        {"fields": {"title": "x" * 30_000}},
        {"fields": {"rows": [["a", "b"]] * 100}},
        {"fields": []},
        {"text": 3},
        {"text": "x", "case": []},
    ]:
        answer = read(analyst, draft, **given)

        assert answer.status_code == 422
        assert "请" in answer.json["message"]


def test_an_enormous_text_is_contained_and_the_next_request_served(
    analyst: FlaskClient, draft: str
) -> None:
    assert read(analyst, draft, text="x" * 2_100_000).status_code == 422
    answer = read(analyst, draft, text=f'{NOTICE}\nx = "{"y" * 1_900_000}"')
    assert answer.json["findings"][0]["level"] == "error"
    assert read(analyst, draft, text=NOTICE).json["findings"] == []


def sample(browser: FlaskClient, draft: str, text: str):
    page = browser.get(f"/texts/{draft}/letters/award_letter").text
    token = TOKEN_FIELD.search(page)
    assert token
    path = f"/texts/{draft}/letters/award_letter/sample.pdf"
    return browser.post(path, data={"csrf_token": token[1], "text": text, "case": ""})


def test_a_letters_sample_is_a_pdf_and_no_letter(analyst: FlaskClient, draft: str) -> None:
    with reading() as session:
        before = session.scalars(select(LedgerEntry.id)).all()

    answer = sample(analyst, draft, LETTER.replace("现将", '#panic() #read("/etc/passwd") 现将'))

    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"%PDF")
    with reading() as session:
        assert session.scalars(select(Letter)).all() == []
        assert session.scalars(select(LedgerEntry.id)).all() == before
    assert b"/Sig" not in answer.data


def test_what_is_no_letter_is_refused(analyst: FlaskClient, draft: str) -> None:
    for text in ["", "kind = 1", "x" * 70_000, NOTICE]:
        assert sample(analyst, draft, text).status_code == 422


def test_a_real_case_shows_what_its_notice_told_and_nothing_else(
    city: City, analyst: FlaskClient, draft: str
) -> None:
    story = city.published(1, 2, 3)
    with unit_of_work() as session:
        found = select(Notice).where(Notice.kind == "award_notice")
        notice = session.scalars(found).one()
        notice_id, project = notice.id, notice.project_id
        drafted = Notice(
            kind=notice.kind, county_code="dazhou", project_id=project, title="没有发布的", body="x"
        )
        session.add(drafted)
        session.flush()
        secret = drafted.id
    assert story.project == project
    page = analyst.get(f"/texts/{draft}/notices/award_notice").text
    assert notice_id in page
    assert "没有发布的" not in page

    text = NOTICE.replace("{remark}", "{floor}|{bid_count}|{situation}")
    shown = read(analyst, draft, text=text, case=notice_id).json["preview"]
    with reading() as session:
        told = session.get_one(Notice, notice_id)
        assert shown["title"] == told.title
        assert shown["rows"] == told.facts["facts"]
    assert "||" in shown["body"]

    assert read(analyst, draft, text=NOTICE, case=secret).status_code == 404
    assert read(analyst, draft, text=NOTICE, case="0" * 32).status_code == 404


def test_a_new_text_is_a_copy_under_a_name_of_its_kind(analyst: FlaskClient, draft: str) -> None:
    path = f"/texts/{draft}/notices/new"
    opened = send(analyst, "/resources/dazhou/new/notices", page="/resources/dazhou?kind=notices")
    assert opened.headers["Location"] == path
    answer = send(analyst, path, kind="award_notice", suffix="small", copy_of="")

    assert answer.headers["Location"] == f"/texts/{draft}/notices/award_notice_small"
    with reading() as session:
        files = proposals.overlay(session, session.scalars(select(Proposal)).one())
    assert files["notices/award_notice_small.toml"] == NOTICE.encode()

    for wrong in (
        {"kind": "award_notice", "suffix": "small", "copy_of": ""},
        {"kind": "award_notice", "suffix": "../x", "copy_of": ""},
        {"kind": "x", "suffix": "", "copy_of": ""},
        {"kind": "award_notice", "suffix": "y", "copy_of": "tender_notice"},
        {"kind": "award_notice", "suffix": "y", "copy_of": "../../rules"},
    ):
        assert send(analyst, path, **wrong).status_code == 422


def test_nobody_else_reads_or_previews(site: OpenAPI, draft: str) -> None:
    for username in ("hr.analyst", "dz.centre"):
        other = browser_of(site, username)
        for path in ("notices/new", "notices/award_notice", "letters/award_letter"):
            assert other.get(f"/texts/{draft}/{path}").status_code in (403, 404)
        assert read(other, draft, text=NOTICE).status_code in (403, 404)


def test_an_address_that_leads_elsewhere_is_not_found(analyst: FlaskClient, draft: str) -> None:
    for path in ["forms/x", "notices/no_such", "notices/..%2f..%2fetc"]:
        assert analyst.get(f"/texts/{draft}/{path}").status_code == 404
