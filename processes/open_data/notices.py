"""Published notices as the portal and the open interface list them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models.clock import business_now, midnight
from models.errors import NotFoundError
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project, ProjectPhase
from processes.open_data.paging import after, cursor_of

RUNNING = "running"
PERIODS = {RUNNING: "期限内", "over": "已截止"}
"""Joining or publicity still runs, or is over; notices without a period are in neither."""


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
    period: str = ""
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
    is_followed: bool = False


@dataclass(frozen=True)
class NoticeView:
    """One notice with its project and the other notices of that project, oldest first."""

    notice: Notice
    project: Project
    siblings: list[Notice] = field(default_factory=list)

    @property
    def before(self) -> list[Notice]:
        """The notices that this one follows, step by step, the oldest first."""
        known = {one.id: one for one in self.siblings}
        found: list[Notice] = []
        above = known.get(self.notice.follows_id or "")
        while above is not None and above not in found:
            found.append(above)
            above = known.get(above.follows_id or "")
        return found[::-1]

    @property
    def after(self) -> list[Notice]:
        """The notices that follow this one, directly or by others, the oldest first."""
        reached = {self.notice.id}
        for one in self.siblings:
            if one.follows_id in reached:
                reached.add(one.id)
        return [one for one in self.siblings if one.id in reached - {self.notice.id}]


def list_notices(session: Session, query: NoticeQuery) -> Page[NoticeLine]:
    """Return published notices, newest first."""
    size = clamp(query.limit)
    select_ = _filtered(query).order_by(Notice.published_at.desc(), Notice.id.desc())
    if query.cursor:
        select_ = select_.where(after(query.cursor, Notice.published_at, Notice.id))
    rows = session.execute(select_.limit(size + 1)).all()
    lines = [NoticeLine(*row) for row in rows[:size]]
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
    return NoticeView(notice, project, published_of(session, project.id))


def published_of(session: Session, project_id: str) -> list[Notice]:
    """Return the published notices of a project, the oldest first."""
    query = select(Notice).where(
        Notice.project_id == project_id, Notice.published_at <= business_now()
    )
    return list(session.scalars(query.order_by(Notice.published_at)))


def _filtered(query: NoticeQuery) -> Select[Notice, Project, str, bool]:
    chosen = (
        select(Notice, Project, Party.name, _followed())
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
    if query.period in PERIODS:
        chosen = chosen.where(_period(query.period))
    if query.since:
        chosen = chosen.where(Notice.published_at >= midnight(query.since))
    if query.until:
        chosen = chosen.where(Notice.published_at < midnight(query.until + timedelta(days=1)))
    if query.q:
        chosen = chosen.where(_matches(query.q))
    return chosen


def _followed() -> ColumnElement[bool]:
    """Whether another published notice follows the listed one."""
    later = aliased(Notice)
    return (
        select(later.id)
        .where(later.follows_id == Notice.id, later.published_at <= business_now())
        .exists()
    )


def _period(asked: str) -> ColumnElement[bool]:
    now = business_now()
    return Notice.ends_at > now if asked == RUNNING else Notice.ends_at <= now


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
    return [NoticeLine(*row) for row in rows]
