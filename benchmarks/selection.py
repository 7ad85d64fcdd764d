"""The shipped flow ``random_selection``: every person's step as it is stored, against the library
replaying the same steps in memory with the answers that the operators gave.

Projects are really run: parties, roster, notices, draws, seals. What each step was given and what
each service answered is noted, so that the library alone can run the same case again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, NamedTuple
from unittest import mock

import orjson
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select

from benchmarks.report import Line, middle
from benchmarks.site import COUNTY, Site
from benchmarks.steps import bare_commit
from models.clock import business_clock, business_now, fixed
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import PLATFORM, Actor
from models.session import reading, unit_of_work
from processes import definitions
from processes.answers import Answers
from processes.case_runner import CaseRunner
from processes.demo.city import BEGAN, build_city
from processes.demo.player import FLOW, Player
from processes.demo.projects import FINISHED, moment
from processes.demo.story import Story
from processes.engine import ProcessEngine
from processes.functions import functions_for
from processes.script_engine import TaskInfo
from processes.setting_up import load_shipped_packs, prepare_installation
from processes.startup import settle

START = "start"


class Act(NamedTuple):
    """Who did which step at what moment; no element: the clock's own wake-up."""

    at: datetime
    element: str
    data: dict[str, Any]
    actor: Actor


@dataclass
class Noted:
    """What happened in one case: who did what when, what services answered, how long it took."""

    definition: str = ""
    first: dict[str, Any] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    answered: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)


class TimedPlayer(Player):
    """A player that times each completed step, commit included."""

    noted: Noted

    def complete(self, username: str, instance: str, step: str, form: Mapping[str, Any]) -> None:
        """Finish a work item and note the seconds."""
        with reading() as session:
            actor, item = self.actor(session, username), self.item(session, instance, step).id
        began = perf_counter()
        with unit_of_work() as session:
            engine = ProcessEngine(session, settings=self.settings)
            engine.complete(item, dict(form), actor=actor)
        self.noted.seconds.append(perf_counter() - began)

    def wake(self, instance: str) -> None:
        """Let timers fire and note it."""
        self.noted.acts.append(Act(business_now(), "", {}, PLATFORM))
        super().wake(instance)


@contextmanager
def noting(noted: Noted) -> Iterator[None]:
    """Note what the engine is given and what services answer, inside this block."""
    start, answers, call = CaseRunner.start, CaseRunner.answers, CaseRunner.call

    def noted_start(self: CaseRunner, data: Mapping[str, Any]) -> Any:
        noted.definition, noted.first = self.version.id, dict(data)
        noted.acts.append(Act(business_now(), START, {}, self.actor))
        return start(self, data)

    def noted_answers(self: CaseRunner, task: Any, form: object) -> Any:
        found = answers(self, task, form)
        noted.acts.append(Act(business_now(), task.element, found.data, self.actor))
        return found

    def noted_call(self: CaseRunner, operator: str, values: dict[str, Any], task: Any) -> Any:
        result = call(self, operator, values, task)
        noted.answered[task.element].append(orjson.dumps(result).decode())
        return result

    with (
        mock.patch.object(CaseRunner, "start", noted_start),
        mock.patch.object(CaseRunner, "answers", noted_answers),
        mock.patch.object(CaseRunner, "call", noted_call),
    ):
        yield


class ReplayEngine(PythonScriptEngine):
    """The library's own script engine; services answer what was noted."""

    def __init__(self, noted: Noted, functions: Mapping[str, Any]) -> None:
        super().__init__(TaskDataEnvironment(dict(functions)))
        self.left = {element: iter(given) for element, given in noted.answered.items()}

    def call_service(self, task: Any, **_call: Any) -> str:
        """Return the noted answer."""
        return next(self.left[task.task_spec.bpmn_id])


def build(site: Site) -> None:
    """Set an installation up with the shipped packs and the demonstration's people."""
    site.use()
    prepare_installation(site.settings)
    load_shipped_packs(site.settings)
    with business_clock(fixed(BEGAN)), unit_of_work() as session:
        build_city(session)


def play(site: Site) -> Noted:
    """Run one project to its published result and return what happened."""
    site.use()
    noted, player = Noted(), TimedPlayer(site.settings)
    player.noted = noted
    story = Story(player, FINISHED)
    with noting(noted):
        story.prepare(moment(10, 9, 30))
        story.announce(moment(10, 15), moment(13, 17, 30), moment(16, 15))
        story.join(moment(11, 10), 1, 2, 3, 4, 5, 6, 7, 8, 10)
        story.wake(moment(13, 17, 31))
        story.wake(moment(16, 15))
        story.hold(moment(16, 15, 4))
        story.publish(moment(17, 9, 10))
    return noted


def replay(site: Site, noted: Noted) -> list[float]:
    """Run the same case with the library alone and return the seconds of each person's step."""
    site.use()
    with reading() as session:
        prepared = definitions.prepared(session, noted.definition)
        day = noted.acts[0].at.date()
        functions = functions_for(session, str(noted.first["county"]), day)
        engine = ReplayEngine(noted, functions)
        specs = dict(prepared.subprocess_specs)
        workflow = BpmnWorkflow(prepared.spec, specs, script_engine=engine)
        workflow.task_tree.data.update(noted.first)
        return persons_steps(noted, lambda act: _act(workflow, act))


def _act(workflow: Any, act: Act) -> None:
    if act.element in {START, ""}:
        workflow.refresh_timers()
    else:
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(each for each in ready if each.task_spec.bpmn_id == act.element)
        task.data = {**task.data, **act.data}
        task.run()
    workflow.do_engine_steps()


def persons_steps(
    noted: Noted, do: Callable[[Act], None], look_up: Callable[[Act], None] = lambda _act: None
) -> list[float]:
    """Do every act at its moment and return the seconds of those that a person did.

    ``look_up`` finds what a page would have shown before the step, and is not timed.
    """
    seconds = []
    for act in noted.acts:
        with business_clock(fixed(act.at)):
            look_up(act)
            began = perf_counter()
            do(act)
            spent = perf_counter() - began
        if act.element not in {START, ""}:
            seconds.append(spent)
    return seconds


class StoredReplay:
    """Runs a noted case again through the engine, services answering what they answered."""

    def __init__(self, site: Site, noted: Noted) -> None:
        self.site, self.noted, self.case, self.item = site, noted, "", ""
        self.left = {element: iter(given) for element, given in noted.answered.items()}

    def run(self) -> list[float]:
        """Return the seconds of each person's step, commit included."""
        self.site.use()
        with (
            mock.patch.object(CaseRunner, "answers", lambda *given: Answers(given[-1])),
            mock.patch.object(CaseRunner, "call", lambda *given: self._answer(given[-1])),
            mock.patch("processes.engine.attach"),
        ):
            return persons_steps(self.noted, self._act, self._look_up)

    def _answer(self, task: TaskInfo) -> Any:
        return orjson.loads(next(self.left[task.element]))

    def _act(self, act: Act) -> None:
        with unit_of_work() as session:
            engine = ProcessEngine(session, settings=self.site.settings)
            if act.element == START:
                self.case = engine.start(FLOW, COUNTY, {}, actor=act.actor).id
            elif act.element:
                engine.complete(self.item, act.data, actor=act.actor)
            else:
                engine.wake(self.case)

    def _look_up(self, act: Act) -> None:
        if act.element in {START, ""}:
            return
        open_one = (WorkItem.instance_id == self.case, WorkItem.step == act.element)
        query = select(WorkItem.id).where(*open_one, WorkItem.state.in_(OPEN_STATES))
        with reading() as session:
            self.item = session.scalars(query).one()


def measure(sites: list[Site], *, rounds: int) -> list[Line]:
    """Return the ratio of each database to the library over whole cases, rounds interleaved."""
    for site in sites:
        build(site)
        play(site)
    whole: dict[str, list[float]] = {site.name: [] for site in sites}
    stored: dict[str, list[float]] = {site.name: [] for site in sites}
    memory: list[float] = []
    steps = 0
    settle()
    for _ in range(rounds):
        for site in sites:
            noted = play(site)
            steps = len(noted.seconds)
            whole[site.name].append(sum(noted.seconds))
            stored[site.name].append(sum(StoredReplay(site, noted).run()))
            memory.append(sum(replay(site, noted)))
    limit = middle(memory)
    lines = [Line(f"SpiffWorkflow 内存，每步（共 {steps} 步）", limit / steps * 1000, "毫秒")]
    for site, aim in zip(sites, (">= 0.4", ">= 0.2"), strict=False):
        spent, commit = middle(stored[site.name]), bare_commit(site) * steps
        lines += [
            Line(f"{site.name} 引擎每步含提交", spent / steps * 1000, "毫秒"),
            Line(f"{site.name} 空提交（磁盘下限）", commit / steps * 1000, "毫秒"),
            Line(f"{site.name} 与内存之比", limit / spent, "倍", aim),
            Line(f"{site.name} 与内存之比（除去空提交）", limit / max(spent - commit, 1e-9), "倍"),
            Line(
                f"{site.name} 整步（表单检查、服务任务、加密在内）",
                middle(whole[site.name]) / steps * 1000,
                "毫秒",
            ),
        ]
    return lines
