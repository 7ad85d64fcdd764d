"""The modeller in a headless Chromium: opening the largest flow, keeping an edit."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Page, expect
from sqlalchemy import select

from benchmarks.report import Line
from models.identity.account import Account
from models.identity.actor import Actor
from models.session import unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.browser.flow_pictures import chromium
from tests.browser.living import serving
from tests.browser.modelling import Desk

ANALYST = "analyst"
LARGEST = max((BPMN / "base" / "diagrams").glob("*.bpmn"), key=lambda path: path.stat().st_size)


def measure(rounds: int) -> list[Line]:
    """Open, edit and check the largest flow several times; the middle of each is told."""
    with TemporaryDirectory() as data, chromium() as browser, serving(Path(data), browser) as city:
        desk = Desk(city.sign_in(ANALYST), _proposal())
        opened = [_timed(lambda: desk.open(LARGEST.stem)) for _ in range(rounds)]
        desk.choose("name_people")
        saved = [_timed(lambda at=at: _edit(desk, at)) for at in range(rounds)]
        return [
            Line(
                f"打开{LARGEST.stem}（{LARGEST.stat().st_size:,}字节）",
                median(opened),
                "秒",
                "<= 2",
            ),
            Line("改一个名称到已保存（停手1.5秒后存）", median(saved), "秒", "<= 4"),
            Line("页面内存", _heap(desk.page), "MB"),
        ]


def _proposal() -> str:
    with unit_of_work() as session:
        row = session.scalars(select(Account).where(Account.username == ANALYST)).one()
        grants = frozenset({(ANALYST, "*")})
        actor = Actor(account_id=row.id, name=row.name, username=ANALYST, grants=grants)
        return proposals.create(session, "dazhou", "测量", actor).id


def _edit(desk: Desk, at: int) -> None:
    desk.fill("名称", f"第{at}次")
    expect(desk.state).to_contain_text("有改动")
    desk.settled()


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _heap(page: Page) -> float:
    return float(page.evaluate("performance.memory.usedJSHeapSize / 1048576"))
