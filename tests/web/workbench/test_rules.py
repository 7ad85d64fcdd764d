"""Rules changed by a clerk: a dated value in a proposal, checked at the field, tried out first."""

import csv
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import CHINA, business_clock, fixed
from models.flow.definition import Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.proposal import Proposal
from models.flow.work_item import WorkItem, WorkItemState
from models.ids import new_id
from models.session import reading, unit_of_work
from processes import proposals
from processes.packs.rules import read_rules
from tests.city import City, after
from tests.web.conftest import send
from tests.web.workbench.site import browser_of

pytestmark = pytest.mark.req("PL-3")
RULE = "notice.minimum_period"
NEW = {"value": "5", "from_on": "2027-01-04", "source": "大竹县小额工程办法第九条"}


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


def write(browser: FlaskClient, rule: str = RULE, **changed: str):
    return send(browser, f"/rules/{rule}?in=dazhou", **{**NEW, **changed})


def proposed() -> tuple[str, dict]:
    with reading() as session:
        row = session.scalars(select(Proposal)).one()
        files = proposals.overlay(session, row)
        base = read_rules(proposals.read_file(session, "base", "rules.toml").body, None)[0]
        rules, found = read_rules(files["rules.toml"] or b"", base)
        assert found == []
        return row.id, rules


def test_every_rule_is_listed_with_its_value_and_article(analyst: FlaskClient) -> None:
    page = analyst.get("/rules?in=dazhou").text

    assert len(re.findall(r'href="/rules/[a-z_.]+\?in=dazhou"', page)) >= 72
    assert "选取公告最短期限" in page
    assert "没有符合条件的规则" in analyst.get("/rules?in=dazhou&q=没有这样的规则").text


@pytest.mark.req("PL-5")
def test_a_value_goes_into_the_open_proposal_and_nothing_is_in_force(analyst: FlaskClient) -> None:
    answer = write(analyst)

    assert answer.status_code == 303, answer.text
    proposal, rules = proposed()
    assert answer.headers["Location"] == f"/rules/{RULE}?proposal={proposal}"
    last = rules[RULE].values[-1]
    assert (last.value, last.from_on.isoformat(), last.source) == (5, NEW["from_on"], NEW["source"])
    page = analyst.get(answer.headers["Location"]).text
    assert "2027-01-04" in page
    assert "本改动单" in page
    assert "2027-01-04" not in analyst.get(f"/rules/{RULE}?in=dazhou").text
    assert proposals_findings(proposal) == []


def proposals_findings(proposal: str) -> list:
    with reading() as session:
        return proposals.check(session, session.get_one(Proposal, proposal))


def test_a_value_that_is_not_published_is_taken_out_again(analyst: FlaskClient) -> None:
    page = write(analyst).headers["Location"]
    proposal = page.rpartition("=")[2]

    answer = send(
        analyst, f"/rules/{RULE}/remove", page=page, from_on="2027-01-04", proposal=proposal
    )

    assert answer.status_code == 303, answer.text
    assert all(one.from_on.year < 2027 for one in proposed()[1][RULE].values)


def test_what_is_wrong_is_told_at_the_field_and_nothing_is_kept(analyst: FlaskClient) -> None:
    for changed, said in [
        ({"value": "31"}, "须在 1 至 30 之间"),
        ({"value": "0"}, "须在 1 至 30 之间"),
        ({"value": "五"}, "请填写整数"),
        ({"value": "9" * 9000}, "请填写整数"),
        ({"from_on": "2020-01-01"}, "不能早于今天"),
        ({"from_on": "9999-01-01"}, "不能晚于 2100 年"),
        ({"from_on": "<script>"}, "请选从哪一天起"),
        ({"source": ""}, "没有写依据"),
        ({"source": "x" * 5000}, "200 字以内"),
    ]:
        answer = write(analyst, **changed)

        assert answer.status_code == 422
        assert said in answer.text
        assert "<script>" not in answer.text.partition("<main")[2]
        with reading() as session:
            assert session.scalars(select(Proposal)).all() == []


def test_the_article_is_shown_as_it_was_typed_and_is_no_markup(analyst: FlaskClient) -> None:
    page = write(analyst, source='<img src=x onerror="alert(1)">{{ 7*7 }}').headers["Location"]

    shown = analyst.get(page).text
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;{{ 7*7 }}" in shown


def test_a_rule_in_force_cannot_be_taken_out(analyst: FlaskClient) -> None:
    answer = send(
        analyst, f"/rules/{RULE}/remove?in=dazhou", page=f"/rules/{RULE}", from_on="2026-01-01"
    )

    assert answer.status_code == 422
    assert "已经生效" in answer.text


def test_who_edits_another_county_or_none_is_refused(site: OpenAPI) -> None:
    for path in ["/rules", f"/rules/{RULE}", "/rules/simulate"]:
        stranger = browser_of(site, "hr.analyst")
        assert stranger.get(f"{path}?in=dazhou").status_code == 403
        assert stranger.get(f"{path}?in=base").status_code == 403
        assert browser_of(site, "dz.centre").get(path).status_code == 403


def test_the_base_and_its_bounds_stay_with_who_edits_everything(site: OpenAPI) -> None:
    everywhere = browser_of(site, "analyst")
    answer = send(
        everywhere, f"/rules/{RULE}", page=f"/rules/{RULE}?in=base", **NEW, **{"in": "base"}
    )

    assert answer.status_code == 303, answer.text
    with reading() as session:
        files = proposals.overlay(session, session.scalars(select(Proposal)).one())
        rules, found = read_rules(files["rules.toml"] or b"", None)
    assert found == []
    assert (rules[RULE].minimum, rules[RULE].maximum, rules[RULE].values[-1].value) == (1, 30, 5)


def test_a_rule_that_does_not_exist_is_not_found(analyst: FlaskClient) -> None:
    assert analyst.get("/rules/no.such").status_code == 404


def open_step(rules_on: datetime) -> None:
    """Let a case wait at a step whose deadline is a rule's."""
    with unit_of_work() as session:
        flow = session.scalars(
            select(Definition).where(
                Definition.key == "project_intake",
                Definition.status == DefinitionStatus.PUBLISHED,
            )
        ).first()
        assert flow is not None
        case = Instance(
            id=new_id(),
            definition_id=flow.id,
            county_code="dazhou",
            status=InstanceStatus.RUNNING,
            state=b"",
            rules_on=rules_on.date(),
            started_by="x",
            created_at=rules_on,
        )
        session.add(case)
        session.flush()
        session.add(
            WorkItem(
                id=new_id(),
                instance_id=case.id,
                task_id="x",
                flow="project_intake",
                county_code="dazhou",
                step="intake_review",
                title="受理审核",
                role="trading_centre",
                state=WorkItemState.READY,
                opened_at=datetime(2026, 11, 6, 10, 0, tzinfo=CHINA),
                due_at=datetime(2026, 11, 9, 17, 30, tzinfo=CHINA),
            )
        )


SIMULATE = "/rules/simulate?in=dazhou&rule=intake.review_within&value=4"


def test_a_running_case_is_shown_as_it_would_be_and_keeps_its_own(analyst: FlaskClient) -> None:
    open_step(datetime(2026, 11, 6, 9, 0, tzinfo=CHINA))

    page = analyst.get(SIMULATE).text

    row = page.partition("受理审核<span")[2].partition("</tr>")[0]
    assert "2026-11-09 17:30" in row
    assert "2026-11-12 17:30" in row
    assert "不变" in row


def test_the_example_counts_round_the_holidays(analyst: FlaskClient) -> None:
    page = analyst.get(f"{SIMULATE}&start=2026-09-30").text

    assert "国庆" in page
    assert re.search(r"新的期限到2026-10-1\d 17:30", page)


def test_a_day_nobody_can_count_is_told(analyst: FlaskClient) -> None:
    for asked, status, said in [
        ("&start=2031-01-02", 200, "2031年的工作日历尚未载入"),
        ("&start=0001-01-01", 422, "前后十年"),
        ("&start=9999-12-31", 422, "前后十年"),
        ("&start=x", 422, "请选开始日期"),
        ("&from_on=2020-01-01", 422, "不能早于今天"),
    ]:
        answer = analyst.get(SIMULATE + asked)

        assert answer.status_code == status
        assert said in answer.text


def test_a_value_out_of_bounds_is_not_counted(analyst: FlaskClient) -> None:
    answer = analyst.get(SIMULATE.replace("value=4", "value=999999999"))

    assert answer.status_code == 422
    assert "须在 0 至 10 之间" in answer.text


def test_a_running_notice_is_shown_as_another_period_would_end_it(
    city: City, analyst: FlaskClient
) -> None:
    city.announced(1, 2)

    address = "/rules/simulate?in=dazhou&rule=notice.minimum_period&value=20"
    with business_clock(fixed(after(hours=8))):
        page = analyst.get(address).text
        rows = list(csv.DictReader(analyst.get(f"{address}&export=csv").text.splitlines()))

    row = page.partition("选取公告<span")[2].partition("</tr>")[0]
    assert "公告截止" in row
    assert "2026-12-0" in row
    assert "不变" in row
    kinds = {row["种类"]: row for row in rows}
    assert set(kinds) == {"公告截止", "选取时间", "定时"}
    assert {row["变化"] for row in rows} == {"推迟"}
    assert kinds["定时"]["换成新数值"] == kinds["公告截止"]["换成新数值"]
    assert kinds["选取时间"]["换成新数值"] > kinds["公告截止"]["换成新数值"]


def test_a_value_in_the_past_and_bounds_that_shut_a_county_out_are_told(site: OpenAPI) -> None:
    with reading() as session:
        own = proposals.read_file(session, "dazhou", "rules.toml").body.decode()
        base = proposals.read_file(session, "base", "rules.toml").body.decode()
        past = own.replace("[notice.minimum_period]\n", PAST, 1)
        assert past != own
        warned = proposals.check_files(session, "dazhou", {"rules.toml": past.encode()})
        head = base.partition("[notice.minimum_period]")
        narrow = head[0] + head[1] + head[2].replace("minimum = 1", "minimum = 9", 1)
        refused = proposals.check_files(session, "base", {"rules.toml": narrow.encode()})

    told = [one for one in warned if one.rule == "rule_in_the_past"]
    assert [(one.level, one.element) for one in told] == [("warning", f"rules.toml:{RULE}")]
    assert any("在达州市不再成立" in one.message for one in refused if one.level == "error")


PAST = """[notice.minimum_period]
[[notice.minimum_period.values]]
from = 2026-06-01
value = 4
source = "办法"
"""
