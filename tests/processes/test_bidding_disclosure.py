"""Who sees what of a bidding, and when."""

import pytest

from models.clock import business_now
from models.project import Project
from models.selection.tables import Mask
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.disclosure import MASKED, OUTSIDE, Viewer, disclose
from tests import seeding
from tests.models.selection import auctioning
from tests.models.selection.auctioning import FLOOR
from tests.web import bidding_town
from tests.web.bidding_town import LONE, NOBODY

INSIDE = sorted(set(Viewer) - OUTSIDE)
EVERYBODY = sorted(Viewer)


@pytest.fixture
def town(database, business_day, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


def seen(auction, viewer):
    with reading() as session:
        project = session.get_one(Project, auction.project_id)
        return disclose(session, project, Viewer(viewer))


def lift(auction, *fields):
    """Let a mask operator have shown these fields."""
    with unit_of_work() as session:
        for name in fields:
            mask = Mask(project_id=auction.project_id, field=name, until="opened", article="x")
            mask.set_at = mask.lifted_at = business_now()
            session.add(mask)


def hidden(auction, *names):
    return all(seen(auction, viewer)[name] == MASKED for viewer in EVERYBODY for name in names)


@pytest.mark.req("DZ-80b")
def test_floor_bids_and_their_number_are_hidden_from_everybody_until_the_close(town):
    auction = auctioning.announced(town)
    bidding_town.told(town, auction)
    lift(auction, "floor", "bids")  # even a mask lifted too early shows nothing
    auctioning.joined(town, auction)
    assert hidden(auction, "tickets", "envelopes", "floor", "lowest_price")
    auctioning.frozen(town, auction)
    assert hidden(auction, "envelopes", "floor", "lowest_price")
    assert {seen(auction, viewer)["tickets"] for viewer in EVERYBODY} == {4}
    auctioning.act(town, auctioning.DURING, auctioning.auctions.open_bidding, auction)
    before = [seen(auction, viewer) for viewer in EVERYBODY]
    for account_id in town.contractors:
        auctioning.bid(town, auction, account_id, 35_000_000)
    assert [seen(auction, viewer) for viewer in EVERYBODY] == before
    auctioning.closed(town, auction)
    assert {seen(auction, viewer)["envelopes"] for viewer in EVERYBODY} == {4}
    assert hidden(auction, "floor", "lowest_price")


@pytest.mark.req("DZ-80b")
def test_after_the_opening_offices_and_owner_see_it_and_the_public_with_the_result(town):
    auction = bidding_town.settled(town, LONE)
    lift(auction, "floor", "bids")
    for viewer in INSIDE:
        shown = seen(auction, viewer)
        assert (shown["floor"], shown["lowest_price"]) == (FLOOR, 35_000_000)
        assert shown["award_price"] is None
    for viewer in OUTSIDE:
        shown = seen(auction, viewer)
        assert (shown["floor"], shown["lowest_price"]) == (MASKED, MASKED)
    auctioning.published(town, auction)
    for viewer in EVERYBODY:
        shown = seen(auction, viewer)
        assert (shown["floor"], shown["award_price"]) == (FLOOR, 35_000_000)
        assert shown["winner"]


def test_what_no_mask_operator_has_shown_stays_hidden_though_it_is_open(town):
    auction = bidding_town.published(town, LONE)
    assert hidden(auction, "floor", "lowest_price")
    lift(auction, "bids")
    assert hidden(auction, "floor")
    assert seen(auction, Viewer.PUBLIC)["lowest_price"] == 35_000_000


@pytest.mark.req("DZ-80c")
def test_regulator_and_owner_alone_see_who_set_or_learnt_the_floor(town):
    auction = auctioning.prepared(town)
    assert seen(auction, Viewer.OWNER)["undertakings"] == []
    auctioning.wait_for_floor(town, auction)
    auctioning.seal_floor(town, auction)
    for viewer in (Viewer.OWNER, Viewer.REGULATOR):
        (line,) = seen(auction, viewer)["undertakings"]
        assert line.startswith("制定：邓岚（青石镇人民政府 副镇长），2026-11-18 09:00签署保密承诺")
    for viewer in set(INSIDE) - {Viewer.OWNER, Viewer.REGULATOR}:
        assert "undertakings" not in seen(auction, viewer)
    auction = auctioning.fresh(auction)
    assert seen(auction, Viewer.CENTRE)["floor_commit"] == auction.floor_commit


def test_a_failed_bidding_tells_its_reason_to_everybody(town):
    auction = bidding_town.settled(town, NOBODY)
    for viewer in EVERYBODY:
        assert seen(auction, viewer)["bidding_failure"].startswith("竞价截止时没有收到报价")


def test_names_of_joiners_are_the_regulators_after_the_result_alone(town):
    auction = bidding_town.settled(town, LONE)
    lift(auction, "interests")
    assert seen(auction, Viewer.REGULATOR)["interests"] == MASKED
    auctioning.published(town, auction)
    assert len(seen(auction, Viewer.REGULATOR)["interests"]) == 4
    assert "interests" not in seen(auction, Viewer.CENTRE)


def test_a_random_selection_has_no_facts_of_a_bidding(town):
    draw = seeding.finished(town)
    with reading() as session:
        shown = disclose(session, session.get_one(Project, draw.project_id), Viewer.REGULATOR)
    assert not {"floor", "floor_commit", "envelopes", "undertakings"} & set(shown)
