from datetime import date

import pytest

from models.calendar import WorkCalendar
from models.clock import business_now, system_now
from models.flow.definition import Content, Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, OutboundMessage
from models.identity.actor import PLATFORM
from models.identity.party import Party
from models.identity.security import note
from models.ledger.log import record
from models.project import Project, ProjectPhase, SelectionMethod
from models.selection.tables import Guardian, Interest, Mask
from models.session import unit_of_work

SYSTEM, SECURITY, AUDIT = "keeper_system", "keeper_security", "keeper_audit"
SCREENS = {
    "instances": {SYSTEM},
    "definitions": {SYSTEM, AUDIT},
    "jobs": {SYSTEM},
    "outbox": {SYSTEM},
    "counties": {SYSTEM},
    "calendar": {SYSTEM},
    "guardians": {SYSTEM, AUDIT},
    "masks": {SYSTEM, AUDIT},
    "accounts": {SECURITY},
    "grants": {SECURITY},
    "parties": {SECURITY},
    "tokens": {SECURITY},
    "security-events": {SECURITY, AUDIT},
    "ledger": {AUDIT},
    "witnesses": {SECURITY},
    "witness-alarms": {AUDIT},
    "authorities": {SECURITY},
}
OTHERS = ("owner", "contractor", "trading_centre", "regulator", "analyst", "publisher")
KEEPERS = (SYSTEM, SECURITY, AUDIT)


@pytest.fixture
def stored(people, token):
    """One row of everything, with secrets where secrets are."""
    token(people("hr.town", "owner"), name="对接程序")
    with unit_of_work() as session:
        now = system_now()
        session.add(Content(sha256="d" * 64, body=b"<xml/>"))
        party = Party(
            id="p1",
            name="甲公司",
            credit_code="91110000000000001X",
            county_code="dazhou",
            created_at=now,
        )
        session.add(party)
        session.flush()
        definition = Definition(
            id="d1",
            key="random_selection",
            county_code="dazhou",
            version=1,
            title="随机选取",
            status=DefinitionStatus.PUBLISHED,
            diagram="d" * 64,
            created_at=now,
        )
        project = Project(
            id="j1",
            number="DZ-1",
            county_code="dazhou",
            owner_id="p1",
            title="道路工程",
            works_type="市政",
            method=SelectionMethod.RANDOM_DRAW,
            phase=ProjectPhase.ANNOUNCED,
            ceiling_price=100,
            created_at=now,
        )
        session.add_all([definition, project])
        session.flush()
        session.add(
            Instance(
                id="i1",
                definition_id="d1",
                county_code="dazhou",
                project_id="j1",
                status=InstanceStatus.RUNNING,
                state=b"STATE-BYTES",
                rules_on=now.date(),
                started_by="x",
                created_at=business_now(),
            )
        )
        session.add(Job(kind="pdf", key="pdf:1", args={"hidden": "JOB-ARGUMENT"}, due_at=now))
        session.add(
            OutboundMessage(
                key="m1",
                channel="sms",
                recipient="13800001234",
                template="announce",
                values={"text": "MESSAGE-WORDS"},
                due_at=now,
            )
        )
        session.add(WorkCalendar(day=date(2026, 11, 18), is_workday=True, source="国办通知"))
        session.add(Guardian(name="g1", kid="ab12", public_key="04ff", title="保管人一"))
        session.add(
            Mask(
                project_id="j1",
                field="interests",
                until="published",
                article="第八十条",
                set_at=now,
            )
        )
        note(session, "sign_in", "dz.owner", "203.0.113.1")
        record(session, PLATFORM, "notice:published", "n1", at=now)


@pytest.fixture
def keepers(people, sign_in):
    for role in KEEPERS:
        people(role.replace("_", "."), role, county="*")
    return {role: sign_in(role.replace("_", ".")) for role in KEEPERS}


@pytest.mark.req("PL-6")
def test_each_screen_opens_for_its_keepers_alone(stored, keepers):
    for screen, allowed in SCREENS.items():
        for role, browser in keepers.items():
            expected = 200 if role in allowed else 403
            for path in ("", "workbook/"):
                answer = browser.get(f"/admin/{screen}/{path}")
                assert answer.status_code == expected, (screen, path, role)


def test_every_address_of_the_back_office_is_closed_to_everybody_else(
    app, people, sign_in, client, token
):
    admin = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin")]
    assert len(admin) > 60
    browsers = []
    for role in OTHERS:
        people(role, role, county="*")
        browsers.append(sign_in(role))
    program = token(people("program", "trading_centre"))
    for rule in admin:
        path = rule.rule.replace("<any(suspend, resume, retry):verb>", "retry").replace(
            "<path:filename>", "x"
        )
        for browser in browsers:
            assert browser.get(path).status_code in (403, 405), path
        assert client.get(path).status_code in (303, 405), path
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path, method=method, headers=program)
            assert answer.status_code == 403, (path, method)


def test_a_keeper_of_one_kind_cannot_reach_the_acts_of_another(app, keepers, people, token):
    program = token(people("sys2", SYSTEM, county="*"))
    client = app.test_client()
    for path in (
        "accounts/create/",
        "accounts/change/",
        "accounts/unlock/",
        "grants/create/",
        "grants/take-back/",
        "tokens/revoke/",
    ):
        assert client.post(f"/admin/{path}?id=x", headers=program).status_code == 403, path


def test_flask_admins_own_doors_to_writing_are_shut(stored, keepers, app, people, token):
    program = token(people("sys2", SYSTEM, county="*"))
    client = app.test_client()
    for screen in ("instances", "definitions", "jobs", "counties"):
        for path in ("new/", "edit/?id=i1", "delete/?id=i1", "action/"):
            answer = client.post(
                f"/admin/{screen}/{path}",
                headers=program,
                data={"id": "i1", "action": "delete", "rowid": "i1"},
            )
            assert answer.status_code in (302, 403, 404, 405, 422), (
                screen,
                path,
                answer.status_code,
            )
    with unit_of_work() as session:
        assert session.get(Instance, "i1") is not None


SECRETS = (
    "STATE-BYTES",
    "JOB-ARGUMENT",
    "MESSAGE-WORDS",
    "$argon2",
    "13800001234",
    "TOTP-SECRET",
    "CODE-HASH",
)


def test_no_screen_shows_a_secret(stored, keepers, people):
    account = people(
        "dz.secret", "owner", tf_totp_secret="TOTP-SECRET", mf_recovery_codes=["CODE-HASH"]
    )
    pages = []
    for screen, allowed in SCREENS.items():
        browser = keepers[min(allowed)]
        pages += [browser.get(f"/admin/{screen}/").text]
    pages.append(keepers[SECURITY].get(f"/admin/accounts/details/?id={account.id}").text)
    pages.append(keepers[SECURITY].get(f"/admin/accounts/change/?id={account.id}").text)
    pages.append(keepers[SYSTEM].get("/admin/instances/details/?id=i1").text)
    for secret in (*SECRETS, account.fs_uniquifier):
        assert all(secret not in page for page in pages), secret


@pytest.mark.req("DZ-80a")
def test_no_screen_is_made_of_interests_drafts_or_envelopes(app):
    from admin.site import mount
    from web.app import OpenAPI

    other = OpenAPI("other", doc_ui=False)
    other.config["SECRET_KEY"] = "x"
    blueprints = list(mount(other))
    models = {view.model for view in other.extensions["admin"][0]._views if hasattr(view, "model")}
    assert len(blueprints) == len(SCREENS) + 1
    assert Interest not in models
    assert {model.__tablename__ for model in models} & {
        "interest",
        "draft",
        "draw_contributor",
        "draw",
        "platform_secrets",
    } == set()


def test_screens_carry_no_inline_script_or_style(stored, keepers):
    for screen, allowed in SCREENS.items():
        answer = keepers[min(allowed)].get(f"/admin/{screen}/")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        for forbidden in (" style=", " onclick=", "javascript:", "<script>"):
            assert forbidden not in answer.text, (screen, forbidden)


def test_a_keeper_without_second_step_is_told_so(keepers):
    assert "您的账号还没有开启" in keepers[SECURITY].get("/admin/").text


def test_columns_carry_the_models_own_chinese_words(stored, keepers):
    page = keepers[SECURITY].get("/admin/parties/").text
    assert "统一社会信用代码" in page
    assert (
        "credit_code" not in page.replace('name="', "").replace("sort=", "")
        or "统一社会信用代码" in page
    )


def test_search_choices_and_sorting_work(stored, keepers):
    security = keepers[SECURITY]
    assert "甲公司" in security.get("/admin/parties/?search=甲公").text
    assert "没有符合条件" in security.get("/admin/parties/?search=乙").text
    assert "没有符合条件" in security.get("/admin/parties/?status=closed").text
    assert "甲公司" in security.get("/admin/parties/?sort=1&desc=1").text


def test_every_column_sorts_and_every_search_answers(stored, keepers):
    for screen, allowed in SCREENS.items():
        browser = keepers[min(allowed)]
        for column in range(6):
            for turn in ("", "&desc=1"):
                answer = browser.get(f"/admin/{screen}/?sort={column}{turn}")
                assert answer.status_code == 200, (screen, column)
        for search in ("keeper", "%", "'", "'; DROP TABLE account"):
            assert (
                browser.get(f"/admin/{screen}/", query_string={"search": search}).status_code == 200
            ), screen


def test_grants_and_tokens_are_found_by_the_accounts_name(stored, keepers):
    security = keepers[SECURITY]
    assert "keeper.audit" in security.get("/admin/grants/?search=keeper.audit").text
    assert "没有符合条件" in security.get("/admin/grants/?search=nobody").text
    assert "对接程序" in security.get("/admin/tokens/?search=hr.town").text
