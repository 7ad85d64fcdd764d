"""Dates an expression of a running case anew, as if a rule had another value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import Calendar
from models.clock import CHINA, to_china
from models.errors import SmallworksError
from models.flow.deadlines import end_of_period, reminder
from models.flow.instance import Instance
from models.flow.rules import CountyRules, Rule, load_rules
from models.identity.actor import PLATFORM
from models.settings import Settings
from processes.addressing import DEADLINE
from processes.case_runner import CaseRunner
from processes.functions import functions_at
from processes.packs.rules import Value
from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Sandbox
from processes.spiff.timers import moment_of

Dated = tuple[datetime | None, str]
"""The new moment, or why there is none."""


@dataclass
class Dating:
    """One simulation: the rule with its new value, and what was read for it."""

    session: Session
    settings: Settings
    key: str
    new: Value
    calendar: Calendar
    kept: dict[tuple[str, date], CountyRules] = field(default_factory=dict)

    def rules(self, county: str, on: date) -> CountyRules:
        """Return a case's rules as they would be."""
        at = (county, on)
        if at not in self.kept:
            held = load_rules(self.session, county, on)
            self.kept[at] = with_value(held, self.key, self.new.value)
        return self.kept[at]

    def expression(self, text: str, since: datetime, case: "Case") -> Dated:
        """Return when an expression that was reckoned at a moment would say now."""
        return told(lambda: self._expression(text, to_china(since), case))

    def reminder(self, rule: str, due: datetime, case: "Case") -> Dated:
        """Return when people would be reminded of a deadline."""
        rules = self.rules(case.county, case.rules_on)
        return told(lambda: reminder(rules, self.calendar, rule, to_china(due)))

    def _expression(self, text: str, since: datetime, case: "Case") -> datetime | None:
        rules = self.rules(case.county, case.rules_on)
        call = DEADLINE.fullmatch(text)
        if call is not None and call[1] == "deadline" and call[2] in rules.rules:
            days = int(rules[call[2]])
            return end_of_period(rules, self.calendar, days, since.astimezone(CHINA))
        sandbox = Sandbox(functions_at(rules, self.calendar, since))
        try:
            value = sandbox.evaluate(text, {})
        except SandboxError:  # it asks for the case's own data
            value = sandbox.evaluate(text, case.data)
        return None if value is None else moment_of(value, since)


@dataclass
class Case:
    """A case whose expression is reckoned, read only when that asks for its data."""

    dating: Dating
    id: str
    task_id: str
    county: str
    rules_on: date

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """What the waiting element sees."""
        world = self.dating
        instance = world.session.scalars(select(Instance).where(Instance.id == self.id)).one()
        runner = CaseRunner(world.session, world.settings, instance, PLATFORM)
        return runner.load().data_of(self.task_id)


def told(reckon: Callable[[], datetime | None]) -> Dated:
    """Return what is reckoned, or in words why it cannot be."""
    try:
        return reckon(), ""
    except SmallworksError as error:
        return None, error.text


def with_value(rules: CountyRules, key: str, value: Any) -> CountyRules:  # noqa: ANN401
    """Return the rules as they would be with another value of one."""
    changed: Mapping[str, Rule] = {**rules.rules, key: replace(rules.rule(key), value=value)}
    return CountyRules(rules.county, rules.on, MappingProxyType(changed))
