"""The public roster: who is on it, what stands of each, and what does not show."""

from datetime import date, timedelta

import pytest

from models.clock import business_now
from models.identity.county import County
from models.identity.party import Party, PartyRole
from models.ids import new_id
from models.roster.entry import (
    EntryStatus,
    Pledge,
    Qualification,
    RosterEntry,
    RosterPlace,
    Suspension,
)
from models.session import unit_of_work
from processes import few


@pytest.fixture
def roster(database):
    """Two contractors, one of them suspended, one that left, and an owner."""
    with unit_of_work() as session:
        session.add(County(code="dazhou", name="达州市"))
        session.flush()
        for number, (name, role) in enumerate(
            [
                ("青石建筑公司", "contractor"),
                ("赤水建筑公司", "contractor"),
                ("白山建筑公司", "contractor"),
                ("柳河镇人民政府", "owner"),
            ]
        ):
            _enter(session, name, role, number)


def _enter(session, name: str, role: str, number: int) -> None:
    party = Party(
        id=f"p{number}",
        name=name,
        credit_code=f"9151170000000000{number:02}",
        county_code="dazhou",
        mobile="13800000000",
        contact="周联系",
        created_at=business_now(),
    )
    session.add(party)
    session.flush()
    session.add(PartyRole(id=new_id(), party_id=party.id, role=role, county_code="dazhou"))
    if role == "contractor":
        _stand(session, party, name)


def _stand(session, party: Party, name: str) -> None:
    has_left = name.startswith("白山")
    entry = RosterEntry(
        id=new_id(),
        party_id=party.id,
        county_code="dazhou",
        status=EntryStatus.REMOVED if has_left else EntryStatus.ACTIVE,
        entered_on=date(2026, 1, 5),
    )
    session.add(entry)
    session.flush()
    session.add(
        RosterPlace(
            entry_id=entry.id, roster="building" if name.startswith("青石") else "municipal"
        )
    )
    trade = "建筑工程" if name.startswith("青石") else "市政公用工程"
    session.add(
        Qualification(
            id=new_id(),
            entry_id=entry.id,
            scheme="施工总承包",
            category=trade,
            level=3,
            level_name="三级",
            certificate="D351",
            valid_from=date(2024, 1, 1),
            valid_until=date(2029, 1, 1),
        )
    )
    now = business_now()
    session.add(
        Pledge(id=new_id(), party_id=party.id, kind="truth", text="所填属实", signed_at=now)
    )
    if name.startswith("赤水"):
        for days, reason in ((-30, "已经过去的事"), (30, "拖欠工资")):
            session.add(
                Suspension(
                    id=new_id(),
                    party_id=party.id,
                    county_code="dazhou",
                    from_at=now + timedelta(days=min(days, 0) - 60),
                    until_at=now + timedelta(days=days),
                    reason=reason,
                )
            )


def names(client, **asked: str) -> set[str]:
    page = client.get("/roster", query_string=asked).text.partition("<tbody>")[2]
    every = ("青石建筑公司", "赤水建筑公司", "白山建筑公司", "柳河镇人民政府")
    return {name for name in every if name in page}


def test_everybody_sees_who_is_on_the_roster_and_nobody_who_left(roster, client):
    assert names(client) == {"青石建筑公司", "赤水建筑公司", "柳河镇人民政府"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"type": "owner"}, {"柳河镇人民政府"}),
        ({"trade": "建筑工程"}, {"青石建筑公司"}),
        ({"standing": "suspended"}, {"赤水建筑公司"}),
        ({"standing": "free", "type": "contractor"}, {"青石建筑公司"}),
        ({"q": "赤水"}, {"赤水建筑公司"}),
        ({"county": "elsewhere"}, set()),
    ],
)
def test_the_roster_is_narrowed_by_type_trade_county_and_standing(roster, client, asked, found):
    assert names(client, **asked) == found


@pytest.mark.req("HR-4.12.3")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"roster": "building"}, {"青石建筑公司"}),
        ({"roster": "municipal"}, {"赤水建筑公司"}),
        ({"roster": "landscaping"}, set()),
        ({"roster": "municipal", "type": "contractor", "standing": "free"}, set()),
        ({"roster": "municipal", "type": "agency"}, set()),
        ({"roster": "municipal", "standing": "suspended", "q": "赤水"}, {"赤水建筑公司"}),
    ],
)
def test_units_are_found_by_type_and_the_roster_they_belong_to(roster, client, asked, found):
    assert names(client, **asked) == found


@pytest.mark.req("HR-4.12.3")
def test_a_town_finds_the_roster_from_its_menu_and_reads_which_rosters_there_are(
    roster, people, sign_in
):
    people("dz.town", "owner")
    town = sign_in("dz.town")
    assert 'href="/roster"' in town.get("/desk").text
    page = town.get("/roster?roster=building").text
    assert "所属名册库：房屋建筑" in page
    assert '<span class="d-block">房屋建筑</span>' in page


def test_who_left_takes_its_rosters_along(roster, client):
    assert names(client, roster="municipal") == {"赤水建筑公司"}


def test_an_enterprise_shows_what_stands_of_it_and_not_its_telephone(roster, client):
    page = client.get("/roster/p1").text
    for text in ("赤水建筑公司", "市政公用工程", "三级", "拖欠工资", "所填属实"):
        assert text in page
    assert "已经过去的事" not in page
    assert "13800000000" not in page
    assert "周联系" not in page


def test_who_left_the_roster_or_never_was_on_it_has_no_page(roster, client):
    assert client.get("/roster/p2").status_code == 404
    assert client.get("/roster/nobody").status_code == 404


@pytest.mark.parametrize("most", [0, 1, 1000])
def test_a_search_finds_the_same_whatever_counts_as_few(roster, client, monkeypatch, most):
    monkeypatch.setattr(few, "FEW", most)
    page = client.get("/roster?q=赤水").text
    assert 'href="/roster/p1"' in page
    assert page.count('href="/roster/p') == 1
    assert 'href="/roster/p' not in client.get("/roster?q=没有这家").text


def test_the_roster_costs_the_same_however_many_stand_on_it(roster, client, statements):
    client.get("/roster")
    counts = []
    for asked in ("?type=contractor&limit=1", "?type=contractor"):
        statements.clear()
        client.get(f"/roster{asked}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("day", "count"), [("2020-01-01", 1), ("2099-01-01", 0)])
def test_the_conduct_list_is_narrowed_by_dates(roster, client, day, count):
    page = client.get("/conduct", query_string={"since": day}).text
    assert page.count("拖欠工资") == count
    assert client.get("/conduct?since=tomorrow").status_code == 422
