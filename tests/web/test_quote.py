"""The quote page and the contractor's lists of a bidding, in each of its four stages."""

import re
from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.project import Project, ProjectPhase
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning as make
from tests.seeding import FREEZE_AT, MORNING


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def path_of(auction):
    return f"/projects/{auction.project_id}/quote"


def read(browser, path, at):
    with business_clock(fixed(at)):
        return browser.get(path)


def state_of(browser, at):
    """The state of the only line of the contractor's own list."""
    page = read(browser, "/registrations", at).text
    return re.search(r'data-label="状态">.*?</i>(.*?)</span>', page, re.DOTALL)[1]


@pytest.mark.req("DZ-A5")
def test_a_bidding_goes_through_its_four_stages_in_ones_own_list_and_on_its_page(town, sign_in):
    auction = make.announced(town)
    make.joined(town, auction)
    browser = sign_in("dz.contractor01")
    assert state_of(browser, MORNING) == "参与项目"
    make.frozen(town, auction)
    assert state_of(browser, FREEZE_AT) == "参与项目"
    make.act(town, make.BEGINS, make.auctions.open_bidding, auction)
    assert state_of(browser, make.DURING) == "竞价中"
    make.bid(town, auction, town.contractors[0], 35_000_000)
    assert "data-quote-send" in read(browser, path_of(auction), make.DURING).text
    assert state_of(browser, make.CLOSES) == "待开启", "by the clock, whoever notes it when"
    closed = read(browser, path_of(auction), make.CLOSES).text
    assert "等待开启" in closed
    assert "data-quote-send" not in closed
    make.to_result(town, auction)
    assert state_of(browser, make.OPENS) == "待开启"
    make.published(town, auction)
    assert state_of(browser, make.AFTER) == "已结束"


@pytest.mark.req("DZ-A5")
def test_before_the_minute_the_page_counts_down_and_takes_nothing(town, sign_in):
    auction = make.announced(town)
    make.joined(town, auction)
    make.frozen(town, auction)
    page = read(sign_in("dz.contractor01"), path_of(auction), FREEZE_AT).text
    assert f'data-countdown="{make.BEGINS.isoformat()}"' in page
    assert "data-quote-send" not in page
    assert "data-amount" not in page


def test_own_bids_are_shown_as_commitments_and_times_and_nobody_elses(town, sign_in):
    auction = make.bidding(town)
    first = make.bid(town, auction, town.contractors[0], 35_000_000)
    later = make.DURING + timedelta(minutes=5)
    second = make.bid(town, auction, town.contractors[0], 34_000_000, at=later)
    other = make.bid(town, auction, town.contractors[1], 33_000_000)
    page = read(sign_in("dz.contractor01"), path_of(auction), later).text
    assert page.index(second["commit"]) < page.index(first["commit"]), "the newest stands first"
    assert other["commit"] not in page
    for figures in ("350,000", "35000000", "340,000", "34000000", "330,000"):
        assert figures not in page


def test_a_page_tells_nothing_of_what_others_do(town, sign_in):
    auction = make.bidding(town)
    browser = sign_in("dz.contractor01")
    before = without_tokens(read(browser, path_of(auction), make.DURING).text)
    for account_id, fen in zip(town.contractors[1:], (31_000_000, 20_000_000, 1), strict=True):
        make.bid(town, auction, account_id, fen)
    assert without_tokens(read(browser, path_of(auction), make.DURING).text) == before


def without_tokens(page):
    return re.sub(r'(csrf-token" content|name="csrf_token" value)="[^"]+"', "", page)


def test_who_did_not_join_is_told_what_the_asker_for_nothing_is_told(town, sign_in):
    auction = make.bidding(town, accounts=town.contractors[:3])
    browser = sign_in("dz.contractor04")
    own, unknown = (
        read(browser, path, make.DURING) for path in (path_of(auction), "/projects/x/quote")
    )
    assert own.status_code == unknown.status_code == 404
    assert "本企业没有参与这个项目" in own.text
    assert "本企业没有参与这个项目" in unknown.text


def test_a_random_selection_has_no_quote_page(town, sign_in):
    draw = seeding.announce(town)
    seeding.join(town, draw, town.contractors[0])
    answer = sign_in("dz.contractor01").get(f"/projects/{draw.project_id}/quote")
    assert answer.status_code == 404


def test_no_other_role_has_the_page(town, sign_in):
    auction = make.bidding(town)
    for username in ("dz.owner", "dz.selector", "dz.monitor", "dz.centre"):
        assert sign_in(username).get(path_of(auction)).status_code == 403


def test_while_the_project_is_paused_nothing_is_taken(town, sign_in):
    auction = make.bidding(town)
    with unit_of_work() as session:
        session.get_one(Project, auction.project_id).phase = ProjectPhase.PAUSED
    page = read(sign_in("dz.contractor01"), path_of(auction), make.DURING).text
    assert "竞价已暂停" in page
    assert "data-quote-send" not in page


@pytest.mark.req("DZ-A5")
def test_after_the_result_each_reads_its_own_bids_and_nobody_elses(town, sign_in):
    auction = make.bidding(town, accounts=town.contractors[:3])
    for account_id, fen in zip(
        town.contractors, (35_000_000, 29_000_000, 38_640_001), strict=False
    ):
        make.bid(town, auction, account_id, fen)
    make.bid(town, auction, town.contractors[0], 33_000_000, seq=9)
    make.to_result(town, auction)
    make.published(town, auction)
    lost, won, wrong = (
        read(sign_in(f"dz.contractor0{n}"), path_of(auction), make.AFTER).text for n in (1, 2, 3)
    )
    assert "本企业未中选" in lost
    assert "¥\u00a0330,000.00" in lost
    assert "被后一次报价取代" in lost
    assert "290,000" not in lost, "nobody else's bid, only the price"
    assert "本企业中选" in won
    assert "成交价 ¥\u00a0300,000.00" in won
    assert "计入，低于最低限价，按达到最低限价计" in won
    assert "本企业未中选" in wrong
    assert "data-bid-over" in won, "the browser forgets the value it kept"


def test_a_failed_bidding_says_why_and_nothing_of_anybody(town, sign_in):
    auction = make.bidding(town)
    make.to_result(town, auction)
    page = read(sign_in("dz.contractor01"), path_of(auction), make.AFTER).text
    assert "竞价截止时没有收到报价" in page
    assert "没有选出或已取消" in read(sign_in("dz.contractor01"), "/registrations", make.AFTER).text


@pytest.mark.req("DZ-A5")
def test_biddings_are_listed_only_to_those_who_fit_every_requirement(town, sign_in):
    seeding.add_contractor(town, 7, level=4)
    auction = make.announced(town)
    seeding.announce(town, title="石桥村灌溉渠修缮工程")
    fitting = read(sign_in("dz.contractor01"), "/find-projects", MORNING).text
    assert f'data-join="/api/v1/projects/{auction.project_id}"' in fitting
    small = read(sign_in("dz.contractor08"), "/find-projects", MORNING).text
    assert "农贸市场" not in small
    assert "石桥村" in small, "a random selection is listed with what is lacking"


def test_the_way_to_the_quote_page_stands_in_the_list(town, sign_in):
    auction = make.bidding(town)
    page = read(sign_in("dz.contractor01"), "/registrations", make.DURING).text
    assert f'href="{path_of(auction)}"' in page
    assert "去报价" in page
    narrowed = read(sign_in("dz.contractor01"), "/registrations?stage=waiting", make.DURING).text
    assert path_of(auction) not in narrowed
