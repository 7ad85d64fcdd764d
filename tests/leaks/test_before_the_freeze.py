"""While the list is open nothing tells who joined, nor how many: two runs and a canary."""

from dataclasses import replace

import pytest

from models.selection.tables import Interest
from tests.leaks import rules
from tests.leaks.canary import forms, found, keys_found
from tests.leaks.comparing import differing
from tests.leaks.snapshots import STAGES, Pair
from tests.leaks.visits import JOINER
from tests.leaks.worlds import CONTACT

pytestmark = pytest.mark.timeout(900)
OWN_ROW = ["backup tables/interest.jsonl", "table interest"]


@pytest.mark.req("DZ-80a")
def test_nothing_tells_who_joined_nor_how_many(announced: Pair) -> None:
    assert differing(*announced) == []


def test_the_runs_look_at_every_kind_of_thing(announced: Pair) -> None:
    for snapshot in announced:
        pages = [text for name, text in snapshot.texts.items() if name.startswith("page ")]
        assert sum(text.startswith("200 ") for text in pages) > 300
        assert {"log", "metrics", "table instance", "table outbound_message"} <= set(snapshot.texts)
        assert {"backup tables/instance.jsonl", "backup tables/draw.jsonl"} <= set(snapshot.texts)
        assert "open_interest" in snapshot.texts["table instance"]
        assert "smallworks_requests_total" in snapshot.texts["metrics"]


def test_acts_reach_past_the_guards(announced: Pair) -> None:
    acts = {name: text[:3] for name, text in announced[0].texts.items() if name.startswith("act ")}
    assert {"303", "403", "404", "409", "422"} <= set(acts.values())
    joining = {text for name, text in acts.items() if name.endswith("/interest")}
    assert not {"200", "201", "204", "500"} & joining
    assert "500" not in acts.values()


@pytest.mark.req("DZ-80a")
def test_a_joiner_reads_of_itself_alone(announced: Pair) -> None:
    for snapshot in announced:
        mine, *others = (str(one["ticket"]) for one in snapshot.receipts)
        pages = {name: text for name, text in snapshot.encoded.items() if f" {JOINER} " in name}
        assert all(rules.own(name) for name in found(mine, pages))
        assert f"page {JOINER} /registrations" in found(mine, pages)
        assert [name for other in others for name in found(other, pages)] == []


def test_one_planted_leak_is_found(announced: Pair) -> None:
    one, other = announced
    leaky = dict(one.texts) | {"page dz.owner /desk": "200 已有3家企业参与"}
    assert differing(replace(one, texts=leaky), other) == ["page dz.owner /desk"]


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


@pytest.mark.req("DZ-80a")
def test_what_was_typed_or_given_to_join_is_nowhere(announced: Pair) -> None:
    assert len(announced[0].receipts) == len(STAGES["announced"][0])
    assert rules.typed_found(announced[0]) == []
    assert rules.signatures_found(announced[0]) == []


@pytest.mark.req("DZ-80a")
def test_ticket_is_nowhere_but_in_its_own_row_and_on_its_joiners_page(announced: Pair) -> None:
    snapshot = announced[0]
    for receipt in snapshot.receipts:
        for value in (receipt["ticket"], receipt["org_commit"]):
            places = found(str(value), snapshot.encoded)
            assert [name for name in places if not rules.own(name)] == OWN_ROW


@pytest.mark.req("DZ-80a")
def test_joiners_name_code_and_phone_stand_where_they_stand_without_it(announced: Pair) -> None:
    joiners = rules.joiners_of(STAGES["announced"])
    assert rules.companies_told_apart(announced, joiners) == []


def test_the_check_page_knows_no_ticket_before_the_result(announced: Pair) -> None:
    for snapshot in announced:
        real, made_up = snapshot.by_ticket
        assert real == made_up


def test_no_key_lies_outside_the_folder_of_keys(announced: Pair) -> None:
    snapshot = announced[0]
    assert len(snapshot.keys) > 4
    assert rules.keys_lying_about(snapshot) == []
    planted = {"backup tables/draw.jsonl": b'{"key": "' + snapshot.keys[0].hex().encode() + b'"}'}
    assert keys_found(snapshot.keys, planted) == list(planted)


def test_one_planted_canary_is_found(announced: Pair) -> None:
    everywhere = dict(announced[0].encoded)
    everywhere["page dz.centre /inbox"] += CONTACT.encode("gbk").hex().encode()
    assert found(CONTACT, everywhere) == ["page dz.centre /inbox"]


@pytest.mark.parametrize("value", [CONTACT, "0123456789abcdef0123456789abcdef"])
def test_search_finds_a_value_in_each_of_its_forms(value: str) -> None:
    for form in forms(value):
        assert found(value, {"page": b"<p>" + form + b"</p>"}) == ["page"]
    assert found(value, {"page": "别的内容".encode()}) == []
