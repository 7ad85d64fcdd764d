"""Who may come in where: every route, tried as every role, stands as docs/routes.md says."""

import pytest

from tests.web.route_page import parts, read, write
from tests.web.route_table import TABLE, Tried, guards, try_all
from tests.web.route_world import OF_THE_CASE, route_world

REFUSED = {"401", "403", "404", "405"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tried, dict[str, str]]:
    with route_world(tmp_path_factory.mktemp("routes") / "data") as world:
        return try_all(world), guards(world)


def test_no_route_fails_whoever_asks(told):
    tried, _ = told
    assert tried.faults == []


def test_everybody_gets_what_the_table_says(told):
    tried, _ = told
    stated = read(parts(TABLE.read_text(encoding="utf-8"))[0])
    assert set(tried.rows) - set(stated) == set(), "routes missing in docs/routes.md"
    assert set(stated) - set(tried.rows) == set(), "docs/routes.md has routes that do not exist"
    wrong = {row: (stated[row], cells) for row, cells in tried.rows.items() if stated[row] != cells}
    assert wrong == {}


def test_the_page_is_what_would_be_written_now(told):
    assert parts(TABLE.read_text(encoding="utf-8"))[0] == write(*told)


def test_whoever_is_signed_out_is_let_in_to_public_routes_alone(told):
    tried, declared = told
    let_in = {address for (_, address), cells in tried.rows.items() if cells[""] == "✓"}
    assert {address for address in let_in if declared[address] != "public"} == set()


def test_a_role_that_a_guard_does_not_name_is_refused(told):
    tried, declared = told
    for (method, address), cells in tried.rows.items():
        named = declared.get(address, "")
        if named in {"", "public", "signed in"}:
            continue
        for role, cell in cells.items():
            if role not in named.split(", "):
                assert set(cell.split()) <= REFUSED, f"{method} {address} as {role}"


def test_nobody_of_another_county_reaches_a_case(told):
    tried, _ = told
    of_a_case = ("/cases/", "/work-items/<", "/api/v1/instances/", "/api/v1/work-items/<")
    rows = {row: cells for row, cells in tried.rows.items() if row[1].startswith(of_a_case)}
    assert rows
    for (method, address), cells in rows.items():
        for role in OF_THE_CASE:
            assert cells[role].split()[-1] in REFUSED, f"{method} {address} as {role} elsewhere"


def test_a_work_item_is_done_by_its_holder_and_by_nobody_of_another_party(told):
    tried, _ = told
    for verb in ("complete", "claim", "release", "hand-over"):
        cells = tried.rows["POST", f"/work-items/<item of the owner>/{verb}"]
        assert cells.pop("owner") == "✓ 403 403"
        assert set(cells.values()) <= REFUSED


def test_nobody_of_another_county_reaches_a_proposal(told):
    tried, _ = told
    own = ("/proposals/<proposal_id>", "/files/<proposal_id>")
    of_one = {row: cells for row, cells in tried.rows.items() if row[1].startswith(own)}
    assert of_one
    for (method, address), cells in of_one.items():
        for role in ("analyst", "publisher"):
            assert cells[role].split()[-1] in REFUSED, f"{method} {address} as {role} elsewhere"
