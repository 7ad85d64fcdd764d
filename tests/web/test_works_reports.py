"""Reports of other units through HTTP: the panel, the notify button, another unit, their pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.work_item import OPEN_STATES, WorkItem
from models.session import reading
from tests.city import City, city, county
from tests.flows.emergencies import ACCEPTED, REPORTING, in_works
from tests.flows.test_works_reports import reports
from tests.web.conftest import send
from tests.web.test_emergency_works import page
from tests.web.test_evaluations import browser

__all__ = ["city", "county"]


def item_of(story, step: str) -> str:
    with reading() as session:
        query = select(WorkItem.id).where(
            WorkItem.instance_id == story.instance,
            WorkItem.step == step,
            WorkItem.state.in_(OPEN_STATES),
        )
        return session.scalars(query).one()


@pytest.mark.req("HR-3.3.1")
@pytest.mark.req("HR-3.3.3")
def test_a_units_page_shows_which_project_the_report_is_for(city: City) -> None:
    story = in_works(city)
    number = city.project(story).number
    with business_clock(fixed(REPORTING)):
        for who, step in (("hr.supervisor", "supervision"), ("hr.auditor", "audit")):
            client = browser(city, who)
            assert "枫泉镇北沟路基冲毁应急抢修工程" in page(client, "/inbox")
            text = page(client, f"/work-items/{item_of(story, f'upload_{step}_report')}")
            assert number in text
            assert "报告上的项目编号" in text
            assert "通知提交报告" not in text


@pytest.mark.req("HR-4.7")
def test_the_owner_notifies_on_the_step_and_is_told_whom(city: City) -> None:
    story = in_works(city)
    item = item_of(story, "accept_works")
    with business_clock(fixed(REPORTING)):
        client = browser(city, "hr.town")
        assert "通知提交报告" in page(client, f"/work-items/{item}")
        answer = send(client, f"/cases/{story.instance}/invite", item=item)
        assert answer.headers["Location"] == f"/work-items/{item}"
        text = page(client, answer.headers["Location"])
        assert "已通知砺石工程监理有限公司、明恕工程造价咨询有限公司提交报告" in text
        assert "已通知1次" in text
        again = send(client, f"/cases/{story.instance}/invite", item=item)
        assert again.status_code == 409
        assert "今天已经通知过" in again.text


@pytest.mark.req("HR-4.7")
def test_a_missing_report_is_a_conflict_that_names_it(city: City) -> None:
    story = in_works(city)
    item = item_of(story, "accept_works")
    with story.player.at(ACCEPTED):
        form = story.acceptance_form(ACCEPTED.date())
        client = browser(city, "hr.town")
        token = page(client, f"/work-items/{item}").split('name="csrf_token" value="')[1]
        headers = {"X-CSRFToken": token.partition('"')[0], "Accept": "application/json"}
        answer = client.post(f"/work-items/{item}/complete", json={"form": form}, headers=headers)
    assert answer.status_code == 409
    assert "监理报告（砺石工程监理有限公司" in answer.get_data(as_text=True)


def test_the_owner_names_another_unit_on_the_case_page(city: City) -> None:
    story = in_works(city)
    address = f"/cases/{story.instance}/reports/supervision/unit"
    other = story.party_of("hr.supervisor2")
    with business_clock(fixed(REPORTING)):
        client = browser(city, "hr.town")
        text = page(client, f"/cases/{story.instance}")
        assert "衡岳工程监理有限公司" in text
        short = send(client, address, party=other, reason="换")
        assert short.status_code == 422
        answer = send(client, address, party=other, reason="原单位人员调离，不能按期出具。")
        assert answer.headers["Location"] == f"/cases/{story.instance}"
        assert "更换出具报告的单位" in page(client, f"/cases/{story.instance}")
    assert reports(story)["supervision"].party_id == other


@pytest.mark.parametrize("who", ["hr.town2", "hr.contractor03", "hr.regulator"])
def test_nobody_else_notifies_or_replaces(city: City, who) -> None:
    story = in_works(city)
    with business_clock(fixed(REPORTING)):
        client = browser(city, who)
        assert send(client, f"/cases/{story.instance}/invite").status_code == 403
        address = f"/cases/{story.instance}/reports/audit/unit"
        answer = send(
            client, address, party=story.party_of("hr.auditor2"), reason="不合适，换一家。"
        )
        assert answer.status_code == 403
    assert reports(story)["audit"].invitations == 0


def test_a_kind_of_report_that_does_not_exist_is_told(city: City) -> None:
    story = in_works(city)
    with business_clock(fixed(REPORTING)):
        answer = send(
            browser(city, "hr.town"),
            f"/cases/{story.instance}/reports/weather/unit",
            party="x",
            reason="不合适，换一家。",
        )
    assert answer.status_code == 422


def test_the_report_itself_is_for_the_parties_alone(city: City) -> None:
    story = in_works(city)
    story.upload_report(REPORTING, "supervision")
    document = reports(story)["supervision"].document_id
    with business_clock(fixed(REPORTING + timedelta(hours=1))):
        for who, status in (
            ("hr.supervisor", 200),
            ("hr.town", 200),
            ("hr.regulator", 200),
            ("hr.auditor", 200),
            ("hr.contractor03", 200),
            ("hr.town2", 404),
            ("hr.supervisor2", 404),
        ):
            assert browser(city, who).get(f"/documents/{document}").status_code == status, who
        assert browser(city).get(f"/documents/{document}").status_code in (302, 303, 401, 404)
