"""Several enterprises reviewed at once: one decision, each result told, nothing half done."""

from collections.abc import Iterator

import pytest
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.identity.account import Account
from models.identity.granting import grant_role
from models.roster.enrolment import EnrolmentRound, RoundState
from models.session import reading, unit_of_work
from processes import enrolment_withdrawal
from processes.demo import codes
from tests.city import MORNING, City, after, city, county
from tests.flows.enrolling import Applicant
from tests.web.conftest import send
from tests.web.test_enrolment import signed_in
from web.app import create_app

__all__ = ["city", "county"]
PATH = "/enterprise-review/batch"
NAMES = ("清溪一建有限公司", "清溪二建有限公司", "清溪三建有限公司", "清溪四建有限公司")


@pytest.fixture
def app(city: City) -> Iterator[OpenAPI]:
    with business_clock(fixed(after(hours=3))):
        application = create_app(city.settings)
        application.testing = False
        yield application


@pytest.fixture
def waiting(city: City) -> list[Applicant]:
    """Four enterprises that handed in their files."""
    found = []
    for number, name in enumerate(NAMES):
        code = codes.credit_code(codes.COMPANY, codes.DAZHOU, 960 + number)
        facts = {"name": name, "credit_code": code}
        one = Applicant(city, username=f"qingxi{number}", changed=facts)
        one.register(MORNING)
        one.fill(after(hours=1), name=name)
        found.append(one)
    return found


def round_of(one: Applicant) -> EnrolmentRound:
    return one.rounds()[0]


def states(waiting: list[Applicant]) -> list[RoundState]:
    return [round_of(one).state for one in waiting]


@pytest.mark.req("HR-2.5.1")
def test_one_decision_is_made_for_every_ticked_enterprise(
    app: OpenAPI, waiting: list[Applicant]
) -> None:
    bureau = signed_in(app, "dz.housing")
    listed = bureau.get("/enterprise-review?state=submitted").text
    ids = [round_of(one).id for one in waiting]
    assert all(f'name="round" value="{one}"' in listed for one in ids)
    page = bureau.get(f"{PATH}?" + "&".join(f"round={one}" for one in ids[:3])).text
    assert NAMES[2] in page
    assert NAMES[3] not in page
    assert "不能撤销" in page
    done = send(bureau, PATH, round=ids[:3], listed=ids[:3], decision="passed", reasons="")
    assert done.status_code == 200, done.text
    assert "已办理3家，没有办成0家" in done.text
    assert states(waiting) == [RoundState.PASSED] * 3 + [RoundState.SUBMITTED]
    assert all("contractor" in one.roles() for one in waiting[:3])


@pytest.mark.req("HR-2.5.1")
def test_what_cannot_be_decided_is_told_one_by_one_and_the_others_are_done(
    app: OpenAPI, waiting: list[Applicant]
) -> None:
    waiting[0].withdraw(after(hours=2))
    waiting[1].decide(after(hours=2), "refused", "不符合入库条件。")
    bureau = signed_in(app, "dz.housing")
    ids = [round_of(one).id for one in waiting]
    form = {"round": [*ids, "unknown"], "decision": "sent_back", "reasons": "营业执照看不清楚。"}
    told = send(bureau, PATH, **form).text.split("<tbody>")[1].split("<tr>")[1:]
    words = ["已撤回", "不予入驻", "退回修改", "退回修改", "不归您审核"]
    assert [word in line for word, line in zip(words, told, strict=True)] == [True] * 5
    assert ["没有办成" in line for line in told] == [True, True, False, False, True]
    expected = [RoundState.WITHDRAWN, RoundState.REFUSED, *[RoundState.SENT_BACK] * 2]
    assert states(waiting) == expected


@pytest.mark.req("HR-2.5.1")
def test_what_a_colleague_holds_and_what_was_done_before_is_told(
    app: OpenAPI, waiting: list[Applicant], city: City
) -> None:
    ids = [round_of(one).id for one in waiting[:3]]
    with unit_of_work() as session:
        colleague = session.scalars(select(Account).where(Account.username == "dz.centre")).one()
        grant_role(session, colleague, "regulator", "dazhou")
    city.player.claim("dz.centre", waiting[2].instance, "verify_company")
    bureau = signed_in(app, "dz.housing")
    send(bureau, PATH, round=ids[:1], decision="passed", reasons="")
    again = send(bureau, PATH, round=ids, decision="passed", reasons="").text
    assert "已办理1家，没有办成2家" in again
    assert "已通过" in again
    assert "领取" in again.split(NAMES[2])[1]
    assert states(waiting[:3]) == [*[RoundState.PASSED] * 2, RoundState.SUBMITTED]


@pytest.mark.req("HR-2.5.1")
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"decision": "sent_back", "reasons": " "}, "一次写清全部原因"),
        ({"decision": "", "reasons": ""}, "请选择核实结论"),
        ({"decision": "anything", "reasons": ""}, "请选择核实结论"),
    ],
)
def test_a_batch_without_decision_or_reasons_does_nothing_and_keeps_the_ticks(
    app: OpenAPI, waiting: list[Applicant], form: dict[str, str], words: str
) -> None:
    ids = [round_of(one).id for one in waiting[:2]]
    answer = send(signed_in(app, "dz.housing"), PATH, round=ids[:1], listed=ids, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count(' checked> <span class="sw-table-title"') == 1
    assert states(waiting) == [RoundState.SUBMITTED] * 4


def test_nothing_ticked_is_told(app: OpenAPI, waiting: list[Applicant]) -> None:
    bureau = signed_in(app, "dz.housing")
    assert "还没有勾选企业" in bureau.get(PATH).text
    answer = send(bureau, PATH, decision="passed", reasons="")
    assert (answer.status_code, "还没有勾选企业" in answer.text) == (422, True)


@pytest.mark.req("HR-2.5.2")
def test_a_department_sees_and_decides_the_files_of_its_own_trade_alone(
    app: OpenAPI, city: City
) -> None:
    files = []
    for number, trade in ((971, "landscaping"), (972, "building")):
        code = codes.credit_code(codes.COMPANY, codes.HUAIROU, number)
        name = f"怀柔{trade}有限公司"
        facts = {"name": name, "credit_code": code}
        one = Applicant(city, username=f"hr{trade}", place="huairou", changed=facts)
        one.register(MORNING)
        one.fill(after(hours=1), name=name, trade=trade)
        files.append(one)
    parks, bureau = signed_in(app, "hr.landscape"), signed_in(app, "hr.regulator")
    for browser, mine, other in ((parks, *files), (bureau, *reversed(files))):
        listed = browser.get("/enterprise-review").text
        assert mine.changed["name"] in listed
        assert other.changed["name"] not in listed
        assert browser.get(f"/enterprise-review/{round_of(other).id}").status_code == 404
    ids = [round_of(one).id for one in files]
    told = send(parks, PATH, round=ids, decision="passed", reasons="").text
    assert "已办理1家，没有办成1家" in told
    assert states(files) == [RoundState.PASSED, RoundState.SUBMITTED]


@pytest.mark.parametrize("who", ["dz.centre", "dz.owner", "dz.contractor01", "hr.agency"])
def test_nobody_else_reviews(app: OpenAPI, who: str) -> None:
    browser = signed_in(app, who)
    for path in (PATH, "/enterprise-review", "/pledges", "/expiring"):
        assert browser.get(path).status_code == 403


def test_whose_file_it_is_takes_it_back_and_hands_it_in_again(
    app: OpenAPI, waiting: list[Applicant]
) -> None:
    one = waiting[0]
    own = signed_in(app, one.username, "清溪-岸边-柳树-17")
    assert "撤回材料" in own.get("/organisation").text
    assert send(own, "/organisation/withdraw").status_code == 303
    assert one.steps() == ["fill_company"]
    assert "撤回材料" not in own.get("/organisation").text
    assert "已撤回" in own.get("/organisation").text
    assert send(own, "/organisation/withdraw").status_code == 409
    one.fill(after(hours=4), name=NAMES[0], address="达州市通川区新街1号")
    one.decide(after(hours=5), "passed")
    assert [row.state for row in one.rounds()] == [RoundState.WITHDRAWN, RoundState.PASSED]


def test_nobody_takes_back_what_another_handed_in(waiting: list[Applicant], city: City) -> None:
    with reading() as session:
        row = session.scalars(select(EnrolmentRound).limit(1)).one()
        stranger = city.player.actor(session, "dz.contractor01")
        with pytest.raises(enrolment_withdrawal.NotYourFileError):
            enrolment_withdrawal.withdraw(session, city.settings, row, actor=stranger)
