"""A filed bidding: floor, bids and names for the regulator of the county, nothing for others."""

import hashlib
import json
from datetime import timedelta
from itertools import chain

import pytest

from models.ledger.tables import LedgerEntry
from models.selection import filed_results
from models.selection.filed_results import FiledResult
from models.selection.jcs import canonical
from models.selection.tables import Interest
from models.selection.verifier import verify, verify_opening
from models.session import reading
from models.settings import Settings
from tests.city import City, city, county
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CLOSES, OPENS
from tests.leaks.addresses import addresses_of
from tests.leaks.money import found
from tests.leaks.visits import enter, text_of
from tests.seeding import rows
from web.app import create_app

__all__ = ["city", "county"]

FLOOR = 15_012_300
EQUAL = {1: FLOOR - 700, 2: 16_123_400, 3: FLOOR}
LONE = {1: 15_999_800, 2: 16_123_400, 3: 16_500_100}
HALF = timedelta(minutes=30)
OTHERS = ("", "dz.owner", "dz.centre", "dz.contractor01")


def filed(city: City, offers):
    one = play.begun(city, *offers, floor=FLOOR)
    one.bid(BEGINS + HALF, offers)
    one.wake(CLOSES)
    one.cancel_selection(CLOSES + HALF)
    one.wake(OPENS)
    return one


@pytest.fixture
def site(city: City):
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


def company(city: City, number: int):
    with reading() as session:
        return city.contractor(session, number)


@pytest.mark.req("DZ-80a")
def test_regulator_reads_winner_and_price_and_takes_what_can_be_checked(site, city) -> None:
    one = filed(city, LONE)
    browser = enter(site, "dz.housing")
    page = browser.get("/filings").text
    (row,) = rows(FiledResult)
    for told in (one.requirement.title, company(city, 1).name, "159,998.00", row.proof_hash):
        assert told in page
    assert "并列选取证明</a>" not in page
    address = f"/filings/{row.draw_id}/proof.json"
    whole = browser.get(address)
    assert whole.data == filed_results.proof_of(city.settings, row)
    opening = browser.get(f"{address}?part=opening")
    assert "-opening.json" in opening.headers["Content-Disposition"]
    auction = play.auction_of(one)
    verify_opening(json.loads(opening.data), auction.floor_commit, auction.envelope_root)
    entries = [json.loads(entry.body) for entry in rows(LedgerEntry)]
    (entry,) = [entry for entry in entries if entry["action"] == "auction:filed"]
    assert entry["after"]["opening"] == hashlib.sha256(opening.data).hexdigest()
    for part in ("draw", "names", "nothing"):
        assert browser.get(f"{address}?part={part}").status_code == 404
    taken = [entry for entry in entries_of("draw:filed_read") if entry["object"] == row.draw_id]
    assert len(taken) == 2


def entries_of(action: str) -> list[dict]:
    entries = [json.loads(entry.body) for entry in rows(LedgerEntry)]
    return [entry for entry in entries if entry["action"] == action]


@pytest.mark.req("DZ-80a")
def test_equals_come_with_the_proof_of_the_draw_that_was_not_held(site, city) -> None:
    one = filed(city, EQUAL)
    browser = enter(site, "dz.housing")
    page = browser.get("/filings").text
    (row,) = rows(FiledResult)
    told = json.loads(filed_results.proof_of(city.settings, row))
    proof = browser.get(f"/filings/{row.draw_id}/proof.json?part=draw")
    assert proof.data == canonical(told["proof"])
    assert verify(json.loads(proof.data), expected_plan=city.draw(one).plan_hash).plan_compared
    winner = next(n for n in (1, 3) if company(city, n).credit_code in winners(told))
    assert company(city, winner).name in page
    assert "150,123.00" in page


def winners(told) -> set[str]:
    first = told["proof"]["result"]["winner"]
    return {one["org"] for one in told["names"] if one["ticket"] == first}


@pytest.mark.req("DZ-80a")
def test_a_bidding_that_would_have_failed_says_so(site, city) -> None:
    filed(city, {1: play.CEILING + 1, 2: 0, 3: play.CEILING + 1})
    page = enter(site, "dz.housing").get("/filings").text
    assert "没有有效报价，选取失败" in page
    assert "成交价" not in page


@pytest.mark.req("DZ-80b", "DZ-A5")
@pytest.mark.timeout(300)
def test_no_page_answer_or_log_of_anybody_else_tells_floor_bids_or_tickets(site, city) -> None:
    filed(city, EQUAL)
    seen = {}
    for username in OTHERS:
        browser = enter(site, username)
        for address in sorted(set(chain.from_iterable(addresses_of(site).values()))):
            if not address.startswith("/admin/"):
                seen[f"{username} {address}"] = text_of(browser.get(address).data).encode()
    seen["log"] = "\n".join(row.body for row in rows(LedgerEntry)).encode()
    assert found((FLOOR, *EQUAL.values()), seen) == {}
    tickets = [row.ticket.encode() for row in rows(Interest)]
    assert [name for name, text in seen.items() if any(one in text for one in tickets)] == []
    # what is looked for would be found
    page = enter(site, "dz.housing").get("/filings").data
    assert found((FLOOR,), {"filings": page}) == {FLOOR: ["filings"]}


def test_pages_of_the_cancelled_bidding_say_that_it_is_still_computed(site, city) -> None:
    one = play.begun(city, *LONE, floor=FLOOR)
    one.bid(BEGINS + HALF, LONE)
    one.wake(CLOSES)
    one.cancel_selection(CLOSES + HALF)
    said = "只报行业主管部门备案，报价不公开"
    draw_id = city.draw(one).id
    assert said in enter(site, "dz.centre").get(f"/ceremonies/{draw_id}").text
    assert said in enter(site, "dz.contractor01").get(f"/projects/{one.project}/quote").text
