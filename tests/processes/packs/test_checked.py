"""The check of a pack is left out only where this very program found these very files sound."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.flow.definition import BASE, Asset
from models.flow.job import Setting
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import contents
from processes.packs import checked, load, load_pack
from processes.packs.check import content_findings
from processes.packs.errors import PackFaultyError
from processes.packs.pack import Pack

Checks = list[str]


@pytest.fixture
def checks(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Checks:
    """The codes of the packs that were checked."""
    seen: Checks = []

    def watched(pack: Pack) -> object:
        seen.append(pack.code)
        return content_findings(pack)

    monkeypatch.setattr(load, "content_findings", watched)
    with unit_of_work() as session:  # a county's pack wants a base below it
        digest = contents.put(session, (BPMN / "base/rules.toml").read_bytes())
        session.add(Asset(id=new_id(), county_code=BASE, path="rules.toml", sha256=digest))
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack that has rules and nothing else."""
    made = tmp_path / "city"
    shutil.copytree(BPMN / "counties/city", made)
    return made


def loaded(folder: Path) -> None:
    with unit_of_work() as session:
        load_pack(session, folder, PLATFORM)


def notes() -> dict[str, object]:
    with reading() as session:
        kept = session.query(Setting).where(Setting.name.startswith("pack_checked."))
        return {one.name: one.value for one in kept}


def test_the_same_files_are_checked_once(checks: Checks, folder: Path) -> None:
    loaded(folder)
    loaded(folder)
    assert checks == ["city"]


def test_a_changed_byte_is_checked_and_a_faulty_file_never_passes(
    checks: Checks, folder: Path
) -> None:
    loaded(folder)
    before = notes()
    (folder / "diagrams").mkdir()
    (folder / "diagrams/bad.bpmn").write_text("<!DOCTYPE x [<!ENTITY e 'e'>]><x/>")
    for _ in range(2):
        with pytest.raises(PackFaultyError):
            loaded(folder)
    assert checks == ["city"] * 3
    assert notes() == before
    (folder / "diagrams/bad.bpmn").unlink()
    loaded(folder)
    assert checks == ["city"] * 3


def test_another_base_or_program_checks_anew(
    checks: Checks, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(folder)
    monkeypatch.setattr(checked, "_program", lambda: "another")
    loaded(folder)
    assert checks == ["city"] * 2
    pack = Pack("city", {}, {"a": b"1"}, {}, {}, (), Pack(BASE, {}, {"b": b"2"}, {}, {}, ()))
    other = Pack("city", {}, {"a": b"1"}, {}, {}, (), Pack(BASE, {}, {"b": b"3"}, {}, {}, ()))
    assert checked.digest_of(pack) != checked.digest_of(other)


def test_the_program_is_its_own_text_and_its_libraries() -> None:
    assert len(checked._program()) == 64
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        before = checked._program()
        checked._program.cache_clear()
        patch.setattr(checked, "LIBRARIES", ("lxml",))
        assert checked._program() != before
        checked._program.cache_clear()
        patch.setattr(checked, "PROGRAM", ("models",))
        assert checked._program() != before
    checked._program.cache_clear()
