"""Plays the worked cases of the bidding: what happens act by act, and what comes of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.project import ProjectPhase
from models.selection import auctions, guardians
from models.selection.filed_results import FiledResult
from models.session import reading, unit_of_work
from processes.demo.bidding import Bidding
from processes.demo.story import CENTRE
from tests.city import FREEZE, MORNING, City, after
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CLOSES, FLOOR, OPENS, PUBLISHED
from tests.flows.interrupting import tell
from tests.seeding import rows

Offers = Mapping[int, int]
AT = after(days=1)
MONDAY = timedelta(days=3)
"""The bidding is held on a Friday."""
HALF = timedelta(minutes=30)
AWARDED = PUBLISHED + timedelta(days=4)
DECLINED = AWARDED + timedelta(hours=1)
REASON = "全部报价之前，业主单位资金安排有变化。"


def bidding_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything up to the bidding as far as the acts leave it alone, then the acts."""
    acts = list(given["acts"])
    offers = {int(number): fen for number, fen in given.get("offers", {}).items()}
    one = play.story(city)
    if acts == ["withdraw"]:
        _withdraw(one)
    else:
        _begin(one, given.get("floor", FLOOR), "revise" in acts)
        one.join(after(hours=6), *offers)
        if acts[0] not in ("change", "stop"):
            one.wake(FREEZE)
            one.wake(BEGINS)
        for act in acts:
            ACTS[act](city, one, offers)
    return _ending(city, one)


def _ending(city: City, one: Bidding) -> dict[str, Any]:
    with reading() as session:
        auction = auctions.latest(session, one.project)
    told: dict[str, Any] = {} if auction is None else {"auction": auction.state.value}
    if auction is not None and auction.price is not None:
        told["price"] = auction.price
    if rows(FiledResult):
        told["filed"] = len(rows(FiledResult))
    return told | {"phase": city.project(one).phase.value, "next": city.steps(one)}


def _begin(one: Bidding, floor: int, is_revised: bool) -> None:
    one.prepare(MORNING)
    one.seal_floor(MORNING, floor)
    if is_revised:
        form = play.notice_form(timedelta(days=-1))
        with one.player.at(MORNING):
            one.player.complete(CENTRE, one.instance, "draft_bidding_notice", form)
            decision = {"notice_decision": "revise"}
            one.player.complete(CENTRE, one.instance, "publish_notice", decision)
    play.announce(one, after(hours=1))


def _withdraw(one: Bidding) -> None:
    one.start(MORNING)
    one.submit(MORNING)
    one.withdraw(MORNING, "资金调整，今年不再实施。")


def _bid(_: City, one: Bidding, offers: Offers) -> None:
    one.bid(BEGINS + HALF, {number: fen for number, fen in offers.items() if fen})


def _open(city: City, one: Bidding, offers: Offers) -> None:
    if city.steps(one) != ["open_bids"]:
        if play.auction_of(one).closed_at is None:
            _bid_if_due(city, one, offers)
        one.wake(play.auction_of(one).closes_at or CLOSES)
        one.wake(_opens_at(city, one))
    at = _opens_at(city, one)
    one.open_bids(at)
    one.wake(at + timedelta(minutes=1))


def _bid_if_due(city: City, one: Bidding, offers: Offers) -> None:
    with reading() as session:
        taken = auctions.current(session, one.project).postponed_to is not None
    if not taken:
        _bid(city, one, offers)


def _opens_at(city: City, one: Bidding) -> datetime:
    return city.draw(one).opens_at or OPENS


def _guardians_answer_late(city: City, one: Bidding, offers: Offers) -> None:
    _answering("centre")
    _open(city, one, offers)
    one.wake(OPENS + timedelta(minutes=3))
    assert city.steps(one) == []
    _answering()
    one.wake(OPENS + timedelta(minutes=5))


def _answering(*names: str) -> None:
    with unit_of_work() as session:
        for row in session.scalars(select(guardians.Guardian)):
            row.is_local = not names or row.name in names


def _again(_: City, one: Bidding, __: Offers) -> None:
    play.announce_again(one, AT + timedelta(hours=1))


def _outage_in_bidding(city: City, one: Bidding, offers: Offers) -> None:
    _bid(city, one, offers)
    one.report_outage(BEGINS + 3 * HALF, BEGINS + 2 * HALF, BEGINS + 3 * HALF)


def _down_at_close(city: City, one: Bidding, offers: Offers) -> None:
    _bid(city, one, offers)
    back = CLOSES + HALF
    outage = play.go_down(city, one, CLOSES - HALF, back)
    one.wake(back)
    assert play.auction_of(one).closed_at is None
    with one.player.at(back + timedelta(minutes=2)):
        one.wake(back + timedelta(minutes=2))
        tell(city, one, "selection_interrupted", {"outage": outage})


def _outage_at_opening(city: City, one: Bidding, offers: Offers) -> None:
    _bid(city, one, offers)
    one.wake(CLOSES)
    one.wake(OPENS)
    one.report_outage(OPENS + HALF, OPENS - HALF, OPENS + HALF)


def _open_later(city: City, one: Bidding, offers: Offers) -> None:
    one.set_new_time(OPENS + HALF, OPENS + MONDAY)
    one.wake(OPENS + MONDAY)
    _open(city, one, offers)


def _draw_later(_: City, one: Bidding, __: Offers) -> None:
    one.set_new_time(OPENS + 2 * HALF, OPENS + MONDAY)
    one.wake(OPENS + MONDAY)
    one.hold(OPENS + MONDAY)


def _cancel_closed(_: City, one: Bidding, __: Offers) -> None:
    one.wake(CLOSES)
    one.cancel_selection(CLOSES + HALF)
    one.wake(OPENS)


def _terminate(at: datetime) -> Callable[[City, Bidding, Offers], None]:
    def act(_: City, one: Bidding, __: Offers) -> None:
        one.decide_after_failure(at, "terminate", "参与企业不足三家。")
        one.publish_termination(at)

    return act


def _stop(_: City, one: Bidding, __: Offers) -> None:
    one.change(AT, "terminate")
    one.publish_termination(AT)


def _decline(city: City, one: Bidding, _: Offers) -> None:
    is_publicised = city.project(one).phase is ProjectPhase.PUBLICISED
    one.decline(PUBLISHED + HALF if is_publicised else DECLINED, one.winner())


def _redo(_: City, one: Bidding, __: Offers) -> None:
    one.decide_after_decline(DECLINED, "repeat")
    play.prepare_again(one, DECLINED)


def _give_up(_: City, one: Bidding, __: Offers) -> None:
    one.decide_after_decline(DECLINED, "terminate")
    one.publish_termination(DECLINED)


def _contract(_: City, one: Bidding, __: Offers) -> None:
    one.wake(AWARDED)
    one.sign_contract(AWARDED)
    one.wake(AWARDED + timedelta(days=4))


ACTS: Mapping[str, Callable[[City, Bidding, Offers], None]] = {
    "revise": lambda _city, _one, _offers: None,
    "bid": _bid,
    "open": _open,
    "draw": lambda _, one, __: one.hold(OPENS + HALF),
    "repeat": lambda _, one, __: one.decide_after_failure(PUBLISHED, "repeat", "不足三家。"),
    "terminate": _terminate(PUBLISHED),
    "guardians_answer_late": _guardians_answer_late,
    "change": lambda _, one, __: one.change(AT, "change", new_price=18_000_000) and None,
    "again": _again,
    "stop": _stop,
    "outage_in_bidding": _outage_in_bidding,
    "down_at_close": _down_at_close,
    "close_later": lambda _, one, __: play.close_later(one, CLOSES + HALF, CLOSES + MONDAY),
    "outage_at_opening": _outage_at_opening,
    "open_later": _open_later,
    "outage_at_draw": lambda _, one, __: (
        one.report_outage(OPENS + 2 * HALF, OPENS + HALF, OPENS + 2 * HALF) and None
    ),
    "draw_later": _draw_later,
    "cancel": lambda _, one, __: one.cancel_selection(CLOSES - HALF) and None,
    "cancel_closed": _cancel_closed,
    "publish": lambda _, one, __: one.publish(PUBLISHED),
    "award": lambda _, one, __: one.wake(AWARDED),
    "decline": _decline,
    "redo": _redo,
    "give_up": _give_up,
    "contract": _contract,
    "works": lambda _, one, __: one.complete_works(AWARDED + timedelta(days=5)),
    "evaluate": lambda _, one, __: one.evaluate(AWARDED + timedelta(days=6)),
}
BIDDING = {"reverse_auction": bidding_outcome}
