"""County rules (县区规则): every value with its article, changed as a dated value in a proposal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import NotFoundError
from models.flow.definition import BASE
from models.session import reading, unit_of_work
from processes import proposals
from processes.county_rules.declaring import UNIT_TITLES, typed_rule
from processes.county_rules.editing import new_rule, remove_value, set_value
from processes.county_rules.notice_periods import SERVICE_WORDS
from processes.county_rules.reading import RULES, CountyRule, by_group, county_rules
from processes.county_rules.uses import uses_of
from processes.county_rules.values import (
    CHOICE_WORDS,
    RuleFaultyError,
    bounds_of,
    typed_of,
    typed_value,
    words_of,
)
from processes.packs.rules import Declared
from processes.proposals.files import own_files
from web.access import guard, require_actor
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("rules", __name__, url_prefix="/rules")
guard(blueprint, roles=ROLES)

LABELS: Mapping[str, str] = {"value": "新的数值", "from_on": "自何日起", "source": "依据"}
NEW_LABELS: Mapping[str, str] = {
    "label": "名称",
    "key": "标识",
    "unit": "单位",
    "minimum": "最小",
    "maximum": "最大",
    **LABELS,
}
STEPS = "diagrams/"
MAX_SEARCH = 60


class RuleUnknownError(NotFoundError):
    """The base declares no such rule."""

    message = "基础包没有规则“{key}”，请从县区规则的列表重新打开。"


@blueprint.get("")
def index() -> str:
    """List every rule with what holds today and what is to come."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH]
    with reading() as session:
        place = place_of(session, require_actor())
        found = [one for one in rules_at(session, place) if _matches(one, words)]
        return _page("index.html", place, groups=list(by_group(found)), count=len(found), q=words)


@blueprint.get("/new")
def new() -> str:
    """Ask what a rule of the county's own is called, its unit, bounds and first value."""
    return _new_page({}, {})


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Put a rule that the base does not have into the proposal, with its first value."""
    typed = {name: request.form.get(name, "").strip()[:300] for name in NEW_LABELS}
    try:
        with unit_of_work() as session:
            place = place_of(session, require_actor())
            taken = {one.key for one in rules_at(session, place)}
            head, value = typed_rule(request.form, taken, today())
            proposal = _edit(session, place, lambda body: new_rule(body, head, value))
    except RuleFaultyError as error:
        return _new_page(typed, error.fields), 422
    flash(f"已写入改动单：{head.label}。发布后生效。", "ok")
    return redirect(url_for("rules.show", rule=head.key, proposal=proposal), 303)


@blueprint.get("/<rule>")
def show(rule: str) -> str:
    """Show one rule: its values over the years, who uses it, and the form for a new value."""
    return _rule_page(rule, {}, {})


@blueprint.post("/<rule>")
def save(rule: str) -> ResponseReturnValue:
    """Put a dated value into the proposal, or show the form again with what is wrong."""
    try:
        with unit_of_work() as session:
            place = place_of(session, require_actor())
            head = named(rules_at(session, place), rule).head
            value = typed_value(head, request.form, today())
            told = f"{head.label}：自{value.from_on:%Y年%m月%d日}起{words_of(head, value.value)}"
            proposal = _edit(session, place, lambda body: set_value(body, rule, value))
    except RuleFaultyError as error:
        typed = {name: request.form.get(name, "")[:300] for name in LABELS}
        return _rule_page(rule, typed, error.fields), 422
    flash(f"已写入改动单：{told}。发布后生效。", "ok")
    return redirect(url_for("rules.show", rule=rule, proposal=proposal), 303)


@blueprint.post("/<rule>/remove")
def remove(rule: str) -> ResponseReturnValue:
    """Take a value that is not in force yet out of the proposal's file."""
    with unit_of_work() as session:
        place = place_of(session, require_actor())
        named(rules_at(session, place), rule)
        day = _day(request.form.get("from_on", ""))
        if day <= today():
            raise RuleFaultyError("这个数值已经生效，不能删除；请另写一个从今天或以后起的数值。")
        proposal = _edit(session, place, lambda body: remove_value(body, rule, day))
    flash("已从改动单中删去这个数值。", "ok")
    return redirect(url_for("rules.show", rule=rule, proposal=proposal), 303)


def rules_at(session: Session, place: Place) -> list[CountyRule]:
    """Return the rules of a place, with its proposal's values beside those stored."""
    base = proposals.read_file(session, BASE, RULES).body
    if place.is_base:
        after = proposals.read_file(session, BASE, RULES, place.proposal).body
        return county_rules(base, None, after, is_base=True)
    own = _own(session, place)
    return county_rules(base, own, _proposed(session, place, own))


def named(rules: list[CountyRule], key: str) -> CountyRule:
    """Return the rule of a key; raise when there is none."""
    found = next((one for one in rules if one.key == key), None)
    if found is None:
        raise RuleUnknownError(key=key[:60])
    return found


def today() -> date:
    """Return the business day."""
    return business_now().date()


def field_of(head: Declared, rule: CountyRule) -> dict[str, Any]:
    """Return what the value's field shows: its kind, choices, bounds and the value of today."""
    now = rule.in_force(today())
    choices = [("true", "是"), ("false", "否")] if head.unit == "boolean" else []
    return {
        "kind": "choice" if choices or head.choices else head.unit,
        "choices": choices or [(one, CHOICE_WORDS.get(one, one)) for one in head.choices],
        "bounds": bounds_of(head),
        "value": typed_of(head, now[0].value) if now else "",
        "minimum": head.minimum,
        "maximum": head.maximum,
    }


def _own(session: Session, place: Place) -> bytes | None:
    shown = proposals.read_file(session, place.code, RULES)
    return shown.body if shown.source == "county" else None


def _proposed(session: Session, place: Place, own: bytes | None) -> bytes | None:
    if place.proposal is None:
        return own
    shown = proposals.read_file(session, place.code, RULES, place.proposal)
    if shown.source == "base":  # taken away, or the county never had one
        return None
    return shown.body


def _edit(session: Session, place: Place, change: Any) -> str:  # noqa: ANN401 - bytes to bytes
    """Save the changed file in the proposal, or in the person's open draft; return its id."""
    actor = require_actor()
    proposal = place.proposal or proposals.open_for(session, place.code, actor)
    shown = proposals.read_file(session, place.code, RULES, proposal)
    is_own = place.is_base or shown.source != "base"
    body = change(shown.body if is_own else b"")
    proposals.save_file(session, proposal, RULES, body, version=shown.version, actor=actor)
    return proposal.id


def _rule_page(key: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        place = place_of(session, require_actor())
        rule = named(rules_at(session, place), key)
        files = own_files(session, BASE) | own_files(session, place.code)
        return _page(
            "show.html",
            place,
            rule=rule,
            field=field_of(rule.head, rule),
            typed=typed,
            errors=errors,
            labels=LABELS,
            uses=uses_of(key, files),
            service=SERVICE_WORDS.get(key, ""),
        )


def _new_page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        place = place_of(session, require_actor())
        return _page(
            "new.html", place, typed=typed, errors=errors, labels=NEW_LABELS, units=UNIT_TITLES
        )


def _page(template: str, place: Place, **given: Any) -> str:  # noqa: ANN401
    return render_template(
        f"workbench/rules/{template}", place=place, today=today(), words_of=words_of, **given
    )


def _matches(rule: CountyRule, words: str) -> bool:
    said = f"{rule.head.label} {rule.key} " + " ".join(one.source for one in rule.proposed)
    return words.casefold() in said.casefold()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleFaultyError("没有说明要删去哪一天起的数值，请刷新后再试。") from None
