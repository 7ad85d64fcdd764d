"""Saving files of a proposal: versions, people, places, and what is kept of earlier states."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import Actor
from models.session import reading, unit_of_work
from processes import proposals
from processes.publishing_errors import MayNotEditFlowsError
from tests.city import MORNING
from tests.processes.proposals.drafts import FORM, base_file, draft_with, row


def save(proposal_id: str, body: bytes | None, version: int, actor: Actor, path: str = FORM) -> int:
    with unit_of_work() as session:
        proposal = session.get_one(Proposal, proposal_id)
        return proposals.save_file(session, proposal, path, body, version=version, actor=actor)


def shown(proposal_id: str | None, path: str = FORM, county: str = "city") -> proposals.Shown:
    with reading() as session:
        found = None if proposal_id is None else session.get_one(Proposal, proposal_id)
        return proposals.read_file(session, county, path, found)


def test_a_saved_file_lies_over_the_bases_and_leaves_what_holds_alone(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: b"{}"})
    assert (shown(draft).body, shown(draft).source, shown(draft).version) == (b"{}", "proposal", 1)
    assert (shown(None).body, shown(None).source) == (base_file(FORM), "base")
    with reading() as session:
        proposal = session.get_one(Proposal, draft)
        assert proposals.overlay(session, proposal) == {FORM: b"{}"}
        assert proposals.files_in(session, "city", proposal)[FORM] == b"{}"
        assert proposals.files_in(session, "city")[FORM] == base_file(FORM)


@pytest.mark.req("PL-3")
def test_two_analysts_cannot_overwrite_each_other(
    analyst: Actor, person: Callable[..., Actor]
) -> None:
    other = person("林知夏", "analyst", "city")
    draft = draft_with("city", analyst, {FORM: b"{}"})
    assert save(draft, b'{"a": 1}', 1, other) == 2
    with pytest.raises(proposals.StaleFileError, match="林知夏") as refused:
        save(draft, b'{"b": 1}', 1, analyst)
    assert refused.value.details["version"] == 2
    with pytest.raises(proposals.StaleFileError):
        save(draft, b'{"b": 1}', 0, analyst)
    assert shown(draft).body == b'{"a": 1}'


def test_saving_what_holds_already_puts_nothing_into_the_proposal(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {})
    assert save(draft, base_file(FORM), 0, analyst) == 0
    assert shown(draft).source == "base"


def test_saving_the_same_again_makes_no_version(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: b"{}"})
    assert save(draft, b"{}", 1, analyst) == 1


def test_the_first_state_is_kept_and_later_ones_of_five_minutes_are_one(analyst: Actor) -> None:
    with business_clock(fixed(MORNING)):
        draft = draft_with("city", analyst, {FORM: b"1"})
    for minute, body in enumerate((b"2", b"3", b"4", b"5"), start=1):
        with business_clock(fixed(MORNING + timedelta(minutes=minute * 2))):
            save(draft, body, minute, analyst)
    with reading() as session:
        proposal = session.get_one(Proposal, draft)
        kept = proposals.history(session, proposal, FORM)
    assert [one.version for one in kept] == [5, 4, 1]


def test_an_earlier_state_comes_back_as_a_new_one(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: b"1"})
    save(draft, b"2", 1, analyst)
    with unit_of_work() as session:
        proposal = session.get_one(Proposal, draft)
        assert proposals.restore(session, proposal, FORM, 1, version=2, actor=analyst) == 3
    assert shown(draft).body == b"1"


def test_the_proposal_says_who_edited_it_last(analyst: Actor, person: Callable[..., Actor]) -> None:
    other = person("林知夏", "analyst", "*")
    draft = draft_with("city", analyst, {FORM: b"1"})
    save(draft, b"2", 1, other)
    assert row(draft).edited_by == other.account_id
    assert row(draft).created_by == analyst.account_id


def test_another_countys_analyst_neither_sees_nor_saves(
    analyst: Actor, person: Callable[..., Actor]
) -> None:
    stranger = person("许望舒", "analyst", "huairou")
    draft = draft_with("city", analyst, {FORM: b"1"})
    with reading() as session, pytest.raises(proposals.ProposalNotFoundError):
        proposals.find(session, draft, stranger)
    with pytest.raises(MayNotEditFlowsError):
        save(draft, b"2", 1, stranger)
    with pytest.raises(MayNotEditFlowsError):
        draft_with(BASE, stranger, {})


@pytest.mark.parametrize(
    "path",
    [
        "../rules.toml", "/etc/passwd", "forms/../rules.toml", "forms/Open.json", "forms/a.bpmn",
        "forms/1a.json", "other/a.json", "forms/a/b.json", "forms/.json", "notes.toml", "",
        "forms/<script>.json", "forms/a.json\n", "forms/" + "a" * 61 + ".json",
    ],
)  # fmt: skip
def test_only_known_places_and_plain_names_are_files(analyst: Actor, path: str) -> None:
    draft = draft_with("city", analyst, {})
    with pytest.raises(proposals.PathRefusedError):
        save(draft, b"{}", 0, analyst, path)


def test_a_file_larger_than_a_pack_may_hold_is_refused(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {})
    with pytest.raises(proposals.FileTooLargeError):
        save(draft, b" " * 2_000_001, 0, analyst)


def test_only_drafts_are_edited(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: b"1"})
    with unit_of_work() as session:
        session.get_one(Proposal, draft).state = ProposalState.SUBMITTED
    with pytest.raises(proposals.ProposalClosedError, match="等待审批"):
        save(draft, b"2", 1, analyst)


def test_a_persons_open_draft_is_found_again(analyst: Actor, publisher: Actor) -> None:
    with unit_of_work() as session:
        first = proposals.open_for(session, "city", analyst)
        assert proposals.open_for(session, "city", analyst).id == first.id
        assert proposals.open_for(session, "city", publisher).id != first.id
        assert "顾见川" in first.title


def test_rules_and_roles_of_the_base_are_not_the_countys_to_edit(analyst: Actor) -> None:
    assert shown(None, "rules.toml", "huairou").body != shown(None, "rules.toml", BASE).body
    with reading() as session:
        held = proposals.files_in(session, "city")
    assert b"label" not in held["rules.toml"]
    assert shown(None, "roles.toml", "city") == proposals.Shown(b"", 0, "county")
