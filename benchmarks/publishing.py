"""What a change waits for: loading and checking packs, the check, and a flow's worked cases."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.report import Line
from models.flow.proposal import Proposal
from models.identity.actor import Actor
from models.ids import new_id
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.cases.running import errand_for
from processes.rehearsal import helper
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from processes.startup import connected
from tests.browser.living import install
from tests.built import copy_of

AIM = "<= 10"
LOADING, STARTING = "<= 2", "<= 0.5"
FLOWS = (
    ("dazhou", "random_selection"),
    ("dazhou", "reverse_auction"),
    ("huairou", "comparative_selection"),
    ("huairou", "emergency_works"),
)
ANALYST = Actor(account_id=new_id(), name="测量", grants=frozenset({("analyst", "*")}))


def measure() -> list[Line]:
    """Load the packs; change each large flow a little, check it, run its own worked cases."""
    return [*_loading(), *_changing()]


def _loading() -> list[Line]:
    """Load the shipped packs into an empty database, and again as every start does."""
    with TemporaryDirectory() as data:
        settings = Settings(data_dir=data)
        engine = prepare_database(settings)
        prepare_installation(settings)
        first = _timed(lambda: load_shipped_packs(settings))
        again = _timed(lambda: load_shipped_packs(settings))
        engine.dispose()
    return [
        Line("首次装载并检查全部规则包", first, "秒", LOADING),
        Line("再次启动时装载", again, "秒", STARTING),
    ]


def _changing() -> list[Line]:
    with TemporaryDirectory() as data:
        copy_of("installation", install, Path(data))
        settings = Settings(data_dir=data, training="1")
        engine = connected(settings)
        try:
            return [line for county, flow in FLOWS for line in _lines(settings, county, flow)]
        finally:
            helper.stop_all()
            engine.dispose()


def _lines(settings: Settings, county: str, flow: str) -> list[Line]:
    proposal = _changed(county, flow)
    with reading() as session:
        row = session.get_one(Proposal, proposal)
        check = _timed(lambda: proposals.check(session, row))
        errand = errand_for(session, county, row, flow)
    results: list[object] = []
    first = _timed(lambda: results.extend(errand.run(settings)))
    again = _timed(lambda: errand.run(settings))
    passed = sum(bool(getattr(one, "passed", False)) for one in results)
    return [
        Line(f"{flow}：检查", check, "秒"),
        Line(f"{flow}：{passed}/{len(results)}个样例，连同准备环境", first, "秒"),
        Line(f"{flow}：检查和样例", check + again, "秒", AIM),
    ]


def _changed(county: str, flow: str) -> str:
    path = f"diagrams/{flow}.bpmn"
    with unit_of_work() as session:
        proposal = proposals.create(session, county, f"测量{flow}", ANALYST)
        body = proposals.read_file(session, county, path, proposal).body
        other = body.replace(b"</bpmn:definitions>", b"\n</bpmn:definitions>")
        proposals.save_file(session, proposal, path, other, version=0, actor=ANALYST)
        return proposal.id


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
