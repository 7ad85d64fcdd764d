"""A draw being opened whose three guardians run elsewhere, and the platform that they ask."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from models import session as sessions
from models.clock import fixed, install_business_clock, system_now
from models.identity.account import Account, Grant
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.installation import log_key
from models.selection import guardian_roster
from models.selection.guardian_keys import GUARDIANS
from models.selection.guardian_roster import Keeper
from models.settings import Settings
from processes import tokens
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.guardian_program.folder import Folder
from processes.remote.folder import RemoteSettings
from processes.sequencer import sequence
from tests.city import SELECTION, City, copied, county
from tests.outside.program import Program
from web.app import create_app

__all__ = ["county"]

PRESSED = SELECTION + timedelta(minutes=1)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output to the test."""


@dataclass
class Opening:
    """A draw whose officer and monitor have pressed, waiting for guardians elsewhere."""

    city: City
    story: Story
    homes: Path
    address: str = ""

    def home(self, name: str) -> Path:
        """The folder of a guardian, on a machine of its own."""
        return self.homes / name

    def program(self, name: str) -> Program:
        """Whoever has a guardian's token."""
        return Program(self.address, Folder(self.home(name)).token())

    def wake(self, minutes: int) -> None:
        """Let the case look again."""
        self.story.wake(PRESSED + timedelta(minutes=minutes))


@dataclass
class Played:
    """Where the opening was played, and its case and project."""

    place: Path
    case: tuple[str, str]


def add_keeper(username: str, name: str, role: str = "guardian") -> None:
    """An account of a person who keeps a key."""
    with sessions.unit_of_work() as session:
        account = Account(
            username=username, name=name, fs_uniquifier=new_id(), created_at=system_now()
        )
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role=role, county_code="dazhou"))


def set_up(city: City, name: str, home: Path, url: str = "http://127.0.0.1:1") -> str:
    """Make a guardian in a folder of its own and register its key; return its account."""
    username = f"keeper.{name}"
    add_keeper(username, f"保管{name}")
    with sessions.unit_of_work() as session:
        token = tokens.create(session, username, "保管程序")
        key = log_key(session, city.settings).public.text()
    made = Folder(home).make(RemoteSettings(name, url, key), token, None)
    register(city, name, made.public_key)
    return username


def register(city: City, name: str, public_key: str) -> None:
    """Let the key ceremony take place."""
    with sessions.unit_of_work() as session:
        keeper = Keeper(name, holder=f"keeper.{name}")
        guardian_roster.register(session, city.settings, PLATFORM, keeper, public_key)


@pytest.fixture(scope="session")
def played(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play up to the opening once; every test gets a copy."""
    place = tmp_path_factory.mktemp("opening")
    with copied(county, place / "data") as city:
        for name in GUARDIANS:
            set_up(city, name, place / "homes" / name)
        story = city.announced(1, 2, 3)
        # a new key after everything was sealed: the former one opens it
        made = Folder(place / "homes" / "regulator").rotate(None)
        register(city, "regulator", made.public_key)
        story.wake(SELECTION - timedelta(hours=12))
        story.wake(SELECTION)
        story.hold(PRESSED)
        sequence(city.settings)
        case = (story.instance, story.project)

    return Played(place, case)


@pytest.fixture
def opening(played: Played, tmp_path: Path) -> Iterator[Opening]:
    """A copy of the opening, its platform served."""
    shutil.copytree(played.place / "homes", tmp_path / "homes")
    with copied(played.place / "data", tmp_path / "data") as city:
        story = Story(city.player, FINISHED)
        story.instance, story.project = played.case
        yield from served(Opening(city, story, tmp_path / "homes"))


def served(one: Opening) -> Iterator[Opening]:
    """Serve the platform of an opening until the test is over."""
    one.city.settings = Settings(data_dir=str(one.city.folder), training="1")
    install_business_clock(fixed(PRESSED))
    app = create_app(one.city.settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    one.address = f"http://127.0.0.1:{server.server_port}"
    for name in GUARDIANS:
        file = one.home(name) / "guardian.json"
        file.write_text(file.read_text("utf-8").replace("http://127.0.0.1:1", one.address), "utf-8")
    yield one
    server.shutdown()
    thread.join()
    server.server_close()
    install_business_clock(system_now)
