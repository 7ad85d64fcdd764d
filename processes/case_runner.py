"""One step of one case: its version, its operators' world, its state in and out."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from sqlalchemy.orm import Session

import handlers  # noqa: F401 - importing it fills the catalogue of operators
from handlers.context import Case, OperatorContext
from handlers.registry import registry
from models.calendar import load_calendar
from models.clock import business_now
from models.flow.instance import Instance
from models.flow.rules import load_rules
from models.identity.actor import Actor
from models.ledger.log import record
from models.settings import Settings
from processes import answers, definitions, described, saving, statements, told_facts
from processes.answers import Answers
from processes.functions import functions_for
from processes.runtime import OpenTask, Runtime
from processes.sandbox.sandbox import Sandbox
from processes.saving import NOTHING, Waiting
from processes.script_engine import OperatorScriptEngine, TaskInfo


class CaseRunner:
    """Loads, describes and stores one case for one act of one actor."""

    def __init__(
        self, session: Session, settings: Settings, instance: Instance, actor: Actor
    ) -> None:
        self.session, self.settings = session, settings
        self.instance, self.actor = instance, actor
        self.now = business_now()
        self.version = definitions.pinned(session, instance.definition_id)
        self.prepared = definitions.prepared(session, instance.definition_id)

    @cached_property
    def sandbox(self) -> Sandbox:
        """Where the texts of the diagram run, with the functions of this case's county."""
        case = self.instance
        return Sandbox(functions_for(self.session, case.county_code, case.rules_on))

    @cached_property
    def engine(self) -> OperatorScriptEngine:
        """What runs the diagram's texts and service tasks."""
        return OperatorScriptEngine(self.call, self.sandbox)

    def start(self, data: Mapping[str, Any]) -> Runtime:
        """Begin the case in memory."""
        return Runtime.start(self.prepared, dict(data), self.engine)

    def load(self) -> Runtime:
        """Return the case as it was stored."""
        return Runtime.load(self.prepared, self.instance.state, self.engine)

    def call(self, operator_id: str, values: dict[str, Any], task: TaskInfo) -> Any:  # noqa: ANN401
        """Run an operator for a service task."""
        context = self.world(task.element, task.data, task.task_id)
        return registry.get(operator_id).call(values, context)

    def world(self, element: str, data: Mapping[str, Any], task_id: str) -> OperatorContext:
        """Return what an operator, or a taker of what a form hands in, may reach."""
        return OperatorContext(
            session=self.session,
            actor=self.actor,
            case=self.describe(element, data, task_id),
            rules=load_rules(self.session, self.instance.county_code, self.instance.rules_on),
            calendar=load_calendar(self.session),
            settings=self.settings,
        )

    def describe(self, element: str, data: Mapping[str, Any], task_id: str = "") -> Case:
        """Return the case as operators see it at an element."""
        project = data.get("project")
        said = described.description(self.session, self.version)
        return Case(
            instance_id=self.instance.id,
            county=self.instance.county_code,
            flow=self.version.key,
            element=element,
            method=said.method,
            subject=self._subject(data) if said.subject else "",
            words=partial(told_facts.case_words, self.session, self.version, data),
            project_id=project if isinstance(project, str) else self.instance.project_id,
            task_id=task_id,
            parties=_named(data, "parties"),
            people=_named(data, "people"),
        )

    def answers(self, task: OpenTask, form: object) -> Answers:
        """Check what was submitted for a task by the form of the version the task stands in."""
        version = definitions.pinned(self.session, task.flow)
        case = self.describe(task.element, task.data, task.task_id)
        return answers.read(self.session, version, task, form, case, self.actor)

    def insert(self, runtime: Runtime) -> None:
        """Store a case that has just begun."""
        values = self._columns(runtime)
        for name, value in values.items():
            setattr(self.instance, name, value)
        columns = {name: getattr(self.instance, name) for name in statements.CASE_COLUMNS}
        self.session.connection().execute(statements.INSERT_CASE, columns)
        self._rows(runtime, NOTHING, None)

    def store(self, runtime: Runtime, before: Waiting, finished: str | None = None) -> None:
        """Store a step: the state, then what is derived from it."""
        had_project = self.instance.project_id
        saving.store_state(self.session, self.instance, self._columns(runtime))
        self._rows(runtime, before, finished)
        if self.instance.project_id != had_project:
            saving.adopt_project(self.session, self.instance)
        if self.instance.ended_at is not None:
            saving.end_project(self.session, self.instance)

    def _columns(self, runtime: Runtime) -> dict[str, Any]:
        columns = saving.columns_of(runtime, self.now)
        if described.description(self.session, self.version).subject:
            columns["subject"] = self._subject(runtime.data)
        return columns

    def _subject(self, data: Mapping[str, Any]) -> str:
        said = data.get(described.description(self.session, self.version).subject)
        subject = said.strip() if isinstance(said, str) else ""
        return (subject or self.version.title)[: saving.MAX_SUBJECT]

    def _rows(self, runtime: Runtime, before: Waiting, finished: str | None) -> None:
        saving.store_rows(self, before, Waiting.of(runtime), finished)

    def log(self, action: str, after: Mapping[str, Any] | None, role: str = "") -> None:
        """Log an act on this case in the same transaction."""
        record(
            self.session,
            self.actor,
            action,
            self.instance.id,
            at=self.now,
            role=role,
            after=after,
        )


def _named(data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = data.get(name)
    return dict(found) if isinstance(found, dict) else {}
