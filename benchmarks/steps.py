"""The engine's step with its commit, against the library in memory, in interleaved rounds."""

from collections.abc import Sequence
from time import perf_counter
from typing import Protocol

from sqlalchemy import select

from benchmarks.memory import MemoryCases
from benchmarks.report import Line, middle
from benchmarks.site import ANSWERS, COUNTY, Site
from models.flow.job import Setting
from models.flow.work_item import OPEN_STATES, WorkItem
from models.ids import new_id
from models.outbox import insert_once
from models.session import reading, unit_of_work
from processes.engine import ProcessEngine


class Cases(Protocol):
    """Something that runs cases and tells the seconds of each completion."""

    name: str

    def run(self, cases: int) -> list[float]:
        """Run cases to their end."""


class StoredCases:
    """Cases of linear5 as the engine runs them: each step read, run, stored and committed."""

    def __init__(self, site: Site) -> None:
        self.site, self.name = site, site.name

    def run(self, cases: int) -> list[float]:
        """Run cases to their end and return the seconds of each completion."""
        self.site.use()
        times: list[float] = []
        for _ in range(cases):
            times += self.finish(begin(self.site))
        return times

    def finish(self, case: str) -> list[float]:
        """Run a case to its end and return the seconds of each completion."""
        times: list[float] = []
        while item := open_item(case):
            times.append(self._complete(item))
        return times

    def _complete(self, item: str) -> float:
        began = perf_counter()
        with unit_of_work() as session:
            engine = ProcessEngine(session, settings=self.site.settings)
            engine.complete(item, ANSWERS, actor=self.site.centre)
        return perf_counter() - began


def begin(site: Site) -> str:
    """Start a case of linear5."""
    with unit_of_work() as session:
        engine = ProcessEngine(session, settings=site.settings)
        return engine.start("linear5", COUNTY, {}, actor=site.centre).id


def open_item(case: str) -> str | None:
    """Return the open item of a case."""
    query = select(WorkItem.id).where(WorkItem.instance_id == case, WorkItem.state.in_(OPEN_STATES))
    with reading() as session:
        return session.scalar(query)


def bare_commit(site: Site, times: int = 100) -> float:
    """Return the seconds of a transaction that inserts one small row: the floor of this disk."""
    site.use()
    spent = []
    for _ in range(times):
        began = perf_counter()
        with unit_of_work() as session:
            insert_once(session, Setting, {"name": new_id(), "value": 1}, ("name",))
        spent.append(perf_counter() - began)
    return middle(spent)


def measure(sites: Sequence[Site], *, rounds: int, cases: int) -> list[Line]:
    """Return the ratio of each database to the library, from the medians of all rounds."""
    contenders: list[Cases] = [MemoryCases(), *(StoredCases(site) for site in sites)]
    times: dict[str, list[float]] = {each.name: [] for each in contenders}
    for _ in range(rounds):
        for each in contenders:
            times[each.name].append(middle(each.run(cases)))
    limit = middle(times[contenders[0].name])
    lines = [Line(f"{contenders[0].name}，每步", limit * 1000, "毫秒")]
    for site in sites:
        spent, commit = middle(times[site.name]), bare_commit(site)
        lines += [
            Line(f"{site.name} 每步含提交", spent * 1000, "毫秒"),
            Line(f"{site.name} 空提交（磁盘下限）", commit * 1000, "毫秒"),
            Line(f"{site.name} 与内存之比", limit / spent, "倍"),
        ]
    return lines
