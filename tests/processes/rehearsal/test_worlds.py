"""Playing flows in a rehearsed world: what comes of acts, time, snapshots and drafts."""

import pytest

from processes.rehearsal.coming import coming
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.orders import Order
from processes.rehearsal.seen import Seen
from tests.processes.rehearsal import drafts

USUAL = [
    {"start": "random_selection"},
    *(
        {"step": step}
        for step in (
            *("fill_requirement", "stamp_application", "intake_review", "name_people"),
            *("confirm_officer", "confirm_monitor", "draft_notice", "publish_notice"),
        )
    ),
]
JOIN = {"event": "join", "by": ["contractor1", "contractor2", "contractor3"]}
LATER = [
    *({"wait": "next"}, {"wait": "next"}, {"step": "open_draw"}, {"step": "confirm_opening"}),
    *({"step": "publish_result"}, {"wait": {"working_days": 4}}, {"step": "fill_contract"}),
    *({"step": "confirm_contract"}, {"wait": {"working_days": 4}}, {"step": "register_start"}),
    *({"step": "accept_works"}, {"step": "evaluate_contractor"}),
]


@pytest.mark.req("PL-3")
def test_a_project_is_played_to_its_end_with_invented_answers_alone(world: RemoteWorld) -> None:
    seen = world.play([*USUAL, JOIN, *LATER])
    assert [one.error for one in seen if one.error] == []
    last = seen[-1]
    assert (last.phase, last.status, last.open) == ("evaluated", "completed", [])
    assert {"random_selection", "announcement", "draw_ceremony"} <= set(last.trail)
    assert (
        "start_random_selection" in last.walked["random_selection"]
        or last.trail["random_selection"].done
    )


def test_what_is_told_is_shown_and_not_sent(world: RemoteWorld) -> None:
    *_, filled = world.play(USUAL[:2])
    assert [one["kind"] for one in filled.letters] == ["entry_application"]
    assert world.paper(filled.letters[0]["id"]).startswith(b"%PDF")
    *_, drafted, published = world.play(USUAL[2:])
    assert [one["state"] for one in drafted.notices] == ["drafted"] or published.notices
    assert [one["state"] for one in published.notices] == ["published"]


def test_waiting_stops_at_every_timer_on_the_way(world: RemoteWorld) -> None:
    world.play([*USUAL, JOIN])
    frozen = world.do({"wait": "next"})
    assert (frozen.clock[:16], frozen.phase) == ("2026-11-11T17:30", "frozen")
    later = world.do({"wait": {"working_days": 3}})
    assert later.steps == ["open_draw"]
    assert later.clock[:16] == "2026-11-16T17:30"


def test_time_never_goes_back(world: RemoteWorld) -> None:
    seen = world.do({"wait": "2026-11-01T09:00"})
    assert seen.refused
    assert seen.error is not None
    assert "不能往回拨" in seen.error.message


def test_a_refused_act_leaves_the_world_as_it_was(world: RemoteWorld) -> None:
    before = world.play(USUAL[:1])[-1]
    seen = world.do({"step": "fill_requirement", "form": {"ceiling_price": 0}})
    assert seen.refused
    assert seen.error is not None
    assert set(seen.error.fields) == {"ceiling_price"}
    assert (seen.open, seen.clock, seen.data) == (before.open, before.clock, before.data)


@pytest.mark.parametrize(
    "act",
    [{}, {"step": "a", "wait": "next"}, {"event": "earthquake"}, {"wait": "soon"}, {"start": "no"}],
)
def test_what_is_no_act_is_told_so(world: RemoteWorld, act: dict[str, str]) -> None:
    seen = world.do(act)
    assert seen.refused
    assert seen.error is not None
    assert seen.error.message


def test_a_snapshot_brings_everything_back(world: RemoteWorld) -> None:
    at_step = world.play(USUAL[:3])[-1]
    kept = world.snapshot()
    assert len(kept) < 300_000
    world.play(USUAL[3:5])
    world.restore(kept)
    again = world.look()
    assert (again.open, again.clock, again.data) == (at_step.open, at_step.clock, at_step.data)
    assert again.walked == at_step.walked
    assert world.play(USUAL[3:4])[-1].error is None


def test_two_ways_go_on_from_one_snapshot(world: RemoteWorld) -> None:
    world.play(USUAL)
    kept = world.snapshot()
    with_joiners = world.play([JOIN, {"wait": "next"}])[-1]
    world.restore(kept)
    alone = world.play([{"wait": "next"}])[-1]
    assert (with_joiners.facts["draw"], alone.facts["draw"]) == ("frozen", "unsuccessful")


@pytest.mark.req("PL-2")
def test_a_draft_with_a_new_step_and_a_new_form_just_works(process: RemoteWorld) -> None:
    process.open(Order("dazhou", "dazhou", drafts.with_step()))
    asked = process.play(
        [{"start": "enquiry"}, {"step": "record_enquiry"}, {"step": "answer_enquiry"}]
    )
    assert asked[-1].steps == ["discipline_sign"]
    item = asked[-1].open[0].item
    shown = process.answers(item)
    assert set(shown["form"]) >= {"opinion", "letter_number", "sign_paper", "members"}
    assert "why_not" not in shown["form"]
    signed = process.do({"step": "discipline_sign"})
    assert signed.error is None
    assert signed.status == "completed"
    assert "flow_discipline_sign_keep_answer" in signed.walked["enquiry"]


def test_a_failing_expression_is_told_at_its_element(process: RemoteWorld) -> None:
    process.open(Order("dazhou", "dazhou", drafts.with_failing_expression()))
    asked = process.play(
        [{"start": "enquiry"}, {"step": "record_enquiry"}, {"step": "answer_enquiry"}]
    )
    failure = asked[-1].error
    assert failure is not None
    assert (failure.flow, failure.element) == ("enquiry", "keep_answer")
    assert asked[-1].steps == ["answer_enquiry"]
    assert asked[-1].refused


def test_the_cast_plays_in_every_county(process: RemoteWorld) -> None:
    process.open(Order("huairou", "huairou"))
    seen = process.play([{"start": "comparative_selection"}, {"step": "fill_initiation"}])
    assert [one.error for one in seen] == [None, None]
    assert seen[-1].open[0].who == ["owner"]


def test_whoever_may_not_join_is_refused(world: RemoteWorld) -> None:
    world.play(USUAL)
    for contractor in ("contractor10", "contractor11", "contractor12"):
        assert world.do({"event": "join", "by": contractor}).refused
    assert not world.do({"event": "join", "by": "contractor9"}).refused


def test_going_on_lets_contractors_join_an_open_list_and_ends(world: RemoteWorld) -> None:
    walked: list[tuple[dict[str, object], Seen]] = [({}, world.look())]
    act: dict[str, object] | None = {"start": "random_selection"}
    while act is not None:
        walked.append((act, world.do(act)))
        assert walked[-1][1].error is None
        act = coming(walked)
    assert walked[-1][1].phase == "evaluated"
    assert [one["note"] for one, _ in walked if "event" in one] == ["平台代拟"]
