"""The deadline simulator: what another value of a rule would change, before anybody writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import CalendarYearMissingError, load_calendar
from models.flow.deadlines import PERIOD
from models.flow.definition import BASE, RuleValue
from models.flow.rules import load_rules
from models.identity.county import County
from models.session import reading
from processes.county_rules.dating import Dating
from processes.county_rules.reading import CountyRule
from processes.county_rules.simulating import Affected, Example, example
from processes.county_rules.simulation import Simulation
from processes.county_rules.simulation import simulate as simulation_of
from processes.county_rules.uses import Use, uses_of
from processes.county_rules.values import RuleFaultyError, bounds_of, typed_value, words_of
from processes.packs.rules import Value
from processes.proposals.files import own_files
from web.access import guard, require_actor
from web.workbench.insight_csv import file_of
from web.workbench.place import ROLES, Place, place_of
from web.workbench.rules import named, rules_at, today

blueprint = Blueprint("rule_simulator", __name__, url_prefix="/rules")
guard(blueprint, roles=ROLES)

UNTOLD = "试算"
A_DAY = timedelta(days=1)
MAX_AHEAD = timedelta(days=3660)
PER_PAGE, MAX_DIGITS = 50, 6
KINDS: Mapping[str, str] = {
    "due": "办理期限",
    "remind": "到期前提醒",
    "timer": "定时",
    "notice": "公告截止",
    "selection": "选取时间",
}
SHIFTS: Mapping[int, str] = {1: "推迟", -1: "提前", 0: "不变"}
HEADS = (
    *("案卷", "项目", "步骤", "种类", "开始", "现在的期限", "换成新数值"),
    *("变化", "以后到达的步骤"),
)
LABELS: Mapping[str, str] = {"value": "试算的数值", "from_on": "自何日起", "start": "开始日期"}


@dataclass(frozen=True)
class Asked:
    """What the page was asked to count."""

    rule: CountyRule
    new: Value
    start: date


@dataclass(frozen=True)
class Answer:
    """What a value would change."""

    found: Simulation
    example: Example | None
    uses: list[Use]
    trouble: str = ""


@blueprint.get("/simulate")
def simulate() -> ResponseReturnValue:
    """Show the form, and what the value would change when one was given."""
    key = request.args.get("rule", "")
    errors: dict[str, str] = {}
    answer = asked = None
    with reading() as session:
        place = place_of(session, require_actor())
        periods = [one for one in rules_at(session, place) if one.head.unit == PERIOD]
        rule = named(periods, key) if key else None
        if rule is not None and "value" in request.args:
            try:
                asked = _asked(rule)
                answer = _answer(session, place, asked)
            except RuleFaultyError as error:
                errors = error.fields
        if asked and answer and request.args.get("export") == "csv":
            return _csv(asked, answer.found)
        lines, page, pages = _page_of(answer)
        return render_template(
            "workbench/rules/simulate.html",
            lines=lines,
            page=page,
            pages=pages,
            asked_again={k: v for k, v in request.args.items() if k not in ("page", "export")},
            kinds=KINDS,
            place=place,
            rule=rule,
            periods=periods,
            asked=asked,
            answer=answer,
            errors=errors,
            labels=LABELS,
            given=_given(rule),
            bounds=bounds_of(rule.head) if rule else "",
            today=today(),
            words_of=words_of,
        ), 422 if errors else 200


def _given(rule: CountyRule | None) -> dict[str, str]:
    now = rule.in_force(today()) if rule else None
    given = {"value": str(now[0].value) if now else ""}
    given |= {"from_on": (today() + A_DAY).isoformat(), "start": today().isoformat()}
    typed = {name: one[:20] for name, one in request.args.items() if name in given and one}
    return given | typed


def _asked(rule: CountyRule) -> Asked:
    given = {**_given(rule), "source": UNTOLD}
    new = typed_value(rule.head, given, today())
    try:
        start = date.fromisoformat(given["start"])
    except ValueError:
        raise RuleFaultyError(fields={"start": "请选开始日期，写成 2027-01-01。"}) from None
    if abs(start - today()) > MAX_AHEAD:
        raise RuleFaultyError(fields={"start": "请选今天前后十年以内的日期。"})
    return Asked(rule, new, start)


def _answer(session: Session, place: Place, asked: Asked) -> Answer:
    key, calendar = asked.rule.key, load_calendar(session)
    uses = uses_of(key, own_files(session, BASE) | own_files(session, place.code))
    counties = _counties(session, place, key)
    dating = Dating(session, current_app.extensions["settings"], key, asked.new, calendar)
    found = simulation_of(dating, counties, uses)
    shown, trouble = None, ""
    try:
        rules = load_rules(session, place.code, asked.start)
        shown = example(session, rules, key, int(asked.new.value), asked.start, calendar)
    except CalendarYearMissingError as error:
        trouble = error.text
    return Answer(found, shown, uses, trouble)


def _counties(session: Session, place: Place, key: str) -> list[str]:
    """Return the counties whose cases a value of this place would be for."""
    if not place.is_base:
        return [place.code]
    own = select(RuleValue.county_code).where(RuleValue.key == key)
    query = select(County.code).where(County.code.not_in(own)).order_by(County.code)
    return list(session.scalars(query))


def _page_of(answer: Answer | None) -> tuple[list[Affected], int, int]:
    """Return the lines of the page that was asked for, its number, and how many there are."""
    lines = answer.found.lines if answer else []
    pages = max(1, -(-len(lines) // PER_PAGE))
    given = request.args.get("page", "1")
    page = min(max(int(given), 1), pages) if given.isdecimal() and len(given) < MAX_DIGITS else 1
    return lines[(page - 1) * PER_PAGE : page * PER_PAGE], page, pages


def _csv(asked: Asked, found: Simulation) -> Response:
    rows = (
        (
            one.case,
            one.project,
            one.step,
            KINDS.get(one.kind, ""),
            one.opened_at.isoformat(),
            one.before.isoformat() if one.before else "",
            one.after.isoformat() if one.after else one.trouble,
            SHIFTS[one.shift] if not one.trouble else "算不出",
            "按新数值" if one.is_real else f"按{one.rules_on.isoformat()}的规则",
        )
        for one in found.lines
    )
    return file_of(HEADS, rows, f"{asked.rule.key}-{asked.new.value}")
