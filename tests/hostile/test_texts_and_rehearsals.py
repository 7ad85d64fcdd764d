"""Hostile texts at their editor and their typesetting, hostile drafts in a rehearsal."""

from collections.abc import Iterator

import pytest
from flask_openapi3 import OpenAPI
from sqlalchemy import func, select

from models.flow.instance import Instance
from models.flow.proposal import Proposal
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from processes.rehearsal import helper
from tests import worlds
from tests.city import City
from tests.hostile import bombs
from tests.hostile.conftest import Door
from tests.hostile.test_doors import each, runs
from tests.processes.diagrams import chain, node, process, script
from tests.web.conftest import send

pytestmark = [pytest.mark.req("PL-3"), pytest.mark.req("PL-5")]
LETTER = (BPMN / "base" / "letters" / "award_letter.toml").read_text()
NOTICE = (BPMN / "base" / "notices" / "tender_notice.toml").read_text()


@pytest.mark.parametrize(
    ("folder", "name"), [("notices", "tender_notice"), ("letters", "award_letter")]
)
def test_texts_at_their_editor(door: Door, folder: str, name: str) -> None:
    each(
        door,
        bombs.TOML,
        lambda _, body: door.send(
            "POST",
            f"/texts/{door.proposal}/{folder}/{name}/read",
            json={"text": body.encode(errors="replace").decode()},
        ),
    )


def test_what_is_typeset_reads_no_file_and_runs_nothing(door: Door) -> None:
    for words in (
        '#read("/etc/passwd")',
        '#include "/etc/passwd"',
        '#image(\\"/etc/passwd\\")',
        "#while true {}",
        "$ sum_(i=0)^oo x $",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "{title.__class__}",
        "x" * 20_000,
        "\u202e\u0007",
        "*" * 5_000,
    ):
        head, _, rest = LETTER.partition("title = ")
        text = (
            head
            + 'title = "'
            + words.replace('"', '\\"').replace('\\\\"', '\\"')
            + '"\n'
            + rest.partition("\n")[2]
        )
        address = f"/texts/{door.proposal}/letters/award_letter/sample.pdf"
        cost = door.send("POST", address, data={"text": text, "csrf_token": door.token})
        assert cost.answer.status_code < 500, words[:40]
        assert b"root:" not in cost.answer.data
        assert not runs(cost)
    assert door.browser.get("/messages").status_code == 200


@pytest.fixture
def analyst(city: City, door: Door) -> Iterator[Door]:
    worlds.give(city.settings)
    yield door
    helper.stop_all()


def flow(text: str) -> bytes:
    steps = (
        node("startEvent", "in")
        + script("bomb", text)
        + node("userTask", "look")
        + node("endEvent", "out")
    )
    made = process(steps, chain("in", "bomb", "look", "out"))
    return made.replace(b'id="flow"', b'id="hostile"')


BOMBS = {
    "loop": "x = [i for i in range(100000) for j in range(100000)]",
    "memory": "x = [0] * 10000000000",
    "host": "import os",
    "unknown": "x = nothing_of_the_kind + 1",
    "large": "x = 'y' * 10000000",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_a_draft_ends_its_rehearsal_alone(
    site: OpenAPI, analyst: Door, name: str
) -> None:
    with reading() as session:
        before = session.scalar(select(func.count()).select_from(Instance))
    with unit_of_work() as session:
        row = session.get_one(Proposal, analyst.proposal)
        proposals.save_file(
            session, row, "diagrams/hostile.bpmn", flow(BOMBS[name]), version=0, actor=PLATFORM
        )
    answer = send(
        analyst.browser,
        "/rehearsals",
        proposal=analyst.proposal,
        flow="hostile",
        **{"in": "dazhou"},
    )
    assert answer.status_code < 500
    if answer.status_code == 303:
        assert analyst.browser.get(answer.headers["Location"]).status_code == 200
    assert analyst.browser.get("/messages").status_code == 200
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == before
