"""The doors by which editors read and save files of a proposal."""

import pytest
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.identity.account import Account
from models.identity.actor import Actor
from models.session import unit_of_work
from processes import proposals
from tests.web.workbench.site import FORM, ask, browser_of
from web.workbench.addresses import compare_url, editor_url


@pytest.fixture
def draft(site: OpenAPI) -> str:
    with unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.username == "dz.analyst.甲"))
        assert account is not None
        grants = frozenset({("analyst", "dazhou")})
        actor = Actor(account_id=account.id, name=account.name, grants=grants)
        return proposals.create(session, "dazhou", "现场开启", actor).id


@pytest.mark.req("PL-3")
def test_a_file_is_read_saved_and_read_again(site: OpenAPI, draft: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    at = f"/proposals/{draft}/files/{FORM}"
    first = browser.get(at).json
    assert (first["version"], first["source"], first["editable"]) == (0, "base", True)
    changed = first["text"].replace("监督人员已在场", "监督人员已经在场")
    answer = ask(browser, "PUT", at, text=changed, version=0)
    assert answer.json == {"version": 1, "findings": []}
    again = browser.get(at).json
    assert (again["text"], again["source"], again["version"]) == (changed, "proposal", 1)
    assert again["edited_by"] == "dz.analyst.甲"


def test_findings_come_back_with_what_was_saved(site: OpenAPI, draft: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    answer = ask(browser, "PUT", f"/proposals/{draft}/files/{FORM}", text="{", version=0)
    assert answer.status_code == 200
    assert answer.json["findings"][0]["element"] == FORM
    assert answer.json["findings"][0]["level"] == "error"


def test_the_slower_of_two_is_told_who_was_faster(site: OpenAPI, draft: str) -> None:
    first, second = browser_of(site, "dz.analyst.甲"), browser_of(site, "dz.analyst.乙")
    at = f"/proposals/{draft}/files/{FORM}"
    assert ask(first, "PUT", at, text="{}", version=0).json["version"] == 1
    refused = ask(second, "PUT", at, text="[]", version=0)
    assert refused.status_code == 409
    assert refused.json["code"] == "stale_file"
    assert refused.json["details"]["version"] == 1
    assert "dz.analyst.甲" in refused.json["message"]
    assert first.get(at).json["text"] == "{}"


def test_taken_away_and_brought_back(site: OpenAPI, draft: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    at = f"/proposals/{draft}/files/{FORM}"
    ask(browser, "PUT", at, text="{}", version=0)
    assert ask(browser, "DELETE", at, version=1).json["version"] == 2
    assert browser.get(at).json["taken_away"] is True
    saves = browser.get(f"/proposals/{draft}/history/{FORM}").json["saves"]
    assert [(one["version"], one["taken_away"]) for one in saves] == [(2, True), (1, False)]
    assert browser.get(f"/proposals/{draft}/history/{FORM}?version=1").json["text"] == "{}"
    restored = ask(browser, "POST", f"/proposals/{draft}/restore/{FORM}", saved=1, version=2)
    assert (restored.json["text"], restored.json["version"]) == ("{}", 3)


@pytest.mark.parametrize("username", ["hr.analyst", "dz.centre", "keeper.system"])
def test_nobody_else_reads_or_saves(site: OpenAPI, draft: str, username: str) -> None:
    browser = browser_of(site, username)
    at = f"/proposals/{draft}/files/{FORM}"
    for answer in (
        browser.get(at),
        browser.get(f"/proposals/{draft}/history/{FORM}"),
        ask(browser, "PUT", at, text="{}", version=0),
        ask(browser, "DELETE", at, version=0),
    ):
        assert answer.status_code in {403, 404}


def test_saving_needs_the_pages_token(site: OpenAPI, draft: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    answer = browser.put(f"/proposals/{draft}/files/{FORM}", json={"text": "{}", "version": 0})
    assert answer.status_code == 400
    assert browser.get(f"/proposals/{draft}/files/{FORM}").json["version"] == 0


@pytest.mark.parametrize(
    "sent",
    [{}, {"text": 1, "version": 0}, {"text": "{}"}, {"text": "{}", "version": "0"},
     {"text": "\ud800", "version": 0}, {"text": "{}", "version": True}],
)  # fmt: skip
def test_what_is_no_file_is_refused(site: OpenAPI, draft: str, sent: dict[str, object]) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    answer = ask(browser, "PUT", f"/proposals/{draft}/files/{FORM}", **sent)
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["rules.bpmn", "forms/%2e%2e/rules.toml", "forms/A.json", "x/y.z"])
def test_other_places_are_no_files(site: OpenAPI, draft: str, path: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    answer = ask(browser, "PUT", f"/proposals/{draft}/files/{path}", text="", version=0)
    assert answer.status_code in {404, 422}


def test_each_kind_of_file_has_its_editor() -> None:
    assert editor_url("p1", "diagrams/enquiry.bpmn") == "/modeller/p1/enquiry"
    assert editor_url("p1", "forms/open_draw.json") == "/forms/p1/open_draw"
    assert editor_url("p1", "decisions/review_routing.dmn") == "/decisions/p1/review_routing"
    assert editor_url("p1", "notices/award_notice.toml") == "/texts/p1/notices/award_notice"
    assert editor_url("p1", "letters/award_letter.toml") == "/texts/p1/letters/award_letter"
    assert editor_url("p1", "cases/enquiry.toml") == "/cases/p1/enquiry"
    assert editor_url("p1", "rules.toml") == "/rules?proposal=p1"
    assert editor_url("p1", "roles.toml") == "/files/p1/roles.toml"
    assert editor_url("p1", "samples/a.toml") == "/files/p1/samples/a.toml"
    assert compare_url("p1", "rules.toml") == "/proposals/p1/compare/rules.toml"


WRONG_TYPES = [
    ("roles.toml", 0, '[[role]]\nid = "ward_office"\ntitle = 5\nof = "party"\n'),
    ("roles.toml", 1, 'role = "x"\n'),
    ("rules.toml", 0, '[own.rule]\nlabel = "天数"\nunit = ["day"]\nvalues = []\n'),
]


def test_a_wrong_type_is_kept_and_told_and_breaks_no_page(site: OpenAPI, draft: str) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    for path, version, text in WRONG_TYPES:
        at = f"/proposals/{draft}/files/{path}"
        answer = ask(browser, "PUT", at, text=text, version=version)
        assert (answer.status_code, answer.json["version"]) == (200, version + 1), text
        assert "error" in {one["level"] for one in answer.json["findings"]}, text
        assert browser.get(at).json["text"] == text
        pages = (f"/proposals/{draft}", f"/{path.removesuffix('.toml')}?proposal={draft}")
        assert [browser.get(page).status_code for page in pages] == [200, 200], text
