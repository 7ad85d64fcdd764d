"""The page of a flow's figures, its CSV and its XES, with a million work items of two years.

Rows are made for their columns' sake: the page reads columns alone, and never a case's state.
"""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from benchmarks.bulk import indexed_afterwards, key, load, settle
from benchmarks.report import Line, middle
from benchmarks.site import COUNTY, Site, quiet
from models.clock import business_clock, business_now, fixed
from models.flow.instance import InstanceStatus, WaitKind
from models.flow.work_item import WorkItemState
from models.identity.account import Account, Grant
from models.ids import new_id
from models.session import unit_of_work
from processes import definitions, tokens
from web.app import create_app

FLOWS = ("linear5", "linear5", "linear5", "linear5", "another")
"""Most of a county's items are of its main flow."""
STEPS = ("step1", "step2", "step3", "step4", "step5")
DAYS = 730
KINDS = (WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.CALL, WaitKind.FAILED)
EACH = 4
"""Items of one case; one case in a hundred still waits."""
ROUNDS = 5
AIM = "<= 300"


def measure(sites: list[Site], items: int) -> list[Line]:
    """Return the time of the pages on every database."""
    lines: list[Line] = []
    for site in sites:
        site.use()
        _fill(site, items)
        lines += _timed(site)
    return lines


def _fill(site: Site, items: int) -> None:
    now, cases = business_now(), items // EACH
    with unit_of_work() as session:
        definition = definitions.in_force(session, "linear5", COUNTY).id
    with indexed_afterwards(site):
        names = (
            "id",
            "definition_id",
            "county_code",
            "status",
            "state",
            "created_at",
        )
        load(
            site,
            "instance",
            names,
            (
                (
                    key("case", n),
                    definition,
                    COUNTY,
                    InstanceStatus.RUNNING if n % 100 == 0 else InstanceStatus.COMPLETED,
                    b"{}",
                    now - timedelta(days=DAYS * n / cases),
                )
                for n in range(cases)
            ),
        )
        load(site, "work_item", COLUMNS, _items(now, cases))
        load(site, "case_wait", WAITS, _waits(now, cases))
    settle(site)


COLUMNS = (
    *("id", "instance_id", "task_id", "flow", "county_code", "part", "step", "title", "role"),
    "state",
    *("opened_at", "done_at", "due_at"),
)


def _items(now, cases: int) -> Iterator[tuple]:
    for n in range(cases):
        began = now - timedelta(days=DAYS * n / cases)
        for number in range(EACH):
            waits = n % 100 == 0 and number == EACH - 1
            opened = began + timedelta(hours=7 * number)
            took = timedelta(minutes=11 + n * 37 % 4000)
            step = STEPS[(n + number) % len(STEPS)]
            state = WorkItemState.READY if waits else WorkItemState.DONE
            flow = FLOWS[n % len(FLOWS)]
            names = (flow, COUNTY, flow, step, step, "trading_centre", state)
            ids = (key("item", n * EACH + number), key("case", n), key("task", n * EACH + number))
            moments = (opened, None if waits else opened + took, opened + timedelta(days=1))
            yield (*ids, *names, *moments)


WAITS = (
    "instance_id",
    "task_id",
    "flow",
    "county_code",
    "part",
    "element",
    "kind",
    "since",
    "due_at",
)


def _waits(now, cases: int) -> Iterator[tuple]:
    """One case in twenty waits: for a date, a message or a called flow."""
    for n in range(0, cases, 20):
        flow, kind = FLOWS[n % len(FLOWS)], KINDS[n // 20 % len(KINDS)]
        at = (COUNTY, flow, STEPS[n // 20 % len(STEPS)], kind)
        yield key("case", n), key("wait", n), flow, *at, now, now + timedelta(hours=n % 500)


def _timed(site: Site) -> Iterator[Line]:
    with business_clock(fixed(business_now())):
        app = create_app(site.settings)
        quiet()
        browser, headers = app.test_client(), {"Authorization": f"Bearer {_token()}"}
        page = f"/flows/{COUNTY}/linear5/insight"
        month = f"from={business_now().date() - timedelta(days=30)}"
        year = f"from={business_now().date() - timedelta(days=365)}"
        asked = {
            f"{page}?{month}": AIM,
            f"{page}?{month}&export=csv": AIM,
            f"{page}.xes?{month}": "",
            f"{page}?{year}": "",
        }
        for path, aim in asked.items():
            times = [_once(browser, path, headers) for _ in range(ROUNDS)]
            words = path.replace(month, "一个月").replace(year, "一年")
            yield Line(f"{site.name} {words}", middle(times[1:]) * 1000, "毫秒", aim)


def _once(browser, path: str, headers: dict[str, str]) -> float:
    began = perf_counter()
    answer = browser.get(path, headers=headers)
    size, taken = len(answer.data), perf_counter() - began
    if answer.status_code != 200 or not size:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return taken


def _token() -> str:
    with unit_of_work() as session:
        made = {"fs_uniquifier": new_id(), "created_at": business_now()}
        account = Account(id=new_id(), username="bench.analyst", name="分析员", **made)
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role="analyst", county_code=COUNTY))
        session.flush()
        return tokens.create(session, account.username, "bench")
