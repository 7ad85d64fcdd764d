"""The steps that decide a selection, ended at every statement on PostgreSQL: the same facts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models import calendar
from models import session as sessions
from models.flow.rules import forget_rules
from models.ids import new_id
from models.settings import Settings
from tests.city import fill
from tests.crash.harness import World, check_every_ending
from tests.crash.path import BY_NAME, PATH, proof_and_everything
from tests.postgres.conftest import run

pytestmark = pytest.mark.timeout(900)

DECIDING = (
    "the list freezes",
    "the centre publishes the result",
)


@dataclass(frozen=True)
class Start:
    """A closed world whose database lies on a server."""

    server: str
    database: str
    folder: Path

    @contextmanager
    def copy(self, name: str, known: frozenset[str] = frozenset()) -> Iterator[World]:
        """Open a fresh copy and throw it away afterwards."""
        fresh = self.kept(name)
        try:
            with fresh.opened(known) as world:
                yield world
        finally:
            run(self.server, f"DROP DATABASE {fresh.database} WITH (FORCE)")
            shutil.rmtree(fresh.folder)

    def kept(self, name: str) -> "Start":
        """Return a copy that stays."""
        fresh = Start(self.server, f"c_{new_id()}", self.folder.parent / f"{name}-{new_id()}")
        run(self.server, f"CREATE DATABASE {fresh.database} TEMPLATE {self.database}")
        shutil.copytree(self.folder, fresh.folder)
        return fresh

    @contextmanager
    def opened(self, known: frozenset[str] = frozenset()) -> Iterator[World]:
        engine = sessions.make_engine(self.server.format(database=self.database))
        sessions.bind(engine)
        calendar.forget_calendar()
        try:
            yield World(self.folder, engine, known)
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def starts(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Start]]:
    """The world before each deciding step."""
    folder = tmp_path_factory.mktemp("path") / "now"
    folder.mkdir()
    now = Start(postgres_server, f"c_{new_id()}", folder)
    run(postgres_server, f"CREATE DATABASE {now.database} TEMPLATE {postgres_template}")
    with now.opened() as world:
        fill(world.engine, Settings(data_dir=str(folder)))
    found = {}
    for step in PATH:
        if step.name in DECIDING:
            found[step.name] = now.kept("start")
        if not step.is_aside:
            with now.opened() as world:
                step(world)
    yield found
    forget_rules()


@pytest.mark.parametrize("name", DECIDING)
def test_a_step_ended_at_any_statement_leads_to_the_same_facts(
    starts: dict[str, Start], name: str
) -> None:
    step = BY_NAME[name]
    whole = check_every_ending(starts[name], step, again=step.again, facts=proof_and_everything)
    assert len(whole.stages) > 1, "the step changes nothing"
