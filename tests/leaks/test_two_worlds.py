"""Two runs that differ only in who joined look the same to everybody else, until the result."""

import re

import pytest

from models.selection.tables import Interest
from tests.leaks.snapshots import STAGES, Snapshot, Taken

SIGNATURE = re.compile(r"— smallworks/[0-9a-f-]+ [\w+/=]+")
SHARE = re.compile(r'"c": ?"[0-9a-f]{228}"')

NOT_COMPARED = {
    "table interest": "the joiners' own rows; who holds the file counts them and reads no name",
    "table ledger_node": "hashes over the entry that carries the list's root",
    "table checkpoint": "signs the root of the log over the same entry",
}
"""Only these and the constants of ``declared`` may differ, each for its reason."""

pytestmark = pytest.mark.timeout(900)
"""The first test of the two files visits every page of four runs."""


def declared(snapshot: Snapshot, text: str) -> str:
    """Replace the declared commitments by constants.

    * the list's root and, once frozen, its tickets and commitments: they bind the list
    * the log's roots and the signatures under them: they bind the log, which holds the list's root
    * the guardians' sealed shares of the contributors: a fresh key at each sealing
    """
    for value in snapshot.commitments:
        text = text.replace(value, "<commitment>")
    text = SIGNATURE.sub("<signature>", text)
    return SHARE.sub('"c": "<sealed>"', text)


def differing(one: Snapshot, other: Snapshot) -> list[str]:
    """Return the names of the texts that tell the two runs apart."""
    names = set(one.texts) | set(other.texts)
    return sorted(
        name
        for name in names - set(NOT_COMPARED)
        if declared(one, one.texts.get(name, "")) != declared(other, other.texts.get(name, ""))
    )


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_tells_who_joined_nor_how_many(taken: Taken, stage: str) -> None:
    one, other = taken[stage, 0], taken[stage, 1]
    assert differing(one, other) == []


def test_the_runs_look_at_every_kind_of_thing(taken: Taken) -> None:
    for snapshot in taken.values():
        pages = [text for name, text in snapshot.texts.items() if name.startswith("page ")]
        assert sum(text.startswith("200 ") for text in pages) > 300
        assert {"log", "table instance", "table outbound_message"} <= set(snapshot.texts)
        assert "open_interest" in snapshot.texts["table instance"]


def test_one_planted_leak_is_found(taken: Taken) -> None:
    one, other = taken["announced", 0], taken["announced", 1]
    leaky = dict(one.texts) | {"page dz.owner /desk": "200 已有3家企业参与"}
    planted = Snapshot(leaky, one.disk, one.receipts, one.commitments, one.companies)
    assert differing(planted, other) == ["page dz.owner /desk"]


def test_row_of_a_joiner_has_no_time_no_counter_and_no_name() -> None:
    kinds = {column.name: str(column.type) for column in Interest.__table__.c}
    assert set(kinds) == {
        "ticket",
        "draw_id",
        "pseudonym",
        "org_commit",
        "envelope",
        "contact",
        "live",
        "party_id",
        "blind",
    }
    assert not any("DATE" in kind or "INT" in kind for kind in kinds.values())
    assert Interest.__table__.dialect_options["sqlite"]["with_rowid"] is False
