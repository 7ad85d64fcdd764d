"""Runs every worked case of every county's pack as publishing does, in worlds of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.session import reading
from models.settings import BPMN
from processes.cases.coverage import coverage
from processes.cases.format import read_cases
from processes.cases.playing import Result
from processes.cases.running import errand_for
from processes.rehearsal import helper
from tests import worlds
from tests.city import City, copied, county

__all__ = ["county"]

FILES = {
    (path.parent.parent.name, f"cases/{path.name}"): read_cases(path.read_bytes())
    for path in sorted((BPMN / "counties").glob("*/cases/*.toml"))
}
CASES = [
    pytest.param(code, path, case.name, id=f"{code}-{case.name}")
    for (code, path), file in FILES.items()
    for case in file.cases
]
DIAGRAMS = sorted(BPMN.rglob("*.bpmn"))


class Book:
    """Runs the cases of a county once, for every test that asks."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.ran: dict[str, dict[tuple[str, str], Result]] = {}

    def of(self, code: str) -> dict[tuple[str, str], Result]:
        if code not in self.ran:
            with reading() as session:
                errand = errand_for(session, code)
            results = errand.run(self.city.settings)
            self.ran[code] = {(one.path, one.name): one for one in results}
        return self.ran[code]


@pytest.fixture(scope="module")
def book(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with copied(county, tmp_path_factory.mktemp("cases") / "data") as city:
        worlds.give(city.settings)
        yield Book(city)
        helper.stop_all()


def test_counties_bring_worked_cases() -> None:
    assert len(CASES) >= 150


@pytest.mark.req("DZ-75")
@pytest.mark.req("DZ-76.1")
@pytest.mark.req("DZ-77")
@pytest.mark.timeout(500)
@pytest.mark.parametrize(("code", "path", "name"), CASES)
def test_worked_case(book: Book, code: str, path: str, name: str) -> None:
    result = book.of(code)[path, name]
    assert (result.told, result.warnings) == ((), ())


@pytest.mark.timeout(500)
@pytest.mark.req("PL-1")
@pytest.mark.req("PL-2")
def test_worked_cases_walk_every_branch_of_every_diagram(book: Book) -> None:
    walked: dict[str, set[str]] = {}
    for code in dict.fromkeys(code for code, _ in FILES):
        for result in book.of(code).values():
            for flow, ids in result.walked.items():
                walked.setdefault(flow, set()).update(ids)
    missing = {one.stem: coverage(one.read_bytes(), walked[one.stem]).missing for one in DIAGRAMS}
    assert {flow: lacking for flow, lacking in missing.items() if lacking} == {}
