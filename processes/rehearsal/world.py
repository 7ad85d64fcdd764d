"""One rehearsed world: a database of its own, its cast, its clock, and what was done in it.

Opening it binds this process's sessions to it, so that a process has one world at a time; the
child process of ``helper`` opens worlds for a process that has a database of its own.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import calendar
from models import session as sessions
from models.clock import CHINA, business_clock, iso
from models.errors import SmallworksError
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.settings import Settings
from processes import definitions
from processes.demo.player import Player
from processes.rehearsal import acts, pages
from processes.rehearsal.clockwork import Clockwork
from processes.rehearsal.database import (
    BEGINNING,
    DATABASE,
    engine_at,
    keep_beginning,
    write_whole,
)
from processes.rehearsal.errors import WorldGoneError
from processes.rehearsal.look import look
from processes.rehearsal.papers import quick_letters, typeset
from processes.rehearsal.seen import Failure, Seen
from processes.spiff import walking
from processes.spiff.walking import Walk

BEGINS = datetime(2026, 11, 9, 9, 0, tzinfo=CHINA)
"""A Monday morning, five working days before it the next Monday."""
PARTS = ("blobs", "keys")
REMEMBERED = ("cases", "names", "told", "notices", "touched", "holding")


@dataclass
class World:
    """A world in a folder that was copied from a template's."""

    folder: Path
    county: str
    now: datetime = BEGINS
    began: datetime = BEGINS
    cases: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    notices: dict[str, str] = field(default_factory=dict)
    touched: str = ""
    holding: bool = False
    """Whether messages between cases are held back for now."""
    walked: set[Walk] = field(default_factory=set)
    fresh: set[Walk] = field(default_factory=set)
    _engine: Engine | None = None

    @classmethod
    def open(
        cls, template: Path, folder: Path, county: str, *, now: datetime | None = None
    ) -> Self:
        """Copy a template's world into an empty folder and bind this process to it."""
        shutil.copytree(template, folder, dirs_exist_ok=True)
        keep_beginning(template, folder)
        world = cls(folder, county, now or BEGINS, now or BEGINS)
        world.bind()
        quick_letters()
        return world

    @property
    def settings(self) -> Settings:
        """The settings of this world alone."""
        return Settings(data_dir=str(self.folder))

    @property
    def player(self) -> Player:
        """Who acts for the cast."""
        return Player(self.settings, self.county)

    @property
    def clockwork(self) -> Clockwork:
        """The world's worker."""
        return Clockwork(self.settings, self)

    def bind(self) -> None:
        """Let this process's sessions use this world."""
        # the same engine for good: it remembers every statement that it has compiled
        self._engine = self._engine or engine_at(self.folder / DATABASE)
        sessions.bind(self._engine)
        calendar.forget_calendar()
        forget_rules()
        walking.install(self.fresh.add)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def do(self, act: Mapping[str, Any], *, whole: bool = True) -> Seen:
        """Do one act, let the platform do what follows from it, and look."""
        self.fresh.clear()
        walking.forget_failure()
        done, failure = acts.Done(), None
        with business_clock(lambda: self.now):
            try:
                acts.perform(self, act, done)
            except SmallworksError as error:
                failure = self._failure(error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the analyst is to see it
                failure = self._failure(error)
            self.walked |= self.fresh
            seen = look(self, whole=whole)
        seen.answers, seen.invented = done.answers, done.invented
        seen.error, seen.refused = failure or self._later_failure(done), failure is not None
        return seen

    def look(self) -> Seen:
        """Return the world as it is."""
        with business_clock(lambda: self.now):
            return look(self)

    def play(self, given: list[Mapping[str, Any]]) -> list[Seen]:
        """Do acts one after another; stop after the first that fails; look wholly at the last."""
        found: list[Seen] = []
        for number, act in enumerate(given, 1):
            seen = self.do(act, whole=number == len(given))
            found.append(seen)
            if seen.error is not None:
                break
        return found

    def answers(self, item: str) -> dict[str, Any]:
        """Return what an open step needs on a page: schema, data and invented answers."""
        with business_clock(lambda: self.now):
            return acts.page_of(self, item)

    def paper(self, letter: str) -> bytes:
        """Return a letter as a PDF, typeset as a real one."""
        return typeset(self.settings, letter)

    def placed(self, session: Session) -> Iterator[Walk]:
        """Yield the walks with the version in place of the process's id."""
        known = self._versions(session)
        for place, left, reached in self.walked:
            if place not in known:
                known[place] = self._version(session, place)
            if known[place]:
                yield known[place], left, reached

    def _versions(self, session: Session) -> dict[str, str]:
        rows = session.scalars(select(Instance.definition_id).distinct())
        return {definitions.pinned(session, one).key: one for one in rows}

    def _version(self, session: Session, place: str) -> str:
        """Return the version behind a place, of a case that never came about as well."""
        known = session.get(Definition, place) if place else None
        if known is not None:
            return known.id
        try:
            return definitions.in_force(session, place, self.county).id
        except definitions.FlowNotFoundError:
            return ""

    def _failure(self, error: BaseException) -> Failure:
        place, element = walking.failed_at()
        with sessions.reading() as session:
            named = self._versions(session).get(place) or self._version(session, place)
            version = definitions.pinned(session, named) if named else None
        is_ours = isinstance(error, SmallworksError)
        told = error.text if isinstance(error, SmallworksError) else f"内部错误：{error}"[:500]
        return Failure(
            code=error.code if isinstance(error, SmallworksError) else "internal",
            message=told,
            flow=version.key if version else place,
            element=element,
            fields=dict(getattr(error, "fields", {}) or {}) if is_ours else {},
        )

    def _later_failure(self, done: "acts.Done") -> Failure | None:
        for case, error in done.failures:
            if isinstance(error, BaseException):
                return self._failure(error)
            return Failure(code="job", message=str(error), flow=case)
        return None

    def snapshot(self) -> bytes:
        """Return the world as it is, in terms of its template."""
        self.close()  # which empties the journal into the file
        facts = {name: getattr(self, name) for name in REMEMBERED}
        facts |= {"now": iso(self.now), "walked": sorted(self.walked), "template": self.template}
        changes = pages.difference(self._beginning(), (self.folder / DATABASE).read_bytes())
        data = pages.packed(facts, changes, dict(self._blobs()))
        self.bind()
        return data

    def restore(self, data: bytes) -> None:
        """Become what a snapshot of a world of the same template was taken from."""
        facts, changes, blobs = pages.unpacked(data)
        if facts.get("template") != self.template:
            raise WorldGoneError
        self.close()
        write_whole(self.folder / DATABASE, pages.patched(self._beginning(), changes))
        for name, body in blobs.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
        for name in REMEMBERED:
            setattr(self, name, facts[name])
        self.now = datetime.fromisoformat(facts["now"])
        self.walked = {(one[0], one[1], one[2]) for one in facts["walked"]}
        self.bind()

    def reset(self) -> None:
        """Begin again from the template."""
        self.close()
        write_whole(self.folder / DATABASE, self._beginning())
        self.now, self.touched, self.holding = self.began, "", False
        for kept in (self.cases, self.names, self.told, self.notices, self.walked):
            kept.clear()
        self.bind()

    @cached_property
    def template(self) -> str:
        """The hash of what it began as: one made anew for the same files has other ids."""
        return sha256(self._beginning()).hexdigest()

    def _beginning(self) -> bytes:
        return (self.folder / BEGINNING).read_bytes()

    def _blobs(self) -> Iterator[tuple[str, bytes]]:
        """Yield the papers, and the keys: an opening throws its draw's key away."""
        for part in PARTS:
            for path in sorted((self.folder / part).rglob("*")):
                if path.is_file():
                    yield path.relative_to(self.folder).as_posix(), path.read_bytes()
