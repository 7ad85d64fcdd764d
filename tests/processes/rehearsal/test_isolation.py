"""The rehearsed world's process: what it cannot reach, what it may use, what its death costs."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models.session import reading
from models.settings import ROOT, Settings
from processes.rehearsal import helper
from processes.rehearsal.errors import (
    LetterUnknownError,
    PageFaultyError,
    StepNotOpenError,
    WorldLostError,
)
from processes.rehearsal.helper import Limits, RemoteWorld
from processes.rehearsal.orders import Order, order_for
from tests import worlds
from tests.city import City
from tests.processes.rehearsal.conftest import DAZHOU, files_below
from tests.processes.rehearsal.test_worlds import JOIN, LATER, USUAL

REACHING = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from processes.rehearsal import confining
from processes.sandbox.helper import CHILD
import os, socket, sqlite3, subprocess
own, data = Path({own!r}), Path({data!r})
confining.stay_inside(own, data, CHILD)
(own / "mine").write_text("yes")
sqlite3.connect(own / "mine.sqlite3").execute("select 1")
def refused(name, act):
    try:
        act()
    except confining.OutOfWorldError:
        return
    print(name)
refused("read", lambda: open(data / "smallworks.sqlite3", "rb"))
refused("write", lambda: open({outside!r}, "w"))
refused("database", lambda: sqlite3.connect(data / "smallworks.sqlite3"))
refused("uri", lambda: sqlite3.connect(f"file:{{data}}/smallworks.sqlite3?mode=ro", uri=True))
refused("dots", lambda: sqlite3.connect(own / ".." / "smallworks.sqlite3"))
refused("network", lambda: socket.create_connection(("127.0.0.1", 9)))
refused("program", lambda: subprocess.run(["true"]))
refused("shell", lambda: os.system("true"))
refused("rename", lambda: os.rename(data / "smallworks.sqlite3", own / "stolen"))
refused("remove", lambda: os.remove(data / "smallworks.sqlite3"))
refused("link", lambda: os.link(data / "smallworks.sqlite3", own / "linked"))
refused("symlink", lambda: os.symlink(data, own / "door"))
print("done")
"""


def test_the_process_reaches_nothing_outside_its_folder(tmp_path: Path) -> None:
    data, own = tmp_path / "data", tmp_path / "data" / "rehearsals"
    own.mkdir(parents=True)
    (data / "smallworks.sqlite3").write_bytes(b"real")
    outside = str(tmp_path / "outside")
    text = REACHING.format(root=str(ROOT), own=str(own), data=str(data), outside=outside)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["done"], done.stderr
    assert (data / "smallworks.sqlite3").read_bytes() == b"real"


@pytest.mark.req("PL-3")
def test_the_real_database_is_the_same_to_the_byte_afterwards(city: City) -> None:
    worlds.give(city.settings)
    with reading() as session:
        order = order_for(session, "dazhou")
    city.engine.dispose()
    before = files_below(city.folder, "rehearsals")
    with helper.rehearsed(city.settings, order) as world:
        seen = world.play([*USUAL, JOIN, *LATER])
        assert seen[-1].phase == "evaluated"
        world.restore(world.snapshot())
    helper.stop_all()
    assert files_below(city.folder, "rehearsals") == before
    assert list((city.folder / "rehearsals" / "running").iterdir()) == []


def test_what_is_stored_as_it_was_shipped_needs_no_template_of_its_own(city: City) -> None:
    with reading() as session:
        assert order_for(session, "dazhou") == Order("dazhou", "dazhou")


def test_the_process_knows_nothing_of_ours(process: RemoteWorld) -> None:
    environment = Path(f"/proc/{process.process.pid}/environ").read_bytes()
    assert b"SMALLWORKS" not in environment
    assert b"DATABASE" not in environment


def test_two_rehearsals_at_once_do_not_meet(place: Settings, process: RemoteWorld) -> None:
    other = RemoteWorld(place)
    ends: dict[str, str] = {}

    def run(name: str, remote: RemoteWorld, *acts: dict[str, object]) -> None:
        remote.open(DAZHOU)
        ends[name] = remote.play([*USUAL, *acts])[-1].facts["draw"]

    both = [
        threading.Thread(target=run, args=("joined", process, JOIN, {"wait": "next"})),
        threading.Thread(target=run, args=("alone", other, {"wait": "next"})),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    other.stop()
    assert ends == {"joined": "frozen", "alone": "unsuccessful"}


def test_a_killed_process_is_told_and_its_folder_cleared(place: Settings) -> None:
    remote = RemoteWorld(place)
    remote.open(DAZHOU)
    os.kill(remote.process.pid, signal.SIGKILL)
    with pytest.raises(WorldLostError):
        remote.do(USUAL[0])
    assert not remote.alive
    assert not remote.place.exists()


def test_what_is_looked_for_in_vain_costs_no_process(world: RemoteWorld) -> None:
    with pytest.raises(LetterUnknownError):
        world.paper("no such letter")
    with pytest.raises(StepNotOpenError):
        world.answers("no such item")
    with pytest.raises(PageFaultyError):
        world.paper([{"no": "id"}])  # type: ignore[arg-type]
    assert world.alive
    assert world.do({"start": "enquiry"}).error is None


def test_what_takes_too_long_is_ended_by_the_kernel(place: Settings) -> None:
    remote = RemoteWorld(place, Limits(seconds=0.005, wall=60))
    with pytest.raises(WorldLostError):  # noqa: PT012 - a world that is ready may open in time
        remote.open(DAZHOU)
        remote.do({"start": "enquiry"})
    assert not remote.alive


def test_nobody_waits_for_ever(place: Settings) -> None:
    remote = RemoteWorld(place)
    remote.open(DAZHOU)
    os.kill(remote.process.pid, signal.SIGSTOP)
    remote.limits = Limits(wall=0.2)
    with pytest.raises(WorldLostError):
        remote.look()
    assert not remote.alive


def test_memory_is_bounded(process: RemoteWorld) -> None:
    process.open(DAZHOU)
    assert process.play([*USUAL, JOIN, *LATER])[-1].error is None
    limits = Path(f"/proc/{process.process.pid}/limits").read_text()
    (bound,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert int(bound.split()[3]) == 2048 << 20
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    (peak,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    assert int(peak.split()[1]) < 600_000
