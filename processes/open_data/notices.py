"""Published notices as the portal and the open interface list them."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project
from processes.open_data.notice_search import NoticeQuery, conditions
from processes.open_data.paging import after, cursor_of


class NoticeMissingError(NotFoundError):
    """There is no such published notice."""

    message = "没有找到这份公告，可能地址有误。请从公告列表重新查找。"


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
    lines = _lines(session, query, size + 1)
    shown = lines[:size]
    if len(lines) <= size:
        return Page(shown, None)
    last = shown[-1].notice
    return Page(shown, cursor_of(last.published_at, last.id))


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


def _lines(session: Session, query: NoticeQuery, most: int) -> list[NoticeLine]:
    chosen = (
        select(Notice, Project, Party.name)
        .join(Project, Project.id == Notice.project_id)
        .join(Party, Party.id == Project.owner_id)
        .where(*conditions(session, query))
        .options(lazyload(Project.owner))
        .order_by(Notice.published_at.desc(), Notice.id.desc())
    )
    if query.cursor:
        chosen = chosen.where(after(query.cursor, Notice.published_at, Notice.id))
    rows = session.execute(chosen.limit(most)).all()
    followed = _followed(session, [notice.id for notice, *_ in rows])
    return [
        NoticeLine(notice, project, owner, notice.id in followed) for notice, project, owner in rows
    ]


def _followed(session: Session, ids: list[str]) -> set[str | None]:
    """Return those of these notices that another published notice follows."""
    later = select(Notice.follows_id).where(
        Notice.follows_id.in_(ids), Notice.published_at <= business_now()
    )
    return set(session.scalars(later)) if ids else set()


def latest_changes(session: Session, county: str, *, limit: int) -> list[NoticeLine]:
    """Return the newest corrigenda and terminations, for the home page."""
    kinds = (NoticeKind.CORRIGENDUM, NoticeKind.TERMINATION_NOTICE)
    return list(list_notices(session, NoticeQuery(kinds=kinds, county=county, limit=limit)).items)


def every_notice(session: Session, query: NoticeQuery, most: int) -> list[NoticeLine]:
    """Return all that match, for an export; ``most`` bounds it."""
    return _lines(session, query, most)
