"""Entrusted projects (委托项目): a town follows what its agency does; an agency sees its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.clock import midnight
from models.identity.party import Party
from models.project import Project, ProjectPhase
from processes.entrusted import READERS, Turn, entrusted_to_or_by, turns
from processes.registration_status import rounds
from processes.role_titles import role_titles
from web.access import guard, require_actor
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec, date_of
from web.projects import phase_words

blueprint = Blueprint("entrusted", __name__, url_prefix="/entrusted")
guard(blueprint, roles=READERS)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the projects that one's town has entrusted, or that one's agency carries out."""
    actor = require_actor()
    query = entrusted_to_or_by(actor)
    return list_page("entrusted/index.html", _spec, query, _details, follows="owner" in actor.roles)


def _details(session: Session, projects: Sequence[Project]) -> dict[str, Any]:
    waiting = turns(session, projects)
    found = rounds(session, [one.id for one in projects])
    return {
        "turns": {one.id: waiting.get(one.instance_id or "") for one in projects},
        "newest": {key: past[0] for key, past in found.items()},
        "roles": role_titles(),
    }


def _spec(found: Mapping[str, Any]) -> ListSpec:
    words, waiting = phase_words(), found.get("turns", {})
    return ListSpec(
        title="委托项目",
        search_in=(Project.title.expression, Project.number.expression, Party.name.expression),
        search_hint="项目名称、编号、业主",
        default_sort="-created",
        tie=Project.id.expression,
        columns=(
            Column(label="项目", value=lambda one: one.title),
            Column(label="项目编号", value=lambda one: one.number),
            Column(label="项目业主", value=lambda one: one.owner.name),
            Column(label="代理机构", value=lambda one: one.agency.name if one.agency else ""),
            Column(label="施工类别", value=lambda one: one.works_type),
            Column(
                label="最高限价",
                name="price",
                sort=Project.ceiling_price.expression,
                value=lambda one: one.ceiling_price / 100,
                is_right=True,
            ),
            Column(label="现在由谁办理", value=lambda one: _turn(waiting.get(one.id))),
            Column(label="状态", value=lambda one: words[one.phase.value]),
            Column(
                label="立项时间",
                name="created",
                sort=Project.created_at.expression,
                value=lambda one: one.created_at,
            ),
        ),
        filters=_filters(words),
    )


def _filters(words: Mapping[str, str]) -> tuple[Filter, ...]:
    phases = tuple((one.value, words[one.value]) for one in ProjectPhase)
    created: ColumnElement[Any] = Project.created_at.expression
    return (
        Filter(
            name="phase",
            label="状态",
            options=phases,
            narrow=lambda query, value: query.where(Project.phase == value),
        ),
        Filter(
            name="since",
            label="立项自",
            kind="date",
            narrow=lambda query, value: query.where(created >= midnight(date_of(value))),
        ),
    )


def _turn(turn: Turn | None) -> str:
    if turn is None:
        return ""
    return f"{turn.party or role_titles().get(turn.role, turn.role)}：{turn.title}"
