"""What a notice may say: read from the project, its draw and the county's rules."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.auction_facts import auction_of, auction_words, award_facts, tender_facts
from handlers.change_facts import change_words
from handlers.comparison_words import (
    ANNOUNCES,
    comparison_facts,
    comparison_of,
    comparison_words,
    organiser_words,
)
from handlers.context import OperatorContext
from handlers.contract_facts import contract_facts
from handlers.emergency_words import emergency_facts, emergency_words
from handlers.moments import shown
from handlers.outcome_facts import again_words, end_words
from handlers.postponement_facts import postponement_words
from models.document import Document
from models.errors import UnavailableError
from models.flow.deadlines import end_of_period
from models.flow.definition import BASE, Asset, Content, Definition
from models.flow.instance import Instance
from models.identity.county import County
from models.identity.party import Party, PartyRole
from models.money import format_fen, in_capitals
from models.notice import NoticeKind
from models.notice_text import Template, parse_template
from models.project import METHOD_TITLES, Project
from models.roster.declined import exclusions
from models.roster.eligibility import requirement_text
from models.selection import guardians
from models.selection.tables import Draw, DrawState

ALGORITHMS = {"sha256": "SHA-256", "sm3": "SM3"}
MOMENTS = {"published": "中选结果公布前", "frozen": "名单冻结前"}
HIDING = "disclosure.interests_until"
PUBLIC_DOCUMENTS = ("bill_of_quantities", "tender_attachment")


class TemplateMissingError(UnavailableError):
    """No pack holds a text for this kind of notice."""

    message = "没有“{kind}”的公告模板，请系统管理员重新载入规则包。"


def template_of(context: OperatorContext, kind: NoticeKind, name: str = "") -> Template:
    """Return the kind's template, or the named one of that kind: pinned, or the county's now."""
    body = file_of_pack(context, f"notices/{name or kind.value}.toml")
    template = parse_template(body) if body is not None else None
    if template is None or template.kind is not kind:
        raise TemplateMissingError(kind=name or kind.value)
    return template


def file_of_pack(context: OperatorContext, path: str) -> bytes | None:
    """Return a pack's file that the case's version pins, or else what its county has now."""
    digest = _pinned(context.session, context.case.instance_id, path) or _current(
        context.session, context.case.county, path
    )
    content = context.session.get(Content, digest) if digest else None
    return content.body if content else None


def _pinned(session: Session, instance_id: str, path: str) -> str | None:
    query = (
        select(Definition.resources)
        .join(Instance, Instance.definition_id == Definition.id)
        .where(Instance.id == instance_id)
    )
    return (session.scalar(query) or {}).get(path)


def _current(session: Session, county: str, path: str) -> str | None:
    query = select(Asset.county_code, Asset.sha256).where(
        Asset.path == path, Asset.county_code.in_((county, BASE))
    )
    rows = {row.county_code: row.sha256 for row in session.execute(query)}
    return rows.get(county) or rows.get(BASE)


def known_of(
    context: OperatorContext, project: Project, draw: Draw | None, remark: str
) -> dict[str, object]:
    """Return everything that a notice about this project may name now."""
    county = context.session.get_one(County, project.county_code)
    known: dict[str, object] = {
        "project_title": project.title,
        "project_number": project.number,
        "owner": project.owner.name,
        "centre": _centre(context, county),
        "county": county.name,
        "method": METHOD_TITLES[project.method],
        "works_type": project.works_type,
        "location": project.location,
        "ceiling": format_fen(project.ceiling_price),
        "ceiling_capitals": in_capitals(project.ceiling_price),
        "duration_days": project.duration_days,
        "funding": project.funding,
        "scope": project.scope,
        "requirements": "、".join(requirement_text(one) for one in project.requirements),
        "remark": remark,
    }
    known |= organiser_words(context, project) | emergency_words(context, project)
    if draw is not None:
        known |= _of_draw(context, draw) | _of_result(context, project, draw)
        known |= end_words(context.session, draw)
        known |= postponement_words(context.session, draw)
        known |= change_words(context.session, project, draw)
        known |= auction_words(context, draw)
        known |= comparison_words(context, project, draw)
    return known


def _centre(context: OperatorContext, county: County) -> str:
    query = (
        select(Party.name)
        .join(PartyRole, PartyRole.party_id == Party.id)
        .where(PartyRole.role == "trading_centre", PartyRole.county_code == county.code)
        .order_by(Party.name)
    )
    return context.session.scalar(query) or f"{county.name}公共资源交易中心"


def _of_draw(context: OperatorContext, draw: Draw) -> dict[str, object]:
    return {
        "freeze_at": shown(draw.freeze_at),
        "selection_at": shown(draw.not_before),
        "plan_hash": draw.plan_hash,
        "algorithm": ALGORITHMS[draw.alg],
        "minimum_candidates": draw.min_tickets,
        "hidden_until": MOMENTS[context.rules[HIDING]],
        "hidden_article": context.rules.source(HIDING),
        "guardians": guardians.warning(context.session),
    }


def _of_result(context: OperatorContext, project: Project, draw: Draw) -> dict[str, object]:
    auction = auction_of(context.session, draw)
    held = auction or draw
    if held.published_at is None or project.winner is None:
        return {}
    price = project.award_price or project.ceiling_price
    days = int(context.rules["publicity.period"])
    ends = end_of_period(context.rules, context.calendar, days, context.clock())
    return {
        "winner": project.winner.name,
        "winner_code": project.winner.credit_code,
        "award_price": format_fen(price),
        "award_capitals": in_capitals(price),
        "tickets": auction.joiners if auction else draw.tickets,
        "root": auction.joiner_root if auction else draw.root,
        "winner_ticket": held.winner_ticket,
        "drawn_at": shown(held.opened_at),
        "publicity_period": days,
        "ends_at": shown(ends),
        **again_words(context.session, project),
    }


def announces(kind: NoticeKind, draw: Draw | None) -> bool:
    """Return whether a notice opens a draw: the first one, or the correction of one."""
    planned = draw is not None and draw.state is DrawState.PLANNED
    return kind is NoticeKind.TENDER_NOTICE or (kind is NoticeKind.CORRIGENDUM and planned)


def machine_facts(
    context: OperatorContext, kind: NoticeKind, project: Project, draw: Draw | None
) -> dict[str, Any]:
    """Return what programs read of a notice."""
    comparison = comparison_of(context, draw)
    if draw is not None and comparison is not None:
        told = comparison_facts(kind, project, comparison, draw)
        if ANNOUNCES in told:
            told["conditions"] = conditions(context.session, project)
            told["documents"] = _documents(context, project)
        return told
    if draw is not None and announces(kind, draw):
        return {
            "conditions": conditions(context.session, project),
            "documents": _documents(context, project),
            "plan_hash": draw.plan_hash,
            "alg": draw.alg,
            "freeze_at": draw.freeze_at.isoformat() if draw.freeze_at else None,
            "not_before": draw.not_before.isoformat() if draw.not_before else None,
            **tender_facts(auction_of(context.session, draw)),
        }
    if kind is NoticeKind.AWARD_NOTICE and draw is not None and project.winner is not None:
        winner = project.winner
        auction = auction_of(context.session, draw)
        named = {
            "name": winner.name,
            "credit_code": winner.credit_code,
            "ticket": (auction or draw).winner_ticket,
        }
        told = {"winner": named, "price": project.award_price, "draw": draw.id}
        return told | award_facts(context, auction)
    if kind is NoticeKind.AWARD_NOTICE:
        return emergency_facts(context, project)
    if kind is NoticeKind.CONTRACT_NOTICE:
        return contract_facts(context, project)
    return {}


def conditions(session: Session, project: Project) -> list[str]:
    """Return the conditions of taking part, one sentence each."""
    wanted = [f"具备{requirement_text(one)}，且在有效期内" for one in project.requirements]
    kept_out = any(project.id in one for one in exclusions(session, project.county_code).values())
    redraw = ["没有放弃过本项目的中选"] if kept_out else []
    return ["已进入本区县名册库，没有被停用", *wanted, *redraw]


def _documents(context: OperatorContext, project: Project) -> list[str]:
    query = select(Document.id).where(
        Document.project_id == project.id,
        Document.kind.in_(PUBLIC_DOCUMENTS),
        Document.replaced_at.is_(None),
    )
    return list(context.session.scalars(query.order_by(Document.created_at, Document.id)))
