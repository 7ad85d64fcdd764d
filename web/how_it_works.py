"""How it works (办事流程): published flows as diagrams and words, rules with their articles."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE
from models.flow.rules import CountyRules, Rule, load_rules
from models.money import format_fen
from models.session import reading
from processes import definitions, outline, withheld
from processes.county_rules.values import CHOICE_WORDS
from processes.described import description
from web.access import guard
from web.i18n import translated
from web.shell import chosen_county

blueprint = Blueprint("how_it_works", __name__, url_prefix="/how-it-works")
guard(blueprint, public=True)

KIND_WORDS = {
    outline.PERSON: "人工办理",
    outline.PLATFORM: "自动办理",
    outline.WAIT: "到时或消息触发",
    outline.CHOICE: "分情况",
    outline.PART: "分流程",
    outline.BEGIN: "开始",
    outline.END: "结束",
}
PLATFORM_TITLE = "平台"


@dataclass(frozen=True)
class Flow:
    """One published flow with its steps."""

    key: str
    title: str
    summary: str
    version: int
    steps: list[outline.Step]
    roles: list[str]
    starters: list[str]
    rules: dict[str, Rule]

    @property
    def is_part(self) -> bool:
        """Whether nobody starts it: another flow does."""
        return self.starters == [PLATFORM_TITLE]

    @property
    def by_hand(self) -> int:
        """How many steps a person does."""
        return sum(step.kind == outline.PERSON for step in self.steps)

    @property
    def by_itself(self) -> int:
        """How many steps the platform does by itself."""
        return sum(step.kind == outline.PLATFORM for step in self.steps)


@blueprint.get("")
def index() -> str:
    """List the county's flows and its rules in force today."""
    code, name = _place()
    with reading() as session:
        rules = load_rules(session, code, _today())
        flows = [_flow(session, each, rules) for each in _published(session, code).values()]
        parts = {step.calls for flow in flows for step in flow.steps}
        return render_template(
            "how_it_works/index.html",
            place=name,
            flows=sorted(flows, key=lambda flow: (flow.key in parts, flow.title)),
            called=parts,
            rules=sorted(rules.rules.items(), key=lambda each: each[1].county == BASE),
            in_words=in_words,
        )


@blueprint.get("/<flow>")
def show(flow: str) -> ResponseReturnValue:
    """Show one flow: its diagram, and the same in words."""
    code, name = _place()
    with reading() as session:
        found = _published(session, code)
        shown = _flow(session, _named(found, flow), load_rules(session, code, _today()))
        return render_template(
            "how_it_works/flow.html",
            place=name,
            flow=shown,
            titles={key: definitions.pinned(session, id_).title for key, id_ in found.items()},
            kinds=KIND_WORDS,
            in_words=in_words,
        )


@blueprint.get("/<flow>/diagram.bpmn")
def diagram_file(flow: str) -> Response:
    """Return the diagram of the version in force."""
    code, _ = _place()
    with reading() as session:
        data = definitions.diagram(session, _named(_published(session, code), flow))
    return Response(data, mimetype="application/xml", headers={"Cache-Control": "no-cache"})


def in_words(rule: Rule) -> str:
    """Return a rule's value as a person reads it."""
    value: Any = rule.value
    if isinstance(value, bool):
        return translated("是" if value else "否")
    if rule.unit == "working_day":
        return gettext("%(days)s个工作日", days=value) if value else translated("当日")
    if rule.unit == "fen":
        return format_fen(int(value))
    return translated(str(CHOICE_WORDS.get(str(value), value)))


def _place() -> tuple[str, str]:
    county = chosen_county()
    return (county.code, county.name) if county else (BASE, "")


def _today() -> date:
    return business_now().date()


def _published(session: Session, code: str) -> dict[str, str]:
    return withheld.offered(session, code)


def _named(found: dict[str, str], flow: str) -> str:
    if flow not in found:
        raise definitions.FlowNotFoundError(flow=flow)
    return found[flow]


def _flow(session: Session, definition: str, rules: CountyRules) -> Flow:
    version = definitions.pinned(session, definition)
    bpmn = definitions.diagram(session, definition)
    steps = outline.outline(bpmn)
    titles = {role: title for title, role in version.lanes.items()}
    named = outline.rule_keys(bpmn)
    return Flow(
        key=version.key,
        title=version.title,
        summary=description(session, version).summary,
        version=version.version,
        steps=steps,
        roles=list(dict.fromkeys(step.role for step in steps if step.role)),
        starters=[titles.get(role, role) for role in version.starters],
        rules={key: rule for key, rule in rules.rules.items() if key in named},
    )
