"""A declined award (放弃中选): taken back with before and after in the log, nothing wiped out."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.projects import move
from handlers.registry import operator
from models.errors import ConflictError
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.roster.declined import DeclinedAward
from models.selection import draws
from models.selection.tables import Draw, DrawState

EXCLUDES = "redraw.excludes_decliner"
VOID = "中选企业放弃中选"


class NothingAwardedError(ConflictError):
    """There is no published result with a winner to take back."""

    message = "本项目没有已公布的中选结果，不能撤销中选，请流程分析员检查流程图的次序。"


@dataclass(frozen=True, kw_only=True)
class WithdrawParams:
    """Why the winner gives the award back."""

    reason: str = field(metadata={"label": "放弃理由"})


@dataclass(frozen=True, kw_only=True)
class WithdrawResult:
    """What the notice of the change follows, and whether the decliner may join the redraw."""

    award_notice: str
    draw: str
    is_excluded: bool


@operator("award.withdraw", title="撤销中选")
def withdraw(params: WithdrawParams, context: OperatorContext) -> WithdrawResult:
    """Clear winner and price, mark the award letter void, put the fact on the record (DZ-77)."""
    project = project_of(context)
    draw = draws.current_draw(context.session, project.id)
    if draw.state not in (DrawState.PUBLISHED, DrawState.UNUSED):
        raise NothingAwardedError
    row = context.session.scalar(select(DeclinedAward).where(DeclinedAward.draw_id == draw.id))
    if row is None:
        row = _withdraw(context, project, draw, params.reason)
    move(context, project, ProjectPhase.DECLINED)
    notice = _award_notice(context, draw)
    return WithdrawResult(award_notice=notice, draw=draw.id, is_excluded=row.is_excluded)


def _withdraw(context: OperatorContext, project: Project, draw: Draw, reason: str) -> DeclinedAward:
    if project.winner_id is None:
        raise NothingAwardedError
    row = DeclinedAward(
        draw_id=draw.id,
        project_id=project.id,
        party_id=project.winner_id,
        county_code=project.county_code,
        price=project.award_price,
        reason=reason.strip(),
        is_excluded=bool(context.rules[EXCLUDES]),
        declined_at=context.clock(),
    )
    context.session.add(row)
    before = {"winner": project.winner_id, "price": project.award_price, "draw": draw.id}
    project.winner_id = project.award_price = None
    context.session.flush()
    after = {"winner": None, "price": None, "excluded": row.is_excluded}
    context.log("award:withdrawn", project.id, before=before, after=after)
    _void_letters(context, draw)
    return row


def _void_letters(context: OperatorContext, draw: Draw) -> None:
    issued = select(Letter).where(
        Letter.draw_id == draw.id,
        Letter.kind == LetterKind.AWARD_LETTER,
        Letter.voided_at.is_(None),
    )
    for letter in context.session.scalars(issued):
        letter.voided_at, letter.void_reason = context.clock(), VOID
        context.session.flush()
        context.log("letter:voided", letter.id, after={"number": letter.number, "reason": VOID})


def _award_notice(context: OperatorContext, draw: Draw) -> str:
    published = (
        select(Notice.id)
        .where(
            Notice.draw_id == draw.id,
            Notice.kind == NoticeKind.AWARD_NOTICE,
            Notice.published_at.is_not(None),
        )
        .order_by(Notice.published_at.desc())
    )
    found = context.session.scalar(published.limit(1))
    if found is None:
        raise NothingAwardedError
    return found
