"""Does an enterprise fit a project: every condition told with its reason, none by hand.

A requirement asks for a scheme (资质序列), a category and at least a level; a smaller number is a
higher level. Every requirement of a project must be met (DZ-A4b, DZ-A5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.project import Project, ProjectPhase
from models.roster.declined import exclusions
from models.roster.entry import EntryStatus, Qualification, RosterEntry, Suspension

OPEN_PHASES = (ProjectPhase.ANNOUNCED,)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One condition, what the enterprise has, and whether that is enough."""

    code: str
    condition: str
    found: str
    holds: bool


@dataclass(frozen=True)
class Standing:
    """What the roster knows of one enterprise in one county."""

    entry: RosterEntry | None
    suspensions: Sequence[Suspension]
    declined: Mapping[str, datetime] = field(default_factory=dict)


def fits(session: Session, party_id: str, project: Project, on: datetime) -> list[Reason]:
    """Return the conditions that the enterprise does not meet; none means that it fits."""
    return [one for one in assess(session, party_id, project, on) if not one.holds]


def assess(session: Session, party_id: str, project: Project, on: datetime) -> list[Reason]:
    """Return every condition of a project with what the enterprise has."""
    return assess_standing(standing(session, party_id, project.county_code), project, on)


def assess_standing(known: Standing, project: Project, on: datetime) -> list[Reason]:
    """Return every condition from what is already known of an enterprise."""
    wanted = [_requirement(known.entry, one, on.date()) for one in project.requirements]
    standing_ = [_on_roster(known.entry), _not_suspended(known.suspensions, on)]
    return [*standing_, *wanted, *_not_declined(known.declined.get(project.id))]


def standing(session: Session, party_id: str, county: str) -> Standing:
    """Read an enterprise's roster entry and suspensions."""
    return standings(session, county, [party_id])[party_id]


def standings(
    session: Session, county: str, party_ids: Iterable[str] | None = None
) -> dict[str, Standing]:
    """Read many enterprises at once; without ids, the whole roster of the county."""
    ids = None if party_ids is None else list(party_ids)
    entries = select(RosterEntry).where(RosterEntry.county_code == county)
    stops = select(Suspension).where(Suspension.county_code == county)
    if ids is not None:
        entries = entries.where(RosterEntry.party_id.in_(ids))
        stops = stops.where(Suspension.party_id.in_(ids))
    by_party = {entry.party_id: entry for entry in session.scalars(entries)}
    stopped: dict[str, list[Suspension]] = {}
    for stop in session.scalars(stops):
        stopped.setdefault(stop.party_id, []).append(stop)
    declined = exclusions(session, county, ids)
    asked = by_party if ids is None else ids
    return {
        one: Standing(by_party.get(one), stopped.get(one, []), declined.get(one, {}))
        for one in asked
    }


def eligible_parties(session: Session, project: Project, on: datetime) -> list[str]:
    """Return the enterprises of the county's roster that meet every condition."""
    known = standings(session, project.county_code)
    return sorted(
        party
        for party, one in known.items()
        if all(reason.holds for reason in assess_standing(one, project, on))
    )


def eligible_projects(
    session: Session, party_id: str, county: str, on: datetime
) -> Iterator[tuple[Project, list[Reason]]]:
    """Yield each announced project of the county with every condition assessed."""
    known = standing(session, party_id, county)
    query = (
        select(Project)
        .where(Project.county_code == county, Project.phase.in_(OPEN_PHASES))
        .order_by(Project.selection_at, Project.number)
    )
    for project in session.scalars(query):
        yield project, assess_standing(known, project, on)


def requirement_text(requirement: Mapping[str, Any]) -> str:
    """Return a requirement as notices and pages say it."""
    level = requirement.get("level_name") or ""
    return f"{requirement['category']}{level}{'及以上' if requirement.get('level') else ''}"


def _on_roster(entry: RosterEntry | None) -> Reason:
    listed = entry is not None and entry.status is EntryStatus.ACTIVE
    found = "已入库" if listed else "本企业不在库内，请先申请入驻"
    return Reason(code="roster", condition="已进入本区县名册库", found=found, holds=listed)


def _not_suspended(stops: Sequence[Suspension], on: datetime) -> Reason:
    current = next((one for one in stops if is_suspended(one, on)), None)
    if current is None:
        found = "没有被停用"
    else:
        found = f"本企业停用至{current.until_at:%Y-%m-%d %H:%M}，原因：{current.reason}"
    return Reason(code="suspension", condition="没有被停用", found=found, holds=current is None)


def _not_declined(at: datetime | None) -> Iterator[Reason]:
    """Told to whom it concerns alone: everybody else has never had this award to decline."""
    if at is not None:
        found = f"本企业于{at:%Y-%m-%d %H:%M}放弃本项目中选，按规则不再参加本项目的重新选取"
        condition = "没有放弃过本项目的中选"
        yield Reason(code="declined", condition=condition, found=found, holds=False)


def is_suspended(stop: Suspension, on: datetime) -> bool:
    """Return whether a suspension is in force at a moment; it ends by itself."""
    lifted = stop.lifted_at is not None and stop.lifted_at <= on
    return stop.from_at <= on < stop.until_at and not lifted


def _requirement(entry: RosterEntry | None, wanted: Mapping[str, Any], on: date) -> Reason:
    held = [] if entry is None else _of_category(entry.qualifications, wanted)
    fitting = [one for one in held if _is_enough(one, wanted, on)]
    return Reason(
        code="qualification",
        condition=requirement_text(wanted),
        found=_found(held, fitting, on),
        holds=bool(fitting),
    )


def _of_category(held: Iterable[Qualification], wanted: Mapping[str, Any]) -> list[Qualification]:
    asked = (wanted["scheme"], wanted["category"])
    return [one for one in held if (one.scheme, one.category) == asked]


def _is_enough(held: Qualification, wanted: Mapping[str, Any], on: date) -> bool:
    level = int(wanted.get("level") or 0)
    high_enough = level == 0 or 0 < held.level <= level
    return high_enough and held.valid_from <= on <= held.valid_until


def _found(held: Sequence[Qualification], fitting: Sequence[Qualification], on: date) -> str:
    if fitting:
        best = fitting[0]
        return f"本企业{best.level_name or '具备'}，有效期至{best.valid_until.isoformat()}"
    if not held:
        return "本企业没有此项资质"
    one = held[0]
    if not one.valid_from <= on <= one.valid_until:
        return f"本企业此项资质的有效期为{one.valid_from}至{one.valid_until}，当日不在有效期内"
    return f"本企业为{one.level_name}，等级不够"
