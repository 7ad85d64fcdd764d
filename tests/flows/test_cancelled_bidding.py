"""A bidding cancelled after its close: ended at once, still computed, filed with one office alone."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case_action import DrawOpeningError
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.notice import Notice
from models.project import ProjectPhase
from models.selection import filed_results, guardian_cases, guardians
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.filed_results import FiledResult
from models.selection.jcs import canonical
from models.selection.tables import Draw, DrawContributor, DrawState, Guardian, Interest
from models.selection.verifier import verify, verify_opening
from models.session import reading, unit_of_work
from processes.backup.keys_needed import missing_keys
from tests.city import City
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CLOSES, FLOOR, OPENS
from tests.seeding import rows

LONE = {1: 17_000_000, 2: 16_123_400, 3: 16_500_000}
EQUAL = {1: FLOOR - 7, 2: 16_123_400, 3: FLOOR}
HALF = timedelta(minutes=30)
EARLIER = OPENS - timedelta(seconds=1)


def cancelled(city: City, offers, floor: int = FLOOR):
    one = play.begun(city, *offers, floor=floor)
    given = {number: fen for number, fen in offers.items() if fen is not None}
    one.bid(BEGINS + HALF, given)
    one.wake(CLOSES)
    one.cancel_selection(CLOSES + HALF)
    return one


def filing(city: City) -> dict:
    (filed,) = rows(FiledResult)
    return json.loads(filed_results.proof_of(city.settings, filed))


def codes(city: City, *numbers: int) -> list[str]:
    with reading() as session:
        return [str(city.contractor(session, number).credit_code) for number in numbers]


def logged(word: str) -> list[dict]:
    bodies = [json.loads(one.body) for one in rows(LedgerEntry)]
    return [one for one in bodies if one["action"] == word]


@pytest.mark.req("DZ-81.1")
def test_it_ends_at_once_with_a_notice_and_nothing_is_opened_before_the_time(city: City) -> None:
    one = cancelled(city, LONE)
    assert play.auction_of(one).state is AuctionState.CANCELLED
    assert city.project(one).phase is ProjectPhase.TERMINATED
    with reading() as session:
        notice = session.scalars(select(Notice).order_by(Notice.published_at.desc())).first()
    assert "竞价截止之后" in notice.body
    assert "报行业主管部门备案" in notice.body
    one.wake(EARLIER)
    assert rows(FiledResult) == []
    assert {row.secret for row in rows(DrawContributor)} == {None}


@pytest.mark.req("DZ-76.2")
def test_the_transcript_is_filed_with_the_names_and_who_would_have_won(city: City) -> None:
    one = cancelled(city, LONE)
    one.wake(OPENS)
    auction, told = play.auction_of(one), filing(city)
    verify_opening(told["opening"], auction.floor_commit, auction.envelope_root)
    assert sorted(bid["val"]["fen"] for bid in told["opening"]["bids"]) == sorted(LONE.values())
    names = {row["ticket"]: row["org"] for row in told["names"]}
    assert set(names.values()) == set(codes(city, 1, 2, 3))
    assert told["result"]["price"] == 16_123_400
    assert [names[told["result"]["winner"]]] == codes(city, 2)
    assert told["proof"] is None
    (filed,) = rows(FiledResult)
    (entry,) = logged("auction:filed")
    opening = hashlib.sha256(canonical(told["opening"])).hexdigest()
    assert entry["after"] == {"proof": filed.proof_hash, "opening": opening}
    (message,) = [row for row in rows(OutboundMessage) if row.template == "result_filed"]
    assert "竞价选取在截止后取消" in str(message.values)
    with reading() as session:
        case = session.get_one(Instance, one.instance)
    assert case.status is InstanceStatus.TERMINATED


@pytest.mark.req("DZ-76.2")
def test_equal_lowest_bids_are_ranked_by_the_plan_of_the_notice(city: City) -> None:
    one = cancelled(city, EQUAL)
    plan = city.draw(one).plan_hash
    one.wake(OPENS)
    told = filing(city)
    assert verify(told["proof"], expected_plan=plan).plan_compared
    assert told["proof"]["result"]["winner"] == told["result"]["winner"]
    listed = told["proof"]["list"]["tickets"]
    assert [row["ticket"] for row in listed] == told["opening"]["settled"]["tied"]
    assert {row["org"] for row in listed} == set(codes(city, 1, 3))
    assert told["result"]["price"] == FLOOR


@pytest.mark.parametrize(
    ("offers", "floor", "reason"),
    [
        ({1: None, 2: None, 3: None}, FLOOR, "no_bids"),
        (LONE, play.CEILING + 1, "floor_out_of_range"),
    ],
)
def test_what_would_have_failed_is_filed_with_its_reason(city: City, offers, floor, reason) -> None:
    one = cancelled(city, offers, floor)
    one.wake(OPENS)
    assert filing(city)["result"] == {"winner": None, "price": None, "reason": reason}


@pytest.mark.parametrize("offers", [LONE, EQUAL])
def test_a_lowest_ticket_that_names_nobody_is_filed_as_it_is(
    city: City, offers, monkeypatch
) -> None:
    one = cancelled(city, offers)
    monkeypatch.setattr("models.selection.bid_counterfactual.joiners.opened", lambda *_: {})
    one.wake(OPENS)
    told = filing(city)
    assert (told["names"], told["result"]["reason"]) == ([], "winner_unopenable")
    assert told["result"]["winner"] in told["opening"]["settled"]["tied"]
    listed = told["proof"]["list"]["tickets"] if offers is EQUAL else []
    assert all("org_commit" in row for row in listed)


@pytest.mark.req("DZ-A5")
@pytest.mark.parametrize("offers", [LONE, EQUAL])
def test_bidding_and_draw_stay_as_they_were_and_what_was_opened_is_forgotten(
    city: City, offers
) -> None:
    one = cancelled(city, offers)
    key = city.settings.keys / "draws" / f"{city.draw(one).id}.key"
    assert key.exists()
    before = stored(one, city)
    one.wake(OPENS)
    assert stored(one, city) == before
    assert not key.exists()
    assert {(row.secret, row.released is None) for row in rows(DrawContributor)} == {(None, True)}
    assert {(row.party_id, row.blind) for row in rows(Interest)} == {(None, None)}
    assert {row.received_at for row in rows(Bid)} == {None}
    (filed,) = rows(FiledResult)
    assert not any(code.encode() in filed.sealed for code in codes(city, 1, 2, 3))


def stored(one, city: City) -> list[object]:
    found: list[object] = []
    for table, row in ((Auction, play.auction_of(one)), (Draw, city.draw(one))):
        found += [getattr(row, column.key) for column in table.__table__.columns]
    assert city.draw(one).state is DrawState.CANCELLED
    return found


def test_log_and_messages_tell_neither_floor_nor_bids_nor_a_tie(city: City) -> None:
    one = cancelled(city, EQUAL)
    one.wake(OPENS)
    log = "\n".join(row.body for row in rows(LedgerEntry))
    sent = "\n".join(str(row.values) for row in rows(OutboundMessage))
    tickets = [row.ticket for row in rows(Interest)]
    for secret in (str(FLOOR), "150,000.00", "16123400", "161,234.00", *codes(city, 1, 3)):
        assert secret not in sent
    for secret in (f":{FLOOR}", "16123400", *tickets):
        assert secret not in log
    assert not {"draw:frozen", "auction:settled", "auction:opened"} & set(actions())


def actions() -> list[str]:
    return [json.loads(row.body)["action"] for row in rows(LedgerEntry)]


def test_waking_again_files_nothing_twice(city: City) -> None:
    one = cancelled(city, LONE)
    for minutes in range(3):
        one.wake(OPENS + timedelta(minutes=minutes))
    assert len(rows(FiledResult)) == len(logged("auction:filed")) == 1


def test_guardians_that_do_not_answer_are_waited_for_and_asked(city: City) -> None:
    one = cancelled(city, LONE)
    answering("centre")
    one.wake(OPENS)
    assert rows(FiledResult) == []
    with reading() as session:
        for name, waits in (("discipline", True), ("centre", False)):
            found = guardian_cases.waiting_for(session, city.settings, name, OPENS)
            assert [draw.id for draw in found] == [city.draw(one).id] * waits
        assert guardian_cases.waiting_for(session, city.settings, "regulator", EARLIER) == []
    answering(*guardians.TITLES)
    one.wake(OPENS + timedelta(minutes=1))
    assert len(rows(FiledResult)) == 1
    with reading() as session:
        assert guardian_cases.being_opened(session, OPENS) == []


def answering(*names: str) -> None:
    with unit_of_work() as session:
        for row in session.scalars(select(Guardian)):
            row.is_local = row.name in names


def test_the_key_of_its_draw_is_needed_until_it_is_filed(city: City) -> None:
    one = cancelled(city, LONE)
    draw_id = city.draw(one).id
    path = city.settings.keys / "draws" / f"{draw_id}.key"
    kept = path.read_bytes()
    path.unlink()
    assert missing(city) == [f"keys/draws/{draw_id}.key"]
    path.write_bytes(kept)
    one.wake(OPENS)
    assert missing(city) == []


def missing(city: City) -> list[str]:
    with reading() as session, city.player.at(OPENS):
        return [found.name for found in missing_keys(session, city.settings)]


def test_before_the_close_there_is_no_whole_list_and_nothing_is_ever_opened(city: City) -> None:
    one = play.begun(city, *LONE)
    one.bid(BEGINS + HALF, LONE)
    one.cancel_selection(CLOSES - HALF)
    with reading() as session:
        notice = session.scalars(select(Notice).order_by(Notice.published_at.desc())).first()
    assert "不再开启" in notice.body
    one.wake(OPENS)
    assert rows(FiledResult) == []


def test_the_minute_of_the_close_counts_and_not_when_the_worker_came(city: City) -> None:
    one = play.begun(city, *LONE)
    one.bid(BEGINS + HALF, LONE)
    one.cancel_selection(CLOSES)
    assert play.auction_of(one).closed_at == CLOSES
    one.wake(OPENS)
    assert filing(city)["result"]["price"] == 16_123_400


def test_where_an_outage_kept_bids_away_the_list_is_not_whole_after_the_minute(city: City) -> None:
    one = play.begun(city, *LONE)
    one.bid(BEGINS + HALF, LONE)
    one.report_outage(BEGINS + 3 * HALF, BEGINS + 2 * HALF, BEGINS + 3 * HALF)
    one.cancel_selection(CLOSES + HALF)
    assert play.auction_of(one).closed_at is None
    one.wake(OPENS)
    assert rows(FiledResult) == []


def test_once_bids_are_equal_nobody_asks_to_cancel(city: City) -> None:
    one = play.opened(city, EQUAL)
    assert play.auction_of(one).state is AuctionState.TIED
    with pytest.raises(DrawOpeningError):
        one.ask_to_cancel(OPENS + HALF)
