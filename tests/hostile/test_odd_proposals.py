"""A proposal whose files hang together badly is still shown, with what is wrong with each."""

import pytest

from tests.hostile.conftest import Door

pytestmark = [pytest.mark.req("PL-5"), pytest.mark.timeout(300)]

CASE = '[[case]]\nname = "甲"\nsource = "无"\n'
FILES = [
    ("cases/odd.toml", CASE + 'flow = "none"\nacts = [{ start = "none" }]\nexpect = { next = [] }'),
    ("cases/odd.toml", CASE + 'flow = "enquiry"\nexpect = { next = 5 }'),
    ("cases/odd.toml", CASE + 'rule = "none"\nfrom = 9999-12-31T23:00:00\nexpect = { until = 5 }'),
    ("cases/odd.toml", CASE + 'rule = "none"\ngiven = 5\nexpect = { until = 5 }'),
    (
        "cases/odd.toml",
        CASE
        + 'flow = "enquiry"\nacts = [{ event = "bid", offers = 5, by = 5 }]\nexpect = { a = nan }',
    ),
    ("roles.toml", "role = 5"),
    ("pack.toml", "code = 5\nname = []\nparent = 7"),
    ("forms/open_draw.json", '{"components": [1, [], {"type": 5, "components": 5, "values": 3}]}'),
    ("diagrams/enquiry.bpmn", "<a/>"),
]


def test_it_is_shown_and_so_are_its_cases(door: Door) -> None:
    wrong = []
    for path, text in FILES:
        assert door.save(path, text).answer.status_code == 200
        for page in (f"/proposals/{door.proposal}", f"/cases/{door.proposal}/odd"):
            answer = door.browser.get(page)
            if answer.status_code != 200:
                wrong.append((path, text, page, answer.status_code))
    assert wrong == []
