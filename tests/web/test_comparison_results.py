"""The public page of a comparison: who was chosen and why, as far as the county opens it."""

import pytest

from models.clock import business_clock, fixed
from tests.web import comparison_town
from tests.web.comparison_town import PUBLISHED, TITLE


@pytest.fixture
def made(database, settings, business_day):
    return comparison_town.build(settings)


@pytest.mark.req("HR-4.5.6")
def test_everybody_reads_winner_price_counts_and_ranking(made, client):
    comparison_town.at_stage(made, "published", failed=1)
    winner = next(one for one in comparison_town.candidates(made) if one.rank == 1)
    loser = next(one for one in comparison_town.candidates(made) if one.rank != 1)
    with business_clock(fixed(PUBLISHED)):
        page = client.get(f"/results/{made.draw_id}").text
        listed = client.get("/results").text
        found = client.get(f"/results?q={winner.party.name}").text
        missed = client.get(f"/results?q={loser.party.name}").text
        home = client.get("/").text
    for words in (winner.party.name, "301,000.00", "4家", "3家", "项目经理证书已过期"):
        assert words in page
    for words in ("302,000.00", "联系0", "1391000"):
        assert words not in page, words
    assert winner.party.name in listed
    assert f"/results/{made.draw_id}" in home
    assert TITLE in found
    assert TITLE not in missed


def test_where_the_rule_opens_the_winner_alone_no_other_name_is_public(made, client):
    comparison_town.at_stage(made, "compared", failed=1)
    comparison_town.publish(made, shows="winner")
    with business_clock(fixed(PUBLISHED)):
        page = client.get(f"/results/{made.draw_id}").text
    rows = comparison_town.candidates(made)
    assert [row.party.name in page for row in rows] == [row.rank == 1 for row in rows]
    assert "只公开中选企业" in page


@pytest.mark.parametrize("stage", ["registering", "closed", "opened", "reviewed", "compared"])
def test_before_its_publication_there_is_no_page_of_it(made, client, stage):
    comparison_town.at_stage(made, stage)
    for address in (f"/results/{made.draw_id}", f"/results/{made.draw_id}/qr.svg"):
        assert client.get(address).status_code == 404
    assert TITLE not in client.get("/results").text
    for name in comparison_town.names(made):
        assert name not in client.get(f"/api/v1/public/projects/{made.project_id}").text


def test_a_comparison_has_no_proof_of_a_draw_and_no_ceremony(made, client, sign_in):
    comparison_town.at_stage(made, "published")
    assert client.get(f"/results/{made.draw_id}/proof.json").status_code == 404
    centre = sign_in("dz.centre")
    assert centre.get(f"/ceremonies/{made.draw_id}").status_code == 404
    assert TITLE not in centre.get("/ceremonies?view=held").text


@pytest.mark.parametrize("stage", ["registering", "opened", "reviewed", "published"])
def test_its_notices_tell_how_far_it_has_come(made, client, stage):
    comparison_town.at_stage(made, stage)
    with business_clock(fixed(PUBLISHED)):
        page = client.get(f"/notices/{comparison_town.tender_of(made)}").text
    for words in ("立项", "资格审查", "中选公告", "竣工验收"):
        assert words in page


def test_a_result_that_its_winner_gave_back_stays_and_says_that_it_is_over(made, client):
    comparison_town.at_stage(made, "published")
    comparison_town.decline(made)
    with business_clock(fixed(PUBLISHED)):
        assert "本轮结果已不再有效" in client.get(f"/results/{made.draw_id}").text
        assert "已放弃，不再有效" in client.get("/results").text
