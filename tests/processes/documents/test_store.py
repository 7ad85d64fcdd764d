"""From an upload to a document of a case, and who may have it then."""

import os
from datetime import date, timedelta

import pytest

from models.clock import system_now
from models.document import Document
from models.flow.definition import RuleValue
from models.ids import new_id
from models.notice import Notice, NoticeKind
from models.selection.tables import Mask
from processes.documents import (
    DocumentNotFoundError,
    Upload,
    attach,
    attachable,
    clear_orphans,
    documents_of,
    may_read,
    readable,
    store,
    take_in,
)
from processes.documents.errors import (
    DocumentNotYoursError,
    DocumentTooLargeError,
    TooManyLooseDocumentsError,
)
from tests.processes.documents.files import PDF

EVERYBODY = ("owner", "colleague", "supervisor", "centre", "other_centre", "stranger", "keeper")


def taken(world, storage, *, name="批复.pdf", data=PDF, by="owner", county="dazhou"):
    upload = Upload(name=name, data=data, county=county)
    document = take_in(world.session, storage, upload, actor=world.actor(by))
    world.session.flush()
    return document


def of_the_case(world, storage, **more):
    document = taken(world, storage, **more)
    reference = {"id": document.id, "sha256": document.sha256}
    attach(
        world.session, {"fiscal_review": [reference]}, world.instance, actor=world.actor("owner")
    )
    world.session.flush()
    return document


def readers(world, document):
    people = {name for name in EVERYBODY if may_read(world.session, document, world.actor(name))}
    return people | ({"public"} if may_read(world.session, document, None) else set())


def test_an_upload_belongs_to_its_uploader_alone_until_a_form_carries_it(world, storage):
    assert readers(world, taken(world, storage)) == {"owner"}


def test_a_document_of_the_case_is_for_its_parties_and_the_countys_centre(world, storage):
    document = of_the_case(world, storage)
    assert readers(world, document) == {"owner", "colleague", "supervisor", "centre"}
    assert (document.kind, document.project_id) == ("fiscal_review", world.project.id)


def test_a_public_document_is_public_once_a_notice_is_published(world, storage, business_day):
    document = of_the_case(world, storage)
    document.is_public = True
    notice = Notice(
        id=new_id(), kind=NoticeKind.TENDER_NOTICE, county_code="dazhou",
        project_id=world.project.id, title="选取公告", body="",
    )  # fmt: skip
    world.session.add(notice)
    world.session.flush()
    assert "public" not in readers(world, document)
    notice.published_at = business_day
    world.session.flush()
    assert readers(world, document) == {*EVERYBODY, "public"}


@pytest.mark.parametrize("field", ["documents", "documents.fiscal_review"])
def test_a_masked_document_is_hidden_until_the_mask_is_lifted(world, storage, business_day, field):
    document = of_the_case(world, storage)
    mask = Mask(
        id=new_id(), project_id=world.project.id, field=field, until="published",
        article="第八十条", set_at=business_day,
    )  # fmt: skip
    world.session.add(mask)
    world.session.flush()
    assert readers(world, document) == {"owner"}
    mask.lifted_at = business_day
    world.session.flush()
    assert "centre" in readers(world, document)


def test_a_missing_and_a_hidden_document_answer_the_same(world, storage):
    document = of_the_case(world, storage)
    with pytest.raises(DocumentNotFoundError) as hidden:
        readable(world.session, document.id, world.actor("stranger"))
    with pytest.raises(DocumentNotFoundError) as missing:
        readable(world.session, "0" * 32, world.actor("stranger"))
    assert (hidden.value.text, hidden.value.details) == (missing.value.text, missing.value.details)


def test_a_form_finds_only_own_uploads_and_documents_of_its_case(world, storage):
    own, colleagues = taken(world, storage), taken(world, storage, by="colleague")
    in_case = of_the_case(world, storage)
    find = attachable(world.session, world.actor("owner"), world.instance.id)
    assert find(own.id)["name"] == "批复.pdf"
    assert find(in_case.id) is not None
    assert find(colleagues.id) is None
    assert attachable(world.session, world.actor("owner"), "another")(in_case.id) is None


def test_nobody_hands_in_a_document_of_somebody_else(world, storage):
    theirs = taken(world, storage, by="stranger")
    form = {"rows": [{"proof": [{"id": theirs.id, "sha256": theirs.sha256}]}]}
    with pytest.raises(DocumentNotYoursError):
        attach(world.session, form, world.instance, actor=world.actor("owner"))


def test_documents_of_rows_belong_to_the_case_too(world, storage):
    document = taken(world, storage)
    form = {"rows": [{"proof": [{"id": document.id, "sha256": document.sha256}]}]}
    attach(world.session, form, world.instance, actor=world.actor("owner"))
    world.session.flush()
    assert [one.id for one in documents_of(world.session, world.instance)] == [document.id]


def test_the_countys_rule_limits_the_size_and_the_uploader_is_told_it(world, storage):
    rule = {"key": "document.maximum_megabytes", "label": "资料大小", "source": "操作手册"}
    for county, day, value in (
        ("base", date(2020, 1, 1), 20), ("dazhou", date(2026, 1, 1), 1), ("dazhou", date(2027, 1, 1), 9)
    ):  # fmt: skip
        world.session.add(
            RuleValue(id=new_id(), county_code=county, from_on=day, value=value, **rule)
        )
    world.session.flush()
    large = PDF + b"\0" * 1024 * 1024
    assert taken(world, storage, data=large, county="huairou").size == len(large)
    with pytest.raises(DocumentTooLargeError, match="超过1 MB"):
        taken(world, storage, data=large)


def test_uploading_without_end_is_stopped(world, storage, monkeypatch):
    monkeypatch.setattr(store, "MAX_LOOSE", 2)
    taken(world, storage)
    of_the_case(world, storage)
    taken(world, storage)
    with pytest.raises(TooManyLooseDocumentsError):
        taken(world, storage)


def test_the_clean_up_drops_what_no_form_carried_and_nothing_else(world, storage):
    kept = of_the_case(world, storage, data=PDF + b"kept")
    shared = taken(world, storage, data=PDF + b"kept")
    loose = taken(world, storage, data=PDF + b"loose")
    fresh = taken(world, storage, data=PDF + b"fresh")
    storage.put(b"rolled back")
    (storage.root / kept.sha256[:2] / "ended.new").write_bytes(b"half")
    for path in storage.root.rglob("*"):
        os.utime(path, (0, 0))
    for document in (kept, shared, loose):
        document.stored_at = system_now() - timedelta(days=30)
    world.session.flush()
    assert clear_orphans(world.session, storage) == 5
    assert {name for name, _ in storage.names()} == {kept.sha256, fresh.sha256}
    assert world.session.get(Document, kept.id) is not None
