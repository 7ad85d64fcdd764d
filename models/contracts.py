"""A project's contracts: found, numbered by round, checked against the award and its project."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import emergencies
from models.calendar import Calendar
from models.clock import to_china
from models.contract import Contract, ContractState
from models.contract_errors import ContractTermsError, OtherProjectContractError
from models.document import Document
from models.flow.deadlines import closing
from models.flow.rules import CountyRules
from models.money import format_fen
from models.notice import Notice, NoticeKind
from models.project import Project

SIGN_WITHIN = "contract.sign_within"
SHORTEST = 5


@dataclass(frozen=True, kw_only=True)
class Award:
    """What a contract is measured by."""

    price: int
    published_on: date
    sign_by: datetime
    is_emergency: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A contract as the owner filled it in."""

    number: str
    project_number: str
    contract_price: int
    price_reason: str
    signed_on: date
    late_reason: str
    starts_on: date
    duration_days: int


def confirmed(session: Session, project: Project) -> Contract | None:
    """Return the contract that both sides confirmed with the present winner."""
    query = select(Contract).where(
        Contract.project_id == project.id,
        Contract.contractor_id == project.winner_id,
        Contract.state == ContractState.CONFIRMED,
    )
    return session.scalar(query.order_by(Contract.round.desc()).limit(1))


def waiting(session: Session, project: Project) -> Contract | None:
    """Return the round that the present winner has to answer."""
    query = select(Contract).where(
        Contract.project_id == project.id,
        Contract.contractor_id == project.winner_id,
        Contract.state == ContractState.SUBMITTED,
    )
    return session.scalar(query.order_by(Contract.round.desc()).limit(1))


def rounds_of(session: Session, project_id: str) -> list[Contract]:
    """Return every round, the newest first."""
    query = select(Contract).where(Contract.project_id == project_id)
    return list(session.scalars(query.order_by(Contract.round.desc())))


def of_step(session: Session, step: str) -> Contract | None:
    """Return the round that a step of a flow has written already."""
    return session.scalar(select(Contract).where(Contract.step == step)) if step else None


def next_round(session: Session, project_id: str) -> int:
    """Return the number of a project's next round."""
    last = session.scalar(select(func.max(Contract.round)).where(Contract.project_id == project_id))
    return (last or 0) + 1


def award_of(
    session: Session, project: Project, rules: CountyRules, calendar: Calendar, now: datetime
) -> Award:
    """Return price and moments that bind the contract: it is signed after the publicity.

    Emergency works were entrusted before anything was published; their contract may be as old.
    """
    query = select(Notice.published_at, Notice.ends_at).where(
        Notice.project_id == project.id,
        Notice.kind == NoticeKind.AWARD_NOTICE,
        Notice.published_at.is_not(None),
    )
    row = session.execute(query.order_by(Notice.published_at.desc()).limit(1)).one_or_none()
    published, ends = (row.published_at, row.ends_at) if row else (now, now)
    last_day = calendar.add(to_china(ends or published).date(), int(rules[SIGN_WITHIN]))
    entrusted_on = emergencies.entrusted_on(session, project)
    return Award(
        price=project.award_price or project.ceiling_price,
        published_on=entrusted_on or to_china(published).date(),
        is_emergency=entrusted_on is not None,
        sign_by=closing(rules, last_day),
    )


def check_project(session: Session, project: Project, terms: Terms, document: Document) -> None:
    """Raise unless the number printed on the contract is this project's, and the file is new."""
    if _plain(terms.project_number) != _plain(project.number):
        text = (
            f"合同上的项目编号是{terms.project_number.strip()}，本项目是{project.number}，"
            "这是另一个项目的合同，请核对后填写或改传本项目的合同。"
        )
        raise OtherProjectContractError({"printed_number": text})
    other = select(Contract.id).where(
        Contract.sha256 == document.sha256,
        Contract.project_id != project.id,
        Contract.owner_id == project.owner_id,
    )
    if session.scalar(other.limit(1)) is not None:
        text = "这份文件已经作为另一个项目的合同提交过，请改传本项目的合同。"
        raise OtherProjectContractError({"signed_contract": text})


def check_terms(terms: Terms, award: Award, today: date) -> None:
    """Raise with everything that the award, the dates or the rules do not allow."""
    found = dict(_problems(terms, award, today))
    if found:
        raise ContractTermsError(found)


def _problems(terms: Terms, award: Award, today: date) -> Iterator[tuple[str, str]]:
    if terms.contract_price > award.price:
        text = (
            f"合同价{format_fen(terms.contract_price)}高于中选价{format_fen(award.price)}，"
            "合同须按中选价签订，请改正。"
        )
        yield "contract_price", text
    if terms.contract_price < award.price and len(terms.price_reason) < SHORTEST:
        yield "price_reason", f"合同价低于中选价，请说明原因，至少{SHORTEST}个字。"
    yield from _date_problems(terms, award, today)


def _date_problems(terms: Terms, award: Award, today: date) -> Iterator[tuple[str, str]]:
    if terms.signed_on > today:
        yield "signed_on", f"签订日期不能晚于今天（{today}），请按合同上的日期填写。"
    if terms.signed_on < award.published_on:
        since = "确定施工单位" if award.is_emergency else "中选结果公布"
        yield (
            "signed_on",
            f"签订日期早于{since}的{award.published_on}，请按合同上的日期填写。",
        )
    if terms.signed_on > award.sign_by.date() and len(terms.late_reason) < SHORTEST:
        yield (
            "late_reason",
            f"合同应于{award.sign_by:%Y-%m-%d}前签订，现已逾期，请说明原因，至少{SHORTEST}个字。",
        )
    earliest = award.published_on if award.is_emergency else terms.signed_on
    if terms.starts_on < earliest:
        what = "确定施工单位的日期" if award.is_emergency else "签订日期"
        yield "starts_on", f"约定开工日期早于{what}{earliest}，请核对后填写。"


def _plain(number: str) -> str:
    """Return a number without what typing adds: full-width letters, blanks, small letters."""
    return "".join(normalize("NFKC", number).upper().split())
