"""Insight: figures of a flow's steps in a period, on the diagram, as CSV and as XES."""

import csv
import io
import json
import re
from datetime import datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import event

from models.clock import CHINA, business_clock, fixed
from models.flow.definition import BASE, Asset
from models.flow.instance import CaseWait, Instance, InstanceStatus, WaitKind
from models.flow.work_item import WorkItem, WorkItemState
from models.ids import new_id
from models.session import reading, unit_of_work
from processes import contents
from processes.insight.figures import figures
from processes.insight.scope import PeriodWrongError, scope_of
from processes.insight.waits import wait_figures
from processes.insight.xes import XES
from tests.processes.engine.world import ROOT, publish
from tests.processes.moving import flows
from web.workbench.insight import duration

PAGE = "/flows/dazhou/walk/insight"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
NOVEMBER = "from=2026-11-01&to=2026-11-30"
X = f"{{{XES}}}"


@pytest.fixture
def clock():
    with business_clock(fixed(NOW)):
        yield


@pytest.fixture
def flow(people, clock):
    people("dz.analyst", "analyst")
    with unit_of_work() as session:
        digest = contents.put(session, (ROOT / "bpmn/base/roles.toml").read_bytes())
        session.add(Asset(county_code=BASE, path="roles.toml", sha256=digest))
    publish(flows.part("look"))
    return publish(flows.calling("close"))


def case(definition, county="dazhou"):
    case_id = new_id()
    with unit_of_work() as session:
        columns = {"state": b"{}", "rules_on": NOW.date(), "started_by": "x", "created_at": NOW}
        session.add(
            Instance(
                id=case_id,
                definition_id=definition,
                county_code=county,
                status=InstanceStatus.RUNNING,
                **columns,
            )
        )
    return case_id


def wait(case_id, element, kind, part="walk", due=None):
    with unit_of_work() as session:
        row = CaseWait(instance_id=case_id, task_id=new_id(), flow="walk", county_code="dazhou")
        row.part, row.element, row.kind, row.since, row.due_at = part, element, kind, NOW, due
        session.add(row)


def item(case_id, step="look", *, hours=None, ago=1, due=None, county="dazhou", title=""):
    """An item that arrived some days ago; done after so many hours, or still waiting."""
    opened = NOW - timedelta(days=ago)
    done = None if hours is None else opened + timedelta(hours=hours)
    with unit_of_work() as session:
        session.add(
            WorkItem(
                instance_id=case_id,
                task_id=new_id(),
                flow="walk",
                county_code=county,
                step=step,
                title=title or step,
                role="trading_centre",
                state=WorkItemState.READY if done is None else WorkItemState.DONE,
                opened_at=opened,
                done_at=done,
                due_at=None if due is None else opened + timedelta(hours=due),
            )
        )


def measured(**asked):
    with reading() as session:
        scope = scope_of("walk", ("dazhou",), asked.get("since", ""), asked.get("until", ""))
        wait_figures(session, scope)
        return {one.step: one for one in figures(session, scope).values()}


def test_median_and_nine_in_ten_are_those_of_the_period(flow):
    one = case(flow)
    for hours in range(1, 11):
        item(one, hours=hours)
    item(one, hours=500, ago=60)
    found = measured()["look"]
    assert (found.done, round(found.median / 3600), round(found.most / 3600)) == (10, 5, 9)


def test_what_waits_what_is_late_and_what_came_back_is_counted(flow):
    one, other = case(flow), case(flow)
    item(one, due=2, ago=3)
    item(other, due=200, ago=2)
    item(one, hours=5, due=2)
    item(one, hours=1, due=2)
    found = measured()["look"]
    assert (found.waiting, found.waiting_late, found.done, found.late) == (2, 1, 2, 1)
    assert found.returns == 1
    assert found.oldest == NOW - timedelta(days=3)


def test_other_counties_and_flows_are_not_counted(flow, people):
    people("hr.analyst", "analyst", county="huairou")
    item(case(flow, "huairou"), hours=1, county="huairou")
    assert measured() == {}


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01",
        "from=2026-11-02&to=2026-11-01",
        "from=2020-01-01",
        "to=9999-12-31",
        "from=0001-01-01&to=0001-01-05",
    ],
)
def test_a_wrong_period_says_what_to_do(flow, sign_in, query):
    answer = sign_in("dz.analyst").get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert "最长一年" in answer.text


def test_the_period_is_bounded(clock):
    with pytest.raises(PeriodWrongError):
        scope_of("walk", ("dazhou",), "2025-11-01", "2026-11-20")


def test_the_page_puts_a_parts_sums_on_the_step_that_calls_it(flow, sign_in):
    item(case(flow), due=2, ago=3)
    page = sign_in("dz.analyst").get(PAGE).text
    assert marks(page)["call"] == {**NONE, "late": 1, "waiting": 1}
    part = sign_in("dz.analyst").get(f"{PAGE}?part=part").text
    assert marks(part)["look"] == {**NONE, "late": 1, "waiting": 1}
    assert sign_in("dz.analyst").get(f"{PAGE}?part=none").status_code == 404


NONE = {"waiting": 0, "late": 0, "waits": 0, "failed": 0, "inside": 0, "median": ""}


def marks(page):
    return json.loads(re.search("data-marks>(.*?)</script>", page)[1])


def test_where_a_case_waits_for_no_person_is_shown_where_it_stands(flow, sign_in):
    one, other = case(flow), case(flow)
    wait(one, "call", WaitKind.CALL)
    wait(one, "look", WaitKind.TIMER, part="part", due=NOW - timedelta(hours=1))
    wait(other, "close", WaitKind.FAILED)
    wait(other, "close", WaitKind.DEADLINE)
    wait(other, "look", WaitKind.MESSAGE, part="gone")
    page = sign_in("dz.analyst").get(PAGE).text
    assert marks(page) == {
        "call": {**NONE, "inside": 1, "waits": 1},
        "close": {**NONE, "failed": 1},
    }
    assert "1个已过点" in page
    part = sign_in("dz.analyst").get(f"{PAGE}?part=part").text
    assert marks(part) == {"look": {**NONE, "waits": 1}}
    rows = sign_in("dz.analyst").get(f"{PAGE}?export=waits").text.splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == [
        "等消息",
        "等到点",
        "自动办理出错",
        "在调用的流程里",
    ]


def test_a_page_without_any_figure_says_so(flow, sign_in):
    assert "这段时间没有办结" in sign_in("dz.analyst").get(PAGE).text


def test_a_step_that_only_an_older_version_has_is_still_named(flow, sign_in):
    publish(flows.calling("file"))
    item(case(flow), step="close", hours=2)
    browser = sign_in("dz.analyst")
    assert "别的版本的步骤" in browser.get(PAGE).text
    assert '"close": {' in browser.get(f"{PAGE}?version={flow}").text
    assert browser.get(f"{PAGE}?version=none").status_code == 404


def test_csv_says_the_same_and_is_no_formula(flow, sign_in):
    one = case(flow)
    item(one, hours=5)
    item(one, step="=cmd()", hours=5)
    answer = sign_in("dz.analyst").get(f"{PAGE}?export=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["步骤"] for row in rows} == {"look", "'=cmd()"}
    assert rows[0]["中位用时（小时）"] == "5.00"


ORDER = ["extension", "global", "classifier", "string", "date", "int", "trace"]
TYPED = {"string", "date", "int"}


def test_xes_is_a_log_as_the_standard_says(flow, sign_in):
    one, other = case(flow), case(flow)
    item(one, hours=5, ago=3)
    item(one, step="close", hours=2, ago=2, title="收尾\x07<&>")
    item(other, hours=1)
    item(other)
    answer = sign_in("dz.analyst").get(f"{PAGE}.xes")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    log = etree.fromstring(answer.data)
    assert log.tag == f"{X}log"
    assert float(log.get("xes.version")) > 1
    tags = [each.tag.removeprefix(X) for each in log]
    assert tags == sorted(tags, key=ORDER.index)
    declared = {each.get("prefix") for each in log.iter(f"{X}extension")}
    for each in log.iter():
        if each.tag.removeprefix(X) in TYPED:
            prefix, colon, _ = each.get("key").partition(":")
            assert not colon or prefix in declared
            assert each.get("value") is not None
    traces = log.findall(f"{X}trace")
    assert {values(trace)["concept:name"] for trace in traces} == {one, other}
    events = [
        values(each)
        for each in traces[[values(t)["concept:name"] for t in traces].index(one)].iter(f"{X}event")
    ]
    assert [(one["concept:name"], one["lifecycle:transition"]) for one in events] == [
        ("look", "start"),
        ("look", "complete"),
        ("收尾<&>", "start"),
        ("收尾<&>", "complete"),
    ]
    moments = [datetime.fromisoformat(one["time:timestamp"]) for one in events]
    assert moments == sorted(moments)
    assert all(moment.tzinfo for moment in moments)


def test_xes_names_nobody(flow, sign_in):
    item(case(flow), hours=5)
    log = etree.fromstring(sign_in("dz.analyst").get(f"{PAGE}.xes").data)
    keys = {each.get("key") for each in log.iter() if each.get("key")}
    assert keys == {
        *("concept:name", "lifecycle:model", "lifecycle:transition", "org:role", "time:timestamp"),
        *("concept:instance", "county", "flow", "period", "step", "version"),
    }


def values(element):
    return {each.get("key"): each.get("value") for each in element if each.get("key")}


def is_asked_of(text):
    return "work_item" in text or "case_wait" in text


def test_the_figures_are_read_from_indexes_alone(flow, database):
    sent = []
    event.listen(database, "before_cursor_execute", lambda c, cu, s, p, *_: sent.append((s, p)))
    measured()
    plans = []
    with database.connect() as connection:
        for statement, parameters in [one for one in sent if is_asked_of(one[0])]:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans += [row.detail for row in rows if is_asked_of(row.detail)]
    assert len(plans) == 4
    assert all("COVERING INDEX ix_" in plan for plan in plans), plans


def test_others_are_refused(flow, sign_in, people):
    people("dz.owner", "owner")
    people("hr.analyst", "analyst", county="huairou")
    for who in ("dz.owner", "hr.analyst"):
        for address in (PAGE, f"{PAGE}.xes", f"{PAGE}/diagram.bpmn", f"{PAGE}?export=csv"):
            assert sign_in(who).get(address).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "—"),
        (5, "1分钟"),
        (1800, "30分钟"),
        (7200, "2小时"),
        (5400, "1.5小时"),
        (3 * 86400, "3天"),
    ],
)
def test_a_duration_is_said_as_one_says_it(seconds, words):
    assert duration(seconds) == words
