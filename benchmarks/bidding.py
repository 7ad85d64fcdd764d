"""Sealed bids over HTTP in the last minute of a bidding, and the opening of a thousand of them."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from time import perf_counter

from sqlalchemy import func, select

from benchmarks.http_load import served
from benchmarks.report import Line
from benchmarks.site import Site
from benchmarks.steps import bare_commit
from models.clock import business_clock, fixed
from models.flow.job import Setting
from models.selection import bids, envelope
from models.selection.auction_tables import Auction, Bid
from models.selection.guardian_keys import Guardian
from models.session import reading, unit_of_work
from processes import tokens, training_clock
from processes.demo.bidding import Bidding
from processes.demo.city import BEGAN, build_city
from processes.demo.player import Player
from processes.demo.projects import FINISHED, moment
from processes.demo.story import MONITOR, SELECTOR
from processes.setting_up import load_shipped_packs, prepare_installation

BIDDERS = tuple(f"dz.contractor{number:02d}" for number in range(1, 8))
PREPARED, ANNOUNCED, JOINED = moment(9, 9), moment(9, 10), moment(9, 15)
FREEZE, BEGINS, CLOSES, OPENS = (
    moment(12, 17, 30), moment(13, 9), moment(13, 12), moment(13, 15),
)  # fmt: skip
LAST_MINUTE = CLOSES - timedelta(seconds=30)
FLOOR, STEP = 15_000_000, 1_009
CLIENTS = 4

Sealed = tuple[str, dict[str, object]]


@dataclass
class Offering:
    """A bidding that takes bids, in its last minute."""

    site: Site
    story: Bidding

    def sealed(self, number: int) -> Iterator[Sealed]:
        """Yield this many bids, each with who hands it in, as browsers seal them."""
        for at in range(number):
            who = BIDDERS[at % len(BIDDERS)]
            with reading() as session, business_clock(fixed(LAST_MINUTE)):
                actor = self.story.player.actor(session, who)
                given = bids.context(session, self.site.settings, self.story.project, actor)
            keepers = [Guardian(**one) for one in given["guardians"]]
            value = {"fen": FLOOR + at * STEP % 3_000_000, "seq": given["seq"] + at}
            yield who, envelope.seal(given["ctx"], value, keepers)

    def take(self, sealed: Iterator[Sealed]) -> None:
        """Hand bids in without the network."""
        for who, one in sealed:
            with business_clock(fixed(LAST_MINUTE)), unit_of_work() as session:
                actor = self.story.player.actor(session, who)
                bids.place(session, self.site.settings, self.story.project, actor, one)


def offering(site: Site) -> Offering:
    """Play a project up to the last minute of its bidding."""
    site.use()
    with business_clock(fixed(BEGAN)):
        prepare_installation(site.settings)
        load_shipped_packs(site.settings)
        with unit_of_work() as session:
            build_city(session)
            session.merge(Setting(name=training_clock.DEMONSTRATION, value=True))
    story = Bidding(Player(site.settings), FINISHED)
    story.prepare(PREPARED, FLOOR)
    story.announce_bidding(ANNOUNCED, FREEZE, BEGINS, CLOSES, OPENS)
    story.join(JOINED, *range(1, len(BIDDERS) + 1))
    for at in (FREEZE, BEGINS):
        story.wake(at)
    return Offering(site, story)


def accept(sites: list[Site], *, number: int) -> list[Line]:
    """Return sealed bids taken per second over HTTP, beside bare commits on the same disk."""
    lines: list[Line] = []
    for site in sites:
        one = offering(site)
        training_clock.store(LAST_MINUTE, running=False)
        warm, batch = list(one.sealed(2 * len(BIDDERS))), list(one.sealed(number))
        with served(site) as port:
            handed_in(one, port, warm)
            rate = len(batch) / handed_in(one, port, batch)
        lines += [
            Line(f"{site.name} {CLIENTS}个客户端", rate, "报价/秒", ">= 200"),
            Line(f"{site.name} 空提交（磁盘下限）", 1 / bare_commit(site), "提交/秒"),
        ]
    return lines


def handed_in(one: Offering, port: int, batch: list[Sealed]) -> float:
    """Hand bids in by several clients at once; return the seconds it took."""
    with unit_of_work() as session:
        given = {who: tokens.create(session, who, "bench") for who in BIDDERS}
    before = stored(one)
    shares = [batch[at::CLIENTS] for at in range(CLIENTS)]
    address = f"/api/v1/projects/{one.story.project}/bids"
    threads = [
        threading.Thread(target=client, args=(port, address, given, share)) for share in shares
    ]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = perf_counter() - began
    if stored(one) - before != len(batch):
        raise RuntimeError("not every bid was taken")
    return spent


def client(port: int, address: str, given: dict[str, str], batch: list[Sealed]) -> None:
    """Hand bids in one after another over one connection."""
    bodies = [(given[who], json.dumps({"envelope": one})) for who, one in batch]
    connection = HTTPConnection("127.0.0.1", port)
    for token, body in bodies:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(text.decode())
    connection.close()


def stored(one: Offering) -> int:
    """Return how many bids lie sealed."""
    with reading() as session:
        query = select(func.count()).select_from(Bid).join(Auction, Auction.id == Bid.auction_id)
        return session.scalar(query.where(Auction.project_id == one.story.project)) or 0


def opening(sites: list[Site], *, number: int) -> list[Line]:
    """Return the seconds from the monitor's confirmation to the settled price."""
    lines: list[Line] = []
    for site in sites:
        one = offering(site)
        one.take(one.sealed(number))
        closing = timed(lambda story=one.story: story.wake(CLOSES))
        one.story.wake(OPENS)
        with one.story.player.at(OPENS):
            complete(one.story, SELECTOR, "open_bids", "officer_opens")
            settled = timed(
                lambda story=one.story: complete(story, MONITOR, "confirm_bids", "monitor_confirms")
            )
        with reading() as session:
            auction = session.scalars(select(Auction)).one()
        if not auction.tied or auction.envelopes != number:
            raise RuntimeError(auction.failure)
        lines += [
            Line(f"{site.name} 关闭{number:,}份密封报价", closing, "秒"),
            Line(f"{site.name} 开启并计算{number:,}份报价", settled, "秒", "<= 3"),
        ]
    return lines


def complete(story: Bidding, who: str, step: str, field: str) -> None:
    """Finish a step of the ceremony."""
    story.player.complete(who, story.instance, step, {field: True})


def timed(act: Callable[[], None]) -> float:
    """Return the seconds an act takes."""
    began = perf_counter()
    act()
    return perf_counter() - began
