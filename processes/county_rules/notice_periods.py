"""Notices that run now and whose end hangs on a rule that no diagram names."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError
from models.clock import CHINA, business_now
from models.flow.deadlines import end_of_period
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import CountyRules, load_rules
from models.notice import NOTICE_TITLES, Notice, NoticeKind
from models.project import Project
from processes.county_rules.simulating import MOST, NOTICE, Affected
from processes.packs.rules import Value

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


def running_notices(
    session: Session, counties: Collection[str], key: str, new: Value, calendar: Calendar
) -> list[Affected]:
    """Return the notices of a rule's kind that have not ended, as another value would end them."""
    if key not in PERIODS:
        return []
    rows = session.execute(_running(counties, PERIODS[key])).all()
    found = {row.Notice.id: row for row in rows}
    return [_affected(session, row, key, new, calendar) for row in found.values()]


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
        .limit(MOST)
    )


def _affected(session: Session, row: Any, key: str, new: Value, calendar: Calendar) -> Affected:  # noqa: ANN401 - a row of the query
    notice, case = row.Notice, row.Instance
    rules = load_rules(session, notice.county_code, case.rules_on)
    after, trouble = None, ""
    try:
        after = _after(rules, key, notice, int(new.value), calendar)
    except CalendarYearMissingError as error:
        trouble = error.text
    return Affected(
        project=row.title,
        step=NOTICE_TITLES[notice.kind],
        flow="",
        kind=NOTICE,
        opened_at=notice.published_at,
        rules_on=case.rules_on,
        before=notice.ends_at,
        after=after,
        trouble=trouble,
        is_real=case.rules_on >= new.from_on,
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
