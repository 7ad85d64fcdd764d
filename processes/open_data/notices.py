"""Published notices as the portal and the open interface list them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now, midnight
from models.errors import NotFoundError
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project, ProjectPhase
from models.selection.tables import Mask
from processes.open_data.paging import after, cursor_of

FIELDS = {
    "interests": "参与企业的名称",
    "interest_count": "参与家数",
    "floor_price": "最低限价",
    "bids": "报价",
}
STAGES = {"published": "结果公布", "frozen": "名单冻结", "opening": "开启"}


class NoticeMissingError(NotFoundError):
    """There is no such published notice."""

    message = "没有找到这份公告，可能地址有误。请从公告列表重新查找。"


@dataclass(frozen=True, kw_only=True)
class NoticeQuery:
    """What a visitor asks for; every field is optional and lives in the address."""

    kinds: tuple[NoticeKind, ...] = ()
    county: str = ""
    q: str = ""
    works_type: str = ""
    owner: str = ""
    phase: ProjectPhase | None = None
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    cursor: str | None = None


@dataclass(frozen=True)
class NoticeLine:
    """One row of a list of notices."""

    notice: Notice
    project: Project
    owner: str


@dataclass(frozen=True)
class NoticeView:
    """One notice with its project and the other notices of that project, oldest first."""

    notice: Notice
    project: Project
    siblings: list[Notice] = field(default_factory=list)


def list_notices(session: Session, query: NoticeQuery) -> Page[NoticeLine]:
    """Return published notices, newest first."""
    size = clamp(query.limit)
    select_ = _filtered(query).order_by(Notice.published_at.desc(), Notice.id.desc())
    if query.cursor:
        select_ = select_.where(after(query.cursor, Notice.published_at, Notice.id))
    rows = session.execute(select_.limit(size + 1)).all()
    lines = [NoticeLine(notice, project, owner) for notice, project, owner in rows[:size]]
    if len(rows) <= size:
        return Page(lines, None)
    last = lines[-1].notice
    return Page(lines, cursor_of(last.published_at, last.id))


def latest(session: Session, kind: NoticeKind, county: str, *, limit: int) -> list[NoticeLine]:
    """Return the newest notices of one kind, for the home page."""
    return list(list_notices(session, NoticeQuery(kinds=(kind,), county=county, limit=limit)).items)


def read_notice(session: Session, notice_id: str) -> NoticeView:
    """Return one published notice; raise :class:`NoticeMissingError` for any other id."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.published_at is None or notice.published_at > business_now():
        raise NoticeMissingError
    project = session.get_one(Project, notice.project_id, options=[joinedload(Project.winner)])
    siblings = session.scalars(
        select(Notice)
        .where(Notice.project_id == project.id, Notice.published_at <= business_now())
        .order_by(Notice.published_at)
    )
    return NoticeView(notice, project, list(siblings))


def _filtered(query: NoticeQuery) -> Select[Notice, Project, str]:
    chosen = (
        select(Notice, Project, Party.name)
        .join(Project, Project.id == Notice.project_id)
        .join(Party, Party.id == Project.owner_id)
        .where(Notice.published_at <= business_now())
        .options(joinedload(Project.owner).lazyload(Party.roles))
    )
    if query.kinds:
        chosen = chosen.where(Notice.kind.in_(query.kinds))
    if query.county:
        chosen = chosen.where(Notice.county_code == query.county)
    if query.works_type:
        chosen = chosen.where(Project.works_type == query.works_type)
    if query.phase:
        chosen = chosen.where(Project.phase == query.phase)
    if query.owner:
        chosen = chosen.where(Party.name.contains(query.owner, autoescape=True))
    if query.since:
        chosen = chosen.where(Notice.published_at >= midnight(query.since))
    if query.until:
        chosen = chosen.where(Notice.published_at < midnight(query.until + timedelta(days=1)))
    if query.q:
        chosen = chosen.where(_matches(query.q))
    return chosen


def _matches(text: str) -> ColumnElement[bool]:
    columns = (Notice.title, Project.title, Project.number, Party.name)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def latest_changes(session: Session, county: str, *, limit: int) -> list[NoticeLine]:
    """Return the newest corrigenda and terminations, for the home page."""
    kinds = (NoticeKind.CORRIGENDUM, NoticeKind.TERMINATION_NOTICE)
    return list(list_notices(session, NoticeQuery(kinds=kinds, county=county, limit=limit)).items)


def every_notice(session: Session, query: NoticeQuery, most: int) -> list[NoticeLine]:
    """Return all that match, for an export; ``most`` bounds it."""
    rows = session.execute(
        _filtered(query).order_by(Notice.published_at.desc(), Notice.id.desc()).limit(most)
    )
    return [NoticeLine(notice, project, owner) for notice, project, owner in rows]


def mask_texts(session: Session, project_id: str) -> list[str]:
    """Say what is still hidden about a project, until when, by which article."""
    masks = session.scalars(
        select(Mask).where(Mask.project_id == project_id, Mask.lifted_at.is_(None))
    )
    return [
        f"{FIELDS.get(mask.field, mask.field)}在{STAGES.get(mask.until, mask.until)}前不公开"
        f"（{mask.article}），任何人都无权查看。"
        for mask in masks
    ]
