"""Making the result of a bidding public: names, times and price; then its key is forgotten."""

from datetime import datetime

from sqlalchemy import select

from models.identity.party import Party
from models.project import Project
from models.selection import auctions, draw_keys, joiners, opening
from models.selection.auction_rows import state_error
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.frozen_list import live_tickets
from models.selection.joiners import Joiner
from models.selection.tables import Draw, DrawState
from models.selection.world import World
from models.session import after_commit

READY = ((AuctionState.SETTLED, DrawState.UNUSED), (AuctionState.TIED, DrawState.DRAWN))


def publish(world: World, auction: Auction) -> Auction:
    """Name each joiner to itself and the regulator, and the winner and its price to everybody."""
    world.session.refresh(auction, with_for_update=True)
    if auction.state is AuctionState.PUBLISHED:
        return auction
    draw = auctions.draw_of(world.session, auction)
    if (auction.state, draw.state) not in READY:
        raise state_error(auction, "公布结果")
    _write_times(world, auction)
    known = _write_names(world, auction, draw)
    auction.winner_ticket = auction.winner_ticket or draw.winner_ticket
    project = world.session.get_one(Project, auction.project_id)
    project.winner_id = known[str(auction.winner_ticket)].party.id
    project.award_price = auction.price
    auction.state, auction.published_at = AuctionState.PUBLISHED, world.clock()
    world.session.flush()
    after = {"winner": auction.winner_ticket, "price": auction.price}
    world.log(
        "auction:published", auction.id, after=after | {"transcript": auction.transcript_hash}
    )
    settings, draw_id = world.settings, draw.id
    after_commit(world.session, lambda: draw_keys.forget(settings, draw_id))
    return auction


def _write_names(world: World, auction: Auction, draw: Draw) -> dict[str, Joiner]:
    """Write each joiner's name to its row; a draw among equals writes those of the equals."""
    known = joiners.opened(world, draw, live_tickets(world.session, draw))
    drawn: set[str] = set()
    if auction.state is AuctionState.TIED:
        opening.publish(world, draw)
        drawn = {one["ticket"] for one in draw.frozen or []}
    rest = {ticket: one for ticket, one in known.items() if ticket not in drawn}
    joiners.write_names(world, draw, rest)
    return known


def _write_times(world: World, auction: Auction) -> None:
    """Write to each bid when it came: from now on it is no secret to its own sealer's auditor."""
    for row in world.session.scalars(select(Bid).where(Bid.auction_id == auction.id)):
        told = draw_keys.reveal(world.settings, auction.draw_id, row.moment)
        row.received_at = datetime.fromisoformat(told)
    world.session.flush()


def winner_of(world: World, auction: Auction) -> Party:
    """Return the company that won, for its message and its award."""
    draw = auctions.draw_of(world.session, auction)
    ticket = str(auction.winner_ticket or draw.winner_ticket)
    return joiners.opened(world, draw, [ticket])[ticket].party
