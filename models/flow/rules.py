"""A county's rules (县区规则): the value in force on the day a case began, county over base."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.definition import BASE, RuleValue

KEPT_SECONDS = 20.0
"""Another process's change of rules is seen after this long; cases keep their own day anyway."""


class RuleMissingError(InvalidError):
    """No value of a rule is in force on the day asked for."""

    message = "{county}在{on}没有生效的规则“{key}”，请系统管理员在规则表中补上数值和依据。"


@dataclass(frozen=True)
class Rule:
    """One value in force, with the article it comes from."""

    value: Any
    label: str
    unit: str
    source: str
    from_on: date
    county: str


@dataclass(frozen=True)
class CountyRules:
    """Every rule of one county on one day: ``rules["publicity.period"]`` is the value."""

    county: str
    on: date
    rules: Mapping[str, Rule]

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a rule's unit decides
        return self.rule(key).value

    def rule(self, key: str) -> Rule:
        """Return the rule with its source; raise when none is in force."""
        try:
            return self.rules[key]
        except KeyError:
            county, on = self.county, self.on.isoformat()
            raise RuleMissingError(county=county, on=on, key=key) from None

    def source(self, key: str) -> str:
        """Return the article that the value comes from."""
        return self.rule(key).source


_kept: dict[tuple[str, str, date], tuple[float, CountyRules]] = {}


def load_rules(session: Session, county: str, on: date) -> CountyRules:
    """Return the county's rules on a day, kept for a few seconds per process."""
    key = (str(session.get_bind()), county, on)
    kept = _kept.get(key)
    if kept is None or monotonic() - kept[0] > KEPT_SECONDS:
        kept = _kept[key] = (monotonic(), CountyRules(county, on, _in_force(session, county, on)))
    return kept[1]


def forget_rules() -> None:
    """Drop what is kept, after a pack was loaded or a value was edited."""
    _kept.clear()


def _in_force(session: Session, county: str, on: date) -> dict[str, Rule]:
    query = select(RuleValue).where(
        RuleValue.county_code.in_((BASE, county)), RuleValue.from_on <= on
    )
    # base before county, older before newer: the last one written is the one in force
    rows = sorted(session.scalars(query), key=lambda row: (row.county_code != BASE, row.from_on))
    return {
        row.key: Rule(row.value, row.label, row.unit, row.source, row.from_on, row.county_code)
        for row in rows
    }
