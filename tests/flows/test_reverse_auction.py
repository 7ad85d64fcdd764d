"""The bidding played through the engine: one lowest, and a draw among equals."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models import session as sessions
from models.flow.instance import Instance
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase, SelectionMethod
from models.selection.auction_tables import AuctionState, Bid, SecrecyUndertaking
from models.selection.tables import DrawState, Interest, Mask
from models.selection.verifier import verify, verify_opening
from models.session import reading
from processes.demo.bidding import Bidding
from processes.reading import runtime_of
from processes.starting import choices
from tests.city import MORNING, City, copied
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CEILING, CLOSES, FLOOR, OPENS, PUBLISHED
from tests.seeding import rows

OFFERS = {1: 17_000_000, 2: 16_000_000, 3: 16_500_000}
TIED = {1: 14_999_999, 2: 15_000_000, 3: 15_000_001}


Played = tuple[City, Bidding]


@pytest.fixture(scope="module")
def plain(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with copied(county, tmp_path_factory.mktemp("plain") / "data") as city:
        yield city, play.published(city, OFFERS)


@pytest.fixture(scope="module")
def equal(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with copied(county, tmp_path_factory.mktemp("equal") / "data") as city:
        one = play.opened(city, TIED)
        assert city.steps(one) == ["open_draw"]
        one.hold(OPENS + timedelta(minutes=10))
        one.publish(PUBLISHED)
        yield city, one


@pytest.fixture
def held(plain: Played) -> Played:
    """One bidding for all that only look at it: three bid, the lowest won, the result is out."""
    sessions.bind(plain[0].engine)
    return plain


@pytest.fixture
def tie(equal: Played) -> Played:
    """Two at the floor, one of them under it; the draw among them is held and published."""
    sessions.bind(equal[0].engine)
    return equal


def notice(kind: NoticeKind) -> Notice:
    with reading() as session:
        return session.scalars(select(Notice).where(Notice.kind == kind)).one()


def logged(action: str) -> list[dict]:
    with reading() as session:
        bodies = map(json.loads, session.scalars(select(LedgerEntry.body)))
        return [one for one in bodies if one["action"] == action]


@pytest.mark.req("DZ-76.2")
@pytest.mark.req("DZ-A5")
def test_the_lowest_valid_bid_wins_at_its_price(held) -> None:
    city, one = held
    project, auction = city.project(one), play.auction_of(one)
    with reading() as session:
        assert project.winner_id == city.contractor(session, 2).id
    assert (project.phase, project.award_price) == (ProjectPhase.PUBLICISED, 16_000_000)
    assert project.method is SelectionMethod.REVERSE_AUCTION
    assert (auction.state, auction.joiners, auction.envelopes) == (AuctionState.PUBLISHED, 3, 3)
    assert city.draw(one).state is DrawState.UNUSED


@pytest.mark.req("DZ-76.2")
def test_the_transcript_opens_to_what_the_notices_printed_and_the_log_holds(held) -> None:
    _, one = held
    tender, award = notice(NoticeKind.TENDER_NOTICE), notice(NoticeKind.AWARD_NOTICE)
    auction = play.auction_of(one)
    (close,) = logged("auction:closed")
    floor = str(tender.facts["floor_commit"])
    report = verify_opening(json.loads(auction.transcript or ""), floor, close["after"]["root"])

    assert report.price == 16_000_000
    assert floor in tender.body
    assert auction.transcript_hash in award.body
    assert "160,000.00" in award.body
    assert "150,000.00" in award.body


@pytest.mark.req("DZ-80b")
def test_floor_bids_and_names_are_masked_by_their_article_and_each_is_lifted_in_its_time(
    held,
) -> None:
    masks = {row.field: row for row in rows(Mask)}
    assert sorted(masks) == ["bids", "floor", "interests"]
    assert {row.article for row in masks.values()} == {"达州市小额工程交易规程第八十条"}
    assert masks["floor"].set_at == MORNING
    assert masks["floor"].lifted_at == masks["bids"].lifted_at == OPENS + timedelta(minutes=5)
    assert masks["interests"].lifted_at == PUBLISHED
    tender = notice(NoticeKind.TENDER_NOTICE)
    assert tender.published_at is not None
    assert max(row.set_at for row in masks.values()) <= tender.published_at


@pytest.mark.req("DZ-80b")
def test_neither_floor_nor_bid_enters_the_case_the_tender_notice_or_the_log(held) -> None:
    _, one = held
    with reading() as session:
        data = json.dumps(runtime_of(session, session.get_one(Instance, one.instance)).data)
    tender = notice(NoticeKind.TENDER_NOTICE)
    told = tender.body + json.dumps(tender.facts)
    before = list(map(json.dumps, _log_before_opening()))
    for fen in (FLOOR, *OFFERS.values()):
        yuan = f"{fen / 100:,.2f}"
        # the price that won is the case's outcome; no other is known to the engine
        assert str(fen) not in data or fen == min(OFFERS.values())
        assert yuan not in told
        assert not [body for body in before if str(fen) in body or yuan in body]


def _log_before_opening() -> list[dict]:
    with reading() as session:
        bodies = map(json.loads, session.scalars(select(LedgerEntry.body)))
        return [one for one in bodies if one["time"] < OPENS.isoformat()]


@pytest.mark.req("DZ-80c")
def test_who_set_or_learnt_the_floor_has_signed(held) -> None:
    signed = rows(SecrecyUndertaking)
    assert {row.part for row in signed} == {"set", "learnt"}
    assert all(row.signed_at == MORNING and row.name for row in signed)


@pytest.mark.req("DZ-76.2")
def test_the_notice_says_every_rule_that_decides(held) -> None:
    body = notice(NoticeKind.TENDER_NOTICE).body
    for part in ("不足3家的，选取失败", "按最低限价计", "不分报价先后", "2026年11月13日 12:00"):
        assert part in body


def test_joiners_are_named_to_their_rows_and_bids_get_their_times_with_the_result(held) -> None:
    city, one = held
    with reading() as session:
        named = set(session.scalars(select(Interest.party_id)))
        assert named == {city.contractor(session, number).id for number in (1, 2, 3)}
    assert all(BEGINS < (row.received_at or OPENS) < CLOSES for row in rows(Bid))
    assert not (city.settings.keys / "draws" / f"{city.draw(one).id}.key").exists()


@pytest.mark.req("DZ-78")
def test_letter_and_text_message_go_to_the_winner(held) -> None:
    city, one = held
    winner = city.project(one).winner_id
    letters = [row for row in rows(Letter) if row.kind is LetterKind.AWARD_LETTER]
    told = [row for row in rows(OutboundMessage) if row.template == "award_winner"]
    assert [row.party_id for row in letters] == [row.party_id for row in told] == [winner]


@pytest.mark.req("DZ-76.2")
@pytest.mark.req("DZ-79")
def test_equal_lowest_prices_are_drawn_with_the_plan_that_the_notice_printed(tie) -> None:
    city, one = tie
    auction, draw = play.auction_of(one), city.draw(one)
    printed = str(notice(NoticeKind.TENDER_NOTICE).facts["plan_hash"])
    proof = json.loads(draw.public_proof or "")

    assert verify(proof, expected_plan=printed).plan_hash == printed
    assert [row["ticket"] for row in proof["list"]["tickets"]] == auction.tied
    assert auction.winner_ticket == draw.winner_ticket
    with reading() as session:
        project = session.get_one(Project, one.project)
        tied = {city.contractor(session, number).id for number in (1, 2)}
    assert project.winner_id in tied, "one fen above the floor is no tie"


@pytest.mark.req("DZ-A5")
def test_a_bid_under_the_floor_counts_as_the_floor(tie) -> None:
    city, one = tie
    assert city.project(one).award_price == FLOOR
    body = notice(NoticeKind.AWARD_NOTICE).body
    assert "有2家并列" in body
    assert "149,999.99" not in body


def test_the_ceiling_itself_is_a_valid_bid_and_one_fen_more_is_none(city: City) -> None:
    one = play.opened(city, {1: CEILING + 1, 2: CEILING, 3: None})
    transcript = json.loads(play.auction_of(one).transcript or "")
    assert transcript["settled"]["price"] == CEILING
    assert sorted(bool(bid["invalid"]) for bid in transcript["bids"]) == [False, True]
    assert city.steps(one) == ["publish_result"]


@pytest.mark.req("DZ-76.2")
def test_an_owner_is_offered_the_bidding_after_the_random_selection(held: Played) -> None:
    city, one = held
    with reading() as session:
        offered = choices(session, city.player.actor(session, one.owner), "dazhou")
    begun = [choice.version.key for choice in offered if "owner" in choice.version.starters]
    assert begun[:2] == ["random_selection", "reverse_auction"]
