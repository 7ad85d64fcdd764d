"""Results for everybody: nothing before publication, then winner, ranking, proof, list, export."""

import io
import zipfile
from datetime import timedelta

import orjson
import pytest

from models.clock import business_clock, fixed
from models.identity.party import Party
from models.project import Project
from models.selection.verifier import verify
from models.session import unit_of_work
from tests import seeding
from tests.seeding import PUBLISHED_AT


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def winner_of(draw):
    (project,) = seeding.rows(Project, id=draw.project_id)
    (party,) = seeding.rows(Party, id=project.winner_id)
    return party


def test_before_publication_a_result_does_not_exist_in_any_state(client, town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    unknown = client.get(f"/results/{'0' * 32}")
    assert unknown.status_code == 404
    for step in (None, seeding.freeze, seeding.open_, seeding.hold):
        if step:
            step(town, draw)
        for path in ("", "/proof.json", "/qr.svg"):
            assert client.get(f"/results/{draw.id}{path}").status_code == 404
        assert client.get(f"/api/v1/public/draws/{draw.id}/proof").status_code == 404
        assert draw.id not in client.get("/results").text


def test_the_published_page_names_the_winner_and_only_the_winner(client, town):
    draw = seeding.finished(town)
    page = client.get(f"/results/{draw.id}").text
    winner = winner_of(draw)
    assert winner.name in page
    assert winner.credit_code in page
    assert "386,400.00" in page
    losers = [row for row in seeding.rows(Party) if row.name.startswith("云泽") and row != winner]
    assert len([one for one in losers if one.id != winner.id]) == 3
    for one in losers:
        if one.id != winner.id:
            assert one.name not in page
            assert one.credit_code not in page
    assert page.count("不公开") == 3


def test_a_county_that_opens_the_losers_names_them(client, town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    seeding.freeze(town, draw)
    seeding.hold(town, draw)
    seeding.publish(town, draw, **{"draw.opens_losers": True})
    assert "不公开" not in client.get(f"/results/{draw.id}").text.split("排序</h2>")[1]


def test_the_check_gets_the_hash_that_the_notice_printed_and_not_the_one_in_the_row(client, town):
    draw = seeding.finished(town)
    with unit_of_work() as session:
        session.get_one(type(draw), draw.id).plan_hash = "0" * 64
    page = client.get(f"/results/{draw.id}").text
    assert f'data-plan="{draw.plan_hash}"' in page
    assert "0" * 64 not in page


def test_the_proof_is_handed_out_byte_for_byte_and_satisfies_the_verifier(client, town):
    draw = seeding.finished(town)
    answer = client.get(f"/results/{draw.id}/proof.json")
    assert answer.text == draw.public_proof
    assert "Content-Disposition" not in answer.headers
    verify(orjson.loads(answer.data), expected_plan=draw.plan_hash)
    again = client.get(f"/results/{draw.id}/proof.json?download=1")
    assert again.data == answer.data
    assert again.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/api/v1/public/draws/{draw.id}/proof").data == answer.data


def test_a_project_that_later_went_to_another_keeps_its_first_result_as_it_was(client, town):
    draw = seeding.finished(town)
    first = winner_of(draw)
    with unit_of_work() as session:
        project = session.get_one(Project, draw.project_id)
        others = session.query(Party).filter(Party.name.startswith("云泽"), Party.id != first.id)
        project.winner_id, project.award_price = others.first().id, 11_111_100
    page = client.get(f"/results/{draw.id}").text
    assert first.name in page
    assert "111,111.00" not in page


def test_the_page_says_who_could_have_opened_early(client, town):
    draw = seeding.finished(town)
    assert (
        "本场至少两个保管方的钥匙敞开放在平台所在的机器上" in client.get(f"/results/{draw.id}").text
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", {"照明", "水渠"}),
        ("q=照明", {"照明"}),
        ("q=云泽", {"照明", "水渠"}),
        ("q=柳河", set()),
        ("works_type=机电", {"照明"}),
        ("county=huairou", set()),
        ("since=2026-11-24", set()),
        ("since=2026-11-23&until=2026-11-23", {"照明", "水渠"}),
        ("since=nonsense", {"照明", "水渠"}),
    ],
)
def test_the_list_is_filtered_by_its_address(client, town, address, found):
    seeding.finished(town, "照明工程", works_type="机电")
    seeding.finished(town, "水渠工程")
    page = client.get(f"/results?{address}").text
    assert {word for word in ("照明", "水渠") if f">{word}工程</a>" in page} == found


def test_the_list_pages_by_key_and_exports_what_is_found(client, town):
    for n in range(3):
        draw = seeding.finished(town, f"工程{n}")
        with unit_of_work() as session:
            row = session.get_one(type(draw), draw.id)
            row.published_at = PUBLISHED_AT + timedelta(minutes=n)
    answer = client.get("/results?q=工程&export=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 4
    assert client.get("/results?cursor=WzEsMl0").status_code == 422


def test_an_empty_list_says_what_to_do(client, town):
    assert "还没有公布的结果" in client.get("/results").text
    assert "没有符合条件的结果" in client.get("/results?q=x").text


def test_a_list_of_results_takes_few_statements(client, town, statements):
    for n in range(3):
        seeding.finished(town, f"工程{n}")
    statements.clear()
    with business_clock(fixed(PUBLISHED_AT)):
        client.get("/results")
    assert sum(one.startswith("SELECT") for one in statements) <= 5, statements
