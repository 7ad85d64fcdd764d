"""The list of proposals: which of them a person sees, searched, narrowed, sorted."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import EVERYWHERE, Actor
from models.identity.county import County
from models.identity.names import account_names
from web.lists import Column, Filter, ListSpec
from web.workbench.place import BASE_NAME, ROLES

STATES: Mapping[ProposalState, tuple[str, str, str]] = {
    ProposalState.DRAFT: ("编制中", "idle", "bi-pencil"),
    ProposalState.SUBMITTED: ("待审批", "warn", "bi-hourglass-split"),
    ProposalState.SCHEDULED: ("待生效", "info", "bi-clock"),
    ProposalState.PUBLISHED: ("已发布", "ok", "bi-check-circle"),
    ProposalState.WITHDRAWN: ("已撤回", "idle", "bi-slash-circle"),
}
WHOSE = (("mine", "我编制的"), ("waiting", "等我审批"))


def counties_of(session: Session, actor: Actor) -> dict[str, str]:
    """Return the counties whose proposals a person sees, by code."""
    held = {county for role in ROLES for county in actor.counties_of(role)}
    query = select(County.code, County.name).order_by(County.code)
    rows = {row.code: row.name for row in session.execute(query)}
    seen = {code: name for code, name in rows.items() if EVERYWHERE in held or code in held}
    return {**seen, BASE: BASE_NAME} if held & {EVERYWHERE, BASE} else seen


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for the proposals that a person sees."""
    held = {county for role in ROLES for county in actor.counties_of(role)}
    if EVERYWHERE in held:
        return Proposal.id.is_not(None)
    return Proposal.county_code.in_(held)


def people_of(session: Session, rows: Sequence[Proposal]) -> dict[str, Any]:
    """Return the names of those who made and edited some proposals."""
    people = {one.edited_by for one in rows} | {one.created_by for one in rows}
    return {"names": account_names(session, people)}


def spec_for(actor: Actor, counties: Mapping[str, str]) -> ListSpec:
    """Return what the list of proposals offers a person."""
    me = actor.account_id

    def whose(query: Select[Any], value: str) -> Select[Any]:
        made = or_(Proposal.created_by == me, Proposal.edited_by == me)
        if value == "mine":
            return query.where(made)
        return query.where(Proposal.state == ProposalState.SUBMITTED, ~made)

    return ListSpec(
        title="改动单",
        search_in=(Proposal.title.expression, Proposal.reason.expression),
        search_hint="名称、理由",
        default_sort="-edited",
        tie=Proposal.id.expression,
        columns=(
            Column(label="名称", value=lambda one: one.title),
            Column(label="区县", value=lambda one: counties.get(one.county_code, "")),
            Column(label="状态", value=lambda one: STATES[one.state][0]),
            Column(label="编制人"),
            Column(
                label="修改时间",
                name="edited",
                sort=Proposal.edited_at.expression,
                value=lambda one: one.edited_at,
            ),
            Column(label="生效时间", value=lambda one: one.published_at or one.effective_at),
        ),
        filters=(
            Filter(name="whose", label="范围", options=WHOSE, narrow=whose),
            Filter(
                name="state",
                label="状态",
                options=tuple((one.value, words[0]) for one, words in STATES.items()),
                narrow=lambda query, value: (
                    query.where(Proposal.state == value) if value in set(ProposalState) else query
                ),
            ),
            Filter(
                name="county",
                label="区县",
                options=tuple(counties.items()),
                narrow=lambda query, value: query.where(Proposal.county_code == value),
            ),
        ),
    )
