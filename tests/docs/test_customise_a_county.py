"""The walk through a county's pack: every step is taken as it is written, and a case runs on it."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.flow.rules import forget_rules
from models.project import ProjectPhase
from models.schema import newest_revision
from models.session import reading
from models.settings import BPMN, ROOT
from processes.withheld import withheld
from tests.city import City, city, county
from tests.counties.visiting import evaluated, visit
from web.cli import main

__all__ = ["city", "county"]

TEXT = (ROOT / "docs/customise-a-county.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>sh|toml|text)\n(?P<body>.*?)```", re.DOTALL)
TARGET = re.compile(r"写 `(anlan/[a-z/_.]+)`：$")


class Walker:
    """Takes the steps in a folder of its own; what was said last is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, ""
        self.done: list[str] = []

    def take(self, kind: str, before: str, body: str) -> None:
        if kind == "sh":
            self.said = "".join(self.run(line) for line in body.splitlines())
        elif kind == "toml":
            found = TARGET.search(before)
            assert found, f"where to write is not said: {before}"
            path = self.folder / found[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, encoding="utf-8")
        else:
            missing = [line for line in body.splitlines() if line not in self.said]
            assert missing == [], self.said

    def run(self, line: str) -> str:
        self.done.append(line)
        if not line.startswith("smallworks "):
            subprocess.run(line, shell=True, cwd=self.folder, check=True)
            return ""
        return CliRunner().invoke(main, line.split()[1:], catch_exceptions=False).output


def stamp(city: City) -> None:
    """Let the commands take the test's database for one that setup has made."""
    with city.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (newest_revision(),))


@pytest.fixture
def walked(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walker:
    folder = tmp_path / "walk"
    folder.mkdir()
    (folder / "bpmn").symlink_to(BPMN)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SMALLWORKS_DATA_DIR", str(city.folder))
    stamp(city)
    walker = Walker(folder)
    for block in BLOCK.finditer(TEXT):
        walker.take(block["kind"], block["before"], block["body"])
    forget_rules()
    return walker


def test_every_step_of_the_page_does_what_it_says_and_a_case_runs_on_the_county(
    walked: Walker, city: City
) -> None:
    assert any(line.startswith("smallworks pack load") for line in walked.done)
    story = evaluated(city, "anlan")
    assert city.project(story).number.startswith("ALX")
    assert city.steps(story) == ["register_visit"]
    visit(story)
    assert city.steps(story) == []
    assert city.project(story).phase is ProjectPhase.EVALUATED
    with reading() as session:
        assert withheld(session, "anlan") == {"reverse_auction"}
    exported = {path.name for path in (walked.folder / "anlan-out").rglob("*") if path.is_file()}
    written = {path.name for path in (walked.folder / "anlan").rglob("*") if path.is_file()}
    assert exported == written


def test_every_file_of_the_page_is_read_and_every_message_is_checked() -> None:
    kinds = [block["kind"] for block in BLOCK.finditer(TEXT)]
    assert len(kinds) == TEXT.count("```") // 2
    for block in BLOCK.finditer(TEXT):
        if block["kind"] == "toml":
            tomllib.loads(block["body"])
