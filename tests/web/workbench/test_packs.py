"""Packs out and in as files, and the base's changes brought under a county's own."""

import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.flow.proposal import Origin, Proposal
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from processes.lint import Finding
from processes.packs.files import read_pack
from processes.packs.upgrade import upgrades_of
from processes.proposals.publishing import put_in_force
from processes.proposals.rolling_back import roll_back
from tests.web.conftest import TOKEN_FIELD, send
from tests.web.workbench.site import add_person, browser_of

pytestmark = pytest.mark.req("PL-5")
NOTICE, FLOW = "notices/award_notice.toml", "diagrams/evaluation.bpmn"


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    add_person("xx.analyst", [("analyst", "xiangxi")])
    return browser_of(site, "xx.analyst")


def upload(browser: FlaskClient, data: bytes, county: str = "xiangxi", **fields: str):
    token = TOKEN_FIELD.search(browser.get(f"/packs/{county}").text)
    assert token
    given = {"csrf_token": token[1], "file": (io.BytesIO(data), "包.zip"), **fields}
    return browser.post(f"/packs/{county}/import", data=given)


def packed(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def newest() -> tuple[Proposal, dict[str, bytes | None]]:
    with reading() as session:
        row = session.scalars(select(Proposal)).one()
        return row, proposals.overlay(session, row)


@pytest.mark.req("PL-5")
def test_a_pack_is_exported_as_it_stands_in_the_repository(analyst: FlaskClient) -> None:
    answer = analyst.get("/packs/xiangxi/export.zip")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="xiangxi-')
    shipped, _ = read_pack(BPMN / "counties" / "xiangxi")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == shipped


def test_an_exported_pack_says_nothing_new(analyst: FlaskClient) -> None:
    answer = upload(analyst, analyst.get("/packs/xiangxi/export.zip").data, how="replace")

    assert answer.status_code == 409
    assert "完全相同" in answer.text


def test_an_imported_pack_is_a_proposal_and_holds_nothing_yet(analyst: FlaskClient) -> None:
    changed = (BPMN / "counties/xiangxi" / NOTICE).read_text().replace("公示期", "公示期限")

    answer = upload(analyst, packed(**{NOTICE: changed}))

    assert answer.status_code == 303, answer.text
    row, files = newest()
    assert (row.origin, answer.headers["Location"]) == (Origin.IMPORTED, f"/proposals/{row.id}")
    assert files == {NOTICE: changed.encode()}
    with zipfile.ZipFile(io.BytesIO(analyst.get("/packs/xiangxi/export.zip").data)) as archive:
        assert "公示期限" not in archive.read(NOTICE).decode()


def test_what_the_pack_lacks_goes_only_when_asked_for(analyst: FlaskClient) -> None:
    upload(analyst, packed(**{"roles.toml": '[synonyms]\nowner = ["甲"]\n'}), how="replace")

    _, files = newest()
    assert files[FLOW] is None
    assert "pack.toml" not in files


def test_a_pack_with_a_strange_file_is_refused_whole(analyst: FlaskClient) -> None:
    for files, said in [
        ({"../x.toml": "a", "rules.toml": ""}, "rules.toml"),
        ({"forms/<img src=x>.json": "{}"}, "&lt;img src=x&gt;"),
        ({"pack.toml": 'code = "dazhou"\nname = "x"\nextends = "base"\n'}, "不是“xiangxi”的"),
    ]:
        answer = upload(analyst, packed(**files))

        assert answer.status_code == 422
        assert said in answer.text
        assert "<img src=x" not in answer.text
        with reading() as session:
            assert session.scalars(select(Proposal)).all() == []


def test_what_is_no_zip_is_refused_in_words(analyst: FlaskClient) -> None:
    for data in [b"", b"no zip", b"PK\x05\x06" * 4]:
        answer = upload(analyst, data)

        assert answer.status_code == 422
        assert "没有导入" in answer.text
        assert analyst.get("/packs").status_code == 200


def test_a_bomb_and_a_huge_upload_are_refused_and_the_next_request_served(
    analyst: FlaskClient,
) -> None:
    bomb = packed(**{f"forms/x{n}.json": "0" * 90_000_000 for n in range(3)})
    assert upload(analyst, bomb).status_code == 422
    assert upload(analyst, b"PK" + bytes(9_000_000)).status_code == 413
    assert analyst.get("/packs/xiangxi").status_code == 200


def test_nobody_else_sees_a_pack(site: OpenAPI) -> None:
    for path in [
        "/packs/xiangxi",
        "/packs/xiangxi/export.zip",
        "/packs/xiangxi/upgrade",
        "/packs/base",
    ]:
        for username in ("hr.analyst", "dz.centre", "keeper.system"):
            assert browser_of(site, username).get(path).status_code == 403


def change_base() -> None:
    """Publish a base in which a notice and a diagram are changed."""
    notice = (BPMN / "base" / NOTICE).read_text()
    diagram = (BPMN / "base" / FLOW).read_text()
    assert "对结果有异议的" in notice
    files = {
        NOTICE: notice.replace("现予公示。", "现向社会公示。").replace("有效票数", "有效票"),
        FLOW: diagram.replace('name="评价施工企业"', 'name="给施工企业评分"'),
    }
    assert files[FLOW] != diagram
    with unit_of_work() as session:
        bodies = {path: body.encode() for path, body in files.items()}
        proposals.apply_files(session, "base", bodies, PLATFORM)


def test_a_county_that_has_kept_up_is_told_so(analyst: FlaskClient) -> None:
    assert "已跟上基础包" in analyst.get("/packs/xiangxi/upgrade").text


@pytest.mark.req("PL-5")
def test_the_bases_changes_are_shown_and_what_fits_is_merged(analyst: FlaskClient) -> None:
    change_base()

    page = analyst.get("/packs/xiangxi/upgrade")
    assert page.status_code == 200
    assert "2个文件要看" in analyst.get("/packs").text
    with reading() as session:
        found = {one.path: one for one in upgrades_of(session, "xiangxi")}
    assert set(found) == {NOTICE, FLOW}
    assert found[FLOW].is_clean
    assert [one.place for one in found[NOTICE].conflicts] == ["body"]

    digest = re.search(r'name="digest" value="([0-9a-f]+)"', page.text)
    assert digest
    order = list(found)
    fields = {f"choice-{order.index(path)}": "merged" for path in order}
    fields[f"take-{order.index(NOTICE)}-0"] = "theirs"
    answer = send(analyst, "/packs/xiangxi/upgrade", digest=digest[1], **fields)

    assert answer.status_code == 303, answer.text
    row, files = newest()
    assert row.origin is Origin.UPGRADE
    merged = (files[FLOW] or b"").decode()
    assert "给施工企业评分" in merged
    assert "register_visit" in merged
    assert "现向社会公示" in (files[NOTICE] or b"").decode()
    assert errors_of(row.id) == []
    change_base_again()
    assert [(one.element, one.rule) for one in errors_of(row.id)] == [(FLOW, "base_changed_since")]
    assert "重新比对" in analyst.get(f"/proposals/{row.id}").text

    page = analyst.get("/packs/xiangxi/upgrade").text
    assert "改动单里已有" in page
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert digest
    send(analyst, "/packs/xiangxi/upgrade", digest=digest[1], **{"choice-0": "merged"})
    again, files = newest()
    assert again.id == row.id
    merged = (files[FLOW] or b"").decode()
    assert "给这家企业评分" in merged
    assert "register_visit" in merged
    assert "现向社会公示" in (files[NOTICE] or b"").decode()
    assert errors_of(row.id) == []

    with unit_of_work() as session:
        upgrade = session.get_one(Proposal, row.id)
        put_in_force(session, upgrade)
        assert upgrades_of(session, "xiangxi") == []
        put_in_force(session, roll_back(session, upgrade, PLATFORM, reason="先不跟"))
        assert {one.path for one in upgrades_of(session, "xiangxi")} == {NOTICE, FLOW}


def errors_of(proposal: str) -> list[Finding]:
    with reading() as session:
        found = proposals.check(session, session.get_one(Proposal, proposal))
    return [one for one in found if one.level == "error"]


def change_base_again() -> None:
    """Publish one more name of the step that the upgrade has taken over already."""
    with unit_of_work() as session:
        diagram = proposals.read_file(session, "base", FLOW).body.decode()
        files = {FLOW: diagram.replace("给施工企业评分", "给这家企业评分").encode()}
        proposals.apply_files(session, "base", files, PLATFORM)


def test_what_the_county_keeps_is_not_asked_again(analyst: FlaskClient) -> None:
    change_base()
    page = analyst.get("/packs/xiangxi/upgrade").text
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert digest

    fields = {"choice-0": "ours", "choice-1": "ours"}
    answer = send(analyst, "/packs/xiangxi/upgrade", digest=digest[1], **fields)

    assert answer.status_code == 303
    assert "已跟上基础包" in analyst.get("/packs/xiangxi/upgrade").text
    with reading() as session:
        assert session.scalars(select(Proposal)).all() == []


def test_nothing_is_decided_on_what_was_not_shown(analyst: FlaskClient) -> None:
    change_base()

    answer = send(analyst, "/packs/xiangxi/upgrade", digest="0" * 64, **{"choice-0": "theirs"})

    assert answer.status_code == 409
    assert "重新选择" in answer.text


def test_a_file_the_base_gave_up_is_decided_as_a_whole(analyst: FlaskClient) -> None:
    with unit_of_work() as session:
        proposals.apply_files(session, "base", {NOTICE: None}, PLATFORM)
    page = analyst.get("/packs/xiangxi/upgrade").text
    assert "整个文件" in page
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert digest

    fields = {"digest": digest[1], "choice-0": "merged", "take-0-0": "theirs"}
    send(analyst, "/packs/xiangxi/upgrade", **fields)

    assert newest()[1] == {NOTICE: None}
