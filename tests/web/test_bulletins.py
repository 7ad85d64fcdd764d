"""Bulletins: written by an office, read by whom they are for while they last, withdrawn with why."""

import re
from datetime import date, timedelta

import pytest

from models.bulletin import Bulletin, BulletinVersion
from models.clock import system_now
from models.identity.county import County
from models.identity.party import Party
from models.session import reading, unit_of_work
from tests.web.conftest import TOKEN_FIELD

TODAY = date(2026, 11, 18)


@pytest.fixture
def offices(people, business_day):
    for name, role in (
        ("dz.centre", "trading_centre"),
        ("dz.leader", "centre_leader"),
        ("dz.housing", "regulator"),
        ("dz.owner", "owner"),
        ("dz.contractor01", "contractor"),
    ):
        people(name, role)
    with unit_of_work() as session:
        session.add(County(code="huairou", name="怀柔区"))
    people("hr.owner", "owner", county="huairou")
    people("hr.centre", "trading_centre", county="huairou")


@pytest.fixture
def centre(offices, sign_in):
    return sign_in("dz.centre")


def post(browser, path, page="/bulletin-desk/new", **fields):
    token = TOKEN_FIELD.search(browser.get(page).text)[1]
    return browser.post(path, data={"csrf_token": token, **fields})


def typed(**changed):
    return {
        "title": "元旦放假期间的安排",
        "text": "一、元旦放假三天。\n二、放假期间不办理开启。",
        "roles": ["owner"],
        "from_on": TODAY.isoformat(),
        "until_on": (TODAY + timedelta(days=5)).isoformat(),
        **changed,
    }


def write(browser, **changed):
    answer = post(browser, "/bulletin-desk", **typed(**changed))
    assert answer.status_code == 303, re.findall(r'sw-error".*?<span>(.*?)</span>', answer.text)
    return answer.headers["Location"].rsplit("/", 1)[1]


def publish(browser, **changed):
    made = write(browser, **changed)
    answer = post(browser, f"/bulletin-desk/{made}/publish", f"/bulletin-desk/{made}")
    assert answer.status_code == 303
    return made


def reads(browser, made):
    in_list = made in browser.get("/bulletins").text
    assert in_list == (browser.get(f"/bulletins/{made}").status_code == 200)
    return in_list


def test_a_draft_is_read_by_nobody_and_a_published_one_by_whom_it_is_for(centre, sign_in, client):
    made = write(centre)
    preview = centre.get(f"/bulletin-desk/{made}").text
    assert "<p>二、放假期间不办理开启。</p>" in preview
    assert not reads(sign_in("dz.owner"), made)
    publish_again = post(centre, f"/bulletin-desk/{made}/publish", f"/bulletin-desk/{made}")
    assert publish_again.status_code == 303
    assert reads(sign_in("dz.owner"), made)
    for other in ("dz.contractor01", "hr.owner"):
        assert not reads(sign_in(other), made)
    assert not reads(client, made)


def test_what_is_for_the_public_stands_on_the_portal_and_in_the_list(centre, client):
    made = publish(centre, roles=["public"])
    assert reads(client, made)
    assert made in client.get("/").text
    own = publish(centre, roles=["owner"], title="只给业主")
    assert own not in client.get("/").text


def test_the_desk_shows_what_is_for_ones_roles(centre, sign_in):
    made = publish(centre)
    assert made in sign_in("dz.owner").get("/desk").text
    assert made not in sign_in("dz.contractor01").get("/desk").text


@pytest.mark.parametrize(("first", "last", "shown"), [(-3, 0, True), (1, 3, False)])
def test_a_bulletin_is_read_on_its_days_alone(centre, sign_in, first, last, shown):
    days = {
        "from_on": (TODAY + timedelta(days=first)).isoformat(),
        "until_on": (TODAY + timedelta(days=last)).isoformat(),
    }
    assert reads(sign_in("dz.owner"), publish(centre, **days)) is shown


def test_what_is_past_already_cannot_be_published(centre):
    made = write(centre, from_on="2026-11-01", until_on="2026-11-10")
    answer = post(centre, f"/bulletin-desk/{made}/publish", f"/bulletin-desk/{made}")
    assert answer.status_code == 422
    assert "截止日期已经过去" in answer.text


def test_a_change_is_read_only_when_published_and_every_version_stays(centre, sign_in):
    made = publish(centre)
    page = f"/bulletin-desk/{made}"
    assert post(centre, page, f"{page}/edit", **typed(title="改过的标题")).status_code == 303
    owner = sign_in("dz.owner")
    assert "元旦放假期间的安排" in owner.get(f"/bulletins/{made}").text
    assert "读者看到的仍是上一次发布的" in centre.get(page).text
    post(centre, f"{page}/publish", page)
    assert "改过的标题" in owner.get(f"/bulletins/{made}").text
    with reading() as session:
        numbers = [one.number for one in session.query(BulletinVersion)]
    assert sorted(numbers) == [1, 2]
    assert "元旦放假期间的安排" in centre.get(page).text


def test_withdrawing_asks_why_and_cannot_be_undone(centre, sign_in):
    made = publish(centre)
    page = f"/bulletin-desk/{made}"
    refused = post(centre, f"{page}/withdraw", page, reason=" ")
    assert refused.status_code == 422
    assert "请填写撤回原因" in refused.text
    assert post(centre, f"{page}/withdraw", page, reason="日期写错").status_code == 303
    assert not reads(sign_in("dz.owner"), made)
    assert "日期写错" in centre.get(page).text
    for act in ("publish", "withdraw"):
        assert post(centre, f"{page}/{act}", reason="x").status_code == 409
    assert post(centre, page, **typed()).status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "字" * 101}, "title"),
        ({"text": ""}, "text"),
        ({"text": "字" * 5001}, "text"),
        ({"roles": []}, "roles"),
        ({"roles": ["keeper_system"]}, "roles"),
        ({"from_on": "soon"}, "from_on"),
        ({"until_on": "2026-11-01"}, "until_on"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(centre, changed, field):
    answer = post(centre, "/bulletin-desk", **typed(**changed))
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    if field != "title":
        assert "元旦放假期间的安排" in answer.text
    with reading() as session:
        assert session.query(Bulletin).count() == 0


def test_only_the_office_that_wrote_changes(centre, sign_in):
    made = publish(centre)
    page = f"/bulletin-desk/{made}"
    assert sign_in("dz.leader").get(page).status_code == 200
    for other in ("dz.housing", "hr.centre"):
        browser = sign_in(other)
        assert made not in browser.get("/bulletin-desk").text
        assert browser.get(page).status_code == 404
        for act, fields in (("", typed()), ("/publish", {}), ("/withdraw", {"reason": "x"})):
            assert post(browser, f"{page}{act}", **fields).status_code == 404
    assert sign_in("dz.contractor01").get("/bulletin-desk").status_code == 403


def unit(people, name, role, number):
    """An account of a town or an agency of its own."""
    with unit_of_work() as session:
        party = Party(
            name=name, credit_code=f"{number:018}", county_code="dazhou",
            created_at=system_now(),
        )  # fmt: skip
        session.add(party)
        session.flush()
    people(f"dz.{role}{number}", role, party_id=party.id)
    return f"dz.{role}{number}"


@pytest.mark.req("HR-2.3")
def test_towns_and_agencies_write_change_and_withdraw_their_own_alone(offices, people, sign_in):
    town = sign_in(unit(people, "青石镇人民政府", "owner", 1))
    other = sign_in(unit(people, "柳河镇人民政府", "owner", 2))
    agency = sign_in(unit(people, "恒远招标代理有限公司", "agency", 3))
    made = publish(town, roles=["contractor"], title="汛期施工安全提示")
    page = f"/bulletin-desk/{made}"
    for stranger in (other, agency, sign_in("dz.centre")):
        assert made not in stranger.get("/bulletin-desk").text
        assert stranger.get(page).status_code == 404
        for act, fields in (("", typed()), ("/publish", {}), ("/withdraw", {"reason": "x"})):
            assert post(stranger, f"{page}{act}", **fields).status_code == 404
    reader = sign_in("dz.contractor01")
    assert "青石镇人民政府" in reader.get(f"/bulletins/{made}").text
    assert not reads(agency, made)
    assert post(town, page, f"{page}/edit", **typed(title="改过的提示")).status_code == 303
    assert post(town, f"{page}/withdraw", page, reason="已过汛期").status_code == 303
    assert not reads(reader, made)


def test_who_belongs_to_no_unit_writes_for_none(offices, sign_in):
    owner = sign_in("dz.owner")
    assert post(owner, "/bulletin-desk", **typed()).status_code == 403


@pytest.mark.req("HR-2.3")
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("title=元旦", {"元旦安排"}),
        ("text=三天", {"元旦安排"}),
        ("text=培训", {"企业培训"}),
        ("role=owner", {"元旦安排"}),
        ("role=contractor", {"企业培训"}),
        ("role=public", set()),
        ("first=2026-12-01", {"企业培训"}),
        ("last=2026-11-20", {"元旦安排"}),
        ("q=安排&role=contractor", set()),
    ],
)
def test_bulletins_are_found_by_title_text_days_and_roles(centre, address, found):
    publish(centre, title="元旦安排")
    days = {"from_on": "2026-11-30", "until_on": "2026-12-10"}
    publish(centre, title="企业培训", text="培训一天。", roles=["contractor"], **days)
    page = centre.get(f"/bulletin-desk?{address}").text
    assert {one for one in ("元旦安排", "企业培训") if f" data-row>{one}<" in page} == found


def test_the_bureau_writes_too(offices, sign_in):
    made = publish(sign_in("dz.housing"), roles=["contractor"])
    page = sign_in("dz.contractor01").get(f"/bulletins/{made}").text
    assert "行业主管部门" in page


def test_text_is_plain_text(centre, sign_in):
    made = publish(centre, text="<script>alert(1)</script>")
    page = sign_in("dz.owner").get(f"/bulletins/{made}").text
    assert "&lt;script&gt;alert(1)" in page


def test_lists_are_searched_and_paged(centre, sign_in):
    for number in range(22):
        publish(centre, title=f"第{number:02d}号通知")
    owner = sign_in("dz.owner")
    first = owner.get("/bulletins").text
    assert first.count(" data-row>") == 20
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert owner.get(link).text.count(" data-row>") == 2
    assert owner.get("/bulletins?q=第07").text.count(" data-row>") == 1
    assert "没有符合条件的通知" in owner.get("/bulletins?q=没有").text
    assert centre.get("/bulletin-desk?state=draft").text.count(" data-row>") == 0
    assert centre.get("/bulletin-desk?export=xlsx").status_code == 200


def test_an_empty_board_says_what_will_be_here(offices, client, sign_in):
    assert "现在没有通知" in client.get("/bulletins").text
    assert "还没有写过通知" in sign_in("dz.centre").get("/bulletin-desk").text


@pytest.mark.parametrize("address", ["cursor=x", "sort=x", "limit=0", "in=nowhere"])
def test_a_false_address_never_faults(centre, client, address):
    publish(centre, roles=["public"])
    assert client.get(f"/bulletins?{address}").status_code in (200, 422)
    assert centre.get(f"/bulletin-desk?{address}&state=x").status_code in (200, 422)
