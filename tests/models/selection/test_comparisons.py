"""A comparison from its preparation to its award, by the verbs that the diagrams call."""

from datetime import datetime, timedelta

import pytest

from models.clock import CHINA, business_clock, fixed
from models.project import Project, ProjectPhase
from models.selection import comparisons, draw_keys, interests, registrations
from models.selection.comparison_tables import ComparisonState
from models.selection.registration_words import next_step, result, why_out
from models.selection.spent_keys import forget_spent_keys
from models.selection.tables import DrawState, Interest
from models.session import reading, unit_of_work
from tests import seeding
from tests.models.selection import comparing
from tests.models.selection.auctioning import logged, refusal
from tests.models.selection.comparing import CLOSES, act
from tests.seeding import MORNING

LATER = datetime(2026, 11, 24, 17, 30, tzinfo=CHINA)
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=CHINA)


@pytest.fixture
def standing(tmp_path):
    with comparing.standing(tmp_path / "comparison") as found:
        yield found


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def comparison(standing):
    return standing[1]


def mine(town, account_id, at=CLOSES):
    """Return how a contractor's only registration stands, its words and what it lacked."""
    with business_clock(fixed(at)), reading() as session:
        party = interests.party_of(session, seeding.actor(account_id))
        found = registrations.my_registrations(session, town.settings, party)
        return [
            (one.state, result(one), next_step(one), why_out(session, party, one)) for one in found
        ]


@pytest.mark.req("HR-4.5.4")
def test_who_registered_becomes_a_candidate_at_the_close(town, comparison):
    told = comparing.closed(town, comparison)
    assert (told.registered, told.enough) == (4, True)
    assert comparing.candidates(comparison) == []
    opened = act(town, CLOSES, comparisons.open_names, comparison)
    assert (opened.complete, opened.registered, opened.enough) == (True, 4, True)
    found = comparing.candidates(comparison)
    assert {one.party_id for one in found} == set(map(comparing.party_of, town.contractors[:4]))
    assert [one.ticket for one in found] == sorted(one.ticket for one in found)
    assert comparing.draw_of(comparison).state is DrawState.UNUSED
    assert not draw_keys.exists(town.settings, comparison.draw_id)


def test_contact_and_remark_of_a_candidate_are_its_own_words(town, comparison):
    words = {"contact": "周亦安 13800005678", "remark": "可提前进场"}
    comparing.register(town, comparison, town.contractors[4:], **words)
    comparing.named(town, comparison)
    party = comparing.party_of(town.contractors[4])
    (one,) = [each for each in comparing.candidates(comparison) if each.party_id == party]
    assert (one.contact, one.remark) == (words["contact"], words["remark"])


def test_every_verb_may_be_repeated(town, comparison):
    first = comparing.named(town, comparison)
    assert act(town, CLOSES, comparisons.close, comparison).registered == 4
    assert act(town, CLOSES, comparisons.open_names, comparison) == first
    comparing.reviewed(town, comparison)
    told = comparing.reviewed(town, comparison)
    assert (told.passed, told.enough) == (4, True)
    assert comparing.compared(town, comparison) == comparing.compared(town, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    assert len(logged("comparison:closed")) == len(logged("comparison:names_opened")) == 1
    assert len(logged("comparison:published")) == 1


@pytest.mark.req("HR-4.5.6")
def test_who_is_ranked_first_wins_at_its_offer(town, comparison):
    comparing.named(town, comparison)
    comparing.reviewed(town, comparison)
    told = comparing.compared(town, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    (project,) = seeding.rows(Project, id=comparison.project_id)
    first = comparing.candidates(comparison)[0]
    assert (project.winner_id, project.award_price) == (first.party_id, comparing.PRICE)
    assert (told.winner, told.price, told.warnings) == (first.party_id, comparing.PRICE, [])
    assert comparing.fresh(comparison).state is ComparisonState.PUBLISHED


def test_nothing_closes_before_its_minute_and_nothing_opens_before_the_close(town, comparison):
    early = CLOSES - timedelta(seconds=1)
    assert refusal(comparing.closed, town, comparison, early).code == "too_early"
    assert refusal(act, town, CLOSES, comparisons.open_names, comparison).code == "comparison_state"
    assert refusal(comparing.reviewed, town, comparison).code == "comparison_state"


def test_a_list_that_closes_late_closes_as_of_its_minute(town, comparison):
    told = comparing.closed(town, comparison, at=CLOSES + timedelta(days=3))
    assert told.registered == 4
    assert comparing.fresh(comparison).closed_at == CLOSES
    account = town.contractors[4]
    at = CLOSES + timedelta(days=3)
    assert refusal(comparing.register, town, comparison, [account], at).code == "joining_closed"


@pytest.mark.parametrize(
    ("closes_at", "word"),
    [
        (CLOSES - timedelta(hours=12), "报名时间不少于2个工作日"),
        (datetime(2026, 11, 21, 17, 30, tzinfo=CHINA), "须在工作日"),
    ],
)
def test_a_close_too_early_or_on_a_day_off_is_refused_at_its_field(
    town, comparison, closes_at, word
):
    made = comparing.prepared(town, "另一项目")
    told = refusal(
        act, town, MORNING + timedelta(hours=1), comparisons.plan, made, closes_at
    ).fields
    assert word in told["closes_at"]
    assert comparing.fresh(made).state is ComparisonState.PREPARING


@pytest.mark.req("HR-4.5.3")
def test_a_corrigendum_puts_the_close_off_and_keeps_who_registered(town, comparison):
    act(town, THURSDAY, comparisons.extend, comparison, LATER)
    act(town, THURSDAY, comparisons.extend, comparison, LATER)
    assert len(logged("comparison:extended")) == 1
    assert refusal(comparing.closed, town, comparison).code == "too_early"
    comparing.register(town, comparison, town.contractors[4:], CLOSES + timedelta(hours=1))
    assert comparing.named(town, comparison, LATER).registered == 5


@pytest.mark.parametrize(
    ("at", "to", "word"),
    [
        (THURSDAY, CLOSES - timedelta(hours=1), "不能早于原定"),
        (CLOSES - timedelta(hours=1), None, "不少于1个工作日"),
        (THURSDAY, datetime(2026, 11, 22, 17, 30, tzinfo=CHINA), "须在工作日"),
    ],
)
def test_a_corrigendum_leaves_time_enough_or_is_refused(town, comparison, at, to, word):
    told = refusal(act, town, at, comparisons.check_correction, comparison, to).fields
    assert word in told["closes_at"]
    late = refusal(act, town, CLOSES, comparisons.extend, comparison, LATER)
    assert late.code == "registration_over"
    assert "已在2026-11-20 17:30截止" in late.text


def test_who_is_suspended_before_the_close_is_dropped_and_reads_why(town, comparison):
    out, left, stays = town.contractors[:3]
    seeding.suspend(out, CLOSES + timedelta(days=9))
    seeding.leave(town, comparing.draw_of(comparison), left)
    assert comparing.named(town, comparison).registered == 2
    ((state, group, _, lacked),) = mine(town, out)
    assert (state, group) == ("不在冻结的名单内：已经退出，或冻结时被停用、不再符合条件", "out")
    assert [one.code for one in lacked] == ["suspension"]
    assert mine(town, left) == []
    ((state, group, step, _),) = mine(town, stays)
    assert (state, group, step) == ("名单已公开，等待资格审查", "waiting", "等发包人资格审查")


def qualification_ends(account_id, on):
    from models.roster.entry import Qualification, RosterEntry

    with unit_of_work() as session:
        entry = session.query(RosterEntry).filter_by(party_id=comparing.party_of(account_id)).one()
        for row in session.query(Qualification).filter_by(entry_id=entry.id):
            row.valid_until = on


def test_a_qualification_that_ends_before_the_close_is_warned_of_and_then_dropped(town, comparison):
    qualification_ends(town.contractors[4], CLOSES.date() - timedelta(days=1))
    (told,) = comparing.register(town, comparison, town.contractors[4:])
    (warning,) = told["warnings"]
    assert "届时仍不符合的，报名不列入名单" in warning
    assert "2026-11-19" in warning
    assert comparing.named(town, comparison).registered == 4
    ((_, group, _, lacked),) = mine(town, town.contractors[4])
    assert group == "out"
    assert [one.code for one in lacked] == ["qualification"]


def test_nobody_is_warned_whose_papers_last(town, comparison):
    (told,) = comparing.register(town, comparison, town.contractors[4:])
    assert "warnings" not in told


def test_who_is_suspended_or_expired_now_does_not_register(town, comparison):
    account = town.contractors[4]
    qualification_ends(account, MORNING.date() - timedelta(days=1))
    refused = refusal(comparing.register, town, comparison, [account])
    assert refused.code == "not_fitting"
    assert "当日不在有效期内" in refused.text
    seeding.suspend(account, MORNING + timedelta(days=9))
    assert "停用至" in refusal(comparing.register, town, comparison, [account]).text
    assert len(seeding.rows(Interest)) == 4


def test_too_few_end_the_round_and_a_new_one_begins_with_nobody(town, comparison):
    draw = comparing.draw_of(comparison)
    for account in town.contractors[:2]:
        seeding.leave(town, draw, account)
    assert not comparing.named(town, comparison).enough
    act(town, CLOSES, comparisons.fail, comparison, comparisons.TOO_FEW_REGISTERED)
    act(town, CLOSES, comparisons.fail, comparison, comparisons.TOO_FEW_REGISTERED)
    ended = comparing.fresh(comparison)
    assert "有效报名企业2家，少于规定的3家" in comparisons.failure_text(ended)
    ((state, group, _, _),) = mine(town, town.contractors[2])
    assert (state, group) == ("比选失败", "ended")
    with business_clock(fixed(CLOSES)), unit_of_work() as session:
        again = comparisons.prepare(seeding.world(session, town), comparison.project_id)
        assert again.id != comparison.id
        assert comparisons.draw_of(session, again).round == 1
    assert comparing.candidates(again) == []


@pytest.mark.req("HR-4.9")
@pytest.mark.parametrize("stage", ["registering", "closed", "opened", "reviewed", "compared"])
def test_a_comparison_is_cancelled_at_any_stage_and_never_opened_after(town, comparison, stage):
    steps = {
        "closed": lambda: comparing.closed(town, comparison),
        "opened": lambda: act(town, CLOSES, comparisons.open_names, comparison),
        "reviewed": lambda: comparing.reviewed(town, comparison),
        "compared": lambda: comparing.compared(town, comparison),
    }
    for name, step in steps.items() if stage != "registering" else ():
        step()
        if name == stage:
            break
    at = CLOSES if stage != "registering" else MORNING
    act(town, at, comparisons.cancel, comparison, "资金未落实")
    act(town, at, comparisons.cancel, comparison, "资金未落实")
    assert len(logged("comparison:cancelled")) == 1
    with unit_of_work() as session:
        session.get_one(Project, comparison.project_id).phase = ProjectPhase.TERMINATED
    ((state, group, step, _),) = mine(town, town.contractors[0])
    assert (state, group, step) == ("本次比选已取消", "ended", "没有；项目已经终止")
    is_sealed = stage in ("registering", "closed")
    for verb in (comparisons.open_names, comparisons.publish) if is_sealed else ():
        assert refusal(act, town, CLOSES, verb, comparison).code == "comparison_state"
    assert draw_keys.exists(town.settings, comparison.draw_id) == is_sealed


def test_a_key_that_a_crash_left_behind_is_forgotten_and_names_nobody_twice(town, comparison):
    comparing.named(town, comparison)
    draw_keys.make(town.settings, comparison.draw_id)
    assert len(mine(town, town.contractors[0])) == 1
    with unit_of_work() as session:
        assert forget_spent_keys(session, town.settings) == 1
    assert not draw_keys.exists(town.settings, comparison.draw_id)
