"""Evaluations through HTTP: the owner's list, the lock, the contractor's record, the public's."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from models.clock import CHINA, business_clock, fixed
from models.document import Document
from models.identity.account import Account
from models.identity.names import account_names
from models.notice import Notice, NoticeKind
from models.performance_review import PerformanceReview
from models.session import reading, unit_of_work
from processes.demo.projects import FROZEN
from tests.city import City, city, county
from tests.flows.afterwards import AWARDED, accepted, awarded
from tests.web.conftest import send
from web.app import create_app

__all__ = ["city", "county"]
ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
SOON = ACCEPTED + timedelta(days=3)
LATE = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)
COMMENT = "按期完工，质量良好"
PAPERS = ("signed_contract", "acceptance_report")


def browser(city: City, username: str = "") -> FlaskClient:
    application = create_app(city.settings)
    application.testing = False
    client = application.test_client()
    if username:
        answer = send(client, "/sign-in", username=username, password="smallworks-demo")
        assert answer.status_code == 303, answer.text
    return client


def sheet_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "".join(
            file.read(name).decode() for name in file.namelist() if name.endswith(".xml")
        )


def review_of(story) -> PerformanceReview:
    with reading() as session:
        query = select(PerformanceReview).where(PerformanceReview.project_id == story.project)
        return session.scalars(query).one()


@pytest.mark.req("DZ-A4")
def test_an_overdue_evaluation_is_told_on_desk_and_new_project_page_until_it_is_done(
    city: City,
) -> None:
    story = accepted(city, ACCEPTED)
    number = city.project(story).number
    with business_clock(fixed(SOON)):
        owner = browser(city, "dz.owner")
        assert "评价超期" not in owner.get("/desk").text
    with business_clock(fixed(LATE)):
        owner = browser(city, "dz.owner")
        for path in ("/desk", "/projects/new"):
            page = owner.get(path).text
            assert "评价超期" in page
            assert f"{story.requirement.title}</a>（{number}），自2026-11-27 17:30起超期" in page
        offered = owner.get("/projects/new").text
        assert 'type="submit" disabled>开始填报' in offered
        refused = send(owner, "/projects/new", flow="random_selection")
        assert refused.status_code == 409
        assert "超过期限没有评价" in refused.text
        story.evaluate(LATE)
        assert "评价超期" not in owner.get("/desk").text
        begun = send(owner, "/projects/new", flow="random_selection")
        assert begun.status_code == 303


def test_contractors_and_the_centre_see_no_lock_of_their_own(city: City) -> None:
    accepted(city, ACCEPTED)
    with business_clock(fixed(LATE)):
        for who in ("dz.contractor01", "dz.centre"):
            assert "评价超期" not in browser(city, who).get("/desk").text


@pytest.mark.req("DZ-A4c")
def test_the_owner_finds_what_is_due_overdue_and_done(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with business_clock(fixed(SOON)):
        owner = browser(city, "dz.owner")
        page = owner.get("/evaluations").text
        assert story.requirement.title in page
        assert "去评价" in page
        assert story.requirement.title not in owner.get("/evaluations?state=late").text
        assert story.requirement.title not in owner.get("/evaluations?q=不存在的项目").text
    with business_clock(fixed(LATE)):
        owner = browser(city, "dz.owner")
        assert "超期未评价" in owner.get("/evaluations?state=late").text
        story.evaluate(LATE)
        done = owner.get("/evaluations?state=done&grade=excellent").text
        assert "92" in done
        assert "去评价" not in done
        one = owner.get(f"/evaluations/{review_of(story).id}").text
        assert COMMENT in one
        assert "工程质量" in one
        file = owner.get("/evaluations?export=xlsx")
        rows = sheet_of(file.data)
        assert story.requirement.title in rows
        assert "优秀" in rows


def test_another_owner_and_contractors_do_not_see_an_owners_evaluations(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with unit_of_work() as session:
        row = session.get_one(PerformanceReview, review_of(story).id)
        centre = session.scalars(select(Account).where(Account.username == "dz.centre")).one()
        row.owner_id = str(centre.party_id)
    address = f"/evaluations/{review_of(story).id}"
    with business_clock(fixed(SOON)):
        owner = browser(city, "dz.owner")
        assert story.requirement.title not in owner.get("/evaluations").text
        assert owner.get(address).status_code == 404
        assert browser(city, "dz.contractor01").get("/evaluations").status_code == 403
        assert browser(city, "dz.housing").get(address).status_code == 200


@pytest.mark.req("DZ-A4c")
def test_the_contractor_sees_its_credit_evaluation_with_the_words(city: City) -> None:
    story = accepted(city, ACCEPTED)
    winner = story.winner()
    story.evaluate(SOON)
    with business_clock(fixed(LATE)):
        page = browser(city, winner).get("/organisation/evaluations").text
    for part in (story.requirement.title, "工程质量38/40", "优秀", COMMENT, "平均92分"):
        assert part in page


@pytest.mark.req("DZ-A4c")
def test_the_public_sees_points_and_grade_and_never_the_words(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with business_clock(fixed(SOON)):
        assert story.requirement.title not in browser(city).get("/conduct/evaluations").text
    story.evaluate(SOON)
    with business_clock(fixed(LATE)), reading() as session:
        page = browser(city).get("/conduct/evaluations").text
        reviewer = account_names(session, {review_of(story).reviewed_by})
    assert story.requirement.title in page
    assert "优秀" in page
    for hidden in (COMMENT, *reviewer.values()):
        assert hidden not in page


@pytest.mark.parametrize("path", ["/evaluations", "/conduct/evaluations"])
def test_a_list_costs_the_same_however_long_it_is(city: City, path: str) -> None:
    story = accepted(city, ACCEPTED)
    story.evaluate(SOON)
    with business_clock(fixed(LATE)):
        client = browser(city, "dz.owner")
        client.get(path)
        one = counted(city, client, path)
        _more_reviews(city, story)
        many = counted(city, client, path)
    assert one == many


def counted(city: City, client: FlaskClient, path: str) -> int:
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(city.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(city.engine, "before_cursor_execute", note)
    return len([text for text in sent if text.lstrip().startswith("SELECT")])


def _more_reviews(city: City, story) -> None:
    kept = review_of(story)
    others = [city.story(FROZEN) for _ in range(4)]
    for other in others:
        other.start(SOON)
        other.fill(SOON)
    with unit_of_work() as session:
        for other in others:
            session.add(
                PerformanceReview(
                    project_id=other.project,
                    instance_id=other.instance,
                    county_code="dazhou",
                    owner_id=kept.owner_id,
                    contractor_id=kept.contractor_id,
                    accepted_on=kept.accepted_on,
                    due_at=kept.due_at,
                    opened_at=kept.opened_at,
                    scores=kept.scores,
                    total=80,
                    maximum=100,
                    grade=kept.grade,
                    comment=kept.comment,
                    reviewed_by=kept.reviewed_by,
                    reviewed_at=kept.reviewed_at,
                )
            )


def document_of(kind: str) -> str:
    with reading() as session:
        query = select(Document.id).where(Document.kind == kind)
        return session.scalars(query.order_by(Document.created_at)).first() or ""


@pytest.mark.req("DZ-A4")
def test_contract_papers_are_for_the_parties_the_centre_and_the_regulator_alone(
    city: City,
) -> None:
    story = accepted(city, ACCEPTED)
    winner = story.winner()
    losers = [f"dz.contractor{n:02d}" for n in (1, 2, 3, 4) if f"dz.contractor{n:02d}" != winner]
    with business_clock(fixed(SOON)):
        papers = [f"/documents/{document_of(kind)}" for kind in PAPERS]
        for may in ("dz.owner", winner, "dz.centre", "dz.leader", "dz.housing"):
            client = browser(city, may)
            assert [client.get(paper).status_code for paper in papers] == [200, 200], may
        for may_not in (*losers[:2], "keeper.audit", ""):
            client = browser(city, may_not)
            assert [client.get(paper).status_code for paper in papers] == [404, 404], may_not
    with reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.CONTRACT_NOTICE)
        ).one()
    with business_clock(fixed(SOON)):
        page = browser(city).get(f"/notices/{notice.id}")
    assert page.status_code == 200
    assert document_of("signed_contract") not in page.text


def test_the_case_shows_every_round_to_its_parties(city: City) -> None:
    story = awarded(city)
    story.submit_contract(AWARDED)
    story.answer_contract(AWARDED, "工期与双方签订的不一致，请改正。")
    story.sign_contract(AWARDED + timedelta(hours=1))
    with business_clock(fixed(AWARDED + timedelta(hours=2))):
        for who in ("dz.owner", story.winner(), "dz.centre"):
            page = browser(city, who).get(f"/cases/{story.instance}").text
            assert "共2轮，每轮都保留" in page
            assert "工期与双方签订的不一致" in page
            assert "合同价" in page
