"""Runs the worked cases of rules: which value holds on a day, until when a period lasts."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from models.calendar import Calendar
from models.clock import to_china
from models.errors import SmallworksError
from models.flow.deadlines import deadline
from models.flow.definition import BASE
from models.flow.rules import CountyRules, Rule
from processes.cases.format import CaseFile, RuleCase
from processes.cases.playing import Result
from processes.packs.pack import Pack


def rules_of(pack: Pack, on: date) -> CountyRules:
    """Return the rules that hold in a pack's county on a day: the county's over the base's."""
    found: dict[str, Rule] = {}
    for one in (pack.base, pack):
        if one is not None:
            found |= _in_force(one, on)
    return CountyRules(pack.code, on, found)


def _in_force(pack: Pack, on: date) -> Mapping[str, Rule]:
    held = {}
    for key, rule in pack.rules.items():
        for value in rule.values:
            if value.from_on <= on:
                told = (value.value, rule.label, rule.unit, value.source, value.from_on)
                held[key] = Rule(*told, pack.code or BASE)
    return held


def check_rules(
    pack: Pack, calendar: Calendar, files: list[tuple[str, CaseFile]]
) -> Iterator[Result]:
    """Yield the result of every worked case of a rule."""
    for path, file in files:
        for one in file.cases:
            if isinstance(one, RuleCase):
                told = tuple(_told(pack, calendar, one))
                yield Result(path, one.name, "", not told, told, (), {}, 0.0)


def _told(pack: Pack, calendar: Calendar, one: RuleCase) -> Iterator[str]:
    try:
        if one.on is not None:
            yield from _value(rules_of(pack, one.on), one)
        elif one.began is not None:
            yield from _until(pack, calendar, one, one.began)
    except SmallworksError as error:
        yield error.text
    except (ArithmeticError, TypeError, ValueError):
        yield "这项规则不是期限，或日期太远，核算不出结果，请改正样例。"


def _value(rules: CountyRules, one: RuleCase) -> Iterator[str]:
    rule = rules.rule(one.rule)
    wanted = one.expect["value"]
    if type(rule.value) is not type(wanted) or rule.value != wanted:
        yield f"{rule.label}应为{wanted}，实际为{rule.value}"
    if one.source not in rule.source:
        yield f"{rule.label}的依据应有“{one.source}”，实际为“{rule.source}”"


def _until(pack: Pack, calendar: Calendar, one: RuleCase, began: datetime) -> Iterator[str]:
    at = to_china(began)
    until = deadline(rules_of(pack, at.date()), calendar, one.rule, at).replace(tzinfo=None)
    if until != one.expect["until"]:
        yield f"截止应为{one.expect['until']}，实际为{until}"
