"""Documents over HTTP: uploading, and every download asked for again."""

import io

import pytest

from models.document import Document
from models.flow.instance import Instance
from models.identity.actor import PLATFORM
from models.identity.loading import actor_of
from models.session import unit_of_work
from processes.documents import attach
from tests.processes.documents.files import PDF, docx
from tests.processes.engine.world import start
from tests.web import case_world
from web.access import guard_of
from web.api.documents import blueprint

URL = "/api/v1/documents"


@pytest.fixture
def world(database, business_day):
    case_world.found()


@pytest.fixture
def owner(people, token):
    return token(people("dz.owner", "owner"))


def upload(client, headers, name="财评批复.pdf", data=PDF, **fields):
    form = {"file": (io.BytesIO(data), name), **fields}
    return client.post(URL, data=form, headers=headers, content_type="multipart/form-data")


def put_into_a_case(document_id, account):
    instance_id = start(PLATFORM, "small_flow", parties={"owner": account.party_id})
    with unit_of_work() as session:
        document = session.get_one(Document, document_id)
        reference = {"id": document.id, "sha256": document.sha256}
        case, who = session.get_one(Instance, instance_id), actor_of(session, account.id)
        attach(session, {"proof": [reference]}, case, actor=who)


def test_an_upload_answers_what_a_form_refers_to(client, owner):
    answer = upload(client, owner)
    assert answer.status_code == 201
    assert set(answer.json) == {"id", "sha256", "name", "size", "media_type"}
    assert (answer.json["name"], answer.json["size"]) == ("财评批复.pdf", len(PDF))


def test_a_download_is_an_attachment_that_no_browser_runs_guesses_or_keeps(client, owner):
    document = upload(client, owner).json
    answer = client.get(f"{URL}/{document['id']}", headers=owner)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "%E8%B4%A2%E8%AF%84" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("address", [URL, "/documents"])
def test_a_document_is_not_handed_to_others_nor_its_being_there_told(
    client, owner, people, token, address
):
    document = upload(client, owner).json
    stranger = token(people("dz.contractor01", "contractor"))
    hidden = client.get(
        f"{address}/{document['id']}", headers={**stranger, "Accept": "application/json"}
    )
    missing = client.get(
        f"{address}/{'0' * 32}", headers={**stranger, "Accept": "application/json"}
    )
    nobody = client.get(f"{address}/{document['id']}", headers={"Accept": "application/json"})
    assert [hidden.status_code, missing.status_code, nobody.status_code] == [404] * 3
    assert hidden.json == missing.json == nobody.json


def test_the_countys_centre_fetches_a_document_of_a_case(world, client, people, token):
    account = people("dz.owner", "owner")
    document = upload(client, token(account)).json
    centre, other = (
        people("dz.centre", "trading_centre"),
        people("hr.centre", "trading_centre", county="huairou"),
    )
    put_into_a_case(document["id"], account)
    assert client.get(f"{URL}/{document['id']}", headers=token(centre)).data == PDF
    assert client.get(f"{URL}/{document['id']}", headers=token(other)).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("页面.html", b"<script>", "document_kind_forbidden"),
        ("批复.pdf", b"<html>", "document_kind_mismatch"),
        ("清单.docx", docx(**{"word/vbaProject.bin": "x"}), "document_macro"),
        ("清单.docx", b"PK\x03\x04broken", "document_damaged"),
        ("批复.pdf", b"", "document_empty"),
    ],
)
def test_a_forbidden_file_is_refused_with_a_code_and_nothing_is_stored(
    client, owner, settings, name, data, code
):
    answer = upload(client, owner, name, data)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert "上传" in answer.json["message"]
    assert not list(settings.directory.glob("blobs/*/*"))


def test_a_file_over_the_limit_is_refused_with_the_limit(client, owner):
    answer = upload(client, owner, data=PDF + b"\0" * (21 * 1024 * 1024))
    assert (answer.status_code, answer.json["code"]) == (422, "document_too_large")
    assert "20 MB" in answer.json["message"]


def test_a_body_over_every_limit_is_not_read(client, owner, monkeypatch):
    monkeypatch.setattr(
        blueprint, "smallworks_guard", type(guard_of(blueprint))(public=True, body_limit=1000)
    )
    answer = upload(client, owner, data=PDF + b"\0" * 5000)
    assert answer.status_code == 413


@pytest.mark.parametrize("form", [{}, {"file": "text"}, {"county": "dazhou"}])
def test_a_request_without_a_file_is_refused(client, owner, form):
    answer = client.post(URL, data=form, headers=owner, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_nobody_uploads_signed_out(client):
    assert upload(client, {}).status_code == 401
