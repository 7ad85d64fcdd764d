"""Contract signing: handed in, sent back, confirmed, publicised."""

from datetime import datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from models.clock import CHINA
from models.contract import Contract, ContractState
from models.contract_errors import ContractTermsError, OtherProjectContractError
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.session import reading
from processes.case_errors import FormInvalidError, NotYoursError
from processes.item_view import item_view
from tests.city import City
from tests.flows.afterwards import AWARDED, awarded

SIGNED = AWARDED + timedelta(hours=1)


def rounds(story) -> list[Contract]:
    with reading() as session:
        query = select(Contract).where(Contract.project_id == story.project)
        return list(session.scalars(query.order_by(Contract.round)))


@pytest.mark.req("DZ-A4c")
def test_the_owner_starts_the_signing_and_has_twenty_working_days_from_the_publicity(
    city: City,
) -> None:
    story = awarded(city)
    assert city.steps(story) == ["fill_contract"]
    with reading() as session:
        item = city.player.item(session, story.instance, "fill_contract")
        owner = session.scalars(select(Account).where(Account.username == "dz.owner")).one()
        assert item.party_id == owner.party_id
        # the publicity ends on Monday 16 November; twenty working days later is a Monday
        assert item.due_at == datetime(2026, 12, 14, 17, 30, tzinfo=CHINA)


@pytest.mark.req("DZ-A4")
@pytest.mark.req("DZ-A4c")
def test_a_confirmed_contract_is_publicised_and_the_project_contracted(city: City) -> None:
    story = awarded(city)
    story.sign_contract(SIGNED)

    project = city.project(story)
    assert project.phase is ProjectPhase.CONTRACTED
    (contract,) = rounds(story)
    assert contract.state is ContractState.CONFIRMED
    assert contract.contract_price == project.award_price
    assert contract.contractor_id == project.winner_id
    with reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.CONTRACT_NOTICE)
        ).one()
    assert notice.published_at == SIGNED
    assert notice.ends_at == datetime(2026, 11, 18, 17, 30, tzinfo=CHINA)
    said = notice.body + orjson.dumps(notice.facts).decode()
    assert "¥\xa0183,600.00（人民币壹拾捌万叁仟陆佰元整）" in said
    assert f"HT-{project.number}" in said
    for secret in (project.contact, project.contact_mobile):
        assert secret
        assert secret not in said
    story.wake(SIGNED + timedelta(hours=2))
    assert city.steps(story) == []
    story.wake(datetime(2026, 11, 18, 17, 31, tzinfo=CHINA))
    assert city.steps(story) == ["register_start"]


@pytest.mark.req("DZ-A4c")
def test_the_winner_sends_a_contract_back_and_every_round_is_kept(city: City) -> None:
    story = awarded(city)
    story.submit_contract(SIGNED, contract_days=400)
    story.answer_contract(SIGNED + timedelta(hours=1), "工期与双方签订的45天不一致，请改正。")
    assert city.steps(story) == ["fill_contract"]
    with reading() as session:
        item = city.player.item(session, story.instance, "fill_contract")
        assert item.due_at == datetime(2026, 12, 14, 17, 30, tzinfo=CHINA)
    story.sign_contract(SIGNED + timedelta(hours=2))

    first, second = rounds(story)
    assert (first.state, first.duration_days) == (ContractState.SENT_BACK, 400)
    assert "45天" in first.reasons
    assert (second.state, second.round) == (ContractState.CONFIRMED, 2)
    with reading() as session:
        told = list(
            session.scalars(
                select(OutboundMessage.template).where(
                    OutboundMessage.template.startswith("contract_")
                )
            )
        )
        outcomes = set(
            session.scalars(select(WorkItem.outcome).where(WorkItem.step == "confirm_contract"))
        )
        log = b"".join(orjson.dumps(one) for one in session.scalars(select(LedgerEntry.body)))
    assert sorted(told) == ["contract_sent_back", "contract_submitted", "contract_submitted"]
    assert outcomes == {"与双方签订的合同一致，确认", "不一致，退回项目业主改正"}
    assert "45天" not in log.decode()


def test_a_contract_is_not_sent_back_without_reasons(city: City) -> None:
    story = awarded(city)
    story.submit_contract(SIGNED)
    form = {"contract_decision": "return", "contract_reasons": "不对"}
    with city.player.at(SIGNED), pytest.raises(FormInvalidError) as refused:
        city.player.complete(story.winner(), story.instance, "confirm_contract", form)
    assert list(refused.value.fields) == ["contract_reasons"]


def test_a_contract_for_another_project_is_refused_and_nothing_is_kept(city: City) -> None:
    story = awarded(city)
    with pytest.raises(OtherProjectContractError) as refused:
        story.submit_contract(SIGNED, printed_number="DZX-2025-0088")
    assert list(refused.value.fields) == ["printed_number"]
    assert "另一个项目的合同" in refused.value.text
    assert rounds(story) == []
    assert city.steps(story) == ["fill_contract"]


def test_the_number_is_compared_as_people_type_it(city: City) -> None:
    story = awarded(city)
    number = city.project(story).number
    typed = f" {number.lower().replace('-', '－')} "
    story.submit_contract(SIGNED, printed_number=typed)
    assert len(rounds(story)) == 1


def test_a_price_above_the_award_is_refused_with_both_amounts(city: City) -> None:
    story = awarded(city)
    with pytest.raises(ContractTermsError) as refused:
        story.submit_contract(SIGNED, contract_price=18_360_001)
    assert "高于中选价" in refused.value.fields["contract_price"]
    assert rounds(story) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contract_price": 18_000_000}, "price_reason"),
        ({"signed_on": "2026-11-18"}, "signed_on"),
        ({"signed_on": "2026-11-12", "starts_on": "2026-11-12"}, "signed_on"),
        ({"starts_on": "2026-11-16"}, "starts_on"),
    ],
)
def test_what_the_rules_forbid_stands_at_its_field(city: City, changes, field) -> None:
    story = awarded(city)
    with pytest.raises(ContractTermsError) as refused:
        story.submit_contract(SIGNED, **changes)
    assert list(refused.value.fields) == [field]


def test_a_lower_price_needs_its_reason_and_a_late_contract_too(city: City) -> None:
    story = awarded(city)
    late = datetime(2026, 12, 15, 10, 0, tzinfo=CHINA)
    with pytest.raises(ContractTermsError) as refused:
        story.submit_contract(late, contract_price=18_000_000)
    assert set(refused.value.fields) == {"price_reason", "late_reason"}
    reasons = {"price_reason": "双方协商让利。", "late_reason": "施工企业公章变更。"}
    story.submit_contract(late, contract_price=18_000_000, **reasons)
    (kept,) = rounds(story)
    assert (kept.price_reason, kept.late_reason) == ("双方协商让利。", "施工企业公章变更。")


def test_nobody_but_the_winner_confirms(city: City) -> None:
    story = awarded(city)
    story.submit_contract(SIGNED)
    others = {f"dz.contractor{n:02d}" for n in (1, 2, 3)} - {story.winner()}
    for other in (*others, "dz.owner", "dz.centre"):
        with city.player.at(SIGNED), pytest.raises(NotYoursError):
            city.player.complete(
                other, story.instance, "confirm_contract", {"contract_decision": "confirm"}
            )


def test_a_new_round_is_answered_anew(city: City) -> None:
    story = awarded(city)
    story.submit_contract(SIGNED)
    story.answer_contract(SIGNED, "工期与双方签订的45天不一致，请改正。")
    story.submit_contract(SIGNED)
    with city.player.at(SIGNED), reading() as session:
        item = city.player.item(session, story.instance, "confirm_contract")
        actor = city.player.actor(session, story.winner())
        shown = item_view(session, item.id, actor).data
    assert shown["contract_decision"] is None
    assert shown["contract_reasons"] is None
