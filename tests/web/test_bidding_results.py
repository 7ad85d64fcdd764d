"""The result of a bidding for everybody: nothing before, then price, bids, floor and the opening."""

import hashlib
import io
import zipfile

import orjson
import pytest

from models.identity.party import Party
from models.project import Project
from models.selection.verifier import verify, verify_opening
from tests import seeding
from tests.models.selection import auctioning
from tests.web import bidding_town
from tests.web.bidding_town import LONE, NAMES, NOBODY, TIE

FLOOR = "300,000.00"


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def paths(auction):
    draw = auction.draw_id
    return [
        f"/results/{draw}",
        f"/results/{draw}/opening.json",
        f"/results/{draw}/qr.svg",
        f"/results/{draw}/proof.json",
        f"/api/v1/public/projects/{auction.project_id}/opening",
    ]


@pytest.mark.req("DZ-80b")
def test_nothing_of_a_bidding_can_be_fetched_before_its_result(client, town):
    auction = auctioning.bidding(town)
    bidding_town.told(town, auction)

    def look():
        for path in paths(auction):
            assert client.get(path).status_code == 404, path
        assert auction.draw_id not in client.get("/results").text

    look()
    for account_id in town.contractors:
        auctioning.bid(town, auction, account_id, 35_000_000)
    for step in (auctioning.closed, auctioning.opened, auctioning.settled, auctioning.drawn):
        look()
        step(town, auction)
    look()


def test_the_published_page_shows_price_floor_bids_and_fingerprints(client, town):
    auction = bidding_town.published(town, LONE)
    page = client.get(f"/results/{auction.draw_id}").text
    winner = seeding.rows(Party, id=seeding.rows(Project, id=auction.project_id)[0].winner_id)[0]
    for told in (
        winner.name,
        "350,000.00",
        "人民币叁拾伍万元整",
        FLOOR,
        "371,234.56",
        "4家",
        "3份",
    ):
        assert told in page, told
    assert f'data-floor="{auction.floor_commit}"' in page
    assert f'data-root="{auction.envelope_root}"' in page
    assert f'data-hash="{auction.transcript_hash}"' in page
    losers = {row.name for row in seeding.rows(Party) if row.name.startswith("云泽")}
    assert not [name for name in losers - {winner.name} if name in page]
    assert page.count("不公开") == 2


def test_a_county_that_opens_names_tells_who_bid_what(client, town):
    auction = bidding_town.published(town, LONE, rules=NAMES)
    page = client.get(f"/results/{auction.draw_id}").text
    assert "不公开" not in page
    assert all(name in page for name in ("云泽禾木", "云泽北渚", "云泽听松"))
    assert "云泽长汀" not in page  # joined, and never bid


def test_the_transcript_is_handed_out_byte_for_byte_and_satisfies_the_verifier(client, town):
    auction = bidding_town.published(town, LONE)
    plain, saved = (
        client.get(f"/results/{auction.draw_id}/opening.json{mark}") for mark in ("", "?download=1")
    )
    assert plain.text == auction.transcript
    assert saved.data == plain.data
    assert saved.headers["Content-Disposition"].startswith("attachment")
    public = client.get(f"/api/v1/public/projects/{auction.project_id}/opening")
    assert public.data == plain.data
    assert public.mimetype == "application/json"
    report = verify_opening(orjson.loads(public.data), auction.floor_commit, auction.envelope_root)
    assert report.price == 35_000_000
    assert hashlib.sha256(public.data).hexdigest() == auction.transcript_hash
    assert client.get(f"/results/{auction.draw_id}/proof.json").status_code == 404


def test_equal_lowest_bids_show_the_draw_and_its_proof_beside_the_opening(client, town):
    auction = bidding_town.published(town, TIE)
    page = client.get(f"/results/{auction.draw_id}").text
    assert page.count("data-check") == 2
    assert f'data-tickets="{" ".join(auction.tied)}"' in page
    assert len(auction.tied) == 3
    assert "低于最低限价，按最低限价计" in page
    assert "最低价3家并列" in page
    proof = client.get(f"/results/{auction.draw_id}/proof.json")
    report = orjson.loads(proof.data)
    assert [one["ticket"] for one in report["list"]["tickets"]] == auction.tied
    verify(report, expected_plan=auctioning.draw_of(auction).plan_hash)
    assert report["result"]["winner"] == auction.winner_ticket


@pytest.mark.parametrize(
    ("offers", "values", "reason"),
    [
        (NOBODY, {}, "没有收到报价"),
        ((bidding_town.OVER, 0, None, None), {}, "没有有效报价"),
        (LONE, {"fen": bidding_town.OVER}, "开启的最低限价高于最高限价"),
    ],
)
def test_a_failed_bidding_is_shown_with_its_reason_and_its_opening(
    client, town, offers, values, reason
):
    auction = bidding_town.settled(town, offers, **values)
    page = client.get(f"/results/{auction.draw_id}")
    assert page.status_code == 200
    assert reason in page.text
    assert "竞价失败" in page.text
    assert "中选施工企业" not in page.text
    text = client.get(f"/api/v1/public/projects/{auction.project_id}/opening").data
    assert verify_opening(orjson.loads(text), auction.floor_commit).price is None
    assert auction.draw_id not in client.get("/results").text


def test_too_few_joiners_are_shown_without_any_opening(client, town):
    auction = auctioning.announced(town)
    bidding_town.told(town, auction)
    auctioning.joined(town, auction, town.contractors[:2])
    auctioning.frozen(town, auction)
    auctioning.act(town, auctioning.OPENS, auctioning.auctions.fail, auction, "too_few")
    page = client.get(f"/results/{auction.draw_id}")
    assert "参与截止时有效参与企业2家，少于规定的3家" in page.text
    assert "data-check" not in page.text
    assert FLOOR not in page.text
    assert client.get(f"/results/{auction.draw_id}/opening.json").status_code == 404


def test_lists_home_and_export_know_method_and_price(client, town):
    auction = bidding_town.published(town, LONE)
    seeding.finished(town, "水渠工程")
    page = client.get("/results").text
    assert "竞价选取" in page
    assert "350,000.00" in page
    assert client.get("/results?q=云泽禾木").text.count(auction.draw_id) >= 1
    assert auction.draw_id not in client.get("/results?q=云泽长汀").text
    answer = client.get("/results?export=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert "竞价选取" in words
    assert "随机选取" in words
    assert "<v>350000</v>" in cells
    assert "竞价成交" in client.get("/").text


def test_a_joiner_finds_its_ticket_only_once_the_result_is_out(client, town):
    auction = bidding_town.settled(town, LONE)
    ticket = auction.frozen[0]["ticket"]
    assert "没有这个票号" in client.get(f"/check?ticket={ticket}").text
    auctioning.published(town, auction)
    page = client.get(f"/check?ticket={ticket}").text
    assert "票号在参与名单内" in page
    assert f"/results/{auction.draw_id}" in page


def test_the_notice_tells_the_way_of_a_bidding(client, town):
    auction = bidding_town.published(town, LONE)
    notice = seeding.rows(seeding.Notice, draw_id=auction.draw_id)[0]
    page = client.get(f"/notices/{notice.id}").text
    assert "当众开启" in page
    assert "11-20 18:00至11-23 11:00" in page
    assert auction.floor_commit[:8] in page
