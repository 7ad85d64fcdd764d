"""Notices that run now and whose end hangs on a rule that no diagram names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.calendar import Calendar
from models.clock import CHINA, business_now, to_china
from models.flow.deadlines import end_of_period
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import CountyRules
from models.notice import NOTICE_TITLES, Notice, NoticeKind
from models.project import Project
from models.selection.tables import Draw
from processes.county_rules.dating import Dating, told
from processes.county_rules.simulating import MOST, NOTICE, SELECTION, Affected
from processes.county_rules.timers import followers

LONGEST = timedelta(days=400)
PERIODS: Mapping[str, NoticeKind] = {
    "publicity.period": NoticeKind.AWARD_NOTICE,
    "contract.publicity_period": NoticeKind.CONTRACT_NOTICE,
    "notice.minimum_period": NoticeKind.TENDER_NOTICE,
}
SERVICE_WORDS: Mapping[str, str] = {
    "publicity.period": "发布中选结果公示时，平台按它推算公示截止时间。",
    "contract.publicity_period": "发布合同公示时，平台按它推算公示截止时间。",
    "notice.minimum_period": "编制和发布选取公告时，平台按它检查报名截止时间。",
}
"""What the platform's services do with rules that diagrams do not name."""


def running_notices(dating: Dating, counties: Collection[str]) -> tuple[list[Affected], bool]:
    """Return the notices of a rule's kind that have not ended, and what waits for their end.

    Told with them: whether more were not looked at. The time of a selection keeps its distance in
    working days from the end of the list.
    """
    if dating.key not in PERIODS:
        return [], False
    query = _running(counties, PERIODS[dating.key])
    rows, are_more = _by_notice(dating.session.execute(query).all())
    found: list[Affected] = []
    moved: dict[tuple[str, datetime], tuple[Affected, datetime]] = {}
    draws = _draws(dating.session, [row.Notice.draw_id for row in rows.values()])
    for row in rows.values():
        line = _affected(dating, row)
        lines = [line, *_selection(dating, line, draws.get(row.Notice.draw_id))]
        found += lines
        for one in lines:
            if one.before and one.after:
                moved[row.Notice.project_id, one.before] = one, one.after
    return found + list(followers(dating.session, moved)), are_more


def _by_notice(found: Sequence[Any]) -> tuple[dict[str, Any], bool]:
    """Return one row for each notice, and whether there were more rows than are looked at.

    A project with several cases has a row for each: the rows are counted, not the notices.
    """
    return {row.Notice.id: row for row in found[:MOST]}, len(found) > MOST


def _draws(session: Session, ids: Collection[str | None]) -> dict[str | None, Draw]:
    query = select(Draw).where(Draw.id.in_({one for one in ids if one}))
    return {draw.id: draw for draw in session.scalars(query)}


def _selection(dating: Dating, notice: Affected, draw: Draw | None) -> Iterator[Affected]:
    """Yield the time of the selection that a later end of the list would push on."""
    if draw is None or draw.opens_at is None or notice.before is None or notice.after is None:
        return
    if PERIODS[dating.key] is not NoticeKind.TENDER_NOTICE or draw.opens_at < notice.before:
        return
    calendar, opens_at = dating.calendar, to_china(draw.opens_at)
    ends = to_china(notice.before).date(), to_china(notice.after).date()

    def moved() -> datetime:
        days = calendar.between(*ends)
        return calendar.add_to_moment(opens_at, days) if days > 0 else opens_at

    after, trouble = told(moved)
    line = replace(notice, step="选取时间", kind=SELECTION, before=opens_at)
    yield replace(line, after=after, trouble=trouble)


def _running(counties: Collection[str], kind: NoticeKind) -> Select[Notice, Instance, str]:
    now = business_now()
    return (
        select(Notice, Instance, Project.title)
        .join(Project, Project.id == Notice.project_id)
        .join(Instance, Instance.project_id == Notice.project_id)
        .where(
            Notice.county_code.in_(counties),
            Notice.kind == kind,
            Notice.published_at > now - LONGEST,
            Notice.ends_at > now,
            Instance.status.in_((InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)),
        )
        .order_by(Notice.published_at.desc(), Instance.created_at.desc())
        .limit(MOST + 1)
    )


def _affected(dating: Dating, row: Any) -> Affected:  # noqa: ANN401 - a row of the query
    notice, case = row.Notice, row.Instance
    rules = dating.rules(notice.county_code, case.rules_on)
    days = int(dating.new.value)
    after, trouble = told(lambda: _after(rules, dating.key, notice, days, dating.calendar))
    return Affected(
        case=case.id,
        project=row.title,
        step=NOTICE_TITLES[notice.kind],
        flow="",
        kind=NOTICE,
        opened_at=notice.published_at,
        rules_on=case.rules_on,
        before=notice.ends_at,
        after=after,
        trouble=trouble,
        is_real=case.rules_on >= dating.new.from_on,
    )


def _after(
    rules: CountyRules, key: str, notice: Notice, days: int, calendar: Calendar
) -> datetime | None:
    if notice.published_at is None or notice.ends_at is None:
        return None
    published = notice.published_at.astimezone(CHINA)
    if PERIODS[key] is not NoticeKind.TENDER_NOTICE:
        return end_of_period(rules, calendar, days, published)
    # a least period: whoever gave more time keeps it
    return max(notice.ends_at, calendar.add_to_moment(published, days))
