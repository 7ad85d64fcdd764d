"""Who may come in where, on the cases of Huairou: every cell tried as docs/routes.md says."""

import pytest

from tests.web.route_huairou import ITEMS, huairou_world
from tests.web.route_page import parts, read, write_huairou
from tests.web.route_table import TABLE, Tried, guards, try_all

REFUSED = {"401", "403", "404", "405"}
HOLDERS = {
    "item of the entrusted agency": "agency",
    "item of the contracting town": "owner",
    "item of the supervisor": "supervisor",
    "item of the auditor": "auditor",
    "item of the landscape authority": "landscape_authority",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tried, dict[str, str]]:
    with huairou_world(tmp_path_factory.mktemp("routes") / "data") as world:
        return try_all(world), guards(world)


def test_no_route_fails_whoever_asks(told):
    assert told[0].faults == []


def test_everybody_gets_what_the_table_says(told):
    page = parts(TABLE.read_text(encoding="utf-8"))[1]
    stated, tried = read(page), told[0].rows
    assert set(tried) ^ set(stated) == set(), "routes missing in docs/routes.md, or gone"
    assert {row: (stated[row], cells) for row, cells in tried.items() if stated[row] != cells} == {}
    assert page == write_huairou(*told)


@pytest.mark.req("HR-4.5.1b")
def test_a_step_is_done_by_the_party_whose_part_it_is_and_by_nobody_else(told):
    assert set(HOLDERS) == set(ITEMS)
    for name, holder in HOLDERS.items():
        cells = dict(told[0].rows["POST", f"/work-items/<{name}>/complete"])
        own = cells.pop(holder).split()
        assert own[0] == "✓", name
        # an office acts for its county whoever sits there; a party for itself alone
        elsewhere = own[1:] if holder != "landscape_authority" else own[2:]
        assert set(elsewhere) <= REFUSED, name
        assert {word for cell in cells.values() for word in cell.split()} <= REFUSED, name


@pytest.mark.req("HR-4.11")
def test_the_town_follows_what_it_entrusted_and_another_town_does_not(told):
    cells = told[0].rows["GET", "/cases/<instance_id>"]
    assert cells["owner"] == cells["agency"] == "✓ 403 403"


def test_nobody_of_another_county_reaches_a_case(told):
    of_a_case = ("/cases/", "/work-items/<", "/api/v1/instances/", "/api/v1/work-items/<")
    rows = {row: cells for row, cells in told[0].rows.items() if row[1].startswith(of_a_case)}
    assert rows
    for (method, address), cells in rows.items():
        for role, cell in cells.items():
            assert cell.split()[-1] in REFUSED, f"{method} {address} as {role} elsewhere"


def test_a_role_that_a_guard_does_not_name_is_refused(told):
    tried, declared = told
    for (method, address), cells in tried.rows.items():
        named = declared.get(address, "signed in")
        for role, cell in cells.items() if named not in {"public", "signed in"} else ():
            if role not in named.split(", "):
                assert set(cell.split()) <= REFUSED, f"{method} {address} as {role}"
