"""The public page of emergency works: the result first, with the reason why nobody was compared."""

from datetime import timedelta

import pytest

from models.emergency import EmergencyWorks
from models.identity.account import Account
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase, SelectionMethod
from models.session import unit_of_work
from tests import seeding
from tests.seeding import COUNTY, MORNING


@pytest.fixture
def works(database, settings, business_day):
    """Emergency works reported this morning, their notice drafted and not out; project, notice."""
    town = seeding.build_town(settings, 1)
    with unit_of_work() as session:
        winner = session.get_one(Account, town.contractors[0]).party_id
        values = {"method": SelectionMethod.EMERGENCY, "phase": ProjectPhase.REPORTED}
        project = seeding._project(town, "桥头挡墙抢险工程", values)
        project.winner_id, project.award_price = winner, 18_800_000
        session.add(project)
        session.flush()
        session.add(
            EmergencyWorks(
                project_id=project.id,
                instance_id="0" * 32,
                county_code=COUNTY,
                occurred_at=MORNING - timedelta(days=2),
                entrusted_at=MORNING - timedelta(days=1),
                situation="暴雨冲毁挡墙12米，危及桥面通行。",
                choice_reason="队伍和机械就在附近，两小时内可以进场。",
                report_due_at=MORNING + timedelta(days=1),
                reported_at=MORNING,
                reported_by=town.contractors[0],
            )
        )
        notice = Notice(
            kind=NoticeKind.AWARD_NOTICE,
            county_code=COUNTY,
            project_id=project.id,
            title="桥头挡墙抢险工程应急结果公布",
            body="依据有关规定，应急工程不经比选。",
        )
        session.add(notice)
        session.flush()
        return project.id, notice.id


def publish(notice_id: str) -> None:
    with unit_of_work() as session:
        session.get_one(Notice, notice_id).published_at = MORNING


@pytest.mark.req("HR-4.10")
def test_everybody_reads_who_carries_it_out_and_why_nobody_was_compared(works, client):
    project, notice = works
    publish(notice)
    page = client.get(f"/results/emergency/{project}").text
    for words in ("云泽禾木建筑", "188,000.00", "暴雨冲毁挡墙", "两小时内可以进场", "没有经过比选"):
        assert words in page
    told = client.get(f"/notices/{notice}").text
    assert f'href="/results/emergency/{project}"' in told
    assert "填报应急结果" in told


def test_before_its_notice_there_is_no_page_of_it(works, client):
    project, _ = works
    answer = client.get(f"/results/emergency/{project}")
    missing = client.get(f"/results/emergency/{'0' * 32}")
    assert answer.status_code == missing.status_code == 404
    assert "桥头挡墙" not in answer.text
