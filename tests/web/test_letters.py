"""Letters over HTTP: checked by everybody, had by winner, owner and centre."""

import io

import pytest
from sqlalchemy import select

from models.document import Document
from models.identity.account import Account
from models.letter import Letter, shown_code
from models.project import Project
from models.session import reading, unit_of_work
from models.settings import Settings
from models.storage import open_storage
from tests.city import city, county
from tests.processes.letters.conftest import Letters
from tests.web.conftest import TOKEN_FIELD, send
from web.app import create_app

__all__ = ["city", "county"]


@pytest.fixture
def published(city):
    return Letters.of_published(city)


@pytest.fixture
def site(city):
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


def letter_of():
    with reading() as session:
        return session.scalars(select(Letter)).one()


def signed_in(site, username):
    browser = site.test_client()
    answer = send(browser, "/sign-in", username=username, password="smallworks-demo")
    assert answer.status_code == 303
    return browser


def usernames(published):
    """The winner's user name and a loser's."""
    with reading() as session:
        project = session.get_one(Project, published.project)
        query = select(Account.username, Account.party_id).where(
            Account.username.in_([f"dz.contractor{n:02d}" for n in (1, 2, 3)])
        )
        parties = {party: name for name, party in session.execute(query)}
        winner = parties.pop(project.winner_id)
    return winner, next(iter(parties.values()))


@pytest.mark.req("DZ-78")
def test_winner_owner_and_centre_have_the_award_letter_and_nobody_else(site, published):
    published.make("award_letter")
    path = f"/letters/{letter_of().code}/pdf"
    winner, loser = usernames(published)
    for username in (winner, "dz.owner", "dz.centre"):
        answer = signed_in(site, username).get(path)
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF-")
        assert "attachment" in answer.headers["Content-Disposition"]
    for username in (loser, "dz.housing", "keeper.system"):
        assert signed_in(site, username).get(path).status_code == 404
    assert site.test_client().get(path, headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.req("DZ-78")
def test_each_finds_his_letters_in_a_list(site, published):
    published.make("award_letter")
    winner, loser = usernames(published)
    code = letter_of().code
    assert code in signed_in(site, winner).get("/letters").text
    assert code not in signed_in(site, loser).get("/letters").text


@pytest.mark.req("DZ-78")
def test_anybody_checks_an_award_letter_by_its_code(site, published):
    published.make("award_letter")
    letter = letter_of()
    browser = site.test_client()
    typed = browser.get("/letters/check", query_string={"code": shown_code(letter.code).lower()})
    assert typed.location == f"/letters/{letter.code}"
    page = browser.get(typed.location).text
    assert "确由本平台签发" in page
    assert letter.number in page
    assert letter.words["addressee"].rstrip("：") in page
    assert f"/results/{letter.draw_id}" in page
    assert "下载PDF" not in page


def test_an_application_is_confirmed_without_what_stands_in_it(site, published):
    published.make("entry_application")
    page = site.test_client().get(f"/letters/{letter_of().code}").text
    assert "确由本平台签发" in page
    for hidden in ("柳河镇", "DZX-2026", "183,600"):
        assert hidden not in page


def test_an_unknown_code_is_not_confirmed(site, published):
    for code in ("000000000000", "x", "%00"):
        answer = site.test_client().get(f"/letters/{code}")
        assert answer.status_code == 404
        assert "没有签发过" in answer.text


def test_a_letter_being_made_is_confirmed_to_nobody(site, published):
    published.owe("award_letter")
    assert site.test_client().get(f"/letters/{letter_of().code}").status_code == 404
    path = f"/letters/{letter_of().code}/pdf"
    assert signed_in(site, "dz.centre").get(path).status_code == 503


def test_a_file_is_compared_with_what_was_issued(site, published):
    published.make("award_letter")
    letter = letter_of()
    with reading() as session:
        sha256 = session.get_one(Document, letter.document_id).sha256
    with open_storage(published.city.settings).open(sha256) as file:
        pdf = file.read()
    assert "完全一致" in hand_in(site, letter.code, pdf)
    assert "不一致" in hand_in(site, letter.code, pdf + b" ")


def hand_in(site, code, data):
    browser = site.test_client()
    token = TOKEN_FIELD.search(browser.get(f"/letters/{code}").text)[1]
    form = {"csrf_token": token, "file": (io.BytesIO(data), "a.pdf")}
    return browser.post(f"/letters/{code}", data=form, content_type="multipart/form-data").text


@pytest.mark.req("DZ-77", "DZ-78")
def test_a_letter_whose_award_no_longer_stands_says_so(site, published):
    published.make("award_letter")
    with unit_of_work() as session:
        session.get_one(Project, published.project).winner_id = None
    assert "不是现行有效" in site.test_client().get(f"/letters/{letter_of().code}").text
