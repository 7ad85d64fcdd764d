"""Plays the worked cases of Huairou's emergency works and of the reports on completed works."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models import works_reports
from models.emergencies import of_project
from models.errors import SmallworksError
from models.notice import Notice
from models.session import reading
from models.works_report import ReportKind
from processes.demo.emergencies import Emergencies
from tests.city import City
from tests.flows.emergencies import (
    ACCEPTED,
    CONTRACTED,
    REPORTED,
    REPORTING,
    SIGNED,
    STARTED,
    begun,
    need_approval,
    replace,
)

OPINION = "决策文件没有盖章，请补正。"
END = "险情因上游泄洪解除，工程不再实施。"
LATE = {"occurred_at": "2026-10-20T08:00", "entrusted_at": "2026-10-20T10:00"}
Act = Callable[[City, Emergencies, datetime], None]


def _contract(_: City, story: Emergencies, __: datetime) -> None:
    story.sign_contract(SIGNED)
    story.wake(CONTRACTED)


def _report(at: datetime, **changes: str) -> Act:
    return lambda _city, story, now: story.report(max(at, now), **changes)


def _upload(kind: str, unit: str = "", **changes: object) -> Act:
    return lambda _city, story, _now: story.upload_report(REPORTING, kind, by=unit, **changes)


def _replace(kind: ReportKind, unit: str) -> Act:
    return lambda city, story, _now: replace(city, story, kind, unit)


ACTS: Mapping[str, Act] = {
    "report": _report(REPORTED),
    "report_late": _report(REPORTED, **LATE),
    "report_future": _report(REPORTED, occurred_at="2026-11-30T08:00"),
    "report_late_with_reason": _report(REPORTED, **LATE, late_reason="抢险持续两周，通信中断。"),
    "approved": lambda _, story, now: story.decide(now, "approved"),
    "returned": lambda _, story, now: story.decide(now, "returned", OPINION),
    "refused": lambda _, story, now: story.decide(now, "refused", "险情已经解除，应当组织比选。"),
    "withdraw": lambda _, story, now: story.withdraw(now, "险情解除，不再实施。"),
    "contract": _contract,
    "start": lambda _, story, __: story.start_works(STARTED),
    "terminate": lambda _, story, now: story.terminate(now, END),
    "terminate_in_works": lambda _, story, __: story.terminate(REPORTING, END),
    "replace_supervisor": _replace(ReportKind.SUPERVISION, "hr.supervisor2"),
    "replace_auditor": _replace(ReportKind.AUDIT, "hr.auditor2"),
    "supervision": _upload("supervision"),
    "supervision_of_another": _upload("supervision", supervision_number="HRX-2026-0099"),
    "supervision_by_new": _upload("supervision", "hr.supervisor2"),
    "audit": _upload("audit"),
    "audit_by_new": _upload("audit", "hr.auditor2"),
    "audit_higher": _upload("audit", audit_settlement=15_000_000),
    "accept": lambda _, story, __: story.accept_works(ACCEPTED),
    "evaluate": lambda _, story, __: story.evaluate(ACCEPTED),
}


def emergency_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """Play the acts one after another; the last one may be refused."""
    if given.get("approval"):
        need_approval()
    story = begun(city)
    for number, act in enumerate(given["acts"]):
        try:
            ACTS[act](city, story, REPORTED + timedelta(minutes=20 * number))
        except SmallworksError as error:
            return {"refused": error.code, "next": city.steps(story)}
    return _ending(city, story)


def _ending(city: City, story: Emergencies) -> dict[str, Any]:
    with reading() as session:
        row = of_project(session, story.project)
        assert row is not None
        reports = works_reports.of_project(session, story.project)
        query = select(Notice.kind).where(
            Notice.project_id == story.project, Notice.published_at.is_not(None)
        )
        kinds = sorted(kind.value for kind in session.scalars(query))
    told = {
        "phase": city.project(story).phase.value,
        "notices": kinds,
        "next": city.steps(story),
    }
    if row.conclusion:
        told["conclusion"] = row.conclusion
    if reports:
        told["reports"] = sum(one.submitted_at is not None for one in reports)
    return told


EMERGENCIES = {"emergency_works": emergency_outcome, "works_completion": emergency_outcome}
