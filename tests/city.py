"""The demonstration's county without its projects: built once, copied for each test."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

import models.tables  # noqa: F401
from handlers.context import Case, OperatorContext
from models import calendar
from models import session as sessions
from models.base import Base
from models.calendar_seed import load_calendar_seed
from models.clock import CHINA, business_clock, fixed
from models.flow.rules import forget_rules, load_rules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.identity.party import Party
from models.installation import ensure_installation, log_key
from models.project import Project
from models.selection import platform_year
from models.selection.draws import latest
from models.selection.guardians import ensure_guardians
from models.selection.tables import Draw
from models.settings import Settings
from processes.demo.city import BEGAN, build_city
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Requirement, Story
from processes.setting_up import load_shipped_packs
from tests import copies
from tests.built import once

MORNING = datetime(2026, 11, 9, 9, 0, tzinfo=CHINA)
"""A Monday of five working days."""


def engine_at(folder: Path) -> Engine:
    engine = sessions.make_engine(f"sqlite:///{folder / 'smallworks.sqlite3'}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    return engine


def build(folder: Path) -> None:
    """Make the county in an empty folder."""
    engine = engine_at(folder)
    fill(engine, Settings(data_dir=str(folder)))
    engine.dispose()


def fill(engine: Engine, settings: Settings) -> None:
    """Make the county in an empty database."""
    sessions.bind(engine)
    Base.metadata.create_all(engine)
    calendar.forget_calendar()
    forget_rules()
    with business_clock(fixed(BEGAN)):
        with sessions.unit_of_work() as session:
            ensure_installation(session)
            log_key(session, settings)
            ensure_guardians(session, settings)
            platform_year.ensure_year(session, settings, BEGAN)
            load_calendar_seed(session)
        load_shipped_packs(settings)
        with sessions.unit_of_work() as session:
            build_city(session)


@dataclass
class City:
    """A county of one's own."""

    folder: Path
    settings: Settings
    engine: Engine
    shared: Path | None = None
    """The county this is a copy of, where stories that others have played may be copied, too."""

    @property
    def player(self) -> Player:
        return Player(self.settings)

    def story(self, requirement: Requirement = FINISHED) -> Story:
        return Story(self.player, requirement)

    def announced(self, *contractors: int, requirement: Requirement = FINISHED) -> Story:
        """A project announced this morning; these contractors joined in the afternoon."""
        return self._at("announced", contractors, requirement)

    def frozen(self, *contractors: int) -> Story:
        """The same, its list frozen and the moment of the selection come."""
        return self._at("frozen", contractors)

    def drawn(self, *contractors: int) -> Story:
        """The same, drawn and not yet published."""
        return self._at("drawn", contractors)

    def published(self, *contractors: int) -> Story:
        """The same, its result published."""
        return self._at("published", contractors)

    def _at(
        self, stage: str, contractors: tuple[int, ...], requirement: Requirement = FINISHED
    ) -> Story:
        story = self.story(requirement)
        if self.shared is None or not copies.is_untouched(self.folder, self.shared):
            play(story, stage, contractors)
            return story
        made = once(
            f"{stage}-{copies.key_of(contractors, requirement)}",
            lambda folder: self._keep(folder, stage, contractors, requirement),
        )
        self.engine.dispose()
        copies.replace(self.folder, made / "data")
        self._bind()
        story.instance, story.project = json.loads((made / "story.json").read_text())
        return story

    def _keep(
        self, folder: Path, stage: str, contractors: tuple[int, ...], requirement: Requirement
    ) -> None:
        assert self.shared is not None
        with copied(self.shared, folder / "data") as own:
            story = own.story(requirement)
            play(story, stage, contractors)
        (folder / "story.json").write_text(json.dumps([story.instance, story.project]))

    def _bind(self) -> None:
        sessions.bind(self.engine)
        calendar.forget_calendar()
        forget_rules()

    def draw(self, story: Story) -> Draw:
        with sessions.reading() as session:
            draw = latest(session, story.project)
            assert draw is not None
            return draw

    def project(self, story: Story) -> Project:
        with sessions.reading() as session:
            return session.get_one(Project, story.project)

    def world(self, session: Session, story: Story, at: datetime) -> OperatorContext:
        """The world of one act of the platform in the story's case."""
        case = Case(
            instance_id=story.instance,
            county="dazhou",
            flow="random_selection",
            element="test",
            project_id=story.project or None,
        )
        return OperatorContext(
            session=session,
            actor=PLATFORM,
            case=case,
            rules=load_rules(session, "dazhou", at.date()),
            calendar=calendar.load_calendar(session),
            settings=self.settings,
            clock=fixed(at),
        )

    def steps(self, story: Story) -> list[str]:
        """The steps that wait for somebody."""
        with sessions.reading() as session:
            query = select(WorkItem.step).where(
                WorkItem.instance_id == story.instance, WorkItem.state.in_(OPEN_STATES)
            )
            return sorted(session.scalars(query))

    def contractor(self, session: Session, number: int) -> Party:
        username = f"dz.contractor{number:02d}"
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return session.get_one(Party, account.party_id)


def play(story: Story, stage: str, contractors: tuple[int, ...]) -> None:
    """Play a new project up to a stage."""
    story.prepare(MORNING)
    story.announce(after(hours=1), FREEZE, SELECTION)
    story.join(after(hours=6), *contractors)
    if stage == "announced":
        return
    story.wake(FREEZE + timedelta(minutes=3))
    story.wake(SELECTION)
    if stage == "frozen":
        return
    story.hold(SELECTION + timedelta(minutes=5))
    if stage == "published":
        story.publish(SELECTION + timedelta(hours=1))


FREEZE = datetime(2026, 11, 12, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 13, 15, 0, tzinfo=CHINA)


def after(**span: float) -> datetime:
    return MORNING + timedelta(**span)


@pytest.fixture(scope="session")
def county() -> Path:
    """The folder of a county with parties, people, roster and published flows."""
    return once("county", build)


@pytest.fixture
def city(county: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[City]:
    """A county of the test's own, to which both session factories are bound."""
    with copied(county, tmp_path / "data") as one:
        # what a test has changed of the program holds for what it plays
        one.shared = None if "monkeypatch" in request.fixturenames else county
        yield one


@contextmanager
def copied(county: Path, folder: Path) -> Iterator[City]:
    """Copy the county and bind both session factories to the copy."""
    shutil.copytree(county, folder)
    engine = engine_at(folder)
    one = City(folder, Settings(data_dir=str(folder)), engine)
    one._bind()
    yield one
    engine.dispose()
