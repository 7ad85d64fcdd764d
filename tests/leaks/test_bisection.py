"""A contractor that bids by bisection over the whole range learns nothing about the floor.

It is led to the floor as if each answer had told on which side of it the bid lay: the worst that
can happen. Two worlds differ in the floor alone, and both are asked the same questions.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from models import session as sessions
from models.settings import ROOT
from processes.demo.projects import FINISHED
from tests.leaks.biddings import Run, bidding_at, sealed
from tests.leaks.comparing import SIGNATURE
from tests.leaks.repeating import seeded
from tests.leaks.snapshots import commitments
from tests.leaks.visits import JOINER, enter, text_of
from tests.leaks.worlds import World

pytestmark = pytest.mark.timeout(600)
FLOORS = 15_873_461, 9_204_857
OURS = tuple(f"{ROOT / folder}/" for folder in ("handlers", "models", "processes", "web"))
EACH_TIME = re.compile(r"\b[0-9A-F]{10}\b|(?<=smallworks=)[^;]+")
"""A request's number, and the sealed cookie of a session."""

PAGES = (
    "/",
    "/desk",
    "/find-projects",
    "/messages",
    "/notices",
    "/projects/{id}",
    "/projects/{id}/quote",
    "/registrations",
    "/api/v1/projects/{id}",
    "/api/v1/projects/{id}/bids",
    "/api/v1/projects/{id}/sealing?kind=bid",
    "/api/v1/public/projects/{id}/opening",
)
"""What a bidder can look at between two bids."""


def bisected() -> list[int]:
    """Return the bids that lead to either floor, and those right beside it."""
    bids = [1, FINISHED.ceiling_price]
    for floor in FLOORS:
        low, high = 1, FINISHED.ceiling_price
        while low <= high:
            middle = (low + high) // 2
            bids.append(middle)
            low, high = (middle + 1, high) if middle < floor else (low, middle - 1)
        bids += [floor - 1, floor, floor + 1]
    return bids


@dataclass
class Told:
    """What one world told whoever probed it."""

    answers: list[str] = field(default_factory=list)
    kinds: set[tuple[object, ...]] = field(default_factory=set)
    statements: set[tuple[str, ...]] = field(default_factory=set)
    ways: set[tuple[str, ...]] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)


def probed(county: Path, folder: Path, floor: int) -> Told:
    """Bid by bisection in a world with this floor, then look at every page."""
    told = Told()
    with bidding_at(county, folder, "bidding", Run(floor, (1, 2, 3))) as world, seeded(9):
        hand_in(world, FINISHED.ceiling_price)  # what a process remembers, it remembers from now on
        for fen in bisected():
            with watched() as (statements, way):
                answer = hand_in(world, fen)
            told.answers.append(f"{answer.status_code} {headers(answer)} {answer.text}")
            told.kinds.add((answer.status_code, headers(answer), len(answer.data), *answer.json))
            told.statements.add(tuple(statements))
            told.ways.add(tuple(way))
        told.pages = seen_by_bidder(world)
    return told


def hand_in(world: World, fen: int) -> TestResponse:
    body = {"envelope": sealed(world, JOINER, "bid", {"fen": fen})}
    return world.app.test_client().post(
        f"/api/v1/projects/{world.story.project}/bids",
        json=body,
        headers={"Authorization": f"Bearer {world.tokens[JOINER]}"},
    )


def headers(answer: TestResponse) -> str:
    return EACH_TIME.sub("<each time>", str(sorted(answer.headers.items())))


@contextmanager
def watched() -> Iterator[tuple[list[str], list[str]]]:
    """Note each statement that is sent and each function of ours that is entered, in order."""
    statements: list[str] = []
    way: list[str] = []

    def send(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def go(frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(OURS):
            way.append(f"{code.co_filename} {code.co_qualname}")

    engine, former = sessions.Write.kw["bind"], sys.getprofile()
    event.listen(engine, "before_cursor_execute", send)
    sys.setprofile(go)
    try:
        yield statements, way
    finally:
        sys.setprofile(former)
        event.remove(engine, "before_cursor_execute", send)


def seen_by_bidder(world: World) -> dict[str, str]:
    """Return every page as the bidder and as anybody sees it.

    What binds the floor is left out: its commitment, and the roots of the log that holds it.
    """
    bound = commitments("")  # its own bids are the same in both worlds
    browsers = {"bidder": enter(world.app, JOINER), "anybody": enter(world.app, "")}
    return {
        f"{who} {page}": looked_at(browser, page.format(id=world.story.project), bound)
        for who, browser in browsers.items()
        for page in PAGES
    }


def looked_at(browser: FlaskClient, address: str, bound: list[str]) -> str:
    answer = browser.get(address)
    text = SIGNATURE.sub("<signature>", text_of(answer.data))
    for one in bound:
        text = text.replace(one, "<commitment>")
    return f"{answer.status_code} {headers(answer)} {text}"


@pytest.fixture(scope="module")
def worlds(county: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """The same probing in two worlds with different floors."""
    folder = tmp_path_factory.mktemp("bisection")
    return [probed(county, folder / str(floor), floor) for floor in FLOORS]


@pytest.mark.req("DZ-80b")
def test_every_answer_has_one_status_shape_size_and_header(worlds: list[Told]) -> None:
    (kind,) = worlds[0].kinds | worlds[1].kinds
    assert (kind[0], kind[-2:]) == (201, ("commit", "received_at"))


@pytest.mark.req("DZ-80b")
def test_answers_are_the_same_bytes_whatever_the_floor(worlds: list[Told]) -> None:
    assert worlds[0].answers == worlds[1].answers
    assert len(worlds[0].answers) > 50


@pytest.mark.req("DZ-80b")
def test_pages_are_the_same_whatever_the_floor(worlds: list[Told]) -> None:
    one, other = (told.pages for told in worlds)
    assert [name for name in one if one[name] != other[name]] == []
    assert one["bidder /projects/{id}/quote"].startswith("200 ")
    assert sum(text.startswith("200 ") for text in one.values()) >= len(PAGES)


@pytest.mark.req("DZ-80b")
def test_bids_above_and_under_the_floor_take_the_same_statements(worlds: list[Told]) -> None:
    (statements,) = worlds[0].statements | worlds[1].statements
    assert any(one.startswith("INSERT INTO bid") for one in statements)


@pytest.mark.req("DZ-80b")
def test_bids_above_and_under_the_floor_go_the_same_way_through_the_code(
    worlds: list[Told],
) -> None:
    (way,) = worlds[0].ways | worlds[1].ways
    assert any(one.endswith("bids.py place") for one in way)
