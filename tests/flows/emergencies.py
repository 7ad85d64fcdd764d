"""Plays emergency works of Huairou to any stage, with or without the regulator's approval."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.clock import CHINA
from models.flow.definition import RuleValue
from models.flow.rules import forget_rules
from models.session import unit_of_work
from models.works_report import ReportKind
from processes import report_units
from processes.demo.emergencies import EMERGENCY, Emergencies, Emergency
from processes.demo.player import Player
from tests.city import MORNING, City

COUNTY = "huairou"
REPORTED = MORNING
"""A Monday; the contractor was called in on the Sunday before."""
SIGNED = MORNING + timedelta(days=1)
CONTRACTED = datetime(2026, 11, 11, 17, 31, tzinfo=CHINA)
"""The contract was publicised for one working day."""
STARTED = datetime(2026, 11, 12, 9, 0, tzinfo=CHINA)
REPORTING = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
ACCEPTED = datetime(2026, 11, 20, 16, 0, tzinfo=CHINA)


def begun(city: City, works: Emergency = EMERGENCY, **options: str) -> Emergencies:
    """A case begun by the town, nothing filled in."""
    story = Emergencies(Player(city.settings, COUNTY), works, **options)
    story.start(REPORTED)
    return story


def published(city: City) -> Emergencies:
    """Reported and, as Huairou's rule says, published at once."""
    story = begun(city)
    story.report(REPORTED)
    return story


def contracted(city: City) -> Emergencies:
    """The same, its contract signed and publicised."""
    story = published(city)
    story.sign_contract(SIGNED)
    story.wake(CONTRACTED)
    return story


def in_works(city: City) -> Emergencies:
    """The same, its works begun: both units owe their reports."""
    story = contracted(city)
    story.start_works(STARTED)
    return story


def need_approval() -> None:
    """Let the county's rule want the regulator's approval."""
    with unit_of_work() as session:
        query = select(RuleValue).where(
            RuleValue.key == "emergency.approval", RuleValue.county_code == COUNTY
        )
        session.scalars(query).one().value = "regulator"
    forget_rules()


def replace(city: City, story: Emergencies, kind: ReportKind, unit: str, **changes: Any) -> None:
    """Name another unit as the owner, with a reason."""
    at, who = changes.pop("at", REPORTING), changes.pop("by", story.owner)
    reason = changes.pop("reason", "原单位人员调离，不能按期出具报告。")
    with story.player.at(at), unit_of_work() as session:
        actor = story.player.actor(session, who)
        given = (story.party_of(unit), reason)
        report_units.replace(session, city.settings, story.instance, kind, given, actor=actor)
