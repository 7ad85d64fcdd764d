"""Guardians as processes of their own, on the clock of their own machine, open a bidding."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.selection.auction_tables import AuctionState
from models.selection.guardian_keys import GUARDIANS
from models.selection.guardian_tables import GuardianRelease
from processes.demo.projects import FINISHED
from processes.sequencer import sequence
from tests.browser.bidding import OPENS, BiddingPath, verified
from tests.guardian_process import guardian_process, said
from tests.guardians.conftest import set_up
from tests.seeding import rows
from tests.worker_process import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LATER = OPENS + timedelta(minutes=2)
HERE = ("centre", "regulator")


@pytest.fixture
def homes(city, tmp_path):
    """The folders of three guardians, whose keys the platform knows and does not have."""
    places = {name: tmp_path / name for name in GUARDIANS}
    for name, home in places.items():
        set_up(city, name, home, city.url)
    return places


@pytest.mark.req("DZ-80c")
def test_two_machines_elsewhere_open_what_the_platform_alone_cannot(city, homes):
    path = BiddingPath(city)
    path.take(FINISHED)
    path.play_closed(15_000_000, {1: 16_000_000, 2: 15_500_000, 3: 17_000_000})
    hall = path.open_bids()
    officer = path.person("dz.selector")
    expect(officer.get_by_text("0方已应答，任意2方即可开启")).to_be_visible(timeout=20_000)
    sequence(city.settings)
    with guardian_process(homes[HERE[0]], LATER), guardian_process(homes[HERE[1]], LATER):
        assert until(have_released), [said(homes[name]) for name in HERE]
    path.wake(LATER)
    assert path.auction.state is AuctionState.SETTLED
    expect(hall.locator("[data-part=winner]")).to_contain_text("155,000.00", timeout=20_000)
    path.publish()
    page = city.visitor()
    page.goto(f"/results/{path.draw.id}")
    verified(page)
    path.look(page, "result opened by guardians elsewhere")
    assert path.found == {}
    assert city.faults == []


def have_released():
    """Whether both machines have handed in shares of every bid."""
    given = [one.guardian for one in rows(GuardianRelease)]
    return all(given.count(name) > len(GUARDIANS) for name in HERE)
